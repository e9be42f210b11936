"""Into the deposit of a seller who has left comes what it still owes (R6.3)."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("settlement", "0030_standards_of_approvals")]
    operations = [
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), migrations.RunSQL.noop)
    ]
