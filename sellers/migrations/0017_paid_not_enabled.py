"""The queue of orders that are paid and not in effect (R1.2)."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("sellers", "0016_search_by_name")]
    operations = [
        migrations.AddIndex(
            "order",
            models.Index(
                fields=["paid_at"],
                condition=Q(paid_at__isnull=False, effective_at__isnull=True),
                name="order_paid_not_enabled",
            ),
        ),
    ]
