"""Products are delisted, never deleted (R9.2); the SQL stands beside this file."""

from pathlib import Path

from django.db import migrations, models

BACK = """
DROP TRIGGER never_deleted ON sellers_product;
DROP FUNCTION products_are_never_deleted;
"""


class Migration(migrations.Migration):
    dependencies = [("sellers", "0004_vocabulary")]
    operations = [
        migrations.AddField(
            model_name="product",
            name="delisted_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), BACK),
    ]
