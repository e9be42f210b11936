"""Webhook endpoints, what they are told, and which e-mail members want (R10, ADR 0012)."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


NUMBERS = """
CREATE SEQUENCE number_of_webhook_endpoint;
CREATE SEQUENCE number_of_webhook_delivery;
"""
NO_NUMBERS = """
DROP SEQUENCE number_of_webhook_endpoint;
DROP SEQUENCE number_of_webhook_delivery;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('koogallery', '0008_tokens'),
    ]

    operations = [
        migrations.RunSQL(NUMBERS, NO_NUMBERS),
        migrations.CreateModel(
            name='WebhookEndpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('seller_number', models.CharField(max_length=40)),
                ('url', models.CharField(max_length=500)),
                ('description', models.CharField(blank=True, max_length=200)),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, null=True, size=None)),
                ('state', models.CharField(choices=[('active', 'Active'), ('disabled', 'Disabled'), ('removed', 'Removed')], default='active', max_length=10)),
                ('disabled_reason', models.CharField(blank=True, choices=[('gone', 'Its server answered 410 Gone'), ('failing', 'Its server took nothing for three days'), ('by_hand', 'It was disabled by hand')], max_length=10)),
                ('disabled_at', models.DateTimeField(null=True)),
                ('key_version', models.PositiveIntegerField(default=1)),
                ('rotated_at', models.DateTimeField(null=True)),
                ('read_through', models.BigIntegerField()),
                ('lease', models.UUIDField(null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('failing_since', models.DateTimeField(null=True)),
                ('unanswered', models.PositiveIntegerField(default=0)),
                ('resting_until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('modified_at', models.DateTimeField(auto_now=True)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'webhook endpoint',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('cause', models.CharField(choices=[('event', 'Event'), ('replay', 'Replay'), ('test', 'Test')], max_length=10)),
                ('state', models.CharField(choices=[('pending', 'Waiting'), ('delivered', 'Delivered'), ('failed', 'Given up')], default='pending', max_length=10)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('due_at', models.DateTimeField()),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('notice', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='koogallery.notice')),
                ('endpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='koogallery.webhookendpoint')),
            ],
            options={
                'verbose_name': 'webhook delivery',
                'verbose_name_plural': 'webhook deliveries',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='MailChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seller_number', models.CharField(max_length=40)),
                ('unwanted', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mail_choices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'seller_number'), name='a_member_chooses_mail_once_per_seller')],
            },
        ),
        migrations.CreateModel(
            name='WebhookAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('milliseconds', models.PositiveIntegerField()),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('fault', models.CharField(blank=True, max_length=300)),
                ('answer', models.CharField(blank=True, max_length=500)),
                ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tries', to='koogallery.webhookdelivery')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__isnull', True), ('fault', ''), _connector='XOR'), name='an_attempt_has_a_status_or_a_fault')],
            },
        ),
        migrations.AddIndex(
            model_name='webhookendpoint',
            index=models.Index(fields=['seller_number'], name='webhook_endpoint_of_seller'),
        ),
        migrations.AddConstraint(
            model_name='webhookendpoint',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['active', 'disabled', 'removed'])), name='a_webhook_endpoint_is_in_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='webhookendpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('disabled_at__isnull', False), ('state', 'disabled'), models.Q(('disabled_reason', ''), _negated=True)), models.Q(('state', 'disabled'), _negated=True), _connector='OR'), name='a_disabled_endpoint_says_why'),
        ),
        migrations.AddConstraint(
            model_name='webhookendpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease__isnull', True), ('leased_until__isnull', True)), models.Q(('lease__isnull', False), ('leased_until__isnull', False)), _connector='OR'), name='a_lease_has_its_end'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('state', 'pending')), fields=['endpoint', 'due_at'], name='webhook_delivery_due'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.UniqueConstraint(condition=models.Q(('cause', 'event')), fields=('endpoint', 'notice'), name='an_event_is_queued_once_per_endpoint'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('cause', 'test'), ('notice__isnull', True)), models.Q(models.Q(('cause', 'test'), _negated=True), ('notice__isnull', False)), _connector='OR'), name='a_delivery_is_of_an_event_or_a_test'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', True), ('state', 'pending')), models.Q(models.Q(('state', 'pending'), _negated=True), ('finished_at__isnull', False)), _connector='OR'), name='a_finished_delivery_says_when'),
        ),
    ]
