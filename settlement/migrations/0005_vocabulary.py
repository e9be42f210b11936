from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sellers', '0004_vocabulary'),
        ('settlement', '0004_disputes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='adjustment',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['difference', 'carry_over'])), name='an_adjustment_is_of_a_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='bill',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['pending_approval', 'approval_rejected', 'pending_invoice', 'invoice_under_review', 'payment_processing', 'payment_failed', 'paid', 'closed_without_payment'])), name='a_bill_is_in_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='billrun',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'closed', 'failed'])), name='a_bill_run_is_in_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='billrunseller',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'done', 'parked'])), name='a_run_part_is_in_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='receivable',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'moved_to_bill', 'paid'])), name='a_receivable_is_in_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='recovery',
            constraint=models.CheckConstraint(condition=models.Q(('basis__in', ['refund_amount', 'seller_share'])), name='a_recovery_has_a_known_basis'),
        ),
        migrations.AddConstraint(
            model_name='recovery',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['open', 'receivable', 'recovered'])), name='a_recovery_is_in_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['submitted', 'seller_review', 'operator_review', 'approved', 'refunded', 'rejected', 'withdrawn'])), name='a_refund_is_in_a_known_state'),
        ),
    ]
