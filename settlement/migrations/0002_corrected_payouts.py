"""What a person said of a payout is taken back by two (R4.4)."""

from pathlib import Path

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('settlement', '0001_books')]

    operations = [
        migrations.RemoveConstraint(
            model_name='authorisation',
            name='an_authorisation_is_of_a_known_act',
        ),
        migrations.AlterField(
            model_name='authorisation',
            name='act',
            field=models.CharField(choices=[('refund', 'Refund'), ('adjustment', 'Adjustment'), ('dispute', 'Accepted dispute'), ('top_up', 'Top-up'), ('penalty', 'Penalty'), ('return', 'Return'), ('exit', 'Exit of a seller'), ('payment', 'Payment on a receivable'), ('receivable_move', 'Receivable moved to the next bill'), ('bill', 'Approval of a bill'), ('invoice', 'Invoice with another bank account'), ('payout', 'Payout recorded as paid by hand'), ('payout_failure', 'Payout recorded as failed by hand'), ('payout_correction', 'Payout recorded as paid by mistake'), ('attribution', 'Bank line attributed to a payout')], max_length=20),
        ),
        AddConstraintNotValid(
            model_name='authorisation',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['refund', 'adjustment', 'dispute', 'top_up', 'penalty', 'return', 'exit', 'payment', 'receivable_move', 'bill', 'invoice', 'payout', 'payout_failure', 'payout_correction', 'attribution'])), name='an_authorisation_is_of_a_known_act'),
        ),
        migrations.RunSQL(
            Path(__file__).with_suffix('.sql').read_text(encoding='utf-8'),
            migrations.RunSQL.noop,
        ),
    ]
