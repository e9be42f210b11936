"""Applications, certifications and bank accounts (R9.1, R9.2); the SQL stands beside this file."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


BACK = """
DROP FUNCTION what_was_submitted_stays CASCADE;
DROP FUNCTION three_rejections_lock CASCADE;
DROP FUNCTION rejections_in_a_row;
DROP FUNCTION bank_details_stay CASCADE;
DROP FUNCTION a_bank_account_is_the_companys CASCADE;
DROP TRIGGER insert_only ON sellers_certificationunlock;
ALTER TABLE sellers_productapplication DROP CONSTRAINT an_application_is_of_its_products_seller;
DROP SEQUENCE number_of_seller_application, number_of_certification, number_of_bank_account,
    number_of_product_application;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('sellers', '0007_deliveries'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='product',
            name='billing_modes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('yearly_monthly', 'Yearly/monthly'), ('one_time', 'One-time'), ('pay_per_use', 'Pay-per-use'), ('package', 'Pay-per-use package')], max_length=15), blank=True, db_default=[], default=list, size=None),
        ),
        migrations.AddField(
            model_name='product',
            name='delisted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='product',
            name='description',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.CreateModel(
            name='BankAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account_holder', models.CharField(blank=True, max_length=200)),
                ('account_number', models.CharField(blank=True, max_length=34)),
                ('bank_name', models.CharField(blank=True, max_length=200)),
                ('bank_address', models.CharField(blank=True, max_length=300)),
                ('bank_country', models.CharField(blank=True, max_length=2)),
                ('swift_code', models.CharField(blank=True, max_length=11)),
                ('number', models.CharField(max_length=60, unique=True)),
                ('version', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('requested', 'Waiting for the first operator'), ('checked', 'Waiting for the second operator'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('stopped', 'Stopped')], default='requested', max_length=12)),
                ('of_certification', models.BooleanField(default=False, editable=False)),
                ('requested_at', models.DateTimeField(auto_now_add=True)),
                ('checked_at', models.DateTimeField(null=True)),
                ('approved_at', models.DateTimeField(null=True)),
                ('usable_from', models.DateTimeField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('modified_at', models.DateTimeField(auto_now=True)),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('checked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bank_accounts', to='sellers.seller')),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['requested', 'checked', 'approved', 'rejected', 'withdrawn', 'stopped'])), name='a_bank_account_is_in_a_known_state'), models.UniqueConstraint(fields=('seller', 'version'), name='bank_account_versions_count_up'), models.UniqueConstraint(condition=models.Q(('state__in', ['requested', 'checked'])), fields=('seller',), name='one_bank_account_change_waits_at_a_time'), models.CheckConstraint(condition=models.Q(('of_certification', True), models.Q(models.Q(('approved_by__isnull', True), models.Q(('approved_by', models.F('requested_by')), _negated=True), _connector='OR'), models.Q(('approved_by__isnull', True), models.Q(('approved_by', models.F('checked_by')), _negated=True), _connector='OR')), _connector='OR'), name='a_bank_account_takes_a_second_operator'), models.CheckConstraint(condition=models.Q(('of_certification', False), models.Q(('state__in', ['approved', 'stopped']), ('version', 1)), _connector='OR'), name='a_certification_brings_the_first_bank_account'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'stopped']), ('approved_by__isnull', False), ('checked_by__isnull', False), ('usable_from__gte', models.F('approved_at'))), models.Q(models.Q(('state__in', ['approved', 'stopped']), _negated=True), ('approved_at__isnull', True), ('approved_by__isnull', True), ('usable_from__isnull', True)), _connector='OR'), name='an_approved_bank_account_has_its_operators'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'rejected'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='a_rejected_bank_account_has_its_reason')],
            },
        ),
        migrations.CreateModel(
            name='Certification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('modified_at', models.DateTimeField(auto_now=True)),
                ('account_holder', models.CharField(blank=True, max_length=200)),
                ('account_number', models.CharField(blank=True, max_length=34)),
                ('bank_name', models.CharField(blank=True, max_length=200)),
                ('bank_address', models.CharField(blank=True, max_length=300)),
                ('bank_country', models.CharField(blank=True, max_length=2)),
                ('swift_code', models.CharField(blank=True, max_length=11)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('pending', 'Pending review'), ('certified', 'Certified'), ('rejected', 'Rejected'), ('discarded', 'Discarded')], default='draft', max_length=12)),
                ('company_name', models.CharField(blank=True, max_length=200)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('registration_number', models.CharField(blank=True, max_length=60)),
                ('address', models.CharField(blank=True, max_length=300)),
                ('vat_number', models.CharField(blank=True, max_length=40)),
                ('withholding_tax_rate', models.DecimalField(decimal_places=6, default=0, max_digits=7)),
                ('digital_service_tax_rate', models.DecimalField(decimal_places=6, default=0, max_digits=7)),
                ('contact_name', models.CharField(blank=True, max_length=200)),
                ('contact_email', models.CharField(blank=True, max_length=254)),
                ('contact_phone', models.CharField(blank=True, max_length=40)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revises', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='revised_by', to='sellers.certification')),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certifications', to='sellers.seller')),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['state', 'submitted_at'], name='certification_queue')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'pending', 'certified', 'rejected', 'discarded'])), name='a_certification_is_in_a_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['pending', 'certified', 'rejected']), ('submitted_at__isnull', False), ('submitted_by__isnull', False)), models.Q(('state__in', ['draft', 'discarded']), ('submitted_at__isnull', True), ('submitted_by__isnull', True)), _connector='OR'), name='a_submitted_certification_has_its_submitter'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['certified', 'rejected']), ('decided_at__isnull', False), ('decided_by__isnull', False)), models.Q(models.Q(('state__in', ['certified', 'rejected']), _negated=True), ('decided_at__isnull', True), ('decided_by__isnull', True), ('reason', '')), _connector='OR'), name='a_decided_certification_has_its_decider'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'rejected'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='a_rejected_certification_has_its_reason'), models.CheckConstraint(condition=models.Q(('decided_by', models.F('submitted_by')), _negated=True), name='whoever_submits_a_certification_does_not_decide_it'), models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'pending'])), fields=('seller',), name='a_seller_has_one_open_certification'), models.CheckConstraint(condition=models.Q(('withholding_tax_rate__range', (0, 1))), name='a_declared_withholding_tax_is_a_share'), models.CheckConstraint(condition=models.Q(('digital_service_tax_rate__range', (0, 1))), name='a_declared_digital_service_tax_is_a_share')],
            },
        ),
        migrations.CreateModel(
            name='CertificationUnlock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certification_unlocks', to='sellers.seller')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='an_unlock_has_its_reason')],
            },
        ),
        migrations.CreateModel(
            name='ProductApplication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('modified_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(choices=[('release', 'Release of a product'), ('change', 'Change of a released product')], max_length=10)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('pending_approval', 'Pending approval'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('discarded', 'Discarded')], default='draft', max_length=20)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('description', models.TextField(blank=True)),
                ('delivery_method', models.CharField(choices=[('saas', 'SaaS'), ('license', 'License'), ('image', 'Image'), ('professional_service', 'Professional service'), ('hardware', 'Hardware'), ('consulting', 'Consulting service'), ('content_service', 'Content service'), ('cloud_host', 'Cloud host')], max_length=20)),
                ('billing_modes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('yearly_monthly', 'Yearly/monthly'), ('one_time', 'One-time'), ('pay_per_use', 'Pay-per-use'), ('package', 'Pay-per-use package')], max_length=15), blank=True, default=list, size=None)),
                ('supervised', models.BooleanField(default=False)),
                ('platform_fee_ratio', models.DecimalField(decimal_places=6, max_digits=7)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('product', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='sellers.product')),
                ('revises', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='revised_by', to='sellers.productapplication')),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='product_applications', to='sellers.seller')),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['state', 'submitted_at'], name='product_application_queue')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'pending_approval', 'approved', 'rejected', 'discarded'])), name='a_product_application_is_in_a_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['pending_approval', 'approved', 'rejected']), ('submitted_at__isnull', False), ('submitted_by__isnull', False)), models.Q(('state__in', ['draft', 'discarded']), ('submitted_at__isnull', True), ('submitted_by__isnull', True)), _connector='OR'), name='a_submitted_product_application_has_its_submitter'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'rejected']), ('decided_at__isnull', False), ('decided_by__isnull', False)), models.Q(models.Q(('state__in', ['approved', 'rejected']), _negated=True), ('decided_at__isnull', True), ('decided_by__isnull', True), ('reason', '')), _connector='OR'), name='a_decided_product_application_has_its_decider'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'rejected'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='a_rejected_product_application_has_its_reason'), models.CheckConstraint(condition=models.Q(('decided_by', models.F('submitted_by')), _negated=True), name='whoever_submits_a_product_application_does_not_decide_it'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'change'), ('product__isnull', False)), models.Q(('kind', 'release'), ('product__isnull', False), ('state', 'approved')), models.Q(('kind', 'release'), ('product__isnull', True), models.Q(('state', 'approved'), _negated=True)), _connector='OR'), name='an_approved_application_has_its_product'), models.UniqueConstraint(condition=models.Q(('kind', 'change'), ('state__in', ['draft', 'pending_approval'])), fields=('product',), name='a_product_has_one_open_change'), models.CheckConstraint(condition=models.Q(models.Q(('billing_modes__contained_by', ['one_time', 'package', 'pay_per_use', 'yearly_monthly']), ('delivery_method', 'saas')), models.Q(('billing_modes__contained_by', ['one_time', 'yearly_monthly']), ('delivery_method', 'license')), models.Q(('billing_modes__contained_by', ['one_time', 'yearly_monthly']), ('delivery_method', 'professional_service')), models.Q(('billing_modes__contained_by', ['pay_per_use', 'yearly_monthly']), ('delivery_method', 'image')), models.Q(('billing_modes__contained_by', ['one_time']), ('delivery_method', 'hardware')), models.Q(('billing_modes__contained_by', ['one_time', 'pay_per_use', 'yearly_monthly']), ('delivery_method', 'consulting')), models.Q(('billing_modes__contained_by', ['one_time', 'pay_per_use', 'yearly_monthly']), ('delivery_method', 'content_service')), models.Q(('billing_modes__contained_by', ['one_time', 'pay_per_use', 'yearly_monthly']), ('delivery_method', 'cloud_host')), _connector='OR'), name='a_delivery_method_is_sold_in_its_billing_modes'), models.CheckConstraint(condition=models.Q(('platform_fee_ratio__range', (0, 1))), name='a_proposed_ratio_is_a_share')],
            },
        ),
        migrations.CreateModel(
            name='SellerApplication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('reason', models.TextField(blank=True)),
                ('modified_at', models.DateTimeField(auto_now=True)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('pending_review', 'Pending review'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('discarded', 'Discarded')], default='draft', max_length=20)),
                ('company_name', models.CharField(blank=True, max_length=200)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('registration_number', models.CharField(blank=True, max_length=60)),
                ('settlement_currency', models.CharField(blank=True, max_length=3)),
                ('website', models.CharField(blank=True, max_length=200)),
                ('business', models.TextField(blank=True)),
                ('contact_name', models.CharField(blank=True, max_length=200)),
                ('contact_email', models.CharField(blank=True, max_length=254)),
                ('contact_phone', models.CharField(blank=True, max_length=40)),
                ('applicant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seller_applications', to=settings.AUTH_USER_MODEL)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revises', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='revised_by', to='sellers.sellerapplication')),
                ('seller', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='application', to='sellers.seller')),
                ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['state', 'submitted_at'], name='application_queue')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'pending_review', 'approved', 'rejected', 'discarded'])), name='a_seller_application_is_in_a_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['pending_review', 'approved', 'rejected']), ('submitted_at__isnull', False), ('submitted_by__isnull', False)), models.Q(('state__in', ['draft', 'discarded']), ('submitted_at__isnull', True), ('submitted_by__isnull', True)), _connector='OR'), name='a_submitted_seller_application_has_its_submitter'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'rejected']), ('decided_at__isnull', False), ('decided_by__isnull', False)), models.Q(models.Q(('state__in', ['approved', 'rejected']), _negated=True), ('decided_at__isnull', True), ('decided_by__isnull', True), ('reason', '')), _connector='OR'), name='a_decided_seller_application_has_its_decider'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'rejected'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='a_rejected_seller_application_has_its_reason'), models.CheckConstraint(condition=models.Q(('decided_by', models.F('submitted_by')), _negated=True), name='whoever_submits_a_seller_application_does_not_decide_it'), models.CheckConstraint(condition=models.Q(models.Q(('seller__isnull', False), ('state', 'approved')), models.Q(models.Q(('state', 'approved'), _negated=True), ('seller__isnull', True)), _connector='OR'), name='an_approved_application_has_its_seller'), models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'pending_review'])), fields=('applicant',), name='a_person_has_one_open_application')],
            },
        ),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), BACK),
    ]
