"""A bill's products bear what they settled (R2.4)."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):

    dependencies = [('settlement', '0013_money_sent_back')]

    operations = [
        migrations.AddField(
            model_name='billproduct',
            name='line_count',
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        *(
            migrations.AddField(
                model_name='billproduct',
                name=name,
                field=models.DecimalField(decimal_places=12, default=0, max_digits=30),
                preserve_default=False,
            )
            for name in ('sales_amount', 'customer_wht', 'settlement')
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
