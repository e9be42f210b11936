"""Bank statements and their lines (R8.2)."""

from pathlib import Path

import django.db.models.deletion
import koogallery.fields
from django.conf import settings
from django.db import migrations, models


def _guards() -> str:
    return Path(__file__).with_suffix(".guards.sql").read_text()


class Migration(migrations.Migration):

    dependencies = [
        ('koogallery', '0001_schema'),
        ('sellers', '0001_schema'),
        ('settlement', '0006_seals_by_place'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BankLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('line_no', models.PositiveIntegerField()),
                ('amount', models.DecimalField(decimal_places=3, max_digits=20)),
                ('charges', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ('currency', models.CharField(max_length=3)),
                ('booked_on', models.DateField()),
                ('value_on', models.DateField(null=True)),
                ('is_reversal', models.BooleanField(default=False)),
                ('entry_reference', models.CharField(blank=True, max_length=140)),
                ('bank_reference', models.CharField(blank=True, max_length=140)),
                ('end_to_end_id', models.CharField(blank=True, max_length=140)),
                ('instruction_id', models.CharField(blank=True, max_length=140)),
                ('message_id', models.CharField(blank=True, max_length=140)),
                ('payment_information_id', models.CharField(blank=True, max_length=140)),
                ('uetr', models.CharField(blank=True, max_length=36)),
                ('counterparty_name', models.CharField(blank=True, max_length=140)),
                ('counterparty_account', models.CharField(blank=True, max_length=140)),
                ('text', models.TextField(blank=True)),
                ('return_reason', models.CharField(blank=True, max_length=35)),
                ('return_text', models.TextField(blank=True)),
                ('transaction_code', models.CharField(blank=True, max_length=35)),
                ('state', models.CharField(choices=[('suspense', 'In suspense'), ('matched', 'Matched'), ('attributed', 'Attributed'), ('repeated', 'Known from a notification')], max_length=10)),
                ('reason', models.CharField(choices=[('end_to_end', 'By its end-to-end id'), ('reference', 'By reference and amount'), ('batch', "By the batch's id and amount"), ('code', "By the bank's code"), ('notified', 'It repeats a notification'), ('by_hand', 'By a person'), ('unknown', 'Nothing is known by its ids or its text'), ('other_amount', 'What it names is over another amount'), ('not_expected', 'What it names is not expected (not sent, or paid already)'), ('ambiguous', 'It fits more than one'), ('two_people', 'So much takes two people'), ('refused', 'What it names does not take it')], max_length=20)),
                ('purpose', models.CharField(blank=True, choices=[('payout', 'Payout'), ('batch', 'Payouts of a batch in one booking'), ('return', 'Payout that came back'), ('receivable', 'Payment of a receivable'), ('deposit', 'Deposit top-up'), ('charges', 'Bank charges')], max_length=10)),
                ('attributed_at', models.DateTimeField(null=True)),
                ('comment', koogallery.fields.FreeTextField(blank=True, default='')),
                ('taken_at', models.DateTimeField()),
                ('modified_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='BankStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('format', models.CharField(choices=[('camt.052', 'Account report (camt.052)'), ('camt.053', 'Statement (camt.053)'), ('camt.054', 'Debit and credit notification (camt.054)'), ('mt940', 'Statement (MT940)'), ('pain.002', 'Answer to a payment file (pain.002)')], max_length=8)),
                ('reference', models.CharField(blank=True, max_length=140)),
                ('sequence', models.CharField(blank=True, max_length=40)),
                ('account', models.CharField(blank=True, max_length=40)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('opening', models.DecimalField(decimal_places=3, max_digits=20, null=True)),
                ('closing', models.DecimalField(decimal_places=3, max_digits=20, null=True)),
                ('opened_on', models.DateField(null=True)),
                ('closed_on', models.DateField(null=True)),
                ('statuses', models.JSONField(default=list)),
                ('file_digest', models.CharField(max_length=64)),
                ('position', models.PositiveIntegerField()),
                ('content_digest', models.CharField(max_length=64)),
                ('taken_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='authorisation',
            name='an_authorisation_is_of_a_known_act',
        ),
        migrations.AlterField(
            model_name='authorisation',
            name='act',
            field=models.CharField(choices=[('refund', 'Refund'), ('adjustment', 'Adjustment'), ('dispute', 'Accepted dispute'), ('top_up', 'Top-up'), ('penalty', 'Penalty'), ('return', 'Return'), ('exit', 'Exit of a seller'), ('payment', 'Payment on a receivable'), ('receivable_move', 'Receivable moved to the next bill'), ('bill', 'Approval of a bill'), ('invoice', 'Invoice with another bank account'), ('payout', 'Payout recorded as paid by hand'), ('payout_failure', 'Payout recorded as failed by hand'), ('attribution', 'Bank line attributed to a payout')], max_length=20),
        ),
        migrations.AddConstraint(
            model_name='authorisation',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['refund', 'adjustment', 'dispute', 'top_up', 'penalty', 'return', 'exit', 'payment', 'receivable_move', 'bill', 'invoice', 'payout', 'payout_failure', 'attribution'])), name='an_authorisation_is_of_a_known_act'),
        ),
        migrations.AddField(
            model_name='bankline',
            name='attributed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='bankline',
            name='batch',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bank_lines', to='settlement.payoutbatch'),
        ),
        migrations.AddField(
            model_name='bankline',
            name='movement',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bank_line', to='settlement.depositmovement'),
        ),
        migrations.AddField(
            model_name='bankline',
            name='payment',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bank_line', to='settlement.receivablepayment'),
        ),
        migrations.AddField(
            model_name='bankline',
            name='payout',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bank_lines', to='settlement.payout'),
        ),
        migrations.AddField(
            model_name='bankline',
            name='repeats',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='repeated_by', to='settlement.bankline'),
        ),
        migrations.AddField(
            model_name='bankline',
            name='seller',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bank_lines', to='sellers.seller'),
        ),
        migrations.AddField(
            model_name='bankstatement',
            name='taken_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='bankline',
            name='statement',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='settlement.bankstatement'),
        ),
        migrations.AddIndex(
            model_name='bankstatement',
            index=models.Index(fields=['account', 'currency', 'closed_on'], name='statement_of_account'),
        ),
        migrations.AddConstraint(
            model_name='bankstatement',
            constraint=models.UniqueConstraint(fields=('content_digest',), name='a_bank_statement_is_taken_once'),
        ),
        migrations.AddConstraint(
            model_name='bankstatement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('format__in', ('camt.053', 'mt940')), _negated=True), models.Q(('closed_on__isnull', False), ('closing__isnull', False), ('opening__isnull', False)), _connector='OR'), name='a_statement_says_what_lies_there'),
        ),
        migrations.AddIndex(
            model_name='bankline',
            index=models.Index(condition=models.Q(('state', 'suspense')), fields=['booked_on'], name='suspense_queue'),
        ),
        migrations.AddIndex(
            model_name='bankline',
            index=models.Index(fields=['end_to_end_id'], name='line_of_end_to_end_id'),
        ),
        migrations.AddConstraint(
            model_name='bankline',
            constraint=models.UniqueConstraint(fields=('statement', 'line_no'), name='a_line_has_its_place'),
        ),
        migrations.AddConstraint(
            model_name='bankline',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['suspense', 'matched', 'attributed', 'repeated'])), name='a_bank_line_is_in_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='bankline',
            constraint=models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='a_bank_line_moves_something'),
        ),
        migrations.AddConstraint(
            model_name='bankline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'attributed'), ('attributed_at__isnull', False), ('attributed_by__isnull', False)), models.Q(models.Q(('state', 'attributed'), _negated=True), ('attributed_at__isnull', True), ('attributed_by__isnull', True)), _connector='OR'), name='an_attributed_line_has_its_person'),
        ),
        migrations.AddConstraint(
            model_name='bankline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('state', 'suspense'), ('state', 'repeated'), _connector='OR'), ('purpose', '')), models.Q(models.Q(('state', 'suspense'), ('state', 'repeated'), _connector='OR', _negated=True), models.Q(('purpose', ''), _negated=True)), _connector='OR'), name='a_line_out_of_suspense_has_a_purpose'),
        ),
        migrations.AddConstraint(
            model_name='bankline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('purpose__in', ['', 'charges']), ('batch', None), ('movement', None), ('payment', None), ('payout', None)), models.Q(('purpose__in', ['payout', 'return']), ('batch', None), ('movement', None), ('payment', None), ('payout__isnull', False)), models.Q(('purpose', 'batch'), ('batch__isnull', False), ('movement', None), ('payment', None), ('payout', None)), models.Q(('purpose', 'receivable'), ('batch', None), ('movement', None), ('payment__isnull', False), ('payout', None)), models.Q(('purpose', 'deposit'), ('batch', None), ('movement__isnull', False), ('payment', None), ('payout', None)), _connector='OR'), name='a_line_names_what_it_is'),
        ),
        migrations.AddConstraint(
            model_name='bankline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__lt', 0), ('purpose__in', ['payout', 'batch'])), models.Q(('amount__gt', 0), ('purpose__in', ['return', 'receivable', 'deposit'])), ('purpose__in', ['', 'charges']), _connector='OR'), name='a_line_goes_the_right_way'),
        ),
        migrations.AddConstraint(
            model_name='bankline',
            constraint=models.UniqueConstraint(condition=models.Q(('purpose', 'payout')), fields=('payout',), name='a_payout_leaves_the_bank_once'),
        ),
        migrations.AddConstraint(
            model_name='bankline',
            constraint=models.UniqueConstraint(condition=models.Q(('purpose', 'return')), fields=('payout',), name='a_payout_comes_back_once'),
        ),
        migrations.AddConstraint(
            model_name='bankline',
            constraint=models.UniqueConstraint(condition=models.Q(('purpose', 'batch')), fields=('batch',), name='a_batch_leaves_the_bank_once'),
        ),
        migrations.AddConstraint(
            model_name='bankline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('repeats__isnull', False), ('state', 'repeated')), models.Q(models.Q(('state', 'repeated'), _negated=True), ('repeats', None)), _connector='OR'), name='a_repeated_line_names_the_first'),
        ),
        migrations.RunSQL(_guards(), migrations.RunSQL.noop),
    ]
