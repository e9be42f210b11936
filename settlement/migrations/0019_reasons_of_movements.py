"""Every movement of a deposit that a person records has a reason its seller reads (R6.2)."""

from django.db import migrations, models

import koogallery.fields


class Migration(migrations.Migration):
    dependencies = [("settlement", "0018_bill_looks")]

    operations = [
        migrations.AddField(
            model_name="depositmovement",
            name="reason",
            field=koogallery.fields.FreeTextField(blank=True, default="", db_default=""),
        ),
        # What was recorded without one has its reference, as a movement without a reason has it now.
        migrations.RunSQL(
            """
            ALTER TABLE settlement_depositmovement DISABLE TRIGGER insert_only;
            UPDATE settlement_depositmovement SET reason = reference WHERE kind <> 'refund_recovery';
            ALTER TABLE settlement_depositmovement ENABLE ALWAYS TRIGGER insert_only;
            """,
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="depositmovement",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("kind", "penalty"), _negated=True), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="a_penalty_has_a_reason",
            ),
        ),
    ]
