from django.db import models
from django.db.models import F, Q

from koogallery import fields
from koogallery.scoping import OperatorsQuerySet
from settlement.choices import RunSellerState, RunState
from settlement.models.batched import Batched, BatchedSeller, Reasoned
from settlement.models.previews import BillPreview


class RunQuerySet(OperatorsQuerySet["BillRun"]):
    pass


class BillRun(Reasoned, Batched):
    """One order to close a cycle, for everyone or for named sellers, and how far it has come.

    One with a `preview` issues exactly what was approved there. `retried_at` is when parked sellers
    were last tried again.
    """

    STATES = RunState
    PARKED, LINES, LOCK_SIGN = RunSellerState.PARKED, "lines", 1
    IS_KEPT = True

    preview = models.OneToOneField(BillPreview, models.PROTECT, null=True, related_name="run")
    state = fields.state(RunState.QUEUED, max_length=10)
    reason = models.TextField(blank=True)
    retried_at = models.DateTimeField(null=True)

    objects = RunQuerySet.as_manager()

    class Meta(Batched.Meta):
        indexes = [
            models.Index(
                fields=["progressed_at"],
                condition=Q(state__in=["queued", "running"]),
                name="bill_run_unfinished",
            )
        ]
        constraints = [
            fields.known(RunState, "a_bill_run_is_in_a_known_state"),
        ]


class BillRunSeller(BatchedSeller):
    """One seller's part of a run: pending, done, or parked with the reason.

    `expected` is the digest of the content approved for it, if any; only a seller without a bill
    has its `looks` here.
    """

    run = models.ForeignKey(BillRun, models.PROTECT, related_name="parts", db_index=False)
    state = models.CharField(
        max_length=10, choices=RunSellerState.choices, db_default=RunSellerState.PENDING
    )
    lines = models.PositiveIntegerField(db_default=0)
    expected = models.CharField(max_length=64, blank=True, db_default="")

    class Meta:
        indexes = [
            models.Index(
                fields=["run", "batch"],
                condition=Q(state="pending"),
                name="run_part_pending",
            ),
            models.Index(
                fields=["run", "seller"], condition=Q(state="parked"), name="run_part_parked"
            ),
        ]
        constraints = [
            fields.known(RunSellerState, "a_run_part_is_in_a_known_state"),
            fields.once("a_run_closes_a_seller_once", "run", "seller"),
            fields.holds(
                "a_part_issues_what_was_approved",
                ~Q(state=RunSellerState.DONE) | Q(expected="") | Q(content=F("expected")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.seller_id}"
