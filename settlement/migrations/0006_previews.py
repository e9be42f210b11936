"""Previews that are kept (R1.6); what holds them and their runs together is in the SQL beside."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


NUMBERS = "CREATE SEQUENCE number_of_bill_preview"
NO_NUMBERS = "DROP SEQUENCE number_of_bill_preview"
BACK = """
DROP FUNCTION previews_keep_what_they_show CASCADE;
DROP FUNCTION approved_previews_were_looked_at CASCADE;
DROP FUNCTION runs_issue_approved_previews CASCADE;
DROP FUNCTION parts_expect_what_was_approved CASCADE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('sellers', '0006_usage_of_order'),
        ('settlement', '0005_vocabulary'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BillPreview',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('cycle', models.CharField(max_length=6)),
                ('everyone', models.BooleanField()),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Being computed'), ('ready', 'Ready'), ('approved', 'Approved')], default='queued', max_length=10)),
                ('sellers_total', models.PositiveIntegerField(default=0)),
                ('lines_expected', models.PositiveBigIntegerField(default=0)),
                ('digest', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('progressed_at', models.DateTimeField(null=True)),
                ('taken_up_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('approved_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='BillPreviewSeller',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('pending', 'Pending'), ('done', 'Previewed'), ('blocked', 'Would be parked')], db_default='pending', max_length=10)),
                ('weight', models.PositiveIntegerField(db_default=0)),
                ('batch', models.PositiveIntegerField(db_default=0)),
                ('reason', models.TextField(blank=True, db_default='')),
                ('currency', models.CharField(blank=True, db_default='', max_length=3)),
                ('bill', models.CharField(blank=True, db_default='', max_length=60)),
                ('bills', models.PositiveIntegerField(db_default=0)),
                ('issued', models.DecimalField(db_default=0, decimal_places=3, max_digits=20)),
                ('line_count', models.PositiveIntegerField(db_default=0)),
                ('sales_amount', models.DecimalField(db_default=0, decimal_places=3, max_digits=20)),
                ('platform_fee', models.DecimalField(db_default=0, decimal_places=3, max_digits=20)),
                ('settlement_amount', models.DecimalField(db_default=0, decimal_places=3, max_digits=20)),
                ('recovered', models.DecimalField(db_default=0, decimal_places=3, max_digits=20)),
                ('net_payable', models.DecimalField(db_default=0, decimal_places=3, max_digits=20)),
                ('previous_settlement', models.DecimalField(decimal_places=3, max_digits=20, null=True)),
                ('difference', models.DecimalField(db_default=0, decimal_places=3, max_digits=20)),
                ('from_deposit', models.DecimalField(db_default=0, decimal_places=3, max_digits=20)),
                ('to_receivable', models.DecimalField(db_default=0, decimal_places=3, max_digits=20)),
                ('held', models.JSONField(db_default=[], default=list)),
                ('content', models.CharField(blank=True, db_default='', max_length=64)),
                ('looks', models.JSONField(db_default=[], default=list)),
                ('look', models.CharField(choices=[('not_due', 'Not due'), ('due', 'Due'), ('acknowledged', 'Acknowledged'), ('held', 'Held back')], db_default='not_due', max_length=12)),
                ('look_comment', models.TextField(blank=True, db_default='')),
                ('looked_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='billrun',
            name='retried_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='billrun',
            name='taken_up_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='billrunseller',
            name='content',
            field=models.CharField(blank=True, db_default='', max_length=64),
        ),
        migrations.AddField(
            model_name='billrunseller',
            name='expected',
            field=models.CharField(blank=True, db_default='', max_length=64),
        ),
        migrations.AddConstraint(
            model_name='billrunseller',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), ('expected', ''), ('content', models.F('expected')), _connector='OR'), name='a_part_issues_what_was_approved'),
        ),
        migrations.AddField(
            model_name='billpreview',
            name='approved_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='billpreview',
            name='requested_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='billrun',
            name='preview',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='run', to='settlement.billpreview'),
        ),
        migrations.AddField(
            model_name='billpreviewseller',
            name='looked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='billpreviewseller',
            name='preview',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='settlement.billpreview'),
        ),
        migrations.AddField(
            model_name='billpreviewseller',
            name='seller',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller'),
        ),
        migrations.AddIndex(
            model_name='billpreview',
            index=models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['created_at'], name='bill_preview_unfinished'),
        ),
        migrations.AddConstraint(
            model_name='billpreview',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'ready', 'approved'])), name='a_bill_preview_is_in_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='billpreview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('digest', ''), ('state__in', ['queued', 'running'])), models.Q(('state__in', ['ready', 'approved']), models.Q(('digest', ''), _negated=True)), _connector='OR'), name='a_ready_preview_has_its_digest'),
        ),
        migrations.AddConstraint(
            model_name='billpreview',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', False), ('approved_by__isnull', False), ('state', 'approved')), models.Q(models.Q(('state', 'approved'), _negated=True), ('approved_at', None), ('approved_by', None)), _connector='OR'), name='an_approved_preview_has_its_approver'),
        ),
        migrations.AddIndex(
            model_name='billpreviewseller',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['preview', 'batch'], name='preview_part_pending'),
        ),
        migrations.AddConstraint(
            model_name='billpreviewseller',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'done', 'blocked'])), name='a_preview_part_is_in_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='billpreviewseller',
            constraint=models.CheckConstraint(condition=models.Q(('look__in', ['not_due', 'due', 'acknowledged', 'held'])), name='a_look_is_of_a_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='billpreviewseller',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('look__in', ['not_due', 'due']), ('looked_by', None)), models.Q(('look__in', ['acknowledged', 'held']), ('looked_by__isnull', False)), _connector='OR'), name='a_look_has_its_operator'),
        ),
        migrations.AddConstraint(
            model_name='billpreviewseller',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'done'), _negated=True), models.Q(('content', ''), _negated=True), _connector='OR'), name='a_previewed_seller_has_its_content'),
        ),
        migrations.AddConstraint(
            model_name='billpreviewseller',
            constraint=models.UniqueConstraint(fields=('preview', 'seller'), name='a_preview_shows_a_seller_once'),
        ),
        migrations.RunSQL(NUMBERS, NO_NUMBERS),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), BACK),
    ]
