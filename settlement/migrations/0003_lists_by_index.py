"""Lists of a seller are read by an index that has their order."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models

#: What Django made for the foreign keys: the new ones begin with the same column.
SUPERSEDED = (
    'settlement_dispute_seller_id_591c9fe1',
    'settlement_invoice_seller_id_fff3170a',
    'settlement_payout_seller_id_2b750843',
    'settlement_receivable_seller_id_8c44f881',
    'settlement_recovery_seller_id_f6b28614',
    'settlement_refund_seller_id_dbce2c26',
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [('settlement', '0002_corrected_payouts')]

    operations = [
        AddIndexConcurrently(
            model_name='dispute',
            index=models.Index(fields=['seller', '-id'], name='dispute_of_seller'),
        ),
        AddIndexConcurrently(
            model_name='invoice',
            index=models.Index(fields=['seller', '-id'], name='invoice_of_seller'),
        ),
        AddIndexConcurrently(
            model_name='receivable',
            index=models.Index(fields=['seller', '-id'], name='receivable_of_seller'),
        ),
        AddIndexConcurrently(
            model_name='receivable',
            index=models.Index(fields=['seller', 'due_at', 'id'], name='receivable_of_seller_due'),
        ),
        AddIndexConcurrently(
            model_name='recovery',
            index=models.Index(fields=['seller', '-id'], name='recovery_of_seller'),
        ),
        AddIndexConcurrently(
            model_name='recovery',
            index=models.Index(fields=['seller', '-refunded_at', '-id'], name='recovery_of_seller_refunded'),
        ),
        AddIndexConcurrently(
            model_name='refund',
            index=models.Index(fields=['seller', '-id'], name='refund_of_seller'),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    [f'DROP INDEX CONCURRENTLY IF EXISTS {name}' for name in SUPERSEDED],
                    migrations.RunSQL.noop,
                ),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name='dispute',
                    name='seller',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='sellers.seller'),
                ),
                migrations.AlterField(
                    model_name='invoice',
                    name='seller',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='sellers.seller'),
                ),
                migrations.AlterField(
                    model_name='payout',
                    name='seller',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='payouts', to='sellers.seller'),
                ),
                migrations.AlterField(
                    model_name='receivable',
                    name='seller',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='receivables', to='sellers.seller'),
                ),
                migrations.AlterField(
                    model_name='recovery',
                    name='seller',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='recoveries', to='sellers.seller'),
                ),
                migrations.AlterField(
                    model_name='refund',
                    name='seller',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='sellers.seller'),
                ),
            ],
        ),
        ValidateConstraint(
            model_name='authorisation',
            name='an_authorisation_is_of_a_known_act',
        ),
    ]
