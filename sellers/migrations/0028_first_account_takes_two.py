"""The first bank account takes two operators as any other does (R9.1); earlier rows stay."""

from django.db import migrations, models
from django.db.models import F, Q

TWO = "a_bank_account_takes_a_second_operator"
FIRST = "a_certification_brings_the_first_bank_account"


class Migration(migrations.Migration):
    dependencies = [("sellers", "0027_kinds_and_prices")]
    operations = [
        migrations.RemoveConstraint("bankaccount", TWO),
        migrations.RemoveConstraint("bankaccount", FIRST),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AddConstraint(
                    "bankaccount",
                    models.CheckConstraint(
                        condition=Q(approved_by__isnull=True)
                        | ~Q(approved_by=F("requested_by")) & ~Q(approved_by=F("checked_by")),
                        name=TWO,
                    ),
                )
            ],
            database_operations=[
                migrations.RunSQL(
                    f"ALTER TABLE sellers_bankaccount ADD CONSTRAINT {TWO} CHECK (approved_by_id"
                    " IS NULL OR approved_by_id NOT IN (requested_by_id, checked_by_id)) NOT VALID"
                )
            ],
        ),
        migrations.AddConstraint(
            "bankaccount",
            models.CheckConstraint(condition=Q(of_certification=False) | Q(version=1), name=FIRST),
        ),
    ]
