"""The rules of cycles said in SQL once, for every statement that takes in or moves facts."""

from pathlib import Path

from django.db import migrations

BACK = "DROP FUNCTION due_in_cycle; DROP FUNCTION transaction_cycle;"


class Migration(migrations.Migration):
    dependencies = [("sellers", "0002_guards")]
    operations = [
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), BACK),
    ]
