"""Tax identification numbers of a certified company (R9.1)."""

import koogallery.fields
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('sellers', '0001_sellers'),
    ]

    operations = [
        migrations.AddField(
            model_name='certification',
            name='tax_numbers',
            field=koogallery.fields.NameField(blank=True, db_default='', max_length=300),
        ),
    ]
