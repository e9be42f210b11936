"""What goes back to a customer was paid, and stays so while it is claimed (R1.8, R4.1)."""

from pathlib import Path

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("sellers", "0001_squashed_0019_invitations"),
        ("settlement", "0025_deposit_adjustments"),
    ]
    operations = [migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text())]
