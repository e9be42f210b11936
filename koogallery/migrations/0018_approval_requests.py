"""Acts that take a second person (R4.4), and what holds them together in the SQL beside."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
import koogallery.fields
from django.conf import settings
from django.db import migrations, models


SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
NUMBERS = "CREATE SEQUENCE number_of_approval_request"
NO_NUMBERS = "DROP SEQUENCE number_of_approval_request"


class Migration(migrations.Migration):

    dependencies = [
        ("koogallery", "0017_customer_notices"),
    ]

    operations = [
        migrations.CreateModel(
            name='ApprovalRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('act', models.CharField(max_length=40)),
                ('seller_number', models.CharField(blank=True, max_length=40)),
                ('object_kind', models.CharField(max_length=40)),
                ('object_number', models.CharField(max_length=60)),
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
            },
        ),
        migrations.AddIndex(
            model_name='approvalrequest',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['requested_at'], name='approval_queue'),
        ),
        migrations.AddIndex(
            model_name='approvalrequest',
            index=models.Index(fields=['object_number'], name='approval_of_object'),
        ),
        migrations.AddConstraint(
            model_name='approvalrequest',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'approved', 'rejected', 'withdrawn'])), name='an_approval_request_is_in_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='approvalrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_by', None), ('state', 'pending')), models.Q(models.Q(('state', 'pending'), _negated=True), ('closed_at__isnull', False), ('closed_by__isnull', False)), _connector='OR'), name='a_closed_approval_request_says_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='approvalrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'rejected'), models.Q(('rejection_reason', ''), _negated=True)), models.Q(models.Q(('state', 'rejected'), _negated=True), ('rejection_reason', '')), _connector='OR'), name='a_rejected_approval_request_says_why'),
        ),
        migrations.AddConstraint(
            model_name='approvalrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), models.Q(('closed_by', models.F('requested_by')), _negated=True), _connector='OR'), name='a_second_person_approves'),
        ),
        migrations.AddConstraint(
            model_name='approvalrequest',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='an_approval_request_is_of_a_size'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.UniqueConstraint(fields=('request', 'operator'), name='each_approves_once'),
        ),
        migrations.AddConstraint(
            model_name='approval',
            constraint=models.CheckConstraint(condition=models.Q(('operator', models.F('requested_by')), _negated=True), name='another_person_approves'),
        ),
        migrations.RunSQL(NUMBERS, NO_NUMBERS),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
