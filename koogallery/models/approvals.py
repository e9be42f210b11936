from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koogallery import fields
from koogallery.kit.language import Sentence
from koogallery.scoping import OperatorsQuerySet
from koogallery.states import StatefulModel
from koogallery.tones import State, Tone


class ApprovalState(State):
    PENDING = (
        "pending",
        Tone.OPERATORS_TURN,
        pgettext_lazy("approval request", "Waiting for another person"),
    )
    APPROVED = "approved", Tone.SUCCESS, _("Approved")
    REJECTED = "rejected", Tone.ERROR, pgettext_lazy("approval request", "Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


ApprovalState.PENDING.becomes(
    ApprovalState.APPROVED, ApprovalState.REJECTED, ApprovalState.WITHDRAWN
)


class ApprovalRequestQuerySet(OperatorsQuerySet["ApprovalRequest"]):
    pass


class ApprovalRequest(fields.Numbered, StatefulModel):
    """An act that one person may not do alone: who asked for it, with which arguments (R4.4).

    `act` is a service by its registered name, `arguments` what it was called with. `shown` is what
    the requester was shown to follow from it, `digest` stands for that. Approved, the service runs
    once, in the same transaction; `result` names what came of it.
    """

    STATES = ApprovalState

    number = fields.number()
    act = models.CharField(max_length=40)
    seller_number = models.CharField(max_length=40, blank=True)
    object_kind = models.CharField(max_length=40)
    object_number = models.CharField(max_length=150)
    currency = models.CharField(max_length=3, blank=True)
    amount = fields.amount(default=0)
    arguments = models.JSONField()
    why = models.TextField()
    shown = models.JSONField()
    digest = models.CharField(max_length=64)
    state = fields.state(ApprovalState.PENDING, max_length=10)
    approvals_needed = models.PositiveSmallIntegerField(default=1)
    requested_by = fields.actor()
    requested_at = models.DateTimeField(db_default=models.functions.Now())
    closed_by = fields.later_actor()
    closed_at = models.DateTimeField(null=True)
    rejection_reason = fields.FreeTextField(blank=True, db_default="")
    result = models.CharField(max_length=120, blank=True, db_default="")
    modified_at = models.DateTimeField(db_default=models.functions.Now())

    objects = ApprovalRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["requested_at"], condition=Q(state="pending"), name="approval_queue"
            ),
            models.Index(fields=["object_number"], name="approval_of_object"),
        ]
        constraints = [
            fields.known(ApprovalState, "an_approval_request_is_in_a_known_state"),
            fields.holds(
                "a_closed_approval_request_says_by_whom",
                Q(state=ApprovalState.PENDING, closed_by=None, closed_at=None)
                | (
                    ~Q(state=ApprovalState.PENDING)
                    & Q(closed_by__isnull=False, closed_at__isnull=False)
                ),
            ),
            fields.holds(
                "a_rejected_approval_request_says_why",
                Q(state=ApprovalState.REJECTED) & ~Q(rejection_reason="")
                | ~Q(state=ApprovalState.REJECTED) & Q(rejection_reason=""),
            ),
            fields.holds(
                "a_second_person_approves",
                ~Q(state=ApprovalState.APPROVED) | ~Q(closed_by=F("requested_by")),
            ),
            fields.holds("an_approval_request_is_of_a_size", Q(amount__gte=0)),
        ]

    @property
    def told_why(self) -> str:
        """In the reader's language."""
        return str(Sentence.read(self.why))


class Approval(models.Model):
    """One person's approval of a request. Insert-only; never by who asked (R4.4)."""

    request = models.ForeignKey(ApprovalRequest, models.PROTECT, related_name="approvals")
    operator = fields.actor()
    requested_by = fields.actor()
    comment = fields.FreeTextField(blank=True)
    at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        ordering = ["id"]
        constraints = [
            fields.once("each_approves_once", "request", "operator"),
            fields.holds("another_person_approves", ~Q(operator=F("requested_by"))),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} by {self.operator_id}"
