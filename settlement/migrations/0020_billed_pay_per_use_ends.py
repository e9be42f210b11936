"""A pay-per-use order ends after part of its usage was billed (R6.3)."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("settlement", "0019_reasons_of_movements"), ("sellers", "0015_ends_and_packages")]
    operations = [
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), migrations.RunSQL.noop)
    ]
