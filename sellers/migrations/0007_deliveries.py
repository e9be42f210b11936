"""Interfaces to sellers' servers, instances and messages (R9.4); their guards in the SQL beside."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


NUMBERS = "CREATE SEQUENCE number_of_delivery_message"
NO_NUMBERS = "DROP SEQUENCE number_of_delivery_message"
BACK = """
DROP FUNCTION messages_keep_what_they_say CASCADE;
DROP FUNCTION attempts_are_answered_once CASCADE;
DROP FUNCTION instances_are_enabled_once CASCADE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('sellers', '0006_usage_of_order'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DeliveryInterface',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(blank=True, max_length=500)),
                ('proposed_url', models.CharField(blank=True, max_length=500)),
                ('key_version', models.PositiveIntegerField(default=1)),
                ('is_on', models.BooleanField(default=False)),
                ('verified_at', models.DateTimeField(null=True)),
                ('modified_at', models.DateTimeField(auto_now=True)),
                ('product', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='delivery_interface', to='sellers.product')),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delivery_interfaces', to='sellers.seller')),
            ],
            options={
                'ordering': ['product__number'],
            },
        ),
        migrations.CreateModel(
            name='DeliveryMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('key', models.CharField(max_length=120, unique=True)),
                ('activity', models.CharField(choices=[('newInstance', 'Create the instance'), ('refreshInstance', 'Extend the instance'), ('updateInstanceStatus', 'Freeze or unfreeze the instance'), ('releaseInstance', 'Release the instance'), ('queryInstance', 'Ask for the instance')], max_length=20)),
                ('details', models.JSONField(default=dict)),
                ('is_test', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('queued', 'Waiting to be sent'), ('sending', 'Being sent'), ('retrying', 'Will be sent again'), ('succeeded', 'Succeeded'), ('failed', 'Failed'), ('cancelled', 'Not needed any more')], default='queued', max_length=10)),
                ('attempts_made', models.PositiveIntegerField(default=0)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('polls', models.PositiveIntegerField(default=0)),
                ('processing_since', models.DateTimeField(null=True)),
                ('next_attempt_at', models.DateTimeField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('result_code', models.CharField(blank=True, max_length=20)),
                ('result', models.CharField(blank=True, max_length=500)),
                ('queued_at', models.DateTimeField(auto_now_add=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('modified_at', models.DateTimeField(auto_now=True)),
                ('interface', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='sellers.deliveryinterface')),
                ('order', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='delivery_messages', to='sellers.order')),
                ('queued_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='delivery_messages', to='sellers.seller')),
            ],
            options={
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='DeliveryAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attempt_no', models.PositiveIntegerField()),
                ('activity', models.CharField(choices=[('newInstance', 'Create the instance'), ('refreshInstance', 'Extend the instance'), ('updateInstanceStatus', 'Freeze or unfreeze the instance'), ('releaseInstance', 'Release the instance'), ('queryInstance', 'Ask for the instance')], max_length=20)),
                ('url', models.CharField(max_length=500)),
                ('key_version', models.PositiveIntegerField()),
                ('business_id', models.CharField(max_length=64, unique=True)),
                ('request', models.JSONField()),
                ('sent_at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('under_way', 'Under way'), ('succeeded', 'Succeeded'), ('processing', 'Being processed'), ('refused', 'Refused by your server'), ('untrusted', 'Answered, but not as agreed'), ('unreachable', 'No answer'), ('lost', 'Cut off on our side')], default='under_way', max_length=15)),
                ('answered_at', models.DateTimeField(null=True)),
                ('milliseconds', models.PositiveIntegerField(null=True)),
                ('http_status', models.PositiveSmallIntegerField(null=True)),
                ('result_code', models.CharField(blank=True, max_length=20)),
                ('answer', models.TextField(blank=True)),
                ('explanation', models.CharField(blank=True, max_length=500)),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='sellers.deliverymessage')),
            ],
            options={
                'ordering': ['message', 'attempt_no'],
            },
        ),
        migrations.CreateModel(
            name='Instance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('instance_id', models.CharField(blank=True, max_length=64)),
                ('state', models.CharField(choices=[('provisioning', 'Being created'), ('running', 'Running'), ('frozen', 'Frozen'), ('released', 'Released')], default='provisioning', max_length=15)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('enabled_at', models.DateTimeField(null=True)),
                ('released_at', models.DateTimeField(null=True)),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='instance', to='sellers.order')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instances', to='sellers.product')),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='instances', to='sellers.seller')),
            ],
        ),
        migrations.AddField(
            model_name='deliverymessage',
            name='instance',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='sellers.instance'),
        ),
        migrations.CreateModel(
            name='AccessKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1)),
                ('rotated_at', models.DateTimeField(null=True)),
                ('seller', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='access_key', to='sellers.seller')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('rotated_at__isnull', True), ('version', 1)), models.Q(('rotated_at__isnull', False), ('version__gt', 1)), _connector='OR'), name='a_new_key_has_its_instant')],
            },
        ),
        migrations.AddConstraint(
            model_name='deliveryinterface',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_on', False), ('url', ''), ('verified_at__isnull', True)), models.Q(models.Q(('url', ''), _negated=True), ('verified_at__isnull', False)), _connector='OR'), name='an_interface_in_use_has_passed_its_test'),
        ),
        migrations.AddConstraint(
            model_name='deliveryinterface',
            constraint=models.CheckConstraint(condition=models.Q(('proposed_url', ''), ('url', ''), _negated=True), name='an_interface_has_an_address'),
        ),
        migrations.AddConstraint(
            model_name='deliveryattempt',
            constraint=models.UniqueConstraint(fields=('message', 'attempt_no'), name='attempts_count_up'),
        ),
        migrations.AddConstraint(
            model_name='deliveryattempt',
            constraint=models.CheckConstraint(condition=models.Q(('outcome__in', ['under_way', 'succeeded', 'processing', 'refused', 'untrusted', 'unreachable', 'lost'])), name='an_attempt_has_a_known_outcome'),
        ),
        migrations.AddConstraint(
            model_name='instance',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['provisioning', 'running', 'frozen', 'released'])), name='an_instance_is_in_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='instance',
            constraint=models.UniqueConstraint(condition=models.Q(('instance_id', ''), _negated=True), fields=('seller', 'instance_id'), name='an_instance_id_names_one_instance_of_its_seller'),
        ),
        migrations.AddConstraint(
            model_name='instance',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'provisioning'), ('state', 'released'), models.Q(models.Q(('instance_id', ''), _negated=True), ('enabled_at__isnull', False)), _connector='OR'), name='an_instance_in_use_has_its_id'),
        ),
        migrations.AddIndex(
            model_name='deliverymessage',
            index=models.Index(condition=models.Q(('state__in', ['queued', 'retrying'])), fields=['next_attempt_at'], name='message_waiting'),
        ),
        migrations.AddIndex(
            model_name='deliverymessage',
            index=models.Index(condition=models.Q(('state', 'sending')), fields=['lease_until'], name='message_leased'),
        ),
        migrations.AddIndex(
            model_name='deliverymessage',
            index=models.Index(fields=['seller', '-id'], name='message_of_seller'),
        ),
        migrations.AddConstraint(
            model_name='deliverymessage',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'sending', 'retrying', 'succeeded', 'failed', 'cancelled'])), name='a_message_is_in_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='deliverymessage',
            constraint=models.CheckConstraint(condition=models.Q(('activity__in', ['newInstance', 'refreshInstance', 'updateInstanceStatus', 'releaseInstance', 'queryInstance'])), name='a_message_has_a_known_activity'),
        ),
        migrations.AddConstraint(
            model_name='deliverymessage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['queued', 'retrying']), ('next_attempt_at__isnull', False)), models.Q(models.Q(('state__in', ['queued', 'retrying']), _negated=True), ('next_attempt_at__isnull', True)), _connector='OR'), name='a_waiting_message_has_its_time'),
        ),
        migrations.AddConstraint(
            model_name='deliverymessage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease_until__isnull', False), ('state', 'sending')), models.Q(models.Q(('state', 'sending'), _negated=True), ('lease_until__isnull', True)), _connector='OR'), name='a_message_being_sent_is_leased'),
        ),
        migrations.AddConstraint(
            model_name='deliverymessage',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'sending')), fields=('instance',), name='messages_of_an_instance_are_sent_one_by_one'),
        ),
        migrations.AddConstraint(
            model_name='deliverymessage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('instance__isnull', True), ('is_test', True), ('order__isnull', True)), models.Q(('instance__isnull', False), ('is_test', False), ('order__isnull', False)), _connector='OR'), name='a_message_is_about_an_order_or_a_test'),
        ),
        migrations.AddConstraint(
            model_name='deliveryattempt',
            constraint=models.CheckConstraint(condition=models.Q(('activity__in', ['newInstance', 'refreshInstance', 'updateInstanceStatus', 'releaseInstance', 'queryInstance'])), name='an_attempt_has_a_known_activity'),
        ),
        migrations.RunSQL(NUMBERS, NO_NUMBERS),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), BACK),
    ]
