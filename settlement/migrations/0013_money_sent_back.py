"""What came in for nobody may go back to its payer (R8.2)."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):

    dependencies = [('settlement', '0012_lines_in_partitions')]

    operations = [
        migrations.RemoveConstraint(
            model_name='bankline',
            name='a_line_names_what_it_is',
        ),
        migrations.RemoveConstraint(
            model_name='bankline',
            name='a_line_goes_the_right_way',
        ),
        migrations.AddField(
            model_name='bankline',
            name='sends_back',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sent_back_by', to='settlement.bankline'),
        ),
        migrations.AlterField(
            model_name='bankline',
            name='purpose',
            field=models.CharField(blank=True, choices=[('payout', 'Payout'), ('batch', 'Payouts of a batch in one booking'), ('return', 'Payout that came back'), ('receivable', 'Payment of a receivable'), ('deposit', 'Deposit top-up'), ('charges', 'Bank charges'), ('sent_back', 'Money that went back to its payer')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='bankline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('purpose__in', ['', 'charges', 'sent_back']), ('batch', None), ('movement', None), ('payment', None), ('payout', None)), models.Q(('purpose__in', ['payout', 'return']), ('batch', None), ('movement', None), ('payment', None), ('payout__isnull', False)), models.Q(('purpose', 'batch'), ('batch__isnull', False), ('movement', None), ('payment', None), ('payout', None)), models.Q(('purpose', 'receivable'), ('batch', None), ('movement', None), ('payment__isnull', False), ('payout', None)), models.Q(('purpose', 'deposit'), ('batch', None), ('movement__isnull', False), ('payment', None), ('payout', None)), _connector='OR'), name='a_line_names_what_it_is'),
        ),
        migrations.AddConstraint(
            model_name='bankline',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__lt', 0), ('purpose__in', ['payout', 'batch'])), models.Q(('amount__lt', 0), ('purpose', 'sent_back'), ('sends_back__isnull', False)), models.Q(('amount__gt', 0), ('purpose', 'sent_back'), ('sends_back', None)), models.Q(('amount__gt', 0), ('purpose__in', ['return', 'receivable', 'deposit'])), ('purpose__in', ['', 'charges']), _connector='OR'), name='a_line_goes_the_right_way'),
        ),
        migrations.AddConstraint(
            model_name='bankline',
            constraint=models.CheckConstraint(condition=models.Q(('sends_back', None), ('purpose', 'sent_back'), _connector='OR'), name='what_sends_back_is_sent_back'),
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
