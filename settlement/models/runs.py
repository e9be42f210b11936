from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from koogallery import fields
from koogallery.scoping import OperatorsQuerySet
from koogallery.states import StatefulModel
from sellers.models import Seller
from settlement.choices import RUN_MOVES, Moves, RunSellerState, RunState
from settlement.models.previews import BillPreview


class RunQuerySet(OperatorsQuerySet["BillRun"]):
    pass


class BillRun(StatefulModel):
    """One order to close a cycle, for everyone or for named sellers, and how far it has come.

    `progressed_at` moves with every committed batch: a run that stands still is taken up again
    by the schedule (R1.7), at `taken_up_at`. One with a `preview` issues exactly what was approved
    there. `retried_at` is when parked sellers were last tried again. `last_error` is what made its
    last batch fail, whatever came of it then.
    """

    MOVES: ClassVar[Moves] = RUN_MOVES

    number = fields.number()
    cycle = fields.cycle()
    everyone = models.BooleanField()
    preview = models.OneToOneField(BillPreview, models.PROTECT, null=True, related_name="run")
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.QUEUED)
    reason = models.TextField(blank=True)
    sellers_total = models.PositiveIntegerField(default=0)
    lines_expected = models.PositiveBigIntegerField(default=0)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    progressed_at = models.DateTimeField(null=True)
    taken_up_at = models.DateTimeField(null=True)
    retried_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, db_default="")
    last_error_at = models.DateTimeField(null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["progressed_at"],
                condition=Q(state__in=["queued", "running"]),
                name="bill_run_unfinished",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RunState.values),
                name="a_bill_run_is_in_a_known_state",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class BillRunSeller(models.Model):
    """One seller's part of a run: pending, done, or parked with the reason.

    One that failed `attempts` times waits until `retry_at`; `reason` is then how it failed last.
    `weight` is the number of transactions expected; sellers are closed in batches of about the
    same weight, the biggest first. `expected` is the digest of the content approved for it, if
    any; `content` the digest of what was issued. `looks` are the guard rails met by a seller who
    got no bill.
    """

    run = models.ForeignKey(BillRun, models.PROTECT, related_name="parts", db_index=False)
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=RunSellerState.choices, db_default=RunSellerState.PENDING
    )
    weight = models.PositiveIntegerField(db_default=0)
    batch = models.PositiveIntegerField(db_default=0)
    attempts = models.PositiveSmallIntegerField(db_default=0)
    retry_at = models.DateTimeField(null=True)
    lines = models.PositiveIntegerField(db_default=0)
    reason = models.TextField(blank=True, db_default="")
    expected = models.CharField(max_length=64, blank=True, db_default="")
    content = models.CharField(max_length=64, blank=True, db_default="")
    looks = models.JSONField(default=list, db_default=[])

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
            models.CheckConstraint(
                condition=Q(state__in=RunSellerState.values),
                name="a_run_part_is_in_a_known_state",
            ),
            models.UniqueConstraint(fields=["run", "seller"], name="a_run_closes_a_seller_once"),
            models.CheckConstraint(
                condition=~Q(state=RunSellerState.DONE) | Q(expected="") | Q(content=F("expected")),
                name="a_part_issues_what_was_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.seller_id}"
