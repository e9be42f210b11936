"""What customers are told, counted and acknowledged (R4.5); the SQL stands beside this file."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("koogallery", "0016_parents_of_tokens"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='notice',
            name='a_sellers_notices_are_counted_once',
        ),
        migrations.RemoveConstraint(
            model_name='notice',
            name='what_sellers_are_told_is_counted',
        ),
        migrations.AddField(
            model_name='notice',
            name='acknowledged_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='notice',
            name='acknowledged_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='notice',
            name='customer_name',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(condition=models.Q(('recipient', 'seller')), fields=('seller_number', 'sequence'), name='a_sellers_notices_are_counted_once'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(condition=models.Q(('recipient', 'customer')), fields=('sequence',), name='customers_notices_are_counted_once'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('sequence__isnull', False)), name='every_notice_is_counted'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('recipient', 'customer'), ('acknowledged_at', None), _connector='OR'), name='what_customers_are_told_is_acknowledged'),
        ),
    ]
