"""Which fee ratio an order has, once for all, and what holds it (R2.6)."""

from pathlib import Path

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sellers", "0011_names_and_texts")]
    operations = [
        migrations.AddField(
            "order", "fee_ratio_valid_from", models.DateTimeField(null=True, blank=True)
        ),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), migrations.RunSQL.noop),
    ]
