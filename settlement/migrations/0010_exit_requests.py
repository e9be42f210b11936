"""Requests of sellers who want to leave (R6.3)."""

from pathlib import Path

import django.db.models.deletion
import koogallery.fields
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


class Migration(migrations.Migration):

    dependencies = [
        ('sellers', '0001_schema'),
        ('settlement', '0009_known_words_of_banks'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ExitRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('reason', koogallery.fields.FreeTextField(blank=True)),
                ('state', models.CharField(choices=[('requested', 'Requested'), ('granted', 'Granted'), ('withdrawn', 'Withdrawn'), ('refused', 'Refused')], default='requested', max_length=10)),
                ('requested_at', models.DateTimeField(auto_now_add=True)),
                ('answer', koogallery.fields.FreeTextField(blank=True)),
                ('decided_at', models.DateTimeField(null=True)),
                ('modified_at', models.DateTimeField(auto_now=True)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='exit_requests', to='sellers.seller')),
            ],
            options={
                'verbose_name': 'exit request',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['seller', '-id'], name='exit_request_of_seller')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['requested', 'granted', 'withdrawn', 'refused'])), name='an_exit_request_is_in_a_known_state'), models.UniqueConstraint(condition=models.Q(('state', 'requested')), fields=('seller',), name='a_seller_asks_to_leave_once'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'requested'), ('decided_at', None), ('decided_by', None)), models.Q(models.Q(('state', 'requested'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='a_decided_exit_request_says_by_whom'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'refused'), models.Q(('answer', ''), _negated=True)), models.Q(models.Q(('state', 'refused'), _negated=True), ('answer', '')), _connector='OR'), name='who_refuses_an_exit_says_why')],
            },
        ),
        migrations.RunSQL(SQL, migrations.RunSQL.noop),
    ]
