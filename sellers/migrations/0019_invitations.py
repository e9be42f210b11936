"""Invitations to a seller's company; the SQL stands beside this file."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


BACK = """
DROP FUNCTION an_invitation_stays_as_it_was_made CASCADE;
DROP SEQUENCE number_of_invitation;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('sellers', '0018_customer_email'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('role', models.CharField(choices=[('owner', 'Owner'), ('finance', 'Finance'), ('operations', 'Operations'), ('viewer', 'Viewer')], max_length=10)),
                ('email', models.EmailField(max_length=254)),
                ('state', models.CharField(choices=[('pending', 'Waiting for an answer'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn'), ('expired', 'Expired')], default='pending', max_length=10)),
                ('digest', models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('mail_attempts', models.PositiveSmallIntegerField(default=0)),
                ('mail_due_at', models.DateTimeField(blank=True, null=True)),
                ('modified_at', models.DateTimeField(auto_now=True)),
                ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='sellers.seller')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('mail_due_at__isnull', False)), fields=['mail_due_at'], name='invitations_to_mail')],
                'constraints': [models.CheckConstraint(condition=models.Q(('role__in', ['owner', 'finance', 'operations', 'viewer'])), name='an_invitation_has_a_known_role'), models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'accepted', 'declined', 'withdrawn', 'expired'])), name='an_invitation_has_a_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('accepted_by__isnull', False), ('state', 'accepted')), models.Q(('accepted_by', None), models.Q(('state', 'accepted'), _negated=True)), _connector='OR'), name='an_accepted_invitation_says_by_whom'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'pending')), models.Q(('decided_at__isnull', False), models.Q(('state', 'pending'), _negated=True)), _connector='OR'), name='an_invitation_is_decided_at_an_instant'), models.UniqueConstraint(models.F('seller'), django.db.models.functions.text.Lower('email'), condition=models.Q(('state', 'pending')), name='an_address_is_invited_once_at_a_time')],
            },
        ),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), BACK),
    ]
