"""Names are compared without blanks and signs around; who has left does not register again.

What compares invoice numbers is made anew by settlement's migration of that name.
"""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sellers", "0024_whom_it_was_sold_to")]
    operations = [
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), migrations.RunSQL.noop)
    ]
