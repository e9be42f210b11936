"""Sellers held back from being issued anything (R1.7); what guards them is in the SQL beside."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
import koogallery.fields
from django.conf import settings
from django.db import migrations, models


NUMBERS = "CREATE SEQUENCE number_of_bill_hold"
NO_NUMBERS = "DROP SEQUENCE number_of_bill_hold"
BACK = """
DROP FUNCTION holds_are_released_once CASCADE;
DROP FUNCTION held_sellers_are_issued_nothing CASCADE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('sellers', '0009_orders_by_placing'),
        ('settlement', '0016_folded_invoice_numbers'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BillHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('reason', koogallery.fields.FreeTextField()),
                ('held_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('release_reason', koogallery.fields.FreeTextField(blank=True, db_default='')),
                ('released_at', models.DateTimeField(null=True)),
                ('modified_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('held_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('preview', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='settlement.billpreview')),
                ('released_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seller', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='bill_holds', to='sellers.seller')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['seller', '-id'], name='bill_hold_of_seller')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('released_at', None)), fields=('seller',), name='a_seller_is_held_back_once'), models.CheckConstraint(condition=models.Q(models.Q(('release_reason', ''), ('released_at', None), ('released_by', None)), models.Q(('released_at__isnull', False), ('released_by__isnull', False), models.Q(('release_reason', ''), _negated=True)), _connector='OR'), name='a_release_has_its_operator_and_reason'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='a_hold_has_its_reason')],
            },
        ),
        migrations.RunSQL(NUMBERS, NO_NUMBERS),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), BACK),
    ]
