"""The lines of bills in partitions, without a key of their own (R1.5)."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):

    dependencies = [('settlement', '0011_payouts_leave_once')]

    operations = [
        migrations.AddField(
            model_name='bill',
            name='partition',
            field=models.BigIntegerField(db_default=0, editable=False),
        ),
        migrations.CreateModel(
            name='BilledAdjustment',
            fields=[
                ('adjustment', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='billed', serialize=False, to='settlement.adjustment')),
                ('bill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='settlement.bill')),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint('billline', 'line_numbers_are_unique'),
                migrations.RemoveConstraint('billline', 'an_order_is_billed_once'),
                migrations.RemoveConstraint('billline', 'a_usage_record_is_billed_once'),
                migrations.RemoveConstraint('billline', 'an_adjustment_is_billed_once'),
                migrations.RemoveField('billline', 'id'),
                migrations.AddField('billline', 'pk', models.CompositePrimaryKey('bill_id', 'line_no', blank=True, editable=False, primary_key=True, serialize=False)),
                migrations.AddField('billline', 'partition', models.BigIntegerField(db_default=0, editable=False)),
                migrations.AddIndex('billline', models.Index(condition=models.Q(('adjustment__isnull', False)), fields=['adjustment'], name='lines_of_adjustments')),
                migrations.AddConstraint('billline', models.UniqueConstraint(fields=('bill', 'line_no', 'partition'), name='line_numbers_are_unique')),
                migrations.AddConstraint('billline', models.UniqueConstraint(condition=models.Q(('kind', 'order')), fields=('order', 'partition'), name='an_order_is_billed_once')),
                migrations.AddConstraint('billline', models.UniqueConstraint(condition=models.Q(('usage_record__isnull', False)), fields=('usage_record', 'partition'), name='a_usage_record_is_billed_once')),
            ],
            database_operations=[migrations.RunSQL(SQL, migrations.RunSQL.noop)],
        ),
    ]
