"""A payout that left with its batch does not leave alone as well (R8.2)."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):

    dependencies = [('settlement', '0010_exit_requests')]

    operations = [
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='bankline',
            name='reason',
            field=models.CharField(choices=[('end_to_end', 'By its end-to-end id'), ('reference', 'By reference and amount'), ('batch', "By the batch's id and amount"), ('code', "By the bank's code"), ('notified', 'It repeats another line'), ('by_hand', 'By a person'), ('unknown', 'Nothing is known by its ids or its text'), ('other_amount', 'What it names is over another amount'), ('not_expected', 'What it names is not expected (not sent, or paid already)'), ('ambiguous', 'It fits more than one'), ('two_people', 'So much takes two people'), ('refused', 'What it names does not take it')], max_length=20),
        ),
        migrations.AlterField(
            model_name='bankline',
            name='state',
            field=models.CharField(choices=[('suspense', 'In suspense'), ('matched', 'Matched'), ('attributed', 'Attributed'), ('repeated', 'Known already')], max_length=10),
        ),
    ]
