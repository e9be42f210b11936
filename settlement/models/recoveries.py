from django.db import models
from django.db.models import F, Q

from koogallery import fields
from koogallery.scoping import ScopedQuerySet
from sellers.models import Seller
from settlement.choices import ReceivableState, RecoveryBasis, RecoveryState, Source
from settlement.models.bills import Bill
from settlement.models.deposits import DepositMovement
from settlement.models.refunds import Refund


class RecoveryQuerySet(ScopedQuerySet["Recovery"]):
    pass


class Recovery(fields.Numbered):
    """Getting a settled refund, or a negative balance, back from the seller (R5, R3.5).

    `cycle` holds `refunded_at`; bills from `window_start` to `window_end` may be drawn on. Moving
    a receivable back to the next bill opens a new window (R5.7). `outstanding` is kept by a
    trigger on the allocations, so that Σ allocations + outstanding = amount at every moment (R5.4).

    A negative balance has no refund: `original_bill` is where it began, `cycle` that of the bill
    which left it uncovered, `refunded_at` the end of that cycle, the instant it is queued by.
    """

    STATES = RecoveryState

    number = fields.number()
    refund = models.OneToOneField(Refund, models.PROTECT, null=True, related_name="recovery")
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="recoveries", db_index=False)
    original_bill = models.ForeignKey(Bill, models.PROTECT, related_name="recoveries")
    currency = fields.currency()
    basis = models.CharField(max_length=20, choices=RecoveryBasis.choices)
    amount = fields.amount()
    outstanding = fields.amount()
    state = fields.state(RecoveryState.OPEN, max_length=12)
    refunded_at = models.DateTimeField()
    cycle = fields.cycle()
    window_start = fields.cycle()
    window_end = fields.cycle()
    opened_at = models.DateTimeField(db_default=models.functions.Now())
    modified_at = models.DateTimeField(db_default=models.functions.Now())

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "recoveries"
        indexes = [
            models.Index(
                fields=["seller", "refunded_at", "number"],
                condition=Q(state="open"),
                name="recovery_open",
            ),
            models.Index(fields=["seller", "-id"], name="recovery_of_seller"),
            models.Index(
                fields=["seller", "-refunded_at", "-id"], name="recovery_of_seller_refunded"
            ),
        ]
        constraints = [
            fields.known(RecoveryBasis, "a_recovery_has_a_known_basis", "basis"),
            fields.holds(
                "a_recovery_is_of_a_refund_or_a_negative_balance",
                Q(basis=RecoveryBasis.NEGATIVE_BALANCE, refund__isnull=True)
                | (~Q(basis=RecoveryBasis.NEGATIVE_BALANCE) & Q(refund__isnull=False)),
            ),
            fields.known(RecoveryState, "a_recovery_is_in_a_known_state"),
            fields.holds(
                "outstanding_is_within_the_recovery",
                Q(amount__gt=0) & Q(outstanding__gte=0) & Q(outstanding__lte=F("amount")),
            ),
            fields.holds(
                "recovered_means_nothing_outstanding",
                Q(state=RecoveryState.RECOVERED, outstanding=0)
                | (~Q(state=RecoveryState.RECOVERED) & Q(outstanding__gt=0)),
            ),
        ]

    @property
    def uncovered_on(self) -> str | None:
        """The bill that left a negative balance uncovered: one a seller and cycle (R3.1, R3.5)."""
        return None if self.refund_id else f"B{self.cycle}-{self.seller.number}"


class AllocationQuerySet(ScopedQuerySet["Allocation"]):
    pass


class Allocation(models.Model):
    """One taking of a recovery from one source. Insert-only; its source is its unique key."""

    recovery = models.ForeignKey(Recovery, models.PROTECT, related_name="allocations")
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+")
    source = models.CharField(max_length=10, choices=Source.choices)
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, related_name="allocations")
    movement = models.OneToOneField(
        DepositMovement, models.PROTECT, null=True, related_name="allocation"
    )
    payment = models.OneToOneField(
        "ReceivablePayment", models.PROTECT, null=True, related_name="allocation"
    )
    amount = fields.amount()
    at = models.DateTimeField(db_default=models.functions.Now())

    objects = AllocationQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            fields.holds(
                "an_allocation_is_positive", Q(amount__gt=0) | Q(source="payment", amount__lt=0)
            ),
            fields.once(
                "a_bill_is_drawn_on_once_per_recovery",
                "recovery",
                "bill",
                where=Q(bill__isnull=False),
            ),
            fields.holds(
                "an_allocation_names_its_source",
                Q(source="bill", bill__isnull=False, movement=None, payment=None)
                | Q(source="deposit", bill=None, movement__isnull=False, payment=None)
                | Q(source="payment", bill=None, movement=None, payment__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} from {self.source}"


class ReceivableQuerySet(ScopedQuerySet["Receivable"]):
    pass


class Receivable(fields.Numbered):
    """What the seller has to pay by other means: the outstanding rest of its recovery (R5.3).

    One per recovery; moved back to a bill and not fully taken there, it opens again (R5.7).
    What is outstanding is the recovery's own figure, so the two cannot differ.
    """

    STATES = ReceivableState

    number = fields.number()
    recovery = models.OneToOneField(Recovery, models.PROTECT, related_name="receivable")
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="receivables", db_index=False)
    currency = fields.currency()
    amount = fields.amount()
    state = fields.state(ReceivableState.OPEN, max_length=15)
    due_at = models.DateTimeField()
    opened_at = models.DateTimeField(db_default=models.functions.Now())
    modified_at = models.DateTimeField(db_default=models.functions.Now())

    objects = ReceivableQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["seller", "-id"], name="receivable_of_seller"),
            models.Index(fields=["seller", "due_at", "id"], name="receivable_of_seller_due"),
        ]
        constraints = [
            fields.known(ReceivableState, "a_receivable_is_in_a_known_state"),
            fields.holds("a_receivable_is_positive", Q(amount__gt=0)),
        ]


class ReceivablePayment(models.Model):
    """A seller's payment on a receivable. Insert-only; the bank's reference is its key.

    One that never came is taken back by another below 0, which `reverses` it.
    """

    receivable = models.ForeignKey(Receivable, models.PROTECT, related_name="payments")
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+")
    amount = fields.amount()
    reference = fields.NameField(max_length=100)
    recorded_by = fields.actor()
    at = models.DateTimeField(auto_now_add=True)
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")

    class Meta:
        ordering = ["id"]
        constraints = [
            fields.holds(
                "a_payment_is_positive",
                Q(amount__gt=0, reverses=None) | Q(amount__lt=0, reverses__isnull=False),
            ),
            fields.once("a_payment_is_recorded_once", "receivable", "reference"),
        ]

    def __str__(self) -> str:
        return self.reference
