"""The VAT of an invoice, per rate (R8.1)."""

from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):

    dependencies = [
        ('settlement', '0002_one_word_per_thing'),
    ]

    operations = [
        migrations.CreateModel(
            name='InvoiceTax',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rate', models.DecimalField(decimal_places=6, max_digits=7)),
                ('net', models.DecimalField(decimal_places=3, max_digits=20)),
                ('tax', models.DecimalField(decimal_places=3, max_digits=20)),
            ],
            options={
                'ordering': ['invoice', '-rate'],
            },
        ),
        migrations.AddField(
            model_name='invoice',
            name='tax',
            field=models.DecimalField(db_default=0, decimal_places=3, default=0, max_digits=20),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.CheckConstraint(condition=models.Q(('tax__gte', 0)), name='an_invoice_takes_no_tax_off'),
        ),
        migrations.AddField(
            model_name='invoicetax',
            name='invoice',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='taxes', to='settlement.invoice'),
        ),
        migrations.AddConstraint(
            model_name='invoicetax',
            constraint=models.UniqueConstraint(fields=('invoice', 'rate'), name='a_rate_stands_once_on_an_invoice'),
        ),
        migrations.AddConstraint(
            model_name='invoicetax',
            constraint=models.CheckConstraint(condition=models.Q(('net__gt', 0), ('rate__gte', 0), ('rate__lt', 1), ('tax__gte', 0)), name='a_rate_taxes_something'),
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
