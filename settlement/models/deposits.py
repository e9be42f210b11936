from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from koogallery import fields
from koogallery.kit.figures import money_text
from koogallery.scoping import ScopedQuerySet
from sellers.models import Seller
from settlement.choices import MovementKind


class DepositQuerySet(ScopedQuerySet["Deposit"]):
    pass


class Deposit(models.Model):
    """A seller's deposit (R6.1). A trigger on the movements keeps the balance, never below 0."""

    seller = models.OneToOneField(Seller, models.PROTECT, primary_key=True, related_name="deposit")
    currency = fields.currency()
    balance = fields.amount(default=0)
    modified_at = models.DateTimeField(db_default=models.functions.Now())

    objects = DepositQuerySet.as_manager()

    class Meta:
        constraints = [fields.holds("a_deposit_is_never_below_zero", Q(balance__gte=0))]

    def __str__(self) -> str:
        return _("deposit of %(seller)s") % {"seller": self.seller}


class MovementQuerySet(ScopedQuerySet["DepositMovement"]):
    pass


class DepositMovement(models.Model):
    """One movement of a deposit, insert-only: the signed `change`, and the balance it led to.

    `reason` is what its seller reads; a recovery that draws on the deposit is named by `reference`,
    and so is the top-up that a reversal takes back.
    """

    seller = models.ForeignKey(Seller, models.PROTECT, related_name="deposit_movements")
    kind = models.CharField(max_length=15, choices=MovementKind.choices)
    change = fields.amount()
    balance_after = fields.amount()
    reference = fields.NameField(max_length=100)
    reason = fields.FreeTextField(blank=True, default="", db_default="")
    actor = fields.later_actor()
    at = models.DateTimeField(db_default=models.functions.Now())

    objects = MovementQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            fields.holds(
                "a_movement_has_the_sign_of_its_kind",
                Q(kind="top_up", change__gt=0)
                | Q(kind__in=["refund_recovery", "penalty", "return", "reversal"], change__lt=0)
                | (Q(kind="adjustment") & ~Q(change=0)),
            ),
            fields.holds("no_movement_overdraws_a_deposit", Q(balance_after__gte=0)),
            fields.holds(
                "a_penalty_has_a_reason",
                ~Q(kind__in=["penalty", "adjustment", "reversal"]) | ~Q(reason=""),
            ),
            fields.once(
                "a_movement_is_recorded_once",
                "seller",
                "kind",
                "reference",
                where=~Q(kind="refund_recovery"),
            ),
        ]

    def __str__(self) -> str:
        change = money_text(self.change, self.seller.settlement_currency)
        return f"{self.get_kind_display()} {change}"
