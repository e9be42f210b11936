"""A trial is free (R1.3); those recorded before with an amount stay as they are."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sellers", "0028_first_account_takes_two")]
    operations = [
        AddConstraintNotValid(
            "order",
            models.CheckConstraint(
                condition=models.Q(("order_type", "trial"), _negated=True)
                | models.Q(("paid_amount", 0)),
                name="a_trial_is_free",
            ),
        )
    ]
