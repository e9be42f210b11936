"""The few orders that wait are found by an index: without a cycle yet, or with open supervision."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    atomic = False

    dependencies = [('sellers', '0003_lists_by_index')]

    operations = [
        AddIndexConcurrently(
            model_name='order',
            index=models.Index(fields=['seller'], condition=Q(due_cycle__isnull=True), name='order_not_due'),
        ),
        AddIndexConcurrently(
            model_name='order',
            index=models.Index(
                fields=['placed_at', 'id'],
                condition=Q(supervision_status__in=('waiting_for_service', 'waiting_for_acceptance')),
                name='order_supervised',
            ),
        ),
    ]
