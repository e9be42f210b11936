from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sellers', '0003_cycles_in_sql'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='member',
            constraint=models.CheckConstraint(condition=models.Q(('role__in', ['owner', 'finance', 'operations', 'viewer'])), name='a_member_has_a_known_role'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('order_type__in', ['purchase', 'renewal', 'change', 'trial'])), name='an_order_has_a_known_type'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('billing_mode__in', ['yearly_monthly', 'one_time', 'pay_per_use'])), name='an_order_has_a_known_billing_mode'),
        ),
        migrations.AddConstraint(
            model_name='order',
            constraint=models.CheckConstraint(condition=models.Q(('supervision_status__in', ['not_applicable', 'waiting_for_service', 'waiting_for_acceptance', 'completed'])), name='an_order_has_a_known_supervision'),
        ),
        migrations.AddConstraint(
            model_name='product',
            constraint=models.CheckConstraint(condition=models.Q(('delivery_method__in', ['saas', 'license', 'image', 'professional_service', 'hardware', 'consulting', 'content_service', 'cloud_host'])), name='a_product_has_a_known_delivery'),
        ),
    ]
