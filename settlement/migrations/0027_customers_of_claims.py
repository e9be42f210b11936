"""A claim keeps the customer's account it was made for (R4.4)."""

from pathlib import Path

from django.db import migrations

import koogallery.fields


class Migration(migrations.Migration):
    dependencies = [
        ("sellers", "0024_whom_it_was_sold_to"),
        ("settlement", "0026_what_was_paid_goes_back"),
    ]
    operations = [
        migrations.AddField(
            "refund",
            "customer_account",
            koogallery.fields.NameField(db_default="", default="", max_length=200),
        ),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text()),
    ]
