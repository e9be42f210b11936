from django.db import models
from django.db.models import F, Q, Value

from koogallery import fields
from koogallery.scoping import ScopedQuerySet
from koogallery.states import StatefulModel
from sellers.models import Order, Seller
from settlement.choices import RefundState


class RefundQuerySet(ScopedQuerySet["Refund"]):
    pass


class Refund(fields.Numbered, StatefulModel):
    """A customer's claim for money back after unsubscribing, from application to payout (R4).

    `checks` are the standards of R4.2 as they stood when the refund was asked for.
    `approvals_needed` is 2 once the claims beside it reach the threshold of R4.4, this one among
    them; it only rises, and the database counts. Who agreed for the seller is not one of two.
    `customer_account` is whose claim it was when it was made, whatever the order says later.
    """

    STATES = RefundState

    number = fields.number()
    seller = models.ForeignKey(Seller, models.PROTECT, related_name="refunds", db_index=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="refunds")
    currency = fields.currency()
    amount = fields.amount()
    customer_account = fields.NameField(max_length=200, default="", db_default="")
    reason = fields.FreeTextField()
    special_agreement = fields.FreeTextField(blank=True)
    checks = models.JSONField(default=list)
    state = fields.state(RefundState.SUBMITTED, max_length=20)
    approvals_needed = models.PositiveSmallIntegerField(default=1)
    requested_by = fields.actor()
    requested_at = models.DateTimeField(auto_now_add=True)
    seller_comment = fields.FreeTextField(blank=True)
    agreed_by = fields.later_actor()
    agreed_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    rejected_by = fields.later_actor()
    rejection_reason = fields.FreeTextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    refunded_at = models.DateTimeField(null=True)
    modified_at = models.DateTimeField(auto_now=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["seller", "order"],
                condition=Q(state__in=["approved", "refunded"]),
                name="refund_that_bills_regard",
            ),
            models.Index(fields=["state", "requested_at"], name="refund_queue"),
            models.Index(fields=["seller", "-id"], name="refund_of_seller"),
        ]
        constraints = [
            fields.known(RefundState, "a_refund_is_in_a_known_state"),
            fields.holds("a_refund_is_positive", Q(amount__gt=0)),
            fields.holds(
                "refunded_means_paid_out",
                Q(state=RefundState.REFUNDED, refunded_at__isnull=False)
                | (~Q(state=RefundState.REFUNDED) & Q(refunded_at__isnull=True)),
            ),
            fields.holds(
                "a_rejection_gives_its_reason",
                ~Q(state=RefundState.REJECTED) | ~Q(rejection_reason=""),
            ),
            fields.holds("a_refund_takes_an_approval", Q(approvals_needed__gte=1)),
            fields.holds(
                "the_requester_does_not_speak_for_the_seller", ~Q(agreed_by=F("requested_by"))
            ),
        ]


class RefundApproval(models.Model):
    """One operator's approval. Insert-only; never by the requester (R4.4).

    `checks` are the standards of R4.2 as they stood when it was given.
    """

    refund = models.ForeignKey(Refund, models.PROTECT, related_name="approvals")
    operator = fields.actor()
    requested_by = fields.actor()
    comment = fields.FreeTextField(blank=True)
    checks = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            fields.once("approvers_are_different", "refund", "operator"),
            fields.holds("requester_is_not_approver", ~Q(operator=F("requested_by"))),
        ]

    def __str__(self) -> str:
        return f"{self.refund_id} by {self.operator_id}"
