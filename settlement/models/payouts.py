from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from koogallery import fields
from koogallery.scoping import OperatorsQuerySet, ScopedQuerySet
from koogallery.states import StatefulModel
from sellers.models import BankAccount, Seller
from settlement.choices import (
    UNDONE_PAYOUTS,
    BatchState,
    PayoutState,
)
from settlement.models.bills import Bill
from settlement.models.deposits import DepositMovement

_UNDONE = Q(state__in=UNDONE_PAYOUTS)
_CHOSEN = Q(batch__isnull=False, bank_account__isnull=False)


class PayoutBatchQuerySet(OperatorsQuerySet["PayoutBatch"]):
    pass


class PayoutBatch(fields.Numbered, StatefulModel):
    """Payouts in one currency that go to the bank in one file, executed on one day (R8.2).

    `payer_…` is the account it is paid from, as it was configured when the batch was put together.
    `file` is the pain.001 that was sent, written when it is first fetched; the same ever after.
    """

    STATES = BatchState

    number = fields.number()
    currency = fields.currency()
    expected_on = models.DateField()
    amount = fields.amount()
    count = models.PositiveIntegerField()
    state = fields.state(BatchState.DRAFT, max_length=10)
    payer_holder = models.CharField(max_length=140)
    payer_number = models.CharField(max_length=34)
    payer_swift_code = models.CharField(max_length=11)
    approvals_needed = models.PositiveSmallIntegerField()
    created_by = fields.actor()
    created_at = models.DateTimeField(auto_now_add=True)
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    file = models.BinaryField(null=True)
    modified_at = models.DateTimeField(auto_now=True)

    objects = PayoutBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "payout batches"
        constraints = [
            fields.known(BatchState, "a_batch_is_in_a_known_state"),
            fields.holds("a_batch_pays_something", Q(amount__gt=0) & Q(count__gt=0)),
            fields.holds(
                "a_batch_is_sent_by_its_file",
                Q(state__in=[BatchState.SENT, BatchState.SETTLED])
                & Q(file__isnull=False, sent_at__isnull=False)
                | ~Q(state__in=[BatchState.SENT, BatchState.SETTLED])
                & Q(file__isnull=True, sent_at__isnull=True),
            ),
        ]


class PayoutApproval(models.Model):
    """One operator's approval of a batch. Insert-only; never by who put it together (R4.4)."""

    batch = models.ForeignKey(PayoutBatch, models.PROTECT, related_name="approvals")
    operator = fields.actor()
    created_by = fields.actor()
    comment = fields.FreeTextField(blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            fields.once("a_batch_is_approved_once_by_each", "batch", "operator"),
            fields.holds(
                "who_puts_a_batch_together_does_not_approve_it", ~Q(operator=F("created_by"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} by {self.operator_id}"


class PayoutQuerySet(ScopedQuerySet["Payout"]):
    def planned(self) -> Self:
        return self.filter(state=PayoutState.PLANNED)

    def with_names(self) -> Self:
        return self.select_related("seller", "batch", "bank_account")


class Payout(fields.Numbered, StatefulModel):
    """Money on its way to one seller: the exact sum of its bills' net payables and tax (R8.2).

    While it is planned, further bills of the seller join it. `bank_account` is chosen when it is
    put into a batch: certified and past its cool-down. `paid_by` recorded it by hand, where no
    bank statement comes. The balances are what was payable to the seller before and after it, net
    of tax, once it is sent or paid. A failed or returned payout ends; another one pays instead.
    """

    STATES = PayoutState

    number = fields.number()
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="payouts", db_index=False)
    currency = fields.currency()
    amount = fields.amount()
    state = fields.state(PayoutState.PLANNED, max_length=10)
    expected_on = models.DateField()
    batch = models.ForeignKey(PayoutBatch, models.PROTECT, null=True, related_name="payouts")
    bank_account = models.ForeignKey(BankAccount, models.PROTECT, null=True, related_name="+")
    opening_balance = fields.amount(null=True)
    closing_balance = fields.amount(null=True)
    end_to_end_id = models.CharField(max_length=35, blank=True, default="")
    sent_at = models.DateTimeField(null=True)
    paid_at = models.DateTimeField(null=True)
    paid_by = fields.later_actor()
    bank_reference = fields.NameField(max_length=140, blank=True, default="")
    failure_code = models.CharField(max_length=10, blank=True, default="")
    failure_detail = fields.FreeTextField(blank=True, default="")
    failed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    modified_at = models.DateTimeField(auto_now=True)

    objects = PayoutQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["currency", "expected_on"],
                condition=Q(state=PayoutState.PLANNED),
                name="payout_queue",
            ),
            models.Index(fields=["seller", "-id"], name="payout_of_seller"),
        ]
        constraints = [
            fields.known(PayoutState, "a_payout_is_in_a_known_state"),
            fields.holds("a_payout_pays_something", Q(amount__gt=0)),
            fields.once("a_batch_pays_a_seller_once", "batch", "seller"),
            fields.once(
                "an_end_to_end_id_is_used_once", "end_to_end_id", where=~Q(end_to_end_id="")
            ),
            fields.holds(
                "a_payout_in_a_batch_has_its_account",
                ~Q(state__in=[PayoutState.IN_BATCH, PayoutState.SENT])
                | _CHOSEN & ~Q(end_to_end_id=""),
            ),
            fields.holds(
                "a_paid_payout_says_when",
                Q(state__in=[PayoutState.PAID, PayoutState.RETURNED]) & Q(paid_at__isnull=False)
                | ~Q(state__in=[PayoutState.PAID, PayoutState.RETURNED]) & Q(paid_at__isnull=True),
            ),
            fields.holds(
                "an_undone_payout_says_why",
                _UNDONE & ~Q(failure_code="") & Q(failed_at__isnull=False)
                | ~_UNDONE & Q(failure_code="", failed_at__isnull=True),
            ),
        ]


class PayoutItemQuerySet(ScopedQuerySet["PayoutItem"]):
    seller_path: ClassVar[str] = "payout__seller"


class PayoutItem(models.Model):
    """What a payout pays: a bill's net payable with the tax of its invoices, or a returned deposit.

    `is_open` until its payout fails or is returned: each bill and each movement is paid by one
    payout at a time.
    """

    payout = models.ForeignKey(Payout, models.PROTECT, related_name="items")
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, related_name="payout_items")
    movement = models.ForeignKey(
        DepositMovement, models.PROTECT, null=True, related_name="payout_items"
    )
    net = fields.amount()
    tax = fields.amount(default=0)
    is_open = models.BooleanField(default=True)

    objects = PayoutItemQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            fields.holds(
                "a_payout_item_is_a_bill_or_a_deposit",
                Q(bill__isnull=False, movement__isnull=True)
                | Q(bill__isnull=True, movement__isnull=False),
            ),
            fields.holds("a_payout_item_pays_something", Q(net__gt=0) & Q(tax__gte=0)),
            fields.once("a_bill_is_paid_by_one_payout", "bill", where=Q(is_open=True)),
            fields.once("a_deposit_is_returned_by_one_payout", "movement", where=Q(is_open=True)),
        ]

    def __str__(self) -> str:
        return f"{self.payout_id}: {self.bill_id or self.movement_id}"

    @property
    def total(self) -> Decimal:
        return self.net + self.tax
