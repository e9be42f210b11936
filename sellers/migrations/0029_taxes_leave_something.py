"""A seller's two tax rates together stay below 1 (R2.2)."""

from django.db import migrations, models


def together_below_one(name: str) -> models.CheckConstraint:
    left = 1 - models.F("digital_service_tax_rate")
    return models.CheckConstraint(
        condition=models.Q(("withholding_tax_rate__lt", left)), name=name
    )


class Migration(migrations.Migration):
    dependencies = [("sellers", "0028_first_account_takes_two")]
    operations = [
        migrations.AddConstraint("seller", together_below_one("taxes_leave_something")),
        migrations.AddConstraint(
            "certification", together_below_one("declared_taxes_leave_something")
        ),
    ]
