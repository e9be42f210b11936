"""Payouts and their batches; money in transit; journals of no seller (R8.2)."""

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
        ('settlement', '0004_seals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Payout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('currency', models.CharField(max_length=3)),
                ('amount', models.DecimalField(decimal_places=3, max_digits=20)),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('in_batch', 'In a batch'), ('sent', 'Sent to the bank'), ('paid', 'Paid'), ('failed', 'Failed'), ('returned', 'Returned')], default='planned', max_length=10)),
                ('expected_on', models.DateField()),
                ('opening_balance', models.DecimalField(decimal_places=3, max_digits=20, null=True)),
                ('closing_balance', models.DecimalField(decimal_places=3, max_digits=20, null=True)),
                ('end_to_end_id', models.CharField(blank=True, default='', max_length=35)),
                ('sent_at', models.DateTimeField(null=True)),
                ('paid_at', models.DateTimeField(null=True)),
                ('bank_reference', koogallery.fields.NameField(blank=True, default='', max_length=140)),
                ('failure_code', models.CharField(blank=True, default='', max_length=10)),
                ('failure_detail', koogallery.fields.FreeTextField(blank=True, default='')),
                ('failed_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('modified_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='PayoutApproval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('comment', koogallery.fields.FreeTextField(blank=True)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='PayoutBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('currency', models.CharField(max_length=3)),
                ('expected_on', models.DateField()),
                ('amount', models.DecimalField(decimal_places=3, max_digits=20)),
                ('count', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('draft', 'Waiting for approval'), ('approved', 'Approved, to be sent to the bank'), ('sent', 'Sent to the bank'), ('settled', 'Settled'), ('cancelled', 'Cancelled')], default='draft', max_length=10)),
                ('payer_holder', models.CharField(max_length=140)),
                ('payer_number', models.CharField(max_length=34)),
                ('payer_swift_code', models.CharField(max_length=11)),
                ('approvals_needed', models.PositiveSmallIntegerField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('approved_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('file', models.BinaryField(null=True)),
                ('modified_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name_plural': 'payout batches',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='PayoutItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('net', models.DecimalField(decimal_places=3, max_digits=20)),
                ('tax', models.DecimalField(decimal_places=3, default=0, max_digits=20)),
                ('is_open', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='authorisation',
            name='an_authorisation_is_of_a_known_act',
        ),
        migrations.AlterField(
            model_name='authorisation',
            name='act',
            field=models.CharField(choices=[('refund', 'Refund'), ('adjustment', 'Adjustment'), ('dispute', 'Accepted dispute'), ('top_up', 'Top-up'), ('penalty', 'Penalty'), ('return', 'Return'), ('exit', 'Exit of a seller'), ('payment', 'Payment on a receivable'), ('receivable_move', 'Receivable moved to the next bill'), ('bill', 'Approval of a bill'), ('invoice', 'Invoice with another bank account'), ('payout', 'Payout recorded as paid by hand'), ('payout_failure', 'Payout recorded as failed by hand')], max_length=20),
        ),
        migrations.AlterField(
            model_name='journal',
            name='seller',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='journals', to='sellers.seller'),
        ),
        migrations.AlterField(
            model_name='ledgerentry',
            name='account',
            field=models.CharField(choices=[('customer_sales', 'Sales collected from customers'), ('customer_wht', 'Tax withheld by customers'), ('platform_fee', 'Platform fee'), ('withholding_tax', "Seller's withholding tax"), ('digital_service_tax', "Seller's digital service tax"), ('adjustments', 'Adjustments'), ('carried_over', 'Negative amounts carried to the next bill'), ('seller_payable', 'Payable to the seller'), ('customer_refunds', 'Refunded to customers'), ('recoveries', 'To be recovered from the seller'), ('receivables', 'Receivable from the seller'), ('deposit', "Seller's deposit"), ('in_transit', 'Payments in transit'), ('bank', 'Bank'), ('suspense', 'Suspense'), ('bank_charges', 'Bank charges'), ('opening_balance', 'Opening balance at the bank'), ('input_vat', "Tax paid on sellers' invoices"), ('penalties', 'Penalties')], max_length=20),
        ),
        migrations.AlterField(
            model_name='ledgerentry',
            name='seller',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller'),
        ),
        migrations.AddConstraint(
            model_name='authorisation',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['refund', 'adjustment', 'dispute', 'top_up', 'penalty', 'return', 'exit', 'payment', 'receivable_move', 'bill', 'invoice', 'payout', 'payout_failure'])), name='an_authorisation_is_of_a_known_act'),
        ),
        migrations.AddField(
            model_name='payout',
            name='bank_account',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.bankaccount'),
        ),
        migrations.AddField(
            model_name='payout',
            name='paid_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='payout',
            name='seller',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payouts', to='sellers.seller'),
        ),
        migrations.AddField(
            model_name='payoutapproval',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='payoutapproval',
            name='operator',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='payoutbatch',
            name='created_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='payoutapproval',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='settlement.payoutbatch'),
        ),
        migrations.AddField(
            model_name='payout',
            name='batch',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payouts', to='settlement.payoutbatch'),
        ),
        migrations.AddField(
            model_name='payoutitem',
            name='bill',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payout_items', to='settlement.bill'),
        ),
        migrations.AddField(
            model_name='payoutitem',
            name='movement',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payout_items', to='settlement.depositmovement'),
        ),
        migrations.AddField(
            model_name='payoutitem',
            name='payout',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='settlement.payout'),
        ),
        migrations.AddConstraint(
            model_name='payoutbatch',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'approved', 'sent', 'settled', 'cancelled'])), name='a_batch_is_in_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='payoutbatch',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('count__gt', 0)), name='a_batch_pays_something'),
        ),
        migrations.AddConstraint(
            model_name='payoutbatch',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['sent', 'settled']), ('file__isnull', False), ('sent_at__isnull', False)), models.Q(models.Q(('state__in', ['sent', 'settled']), _negated=True), ('file__isnull', True), ('sent_at__isnull', True)), _connector='OR'), name='a_batch_is_sent_by_its_file'),
        ),
        migrations.AddConstraint(
            model_name='payoutapproval',
            constraint=models.UniqueConstraint(fields=('batch', 'operator'), name='a_batch_is_approved_once_by_each'),
        ),
        migrations.AddConstraint(
            model_name='payoutapproval',
            constraint=models.CheckConstraint(condition=models.Q(('operator', models.F('created_by')), _negated=True), name='who_puts_a_batch_together_does_not_approve_it'),
        ),
        migrations.AddIndex(
            model_name='payout',
            index=models.Index(condition=models.Q(('state', 'planned')), fields=['currency', 'expected_on'], name='payout_queue'),
        ),
        migrations.AddIndex(
            model_name='payout',
            index=models.Index(fields=['seller', '-id'], name='payout_of_seller'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'in_batch', 'sent', 'paid', 'failed', 'returned'])), name='a_payout_is_in_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='a_payout_pays_something'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=models.UniqueConstraint(fields=('batch', 'seller'), name='a_batch_pays_a_seller_once'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=models.UniqueConstraint(condition=models.Q(('end_to_end_id', ''), _negated=True), fields=('end_to_end_id',), name='an_end_to_end_id_is_used_once'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['in_batch', 'sent']), _negated=True), models.Q(('bank_account__isnull', False), ('batch__isnull', False), models.Q(('end_to_end_id', ''), _negated=True)), _connector='OR'), name='a_payout_in_a_batch_has_its_account'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['paid', 'returned']), ('paid_at__isnull', False)), models.Q(models.Q(('state__in', ['paid', 'returned']), _negated=True), ('paid_at__isnull', True)), _connector='OR'), name='a_paid_payout_says_when'),
        ),
        migrations.AddConstraint(
            model_name='payout',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ('failed', 'returned')), models.Q(('failure_code', ''), _negated=True), ('failed_at__isnull', False)), models.Q(models.Q(('state__in', ('failed', 'returned')), _negated=True), ('failed_at__isnull', True), ('failure_code', '')), _connector='OR'), name='an_undone_payout_says_why'),
        ),
        migrations.AddConstraint(
            model_name='payoutitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bill__isnull', False), ('movement__isnull', True)), models.Q(('bill__isnull', True), ('movement__isnull', False)), _connector='OR'), name='a_payout_item_is_a_bill_or_a_deposit'),
        ),
        migrations.AddConstraint(
            model_name='payoutitem',
            constraint=models.CheckConstraint(condition=models.Q(('net__gt', 0), ('tax__gte', 0)), name='a_payout_item_pays_something'),
        ),
        migrations.AddConstraint(
            model_name='payoutitem',
            constraint=models.UniqueConstraint(condition=models.Q(('is_open', True)), fields=('bill',), name='a_bill_is_paid_by_one_payout'),
        ),
        migrations.AddConstraint(
            model_name='payoutitem',
            constraint=models.UniqueConstraint(condition=models.Q(('is_open', True)), fields=('movement',), name='a_deposit_is_returned_by_one_payout'),
        ),
        migrations.RunSQL(_guards(), migrations.RunSQL.noop),
    ]
