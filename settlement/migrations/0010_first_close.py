"""A seller's first close begins with what is due (R1.6); the SQL stands beside this file."""

from pathlib import Path

from django.db import migrations

BACK = """
DROP TRIGGER the_first_close_begins_with_what_is_due ON sellers_seller;
DROP FUNCTION the_first_close_begins_with_what_is_due;
"""


class Migration(migrations.Migration):
    dependencies = [("settlement", "0009_queues")]
    operations = [
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), BACK),
    ]
