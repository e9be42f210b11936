"""A deposit is adjusted with a reason; the SQL beside this file lets two people do it."""

from pathlib import Path

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("settlement", "0024_certified_account")]
    operations = [
        migrations.RemoveConstraint("depositmovement", "a_penalty_has_a_reason"),
        migrations.AddConstraint(
            "depositmovement",
            models.CheckConstraint(
                condition=models.Q(("kind__in", ["penalty", "adjustment"]), _negated=True)
                | models.Q(("reason", ""), _negated=True),
                name="a_penalty_has_a_reason",
            ),
        ),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text()),
    ]
