from pathlib import Path

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('koogallery', '0011_acts'),
    ]

    operations = [
        migrations.CreateModel(
            name='DerivedKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(max_length=40)),
                ('subject', models.CharField(max_length=60)),
                ('version', models.PositiveIntegerField()),
                ('master', models.CharField(max_length=16)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('purpose', 'subject', 'version'), name='a_key_is_derived_once')],
            },
        ),
        migrations.RunSQL(
            Path(__file__).with_suffix(".sql").read_text(), migrations.RunSQL.noop
        ),
    ]
