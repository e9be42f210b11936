"""What a usage record was rated at, beside what it costs (R9.5)."""

from django.db import migrations, models
from django.db.models import F, Q
from django.db.models.functions import Round


class Migration(migrations.Migration):
    dependencies = [("sellers", "0022_hands_in_a_seller")]
    operations = [
        migrations.AddField(
            "usagerecord",
            "unit_price",
            models.DecimalField(blank=True, decimal_places=12, max_digits=30, null=True),
        ),
        migrations.AddConstraint(
            "usagerecord",
            models.CheckConstraint(
                condition=Q(unit_price__isnull=True)
                | Q(sales_amount=Round(F("quantity") * F("unit_price"), 12)),
                name="rated_usage_costs_price_times_quantity",
            ),
        ),
    ]
