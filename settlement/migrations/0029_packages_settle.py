"""What a package covers, the package settles (R9.2); the SQL stands beside this file."""

from pathlib import Path

from django.db import migrations

BACK = """
DROP FUNCTION a_package_in_use_stays_settled CASCADE;
DROP FUNCTION a_package_covers_what_it_settles CASCADE;
DROP FUNCTION package_covers;
DROP FUNCTION refunded_in_full_at;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sellers", "0027_kinds_and_prices"),
        ("settlement", "0028_folded_invoice_numbers"),
    ]
    operations = [
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), BACK),
    ]
