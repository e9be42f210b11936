"""Consents to self-billing, and the numbers of what was issued by them (R8.3)."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
import koogallery.fields
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):

    dependencies = [
        ('sellers', '0001_schema'),
        ("settlement", "0007_bank_statements"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SelfBillingConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('vat_rate', models.DecimalField(decimal_places=6, max_digits=7)),
                ('exemption', koogallery.fields.NameField(blank=True, max_length=200)),
                ('agreed_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('ended_at', models.DateTimeField(null=True)),
                ('modified_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('agreed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='self_billing_consents', to='sellers.seller')),
            ],
            options={
                'verbose_name': 'self-billing consent',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='SelfBilledInvoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField()),
                ('serial', models.PositiveIntegerField()),
                ('invoice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='self_billed', to='settlement.invoice')),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
                ('consent', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='settlement.selfbillingconsent')),
            ],
            options={
                'ordering': ['seller', 'year', 'serial'],
            },
        ),
        migrations.AddIndex(
            model_name='selfbillingconsent',
            index=models.Index(fields=['seller', '-id'], name='self_billing_of_seller'),
        ),
        migrations.AddConstraint(
            model_name='selfbillingconsent',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('seller',), name='a_seller_consents_once'),
        ),
        migrations.AddConstraint(
            model_name='selfbillingconsent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ended_by', None)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='a_consent_is_ended_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='selfbillingconsent',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('vat_rate', 0), models.Q(('exemption', ''), _negated=True)), models.Q(('exemption', ''), ('vat_rate__gt', 0), ('vat_rate__lt', 1)), _connector='OR'), name='who_charges_no_vat_says_why'),
        ),
        migrations.AddConstraint(
            model_name='selfbilledinvoice',
            constraint=models.UniqueConstraint(fields=('seller', 'year', 'serial'), name='a_self_billed_number_is_used_once'),
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
