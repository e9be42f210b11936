"""Who answers for money that moves by a person's will (R4.4), and what holds it in the SQL beside.

What was moved before stands as it is: the constraints are those of what is written from now on.
"""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
import koogallery.fields
from django.conf import settings
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):

    dependencies = [
        ("koogallery", "0018_approval_requests"),
        ('sellers', '0013_folded_names'),
        ("settlement", "0020_billed_pay_per_use_ends"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ApprovalLimit',
            fields=[
                ('currency', models.CharField(max_length=3, primary_key=True, serialize=False)),
                ('amount', models.DecimalField(decimal_places=3, max_digits=20)),
                ('of_a_person', models.DecimalField(decimal_places=3, max_digits=20)),
                ('hours', models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='Authorisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('refund', 'Refund'), ('adjustment', 'Adjustment'), ('dispute', 'Accepted dispute'), ('top_up', 'Top-up'), ('penalty', 'Penalty'), ('return', 'Return'), ('exit', 'Exit of a seller'), ('payment', 'Payment on a receivable'), ('receivable_move', 'Receivable moved to the next bill'), ('bill', 'Approval of a bill'), ('invoice', 'Invoice with another bank account')], max_length=20)),
                ('subject', models.CharField(max_length=200)),
                ('currency', models.CharField(max_length=3)),
                ('amount', models.DecimalField(decimal_places=3, max_digits=20)),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('limit_of_seller', models.DecimalField(decimal_places=3, db_default=0, max_digits=20)),
                ('limit_of_person', models.DecimalField(decimal_places=3, db_default=0, max_digits=20)),
                ('within_hours', models.PositiveIntegerField(db_default=0)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='invoice',
            name='verification_reason',
            field=koogallery.fields.FreeTextField(blank=True, db_default=''),
        ),
        AddConstraintNotValid(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'verified'), _negated=True), models.Q(('decided_by', models.F('submitted_by')), _negated=True), _connector='OR'), name='who_records_an_invoice_does_not_verify_it'),
        ),
        AddConstraintNotValid(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('agreed_by', models.F('requested_by')), _negated=True), name='the_requester_does_not_speak_for_the_seller'),
        ),
        AddConstraintNotValid(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('approvals_needed__gte', 1)), name='a_refund_takes_an_approval'),
        ),
        migrations.AddConstraint(
            model_name='approvallimit',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('of_a_person__gt', 0), ('hours__gt', 0)), name='an_approval_limit_is_of_a_size'),
        ),
        migrations.AddField(
            model_name='authorisation',
            name='person',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='authorisation',
            name='request',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='authorisation', to='koogallery.approvalrequest'),
        ),
        migrations.AddField(
            model_name='authorisation',
            name='second',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='authorisation',
            name='seller',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller'),
        ),
        migrations.AddIndex(
            model_name='authorisation',
            index=models.Index(condition=models.Q(('second', None)), fields=['seller', 'at'], name='moved_alone_of_seller'),
        ),
        migrations.AddIndex(
            model_name='authorisation',
            index=models.Index(condition=models.Q(('second', None)), fields=['person', 'at'], name='moved_alone_by_person'),
        ),
        migrations.AddConstraint(
            model_name='authorisation',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['refund', 'adjustment', 'dispute', 'top_up', 'penalty', 'return', 'exit', 'payment', 'receivable_move', 'bill', 'invoice'])), name='an_authorisation_is_of_a_known_act'),
        ),
        migrations.AddConstraint(
            model_name='authorisation',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='an_authorisation_is_of_a_size'),
        ),
        migrations.AddConstraint(
            model_name='authorisation',
            constraint=models.CheckConstraint(condition=models.Q(('person', models.F('second')), _negated=True), name='the_second_person_is_another'),
        ),
        migrations.AddConstraint(
            model_name='authorisation',
            constraint=models.CheckConstraint(condition=models.Q(('request', None), ('second__isnull', False), _connector='OR'), name='a_request_brings_a_second_person'),
        ),
        migrations.AddConstraint(
            model_name='authorisation',
            constraint=models.UniqueConstraint(fields=('seller', 'subject'), name='money_is_authorised_once'),
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
