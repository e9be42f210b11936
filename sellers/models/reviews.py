from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import F, Q

from koogallery import fields
from koogallery.states import StatefulModel


class Reviewed(fields.Numbered, StatefulModel):
    """What a seller's person writes and sends in, and an operator decides (R9.1, R9.2).

    `WAITING` and `ACCEPTED` are its own words for two of the five states. From the sending in the
    content stays; what was rejected is gone on with by a new one that `revises` it.
    """

    WAITING: ClassVar[str]
    ACCEPTED: ClassVar[str]
    #: The columns that its writer fills in.
    CONTENT: ClassVar[tuple[str, ...]]

    number = fields.number()
    created_by = fields.actor()
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_by = fields.later_actor()
    submitted_at = models.DateTimeField(null=True)
    decided_by = fields.later_actor()
    decided_at = models.DateTimeField(null=True)
    reason = fields.FreeTextField(blank=True)
    revises = models.OneToOneField("self", models.PROTECT, null=True, related_name="revised_by")
    modified_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    if TYPE_CHECKING:  # Django makes it for every model that has the column

        def get_state_display(self) -> str: ...

    @property
    def is_draft(self) -> bool:
        return bool(self.state == "draft")

    @property
    def is_waiting(self) -> bool:
        return bool(self.state == self.WAITING)

    @property
    def is_accepted(self) -> bool:
        return bool(self.state == self.ACCEPTED)

    @property
    def is_rejected(self) -> bool:
        return bool(self.state == "rejected")

    @property
    def content(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.CONTENT}


def review_constraints(
    noun: str, states: type[models.TextChoices], waiting: str, accepted: str
) -> list[models.BaseConstraint]:
    """What is never false of anything reviewed; `noun` makes the names sentences."""
    decided = Q(state__in=[accepted, "rejected"])
    somebody = Q(decided_by__isnull=False, decided_at__isnull=False)
    nobody = Q(decided_by__isnull=True, decided_at__isnull=True, reason="")
    sent = Q(submitted_by__isnull=False, submitted_at__isnull=False)
    unsent = Q(submitted_by__isnull=True, submitted_at__isnull=True)
    return [
        fields.known(states, f"a_{noun}_is_in_a_known_state"),
        fields.holds(
            f"a_submitted_{noun}_has_its_submitter",
            (Q(state__in=[waiting, accepted, "rejected"]) & sent)
            | (Q(state__in=["draft", "discarded"]) & unsent),
        ),
        fields.holds(
            f"a_decided_{noun}_has_its_decider", (decided & somebody) | (~decided & nobody)
        ),
        fields.holds(f"a_rejected_{noun}_has_its_reason", ~Q(state="rejected") | ~Q(reason="")),
        fields.holds(
            f"whoever_submits_a_{noun}_does_not_decide_it", ~Q(decided_by=F("submitted_by"))
        ),
    ]
