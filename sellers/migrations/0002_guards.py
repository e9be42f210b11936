"""The fence and the references that Django cannot declare; the SQL stands beside this file."""

from pathlib import Path

from django.db import migrations

SEQUENCES = """
CREATE SEQUENCE number_of_seller;
CREATE SEQUENCE number_of_product;
"""


class Migration(migrations.Migration):
    dependencies = [("sellers", "0001_initial")]
    operations = [
        migrations.RunSQL(SEQUENCES, migrations.RunSQL.noop),
        migrations.RunSQL(
            Path(__file__).with_suffix(".sql").read_text(), migrations.RunSQL.noop
        ),
    ]
