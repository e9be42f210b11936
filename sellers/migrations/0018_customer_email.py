"""Where a customer is mailed of a refund of the order (R4.5)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sellers", "0017_paid_not_enabled")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="customer_email",
            field=models.CharField(blank=True, db_default="", default="", max_length=254),
        ),
    ]
