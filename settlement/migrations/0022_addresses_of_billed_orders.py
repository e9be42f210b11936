"""A billed order is frozen but for where its customer is mailed (R3.2, R4.5)."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("sellers", "0018_customer_email"),
        ("settlement", "0021_authorisations"),
    ]

    operations = [
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), migrations.RunSQL.noop)
    ]
