from django.db import models
from django.db.models import Q

from koogallery import fields
from koogallery.scoping import ScopedQuerySet
from koogallery.states import StatefulModel
from sellers.models import Seller
from settlement.choices import ExitState

_OPEN = Q(state=ExitState.REQUESTED)
_REFUSED = Q(state=ExitState.REFUSED)
_UNDECIDED = Q(decided_by=None, decided_at=None)
_DECIDED = Q(decided_by__isnull=False, decided_at__isnull=False)


class ExitRequestQuerySet(ScopedQuerySet["ExitRequest"]):
    def open(self) -> "ExitRequestQuerySet":
        return self.filter(_OPEN)


class ExitRequest(fields.Numbered, StatefulModel):
    """That a seller wants to leave KooGallery (R6.3). It stands until the exit, which grants it.

    `reason` is the seller's, `answer` that of an operator who refuses it.
    """

    STATES = ExitState

    number = fields.number()
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="exit_requests", db_index=False)
    reason = fields.FreeTextField(blank=True)
    state = fields.state(ExitState.REQUESTED, max_length=10)
    requested_by = fields.actor()
    requested_at = models.DateTimeField(auto_now_add=True)
    answer = fields.FreeTextField(blank=True)
    decided_by = fields.later_actor()
    decided_at = models.DateTimeField(null=True)
    modified_at = models.DateTimeField(auto_now=True)

    objects = ExitRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "exit request"
        ordering = ["-id"]
        indexes = [models.Index(fields=["seller", "-id"], name="exit_request_of_seller")]
        constraints = [
            fields.known(ExitState, "an_exit_request_is_in_a_known_state"),
            fields.once("a_seller_asks_to_leave_once", "seller", where=_OPEN),
            fields.holds(
                "a_decided_exit_request_says_by_whom", (_OPEN & _UNDECIDED) | (~_OPEN & _DECIDED)
            ),
            fields.holds(
                "who_refuses_an_exit_says_why",
                (_REFUSED & ~Q(answer="")) | (~_REFUSED & Q(answer="")),
            ),
        ]
