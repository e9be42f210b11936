"""Statistics before a bill run, whoever asks for them; the SQL stands beside this file."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("settlement", "0022_addresses_of_billed_orders")]
    operations = [
        migrations.RunSQL(
            Path(__file__).with_suffix(".sql").read_text(),
            "DROP FUNCTION analyze_what_is_billed();",
        )
    ]
