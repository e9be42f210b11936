from typing import Any, ClassVar

from django.db import models

from koogallery import fields
from koogallery.kit.language import Sentence
from koogallery.states import StatefulModel
from sellers.models import Seller


class Batched(fields.Numbered, StatefulModel):
    """Work on a cycle of everyone or of named sellers, in batches, by any number of workers (R1.7).

    Its `parts`, one a seller, are the queue. `progressed_at` moves with every committed batch: what
    stands still is taken up again by the schedule, at `taken_up_at`. `last_error` is what made its
    last batch fail, whatever came of it then.
    """

    #: The state of a part whose seller is refused, and the column that counts the lines of a part.
    PARKED: ClassVar[str]
    LINES: ClassVar[str]
    #: Keeps the locks of the batches of one kind apart from those of the other.
    LOCK_SIGN: ClassVar[int]
    #: What is rolled back is done in small batches.
    IS_KEPT: ClassVar[bool]

    number = fields.number()
    cycle = fields.cycle()
    everyone = models.BooleanField()
    sellers_total = models.PositiveIntegerField(default=0)
    lines_expected = models.PositiveBigIntegerField(default=0)
    requested_by = fields.later_actor()
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    progressed_at = models.DateTimeField(null=True)
    taken_up_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, db_default="")
    last_error_at = models.DateTimeField(null=True)

    parts: Any

    class Meta:
        abstract = True
        ordering: ClassVar = ["-id"]


class Reasoned:
    """`reason` is kept as what it is (`Sentence.kept`), and told in the language of its reader."""

    reason: str

    @property
    def told_reason(self) -> str:
        return str(Sentence.read(self.reason))


class BatchedSeller(Reasoned, models.Model):
    """One seller's part: pending, done, or refused with the reason.

    `weight` is the number of transactions expected; batches are of about the same weight, the
    biggest first. One that failed `attempts` times waits until `retry_at`; `reason` is then how it
    failed last. `content` is the digest of what is issued, `looks` are the guard rails it met.
    """

    seller = models.ForeignKey(Seller, models.PROTECT, related_name="+")
    weight = models.PositiveIntegerField(db_default=0)
    batch = models.PositiveIntegerField(db_default=0)
    attempts = models.PositiveSmallIntegerField(db_default=0)
    retry_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, db_default="")
    content = models.CharField(max_length=64, blank=True, db_default="")
    looks = models.JSONField(default=list, db_default=[])

    class Meta:
        abstract = True
