"""A certified bank account is its number, bank and holder; the SQL stands beside this file."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("settlement", "0023_analyze_as_the_owner")]
    operations = [migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text())]
