"""A settlement currency in use no longer changes (R2.8); the SQL stands beside this file."""

from pathlib import Path

from django.db import migrations

BACK = """
DROP TRIGGER a_currency_in_use_stays ON sellers_seller;
DROP FUNCTION a_currency_in_use_stays;
"""


class Migration(migrations.Migration):
    dependencies = [("settlement", "0002_guards"), ("sellers", "0003_cycles_in_sql")]
    operations = [
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), BACK),
    ]
