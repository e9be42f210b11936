"""Names that look the same are the same, for the database too (R6.3, R8.1, R9.1)."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sellers", "0012_fee_ratio_at")]
    operations = [
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), migrations.RunSQL.noop)
    ]
