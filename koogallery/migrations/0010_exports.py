import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('koogallery', '0009_webhooks'),
    ]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE number_of_export", "DROP SEQUENCE number_of_export"),
        migrations.CreateModel(
            name='ExportJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('kind', models.CharField(max_length=40)),
                ('format', models.CharField(choices=[('csv', 'CSV'), ('xlsx', 'Excel')], max_length=4)),
                ('by_client', models.BooleanField(default=False)),
                ('query', models.TextField(blank=True)),
                ('language', models.CharField(default='en', max_length=10)),
                ('narrowed_to', models.CharField(blank=True, max_length=40)),
                ('every_seller', models.BooleanField()),
                ('sellers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('state', models.CharField(choices=[('queued', 'Waiting'), ('running', 'Being written'), ('ready', 'Ready'), ('failed', 'Failed'), ('cancelled', 'Cancelled'), ('expired', 'Expired')], default='queued', max_length=10)),
                ('reason', models.TextField(blank=True)),
                ('worker', models.UUIDField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('rows_total', models.PositiveBigIntegerField(null=True)),
                ('rows_done', models.PositiveBigIntegerField(default=0)),
                ('size', models.PositiveBigIntegerField(null=True)),
                ('file', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('progressed_at', models.DateTimeField(auto_now_add=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('expires_at', models.DateTimeField(null=True)),
                ('modified_at', models.DateTimeField(auto_now=True)),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exports', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'export',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('state__in', ['queued', 'running'])), fields=['state', 'progressed_at'], name='export_open'), models.Index(fields=['requested_by', '-id'], name='export_of_user')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'ready', 'failed', 'cancelled', 'expired'])), name='an_export_is_in_a_known_state'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'ready'), _negated=True), models.Q(models.Q(('file', ''), _negated=True), ('expires_at__isnull', False), ('size__isnull', False)), _connector='OR'), name='a_ready_export_has_its_file')],
            },
        ),
    ]
