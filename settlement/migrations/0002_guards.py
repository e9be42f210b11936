"""What must never be false about the books; the SQL stands beside this file."""

from pathlib import Path

from django.db import migrations

SEQUENCES = """
CREATE SEQUENCE number_of_refund;
CREATE SEQUENCE number_of_adjustment;
CREATE SEQUENCE number_of_bill_run;
"""


class Migration(migrations.Migration):
    dependencies = [("settlement", "0001_initial"), ("sellers", "0002_guards")]
    operations = [
        migrations.RunSQL(SEQUENCES, migrations.RunSQL.noop),
        migrations.RunSQL(
            Path(__file__).with_suffix(".sql").read_text(), migrations.RunSQL.noop
        ),
    ]
