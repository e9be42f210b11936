"""Orders cancelled before they were paid (R1.3), pay-per-use that ended (R6.3), packages (R9.2)."""

from django.db import migrations, models
from django.db.models import F, Q

MODES = [
    ("yearly_monthly", "Yearly/monthly"),
    ("one_time", "One-time"),
    ("pay_per_use", "Pay-per-use"),
    ("package", "Pay-per-use package"),
]


class Migration(migrations.Migration):
    dependencies = [("sellers", "0014_ratios_of_a_reported_past")]
    operations = [
        migrations.AddField("order", "cancelled_at", models.DateTimeField(null=True, blank=True)),
        migrations.AddField("order", "ended_at", models.DateTimeField(null=True, blank=True)),
        migrations.AlterField(
            "order", "billing_mode", models.CharField(max_length=15, choices=MODES)
        ),
        migrations.RemoveConstraint("order", "an_order_has_a_known_billing_mode"),
        migrations.AddConstraint(
            "order",
            models.CheckConstraint(
                condition=Q(billing_mode__in=[mode for mode, _ in MODES]),
                name="an_order_has_a_known_billing_mode",
            ),
        ),
        migrations.AddConstraint(
            "order",
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True)
                | (Q(paid_at__isnull=True) & Q(cycle__isnull=True) & Q(due_cycle__isnull=True)),
                name="a_cancelled_order_is_neither_paid_nor_due",
            ),
        ),
        migrations.AddConstraint(
            "order",
            models.CheckConstraint(
                condition=Q(cancelled_at__isnull=True) | Q(cancelled_at__gte=F("placed_at")),
                name="an_order_is_not_cancelled_before_it_was_placed",
            ),
        ),
        migrations.AddConstraint(
            "order",
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True)
                | (
                    Q(billing_mode="pay_per_use")
                    & Q(effective_at__isnull=False)
                    & Q(ended_at__gte=F("effective_at"))
                ),
                name="only_pay_per_use_in_effect_ends",
            ),
        ),
        migrations.AddField(
            "usagerecord",
            "package",
            models.ForeignKey(
                "sellers.Order",
                models.PROTECT,
                related_name="package_usage",
                null=True,
                blank=True,
                db_index=False,
            ),
        ),
        migrations.RemoveIndex("usagerecord", "usage_of_order"),
        migrations.AddIndex(
            "usagerecord",
            models.Index(
                fields=["order", "cycle", "id"],
                include=["due_cycle", "sales_amount", "customer_wht", "package"],
                name="usage_of_order",
            ),
        ),
        migrations.AddIndex(
            "usagerecord",
            models.Index(
                fields=["package"], condition=Q(package__isnull=False), name="usage_of_package"
            ),
        ),
        migrations.AddConstraint(
            "usagerecord",
            models.CheckConstraint(
                condition=Q(package__isnull=True)
                | (Q(sales_amount=0) & Q(cycle__isnull=True) & Q(due_cycle__isnull=True)),
                name="usage_of_a_package_is_not_charged_again",
            ),
        ),
    ]
