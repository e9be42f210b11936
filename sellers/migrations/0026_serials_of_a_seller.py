"""A serial is unique within its seller, no longer among all of them (R9.5)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sellers", "0025_companies_that_left")]
    operations = [
        migrations.AddConstraint(
            "usagerecord",
            models.UniqueConstraint(
                fields=["metering_sn", "seller"], name="a_seller_uses_a_serial_once"
            ),
        ),
        migrations.AlterField("usagerecord", "metering_sn", models.CharField(max_length=64)),
    ]
