"""The platform's sequence of events, and the addresses of customers; the SQL stands beside (R10)."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('koogallery', '0018_approval_requests'),
    ]

    operations = [
        migrations.CreateModel(
            name='PlatformMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('through', models.BigIntegerField()),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='notice',
            name='customer_email',
            field=models.CharField(blank=True, db_default='', default='', max_length=254),
        ),
        migrations.AddField(
            model_name='notice',
            name='platform_sequence',
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='webhookendpoint',
            name='seller_number',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AlterField(
            model_name='noticemail',
            name='language',
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('platform_sequence', None)), fields=['id'], name='notice_uncounted'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('platform_sequence',), name='the_platforms_events_are_counted_once'),
        ),
        migrations.AddField(
            model_name='platformmark',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
    ]
