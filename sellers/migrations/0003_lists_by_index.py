"""Lists of a seller are read by an index that has their order."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

#: What Django made for the foreign keys: the new ones begin with the same column.
SUPERSEDED = (
    'sellers_deliverymessage_seller_id_8c6f6e2c',
    'sellers_productapplication_seller_id_e1f8d50b',
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [('sellers', '0002_tax_numbers')]

    operations = [
        AddIndexConcurrently(
            model_name='order',
            index=models.Index(fields=['-placed_at', '-id'], name='order_placed'),
        ),
        AddIndexConcurrently(
            model_name='productapplication',
            index=models.Index(fields=['seller', '-id'], name='product_application_of_seller'),
        ),
        AddIndexConcurrently(
            model_name='usagerecord',
            index=models.Index(fields=['seller', '-id'], name='usage_of_seller'),
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
                    model_name='deliverymessage',
                    name='seller',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='delivery_messages', to='sellers.seller'),
                ),
                migrations.AlterField(
                    model_name='productapplication',
                    name='seller',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='product_applications', to='sellers.seller'),
                ),
            ],
        ),
    ]
