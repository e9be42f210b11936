from django.db import models
from django.db.models import F, Q

from koogallery import fields
from koogallery.scoping import ScopedQuerySet
from koogallery.states import StatefulModel
from sellers.models import Seller
from settlement.choices import DisputeState
from settlement.models.bills import Adjustment, Bill

_ANSWERED = Q(state__in=[DisputeState.ACCEPTED, DisputeState.DECLINED])
_NOBODY = Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
_SOMEBODY = Q(answered_by__isnull=False, answered_at__isnull=False) & ~Q(answer="")


class DisputeQuerySet(ScopedQuerySet["Dispute"]):
    pass


class Dispute(fields.Numbered, StatefulModel):
    """A seller's objection to a bill, or to one line of it, and the operators' answer (R3.4).

    `amount` is what the seller says is missing, `difference` what the operator found: signed, in
    the bill's currency, positive for the seller. The bill stays as it is; a difference is paid as
    `adjustment` on the next one (R3.2). An answer is final.
    """

    STATES = DisputeState

    number = fields.number()
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="disputes", db_index=False)
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="disputes")
    line_no = models.PositiveIntegerField(null=True)
    reason = fields.FreeTextField()
    amount = fields.amount(null=True)
    state = fields.state(DisputeState.OPEN, max_length=10)
    opened_by = fields.actor()
    opened_at = models.DateTimeField(auto_now_add=True)
    answer = fields.FreeTextField(blank=True)
    difference = fields.amount(null=True)
    adjustment = models.OneToOneField(Adjustment, models.PROTECT, null=True, related_name="dispute")
    answered_by = fields.later_actor()
    answered_at = models.DateTimeField(null=True)
    modified_at = models.DateTimeField(auto_now=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "opened_at"], name="dispute_queue"),
            models.Index(fields=["seller", "-id"], name="dispute_of_seller"),
        ]
        constraints = [
            fields.known(DisputeState, "a_dispute_is_in_a_known_state"),
            models.UniqueConstraint(
                fields=["bill", "line_no"],
                condition=Q(state=DisputeState.OPEN),
                nulls_distinct=False,
                name="one_open_dispute_per_bill_and_line",
            ),
            fields.holds(
                "an_answered_dispute_has_its_answer",
                (_ANSWERED & _SOMEBODY) | (~_ANSWERED & _NOBODY),
            ),
            fields.holds(
                "an_accepted_difference_has_its_adjustment",
                Q(difference__isnull=True, adjustment__isnull=True)
                | Q(
                    state=DisputeState.ACCEPTED,
                    difference__isnull=False,
                    adjustment__isnull=False,
                ),
            ),
            fields.holds("the_opener_does_not_answer", ~Q(answered_by=F("opened_by"))),
            fields.holds("a_disputed_amount_is_not_nothing", ~Q(amount=0)),
        ]

    @property
    def subject(self) -> str:
        """What is disputed, as people name it."""
        return f"line {self.line_no} of bill {self.bill}" if self.line_no else f"bill {self.bill}"
