"""Invoices (R8.1), what holds them together in the SQL beside this file, and their numbers."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

NUMBERS = "CREATE SEQUENCE number_of_invoice"
NO_NUMBERS = "DROP SEQUENCE number_of_invoice"
BACK = """
DROP FUNCTION bills_go_on_with_their_invoices CASCADE;
DROP FUNCTION invoices_keep_to_their_bill CASCADE;
DROP FUNCTION invoices_keep_their_facts CASCADE;
DROP FUNCTION invoiced;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('sellers', '0006_usage_of_order'),
        ('settlement', '0006_previews'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='InvoicingList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opened_at', models.DateTimeField()),
                ('due_on', models.DateField(db_index=True)),
                ('bill', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='invoicing_list', to='settlement.bill')),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sellers.seller')),
            ],
        ),
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('invoice_no', models.CharField(max_length=60)),
                ('invoice_date', models.DateField()),
                ('currency', models.CharField(max_length=3)),
                ('amount', models.DecimalField(decimal_places=3, max_digits=20)),
                ('company_name', models.CharField(max_length=200)),
                ('vat_no', models.CharField(max_length=40)),
                ('bank_account', models.CharField(max_length=50)),
                ('beneficiary', models.CharField(max_length=200)),
                ('bank_name', models.CharField(max_length=200)),
                ('bank_address', models.CharField(max_length=300)),
                ('swift', models.CharField(max_length=11)),
                ('bill_to', models.CharField(max_length=300)),
                ('state', models.CharField(choices=[('received', 'Received, more follow'), ('under_review', 'Under review'), ('verified', 'Verified'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn')], default='received', max_length=15)),
                ('rejection_reason', models.TextField(blank=True)),
                ('submitted_at', models.DateTimeField(auto_now_add=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('modified_at', models.DateTimeField(auto_now=True)),
                ('bill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='settlement.bill')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='sellers.seller')),
                ('submitted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['state', 'submitted_at'], name='invoice_queue')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['received', 'under_review', 'verified', 'rejected', 'withdrawn'])), name='an_invoice_is_in_a_known_state'), models.UniqueConstraint(condition=models.Q(('state__in', ('received', 'under_review', 'verified'))), fields=('seller', 'invoice_no'), name='an_invoice_number_is_used_once'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='an_invoice_asks_for_something'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['verified', 'rejected']), ('decided_at__isnull', False), ('decided_by__isnull', False)), models.Q(models.Q(('state__in', ['verified', 'rejected']), _negated=True), ('decided_at__isnull', True), ('decided_by__isnull', True)), _connector='OR'), name='a_decided_invoice_has_its_decider'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'rejected'), models.Q(('rejection_reason', ''), _negated=True)), models.Q(models.Q(('state', 'rejected'), _negated=True), ('rejection_reason', '')), _connector='OR'), name='a_rejected_invoice_says_why')],
            },
        ),
        migrations.RunSQL(NUMBERS, NO_NUMBERS),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), BACK),
    ]
