"""Also who wrote an earlier attempt, or made a member's account; the SQL stands beside this file."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sellers", "0021_requests_of_roles")]
    operations = [
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), migrations.RunSQL.noop)
    ]
