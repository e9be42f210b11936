"""Files of bills as they were handed out: made once, never changed (R3.2)."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

GUARDS = """
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON settlement_billdocument
    FOR EACH ROW EXECUTE FUNCTION nothing_changes_here();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON settlement_billdocument
    FOR EACH STATEMENT EXECUTE FUNCTION nothing_changes_here();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("settlement", "0014_names_and_texts"),
    ]

    operations = [
        migrations.CreateModel(
            name='BillDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('form', models.CharField(max_length=4)),
                ('language', models.CharField(blank=True, max_length=10)),
                ('digest', models.CharField(max_length=64)),
                ('size', models.PositiveBigIntegerField()),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('bill', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='settlement.bill')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('bill', 'form', 'language'), name='a_document_of_a_bill_is_made_once'), models.CheckConstraint(condition=models.Q(('digest', ''), _negated=True), name='a_document_has_its_digest')],
            },
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
