from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from koogallery import fields
from koogallery.kit.language import Sentence
from koogallery.scoping import OperatorsQuerySet, ScopedQuerySet
from koogallery.settlement_time import current_cycle
from sellers.models import Seller
from settlement.choices import Look, PreviewSellerState, PreviewState
from settlement.models.batched import Batched, BatchedSeller
from settlement.models.refunds import Refund


class PreviewQuerySet(OperatorsQuerySet["BillPreview"]):
    def of_open_months(self) -> Self:
        """Without those whose month was closed since for each of their sellers (R1.7)."""
        still_open = Q(seller__open_cycle=None) | Q(seller__open_cycle__lte=OuterRef("cycle"))
        parts = BillPreviewSeller.objects.filter(still_open, preview=OuterRef("pk"))
        return self.filter(Exists(parts))

    def to_approve(self) -> Self:
        ready = self.filter(state=PreviewState.READY, cycle__lt=current_cycle())
        return ready.of_open_months()


class BillPreview(Batched):
    """What a bill run of `cycle` would issue, computed by workers and kept (R1.6).

    Once ready its figures never change, and `digest` stands for all of them: whoever approves
    names the digest of what they saw. A run with an approved preview issues this content only.
    """

    STATES = PreviewState
    PARKED, LINES, LOCK_SIGN = PreviewSellerState.BLOCKED, "line_count", -1
    IS_KEPT = False

    state = fields.state(PreviewState.QUEUED, max_length=10)
    digest = models.CharField(max_length=64, blank=True)
    approved_by = fields.later_actor()
    approved_at = models.DateTimeField(null=True)

    objects = PreviewQuerySet.as_manager()

    class Meta(Batched.Meta):
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=["queued", "running"]),
                name="bill_preview_unfinished",
            )
        ]
        constraints = [
            fields.known(PreviewState, "a_bill_preview_is_in_a_known_state"),
            fields.holds(
                "a_ready_preview_has_its_digest",
                Q(state__in=["queued", "running"], digest="")
                | (Q(state__in=["ready", "approved"]) & ~Q(digest="")),
            ),
            fields.holds(
                "an_approved_preview_has_its_approver",
                Q(
                    state=PreviewState.APPROVED,
                    approved_by__isnull=False,
                    approved_at__isnull=False,
                )
                | (~Q(state=PreviewState.APPROVED) & Q(approved_by=None, approved_at=None)),
            ),
        ]


class PartQuerySet(OperatorsQuerySet["BillPreviewSeller"]):
    pass


class BillPreviewSeller(BatchedSeller):
    """What one seller would get: the bill of the cycle, and the digest of everything issued.

    `bills` and `issued` count and sum all bills up to the cycle, so also those of cycles the
    seller is behind. `look` says what an operator made of the guard rails it met.
    """

    preview = models.ForeignKey(BillPreview, models.PROTECT, related_name="parts", db_index=False)
    state = models.CharField(
        max_length=10, choices=PreviewSellerState.choices, db_default=PreviewSellerState.PENDING
    )
    currency = models.CharField(max_length=3, blank=True, db_default="")
    bill = models.CharField(max_length=60, blank=True, db_default="")
    bills = models.PositiveIntegerField(db_default=0)
    issued = fields.amount(db_default=0)
    line_count = models.PositiveIntegerField(db_default=0)
    sales_amount = fields.amount(db_default=0)
    platform_fee = fields.amount(db_default=0)
    settlement_amount = fields.amount(db_default=0)
    recovered = fields.amount(db_default=0)
    net_payable = fields.amount(db_default=0)
    previous_settlement = fields.amount(null=True)
    difference = fields.amount(db_default=0)
    from_deposit = fields.amount(db_default=0)
    to_receivable = fields.amount(db_default=0)
    held = models.JSONField(default=list, db_default=[])
    look = models.CharField(max_length=12, choices=Look.choices, db_default=Look.NOT_DUE)
    look_comment = fields.FreeTextField(blank=True, db_default="")
    looked_by = fields.later_actor()
    looked_at = models.DateTimeField(null=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["preview", "batch"],
                condition=Q(state="pending"),
                name="preview_part_pending",
            )
        ]
        constraints = [
            fields.known(PreviewSellerState, "a_preview_part_is_in_a_known_state"),
            fields.known(Look, "a_look_is_of_a_known_kind", "look"),
            fields.holds(
                "a_look_has_its_operator",
                Q(look__in=[Look.NOT_DUE, Look.DUE], looked_by=None)
                | Q(look__in=[Look.ACKNOWLEDGED, Look.HELD], looked_by__isnull=False),
            ),
            fields.holds(
                "a_previewed_seller_has_its_content",
                ~Q(state=PreviewSellerState.DONE) | ~Q(content=""),
            ),
            fields.once("a_preview_shows_a_seller_once", "preview", "seller"),
        ]

    def __str__(self) -> str:
        return f"{self.preview_id}/{self.seller_id}"

    @property
    def held_told(self) -> list[str]:
        """What stays off the bill, in the reader's language; the oldest ones are English."""
        return [each if isinstance(each, str) else str(Sentence(*each)) for each in self.held]


class KeptForecastQuerySet(ScopedQuerySet["KeptForecast"]):
    pass


class KeptForecast(models.Model):
    """What comes to a seller, or what a refund would cost it, as a worker computed it last.

    `facts` stands for what it follows from: once they are others, it is out of date. It can be
    computed again at any time; nothing is decided by it. `refused` is the code of why it is empty.
    """

    seller = models.ForeignKey(Seller, models.CASCADE, related_name="+")
    refund = models.ForeignKey(Refund, models.CASCADE, null=True, related_name="+")
    facts = models.CharField(max_length=32)
    content = models.JSONField(null=True)
    refused = models.CharField(max_length=100, blank=True)
    computed_at = models.DateTimeField()

    objects = KeptForecastQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "refund"], nulls_distinct=False, name="a_forecast_is_kept_once"
            )
        ]

    def __str__(self) -> str:
        return f"forecast of {self.refund or self.seller}"
