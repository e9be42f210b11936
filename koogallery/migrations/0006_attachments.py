"""Documents of rows; what holds them together in the SQL beside this file."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


BACK = """
DROP TRIGGER stay_as_they_were ON koogallery_attachment;
DROP FUNCTION documents_stay_as_they_were;
DROP SEQUENCE number_of_attachment;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('koogallery', '0005_counted_notices'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('object_kind', models.CharField(max_length=40)),
                ('object_number', models.CharField(max_length=60)),
                ('seller_number', models.CharField(blank=True, max_length=40)),
                ('purpose', models.CharField(blank=True, max_length=40)),
                ('name', models.CharField(max_length=120)),
                ('media_type', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('added_at', models.DateTimeField(auto_now_add=True)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['object_kind', 'object_number'], name='attachment_of_object')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', False), ('seller_number', '')), models.Q(models.Q(('seller_number', ''), _negated=True), ('person__isnull', True)), _connector='OR'), name='an_attachment_is_a_sellers_or_a_persons')],
            },
        ),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), BACK),
    ]
