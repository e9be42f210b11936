"""Lists of a seller are read by an index that has their order."""

import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

#: What Django made for the foreign keys: the new ones begin with the same column.
SUPERSEDED = (
    'koogallery_webhookdelivery_endpoint_id_6e83256d',
)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('koogallery', '0001_platform'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='webhookdelivery',
            index=models.Index(fields=['endpoint', '-id'], name='webhook_delivery_of_endpoint'),
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
                    model_name='webhookdelivery',
                    name='endpoint',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='koogallery.webhookendpoint'),
                ),
            ],
        ),
    ]
