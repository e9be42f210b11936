"""People, notices, tokens, acts: the schema as one migration, equal to the steps it replaces."""

from pathlib import Path

import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
import koogallery.fields
import koogallery.models.users
from django.conf import settings
from django.db import migrations, models
from koogallery.made_at_once import made_at_once


def _sql(part: str) -> str:
    return Path(__file__).with_suffix(f".{part}.sql").read_text()


class Migration(migrations.Migration):

    replaces = [
        ('koogallery', '0001_schema'),
        ('koogallery', '0002_account_mails'),
        ('koogallery', '0003_simulated_events'),
        ('koogallery', '0004_saved_views'),
        ('koogallery', '0005_acts_of_hands'),
        ('koogallery', '0006_parquet'),
    ]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = made_at_once([
        migrations.RunSQL(_sql("functions"), migrations.RunSQL.noop),
        migrations.CreateModel(
            name='AccessToken',
            fields=[
                ('digest', models.CharField(max_length=128, primary_key=True, serialize=False)),
                ('token_key', models.CharField(db_index=True, max_length=25)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('expiry', models.DateTimeField(blank=True, null=True)),
                ('number', models.CharField(max_length=60, unique=True)),
                ('name', koogallery.fields.NameField(max_length=100)),
                ('seller_number', models.CharField(blank=True, max_length=40)),
                ('may_write', models.BooleanField(default=False)),
                ('allowed_networks', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=43), blank=True, default=list, size=None)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('modified_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('viewer', 'Viewer'), ('refund_officer', 'Refund officer'), ('settlement_officer', 'Settlement officer'), ('seller_manager', 'Seller manager'), ('trading_system', 'Trading system'), ('auditor', 'Auditor')], max_length=30), blank=True, default=list, size=None)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to=settings.KNOX_TOKEN_MODEL)),
                ('replaced_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='replaces', to=settings.KNOX_TOKEN_MODEL)),
            ],
            options={
                'verbose_name': 'token',
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('replaced_by',), name='a_token_succeeds_one_other'), models.CheckConstraint(condition=models.Q(('replaced_by', None), ('expiry__isnull', False), _connector='OR'), name='a_rotated_token_expires')],
            },
        ),
        migrations.CreateModel(
            name='NoticeCount',
            fields=[
                ('seller_number', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('last', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='ScheduledTask',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.CharField(max_length=200, unique=True)),
                ('sent_at', models.DateTimeField()),
                ('done_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('operator_roles', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('viewer', 'Viewer'), ('refund_officer', 'Refund officer'), ('settlement_officer', 'Settlement officer'), ('seller_manager', 'Seller manager'), ('trading_system', 'Trading system'), ('auditor', 'Auditor')], max_length=30), blank=True, default=list, size=None)),
                ('email', models.EmailField(blank=True, max_length=254, validators=[koogallery.models.users.require_mail_address])),
                ('language', models.CharField(blank=True, choices=[('en', 'English'), ('zh-hans', '简体中文')], max_length=10)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('operator_roles__contained_by', ['viewer', 'refund_officer', 'settlement_officer', 'seller_manager', 'trading_system', 'auditor'])), name='operator_roles_are_known')],
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='TokenUse',
            fields=[
                ('token', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='last_use', serialize=False, to=settings.KNOX_TOKEN_MODEL)),
                ('at', models.DateTimeField()),
                ('address', models.GenericIPAddressField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Act',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(max_length=60)),
                ('object_kind', models.CharField(max_length=40)),
                ('object_number', models.CharField(max_length=150)),
                ('seller_number', models.CharField(blank=True, max_length=40)),
                ('changes', models.JSONField(default=dict)),
                ('facts', models.JSONField(default=dict)),
                ('channel', models.CharField(blank=True, choices=[('admin', 'Admin'), ('console', 'Console'), ('api', 'API'), ('command', 'Command'), ('schedule', 'Worker')], max_length=10)),
                ('token', models.CharField(blank=True, max_length=100)),
                ('ip_address', models.GenericIPAddressField(null=True)),
                ('request_id', models.CharField(blank=True, max_length=64)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['object_kind', 'object_number', 'at'], name='act_of_object'), models.Index(fields=['object_number'], name='act_of_number'), models.Index(fields=['seller_number', '-id'], name='act_of_seller'), models.Index(fields=['actor', '-id'], name='act_of_actor'), django.contrib.postgres.indexes.BrinIndex(fields=['at'], name='act_at')],
            },
        ),
        migrations.CreateModel(
            name='ApprovalRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('act', models.CharField(max_length=40)),
                ('seller_number', models.CharField(blank=True, max_length=40)),
                ('object_kind', models.CharField(max_length=40)),
                ('object_number', models.CharField(max_length=150)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('amount', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ('arguments', models.JSONField()),
                ('why', models.TextField()),
                ('shown', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('pending', 'Waiting for another person'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn')], default='pending', max_length=10)),
                ('approvals_needed', models.PositiveSmallIntegerField(default=1)),
                ('requested_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('closed_at', models.DateTimeField(null=True)),
                ('rejection_reason', koogallery.fields.FreeTextField(blank=True, db_default='')),
                ('result', models.CharField(blank=True, db_default='', max_length=120)),
                ('modified_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('state', 'pending')), fields=['requested_at'], name='approval_queue'), models.Index(fields=['object_number'], name='approval_of_object')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'approved', 'rejected', 'withdrawn'])), name='an_approval_request_is_in_a_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None), ('state', 'pending')), models.Q(models.Q(('state', 'pending'), _negated=True), ('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='a_closed_approval_request_says_by_whom'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'rejected'), models.Q(('rejection_reason', ''), _negated=True)), models.Q(models.Q(('state', 'rejected'), _negated=True), ('rejection_reason', '')), _connector='OR'), name='a_rejected_approval_request_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), models.Q(('closed_by', models.F('requested_by')), _negated=True), _connector='OR'), name='a_second_person_approves'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='an_approval_request_is_of_a_size')],
            },
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('comment', koogallery.fields.FreeTextField(blank=True)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('operator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='koogallery.approvalrequest')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('request', 'operator'), name='each_approves_once'), models.CheckConstraint(condition=models.Q(('operator', models.F('requested_by')), _negated=True), name='another_person_approves')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('object_kind', models.CharField(max_length=40)),
                ('object_number', models.CharField(max_length=60)),
                ('seller_number', models.CharField(blank=True, max_length=40)),
                ('purpose', models.CharField(blank=True, max_length=40)),
                ('name', models.CharField(max_length=120)),
                ('media_type', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('added_at', models.DateTimeField(auto_now_add=True)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['object_kind', 'object_number'], name='attachment_of_object')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', False), ('seller_number', '')), models.Q(models.Q(('seller_number', ''), _negated=True), ('person__isnull', True)), _connector='OR'), name='an_attachment_is_a_sellers_or_a_persons')],
            },
        ),
        migrations.CreateModel(
            name='DerivedKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=40)),
                ('subject', models.CharField(max_length=60)),
                ('version', models.PositiveIntegerField()),
                ('master', models.CharField(max_length=16)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('purpose', 'subject', 'version'), name='a_key_is_derived_once')],
            },
        ),
        migrations.CreateModel(
            name='ExportJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('kind', models.CharField(max_length=40)),
                ('format', models.CharField(choices=[('csv', 'CSV'), ('xlsx', 'Excel'), ('parquet', 'Parquet')], max_length=7)),
                ('by_client', models.BooleanField(default=False)),
                ('query', models.TextField(blank=True)),
                ('language', models.CharField(default='en', max_length=10)),
                ('narrowed_to', models.CharField(blank=True, max_length=40)),
                ('every_seller', models.BooleanField()),
                ('sellers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('running', 'Being written'), ('ready', 'Ready'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('expired', 'Expired')], default='queued', max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('worker', models.UUIDField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('rows_total', models.PositiveBigIntegerField(null=True)),
                ('rows_done', models.PositiveBigIntegerField(default=0)),
                ('size', models.PositiveBigIntegerField(null=True)),
                ('file', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('progressed_at', models.DateTimeField(auto_now_add=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('modified_at', models.DateTimeField(auto_now=True)),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exports', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'export',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['state', 'progressed_at'], name='export_open'), models.Index(fields=['requested_by', '-id'], name='export_of_user')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'ready', 'failed', 'cancelled', 'expired'])), name='an_export_is_in_a_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(models.Q(('file', ''), _negated=True), ('expires_at__isnull', False), ('size__isnull', False)), _connector='OR'), name='a_ready_export_has_its_file')],
            },
        ),
        migrations.CreateModel(
            name='IdempotencyKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seller_number', models.CharField(blank=True, max_length=40)),
                ('key', models.CharField(max_length=255)),
                ('method', models.CharField(max_length=10)),
                ('path', models.CharField(max_length=300)),
                ('body_digest', models.CharField(max_length=64)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('headers', models.JSONField(default=dict)),
                ('body', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'seller_number', 'key'), name='a_callers_key_names_one_call')],
            },
        ),
        migrations.CreateModel(
            name='MailChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seller_number', models.CharField(max_length=40)),
                ('unwanted', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mail_choices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'seller_number'), name='a_member_chooses_mail_once_per_seller')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200, unique=True)),
                ('kind', models.CharField(max_length=40)),
                ('seller_number', models.CharField(blank=True, max_length=40)),
                ('sequence', models.BigIntegerField(editable=False, null=True)),
                ('platform_sequence', models.BigIntegerField(editable=False, null=True)),
                ('recipient', models.CharField(choices=[('seller', 'Seller'), ('customer', 'Customer')], max_length=10)),
                ('customer_account', models.CharField(blank=True, max_length=200)),
                ('customer_name', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('customer_email', models.CharField(blank=True, db_default='', default='', max_length=254)),
                ('subject', models.CharField(blank=True, db_default='', default='', max_length=200)),
                ('facts', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now())),
                ('addressed_at', models.DateTimeField(editable=False, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('acknowledged_at', models.DateTimeField(editable=False, null=True)),
                ('acknowledged_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('addressed_at', None)), fields=['created_at'], name='notice_waiting'), models.Index(condition=models.Q(('platform_sequence', None)), fields=['id'], name='notice_uncounted')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('recipient', 'seller')), fields=('seller_number', 'sequence'), name='a_sellers_notices_are_counted_once'), models.UniqueConstraint(condition=models.Q(('recipient', 'customer')), fields=('sequence',), name='customers_notices_are_counted_once'), models.UniqueConstraint(fields=('platform_sequence',), name='the_platforms_events_are_counted_once'), models.CheckConstraint(condition=models.Q(('sequence__isnull', False)), name='every_notice_is_counted'), models.CheckConstraint(condition=models.Q(('recipient', 'customer'), ('acknowledged_at', None), _connector='OR'), name='what_customers_are_told_is_acknowledged')],
            },
        ),
        migrations.CreateModel(
            name='NoticeMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=254)),
                ('language', models.CharField(blank=True, max_length=10)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sent', 'Sent'), ('failed', 'Given up')], default='waiting', max_length=10)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(null=True)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mails', to='koogallery.notice')),
            ],
            options={
                'verbose_name': 'message',
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='notice_mail_waiting')],
                'constraints': [models.UniqueConstraint(fields=('notice', 'address'), name='a_notice_is_mailed_once_to_each'), models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'sent', 'failed'])), name='a_notice_mail_is_in_a_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', True)), _connector='OR'), name='a_sent_notice_mail_has_its_instant')],
            },
        ),
        migrations.CreateModel(
            name='PlatformMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('through', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='koogallery.notice')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('notice', 'user'), name='a_notice_is_read_once')],
            },
        ),
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('cause', models.CharField(choices=[('event', 'Event'), ('replay', 'Replay'), ('test', 'Test')], max_length=10)),
                ('state', models.CharField(choices=[('pending', 'Waiting'), ('delivered', 'Delivered'), ('failed', 'Given up')], default='pending', max_length=10)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('due_at', models.DateTimeField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('notice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='koogallery.notice')),
            ],
            options={
                'verbose_name': 'webhook delivery',
                'verbose_name_plural': 'webhook deliveries',
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('cause', 'test'), ('notice__isnull', True)), models.Q(models.Q(('cause', 'test'), _negated=True), ('notice__isnull', False)), _connector='OR'), name='a_delivery_is_of_an_event_or_a_test'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state', 'pending')), models.Q(models.Q(('state', 'pending'), _negated=True), ('finished_at__isnull', False)), _connector='OR'), name='a_finished_delivery_says_when')],
            },
        ),
        migrations.CreateModel(
            name='WebhookAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('milliseconds', models.PositiveIntegerField()),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('fault', models.CharField(blank=True, max_length=300)),
                ('answer', models.CharField(blank=True, max_length=500)),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tries', to='koogallery.webhookdelivery')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__isnull', True), ('fault', ''), _connector='XOR'), name='an_attempt_has_a_status_or_a_fault')],
            },
        ),
        migrations.CreateModel(
            name='WebhookEndpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('seller_number', models.CharField(blank=True, max_length=40)),
                ('url', models.CharField(max_length=500)),
                ('description', koogallery.fields.NameField(blank=True, max_length=200)),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, null=True, size=None)),
                ('state', models.CharField(choices=[('active', 'Active'), ('disabled', 'Disabled'), ('removed', 'Removed')], default='active', max_length=10)),
                ('disabled_reason', models.CharField(blank=True, choices=[('gone', 'Its server answered 410 Gone'), ('failing', 'Its server took nothing for three days'), ('by_hand', 'It was disabled by hand')], max_length=10)),
                ('disabled_at', models.DateTimeField(null=True)),
                ('key_version', models.PositiveIntegerField(default=1)),
                ('rotated_at', models.DateTimeField(null=True)),
                ('read_through', models.BigIntegerField()),
                ('lease', models.UUIDField(null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('failing_since', models.DateTimeField(null=True)),
                ('unanswered', models.PositiveIntegerField(default=0)),
                ('resting_until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('modified_at', models.DateTimeField(auto_now=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'webhook endpoint',
                'ordering': ['id'],
                'indexes': [models.Index(fields=['seller_number'], name='webhook_endpoint_of_seller')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['active', 'disabled', 'removed'])), name='a_webhook_endpoint_is_in_a_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('disabled_at__isnull', False), ('state', 'disabled'), models.Q(('disabled_reason', ''), _negated=True)), models.Q(('state', 'disabled'), _negated=True), _connector='OR'), name='a_disabled_endpoint_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('lease__isnull', True), ('leased_until__isnull', True)), models.Q(('lease__isnull', False), ('leased_until__isnull', False)), _connector='OR'), name='a_lease_has_its_end')],
            },
        ),
        migrations.CreateModel(
            name='AccountMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=30)),
                ('address', models.CharField(max_length=254)),
                ('facts', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='account_mails', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['due_at'], name='account_mails_to_send')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(max_length=60)),
                ('name', models.CharField(max_length=60)),
                ('query', models.CharField(max_length=2000)),
                ('seller_number', models.CharField(blank=True, max_length=60)),
                ('is_default', models.BooleanField(default=False)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'saved view',
                'indexes': [models.Index(fields=['seller_number', 'page'], name='views_shared_with')],
                'constraints': [models.UniqueConstraint(fields=('owner', 'page', 'name'), name='a_view_has_a_name_of_its_own'), models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('owner', 'page'), name='a_page_has_one_default_view')],
            },
        ),
        migrations.AddField(
            model_name='accesstoken',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='auth_token_set', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='webhookdelivery',
            name='endpoint',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='koogallery.webhookendpoint'),
        ),
        migrations.AddField(
            model_name='webhookdelivery',
            name='simulates',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['endpoint', 'due_at'], name='webhook_delivery_due'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.UniqueConstraint(condition=models.Q(('cause', 'event')), fields=('endpoint', 'notice'), name='an_event_is_queued_once_per_endpoint'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.CheckConstraint(condition=models.Q(('simulates', ''), ('cause', 'test'), _connector='OR'), name='a_test_simulates_an_event'),
        ),
        migrations.AddIndex(
            model_name='act',
            index=models.Index(condition=models.Q(('verb__in', ('handed over', 'let go'))), fields=['object_kind', 'object_number', '-id'], name='act_of_hands'),
        ),
        migrations.RunSQL(_sql("guards"), migrations.RunSQL.noop),
    ])
