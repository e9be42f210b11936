"""Names are found however they are written: case, spaces, accents and forms do not matter."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sellers", "0015_ends_and_packages")]
    operations = [
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), migrations.RunSQL.noop)
    ]
