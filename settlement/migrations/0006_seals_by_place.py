"""A batch of changes is found from the last one before it; no index tells them apart (R7.3)."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('settlement', '0005_payouts'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='sealedchange',
            name='change_of_batch',
        ),
    ]
