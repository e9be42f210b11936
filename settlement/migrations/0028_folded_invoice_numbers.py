"""Invoice numbers are compared as names are: blanks make no other number (R8.1)."""

from django.db import migrations, models

from koogallery.fields import FoldedName

NAME = "an_invoice_number_is_used_once"


class Migration(migrations.Migration):
    dependencies = [
        ("sellers", "0025_companies_that_left"),
        ("settlement", "0027_customers_of_claims"),
    ]
    operations = [
        migrations.RemoveConstraint("invoice", NAME),
        migrations.AddConstraint(
            "invoice",
            models.UniqueConstraint(
                models.F("seller"),
                FoldedName("invoice_no"),
                condition=models.Q(("state__in", ("received", "under_review", "verified"))),
                name=NAME,
            ),
        ),
    ]
