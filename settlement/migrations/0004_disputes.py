"""Disputes (R3.4), what holds them together in the SQL beside this file, and their numbers."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

NUMBERS = "CREATE SEQUENCE number_of_dispute"
NO_NUMBERS = "DROP SEQUENCE number_of_dispute"
BACK = """
DROP FUNCTION disputes_keep_to_their_bill CASCADE;
DROP FUNCTION disputes_keep_their_claim CASCADE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('sellers', '0003_cycles_in_sql'),
        ('settlement', '0003_the_currency_stays'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Dispute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=60, unique=True)),
                ('line_no', models.PositiveIntegerField(null=True)),
                ('reason', models.TextField()),
                ('amount', models.DecimalField(decimal_places=3, max_digits=20, null=True)),
                ('state', models.CharField(choices=[('open', 'Waiting for an answer'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='open', max_length=10)),
                ('opened_at', models.DateTimeField(auto_now_add=True)),
                ('answer', models.TextField(blank=True)),
                ('difference', models.DecimalField(decimal_places=3, max_digits=20, null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('modified_at', models.DateTimeField(auto_now=True)),
                ('adjustment', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='dispute', to='settlement.adjustment')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('bill', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='settlement.bill')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('seller', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='disputes', to='sellers.seller')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['state', 'opened_at'], name='dispute_queue')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'accepted', 'declined', 'withdrawn'])), name='a_dispute_is_in_a_known_state'), models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('bill', 'line_no'), name='one_open_dispute_per_bill_and_line', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['accepted', 'declined']), ('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('answer', ''), _negated=True)), models.Q(models.Q(('state__in', ['accepted', 'declined']), _negated=True), ('answer', ''), ('answered_at__isnull', True), ('answered_by__isnull', True)), _connector='OR'), name='an_answered_dispute_has_its_answer'), models.CheckConstraint(condition=models.Q(models.Q(('adjustment__isnull', True), ('difference__isnull', True)), models.Q(('adjustment__isnull', False), ('difference__isnull', False), ('state', 'accepted')), _connector='OR'), name='an_accepted_difference_has_its_adjustment'), models.CheckConstraint(condition=models.Q(('answered_by', models.F('opened_by')), _negated=True), name='the_opener_does_not_answer'), models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='a_disputed_amount_is_not_nothing')],
            },
        ),
        migrations.RunSQL(NUMBERS, NO_NUMBERS),
        migrations.RunSQL(Path(__file__).with_suffix(".sql").read_text(), BACK),
    ]
