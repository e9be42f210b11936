"""A product with orders keeps its kind, rated usage its order's price; the SQL stands beside."""

from pathlib import Path

from django.db import migrations

BACK = """
DROP FUNCTION a_product_with_orders_keeps_its_kind CASCADE;
DROP FUNCTION rated_usage_has_its_orders_price CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("sellers", "0026_serials_of_a_seller")]
    operations = [
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), BACK),
    ]
