from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from koogallery import fields
from koogallery.models.users import User
from koogallery.scoping import ScopedQuerySet
from koogallery.states import StatefulModel
from koogallery.tones import State, Tone


class ExportState(State):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", Tone.INFO, _("Being written")
    READY = "ready", Tone.SUCCESS, _("Ready")
    FAILED = "failed", Tone.ERROR, _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")


ExportState.QUEUED.becomes(ExportState.RUNNING, ExportState.CANCELLED, ExportState.FAILED)
ExportState.RUNNING.becomes(
    ExportState.READY, ExportState.FAILED, ExportState.CANCELLED, ExportState.QUEUED
)
ExportState.READY.becomes(ExportState.EXPIRED, ExportState.CANCELLED)
#: Not finished: these count against what one user may ask for at once.
OPEN_STATES = (ExportState.QUEUED, ExportState.RUNNING)


class ExportQuerySet(ScopedQuerySet["ExportJob"]):
    seller_path: ClassVar[str] = ""  # a file may hold rows of several sellers

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Whoever sees all the rows that a file holds, sees the file: now, not when it was made."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        if user.sees_every_seller:
            return self
        seen = sellers_seen_by(user)
        return self.filter(every_seller=False, sellers__contained_by=seen, sellers__len__gt=0)

    def hold(self, pk: Any) -> None:
        """Nobody's money moves with it: its own row is enough."""
        self.filter(pk=pk).select_for_update(no_key=True).first()


def sellers_seen_by(user: User) -> list[str]:
    """Numbers of the sellers whose rows a member sees; what a token is narrowed to, if it is."""
    numbers = User.objects.filter(pk=user.pk).values_list("memberships__seller__number", flat=True)
    narrowed = user.narrowed_to
    return sorted(each for each in numbers if each and narrowed in {None, each})


class ExportJob(fields.Numbered, StatefulModel):
    """One list as a file: who asked for which rows, how far it has come, until when it is kept.

    `query` is the address of the console's page or, `by_client`, the filters of the REST list.
    `worker` names whoever writes it: a worker that was given up for dead finds another name there
    and leaves the job alone. `every_seller` is an operator's; else the file holds rows of
    `sellers` alone, and whoever fetches it must see them all.
    """

    STATES = ExportState

    number = fields.number()
    kind = models.CharField(max_length=40)
    format = models.CharField(
        max_length=7, choices=[("csv", "CSV"), ("xlsx", "Excel"), ("parquet", "Parquet")]
    )
    by_client = models.BooleanField(default=False)
    query = models.TextField(blank=True)
    language = models.CharField(max_length=10, default="en")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="exports"
    )
    narrowed_to = models.CharField(max_length=40, blank=True)
    every_seller = models.BooleanField()
    sellers = ArrayField(models.CharField(max_length=60), default=list)
    state = fields.state(ExportState.QUEUED, max_length=10)
    reason = models.TextField(blank=True)
    worker = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    rows_total = models.PositiveBigIntegerField(null=True)
    rows_done = models.PositiveBigIntegerField(default=0)
    size = models.PositiveBigIntegerField(null=True)
    file = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    progressed_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    modified_at = models.DateTimeField(auto_now=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        verbose_name = "export"
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["state", "progressed_at"],
                condition=Q(state__in=["queued", "running"]),
                name="export_open",
            ),
            models.Index(fields=["requested_by", "-id"], name="export_of_user"),
        ]
        constraints = [
            fields.known(ExportState, "an_export_is_in_a_known_state"),
            fields.holds(
                "a_ready_export_has_its_file",
                ~Q(state=ExportState.READY)
                | (~Q(file="") & Q(size__isnull=False, expires_at__isnull=False)),
            ),
        ]

    @property
    def filename(self) -> str:
        return f"{self.kind}-{self.number}.{self.format}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def percent(self) -> int | None:
        """Of its rows, None where it is not known how many there are."""
        if self.state == ExportState.READY:
            return 100
        if not self.rows_total:
            return None
        return min(99, 100 * self.rows_done // self.rows_total)
