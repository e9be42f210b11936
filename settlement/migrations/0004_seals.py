"""Seals over what is on record: changes, their seals, the roots of days (R7.3)."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):

    dependencies = [
        ('sellers', '0001_schema'),
        ('settlement', '0003_invoices_with_tax'),
    ]

    operations = [
        migrations.CreateModel(
            name='SealRoot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField(unique=True)),
                ('made_at', models.DateTimeField()),
                ('seals', models.PositiveIntegerField()),
                ('merkle_root', models.CharField(max_length=64)),
                ('content', models.TextField()),
                ('hash', models.CharField(max_length=64)),
                ('key', models.CharField(max_length=20)),
                ('public_key', models.CharField(max_length=64)),
                ('signature', models.CharField(max_length=128)),
            ],
            options={
                'ordering': ['-place'],
            },
        ),
        migrations.CreateModel(
            name='SealedChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table_name', models.CharField(max_length=63)),
                ('operation', models.CharField(max_length=8)),
                ('batch', models.BigIntegerField(null=True)),
                ('content', models.TextField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('seller', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='sellers.seller')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('batch', None)), fields=['seller'], name='change_without_seal'), models.Index(condition=models.Q(('batch', None), _negated=True), fields=['batch'], name='change_of_batch')],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveIntegerField()),
                ('batch', models.BigIntegerField()),
                ('content', models.TextField()),
                ('hash', models.CharField(max_length=64)),
                ('sealed_at', models.DateTimeField()),
                ('bill', models.OneToOneField(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='seal', to='settlement.bill')),
                ('seller', models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='seals', to='sellers.seller')),
                ('root', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sealed', to='settlement.sealroot')),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(fields=('seller', 'place'), name='a_chain_of_seals_counts_up', nulls_distinct=False)],
            },
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
