"""The usage of an order by cycle, with what a sum of it needs, in one index (the order's own)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sellers", "0005_product_delisted_at")]

    operations = [
        migrations.AddIndex(
            model_name="usagerecord",
            index=models.Index(
                fields=["order", "cycle", "id"],
                include=["due_cycle", "sales_amount", "customer_wht"],
                name="usage_of_order",
            ),
        ),
        migrations.AlterField(
            model_name="usagerecord",
            name="order",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="usage_records",
                to="sellers.order",
            ),
        ),
    ]
