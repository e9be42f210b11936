from typing import ClassVar

from django.db import models
from django.db.models import Q

from koogallery import fields
from koogallery.scoping import ScopedQuerySet
from koogallery.states import StatefulModel
from sellers.models import Seller
from settlement.choices import EXIT_MOVES, ExitState, Moves

_OPEN = Q(state=ExitState.REQUESTED)
_REFUSED = Q(state=ExitState.REFUSED)
_UNDECIDED = Q(decided_by=None, decided_at=None)
_DECIDED = Q(decided_by__isnull=False, decided_at__isnull=False)


class ExitRequestQuerySet(ScopedQuerySet["ExitRequest"]):
    def open(self) -> "ExitRequestQuerySet":
        return self.filter(_OPEN)


class ExitRequest(StatefulModel):
    """That a seller wants to leave KooGallery (R6.3). It stands until the exit, which grants it.

    `reason` is the seller's, `answer` that of an operator who refuses it.
    """

    STATES = ExitState
    MOVES: ClassVar[Moves] = EXIT_MOVES

    number = fields.number()
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="exit_requests", db_index=False)
    reason = fields.FreeTextField(blank=True)
    state = models.CharField(max_length=10, choices=ExitState.choices, default=ExitState.REQUESTED)
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
            models.UniqueConstraint(
                fields=["seller"], condition=_OPEN, name="a_seller_asks_to_leave_once"
            ),
            models.CheckConstraint(
                condition=(_OPEN & _UNDECIDED) | (~_OPEN & _DECIDED),
                name="a_decided_exit_request_says_by_whom",
            ),
            models.CheckConstraint(
                condition=(_REFUSED & ~Q(answer="")) | (~_REFUSED & Q(answer="")),
                name="who_refuses_an_exit_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.number
