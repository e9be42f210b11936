"""Bills that met a guard rail unseen (R1.6); what holds them is in the SQL beside."""

from pathlib import Path

import django.db.models.deletion
import django.db.models.functions.datetime
import koogallery.fields
from django.conf import settings
from django.db import migrations, models


BACK = """
DROP FUNCTION bill_looks_are_taken_once CASCADE;
DROP FUNCTION flagged_bills_are_looked_at CASCADE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('settlement', '0017_holds'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='billrunseller',
            name='looks',
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.CreateModel(
            name='BillLook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('looks', models.JSONField()),
                ('comment', koogallery.fields.FreeTextField(blank=True, db_default='')),
                ('looked_at', models.DateTimeField(null=True)),
                ('modified_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('bill', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='look', to='settlement.bill')),
                ('looked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('looked_at', None)), fields=['bill'], name='bill_look_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('looked_at', None), ('looked_by', None)), models.Q(('looked_at__isnull', False), ('looked_by__isnull', False)), _connector='OR'), name='a_look_at_a_bill_has_its_operator'), models.CheckConstraint(condition=models.Q(('looks', []), _negated=True), name='a_look_has_its_reasons')],
            },
        ),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), BACK),
    ]
