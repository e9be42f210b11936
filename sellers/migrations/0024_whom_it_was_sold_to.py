"""An order keeps the account it was sold to (R4.4)."""

from pathlib import Path

from django.db import migrations, models



class Migration(migrations.Migration):
    dependencies = [("sellers", "0023_prices_of_usage")]
    operations = [
        migrations.AddField(
            "order",
            "sold_to_account",
            models.CharField(editable=False, max_length=200, null=True),
        ),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text()),
    ]
