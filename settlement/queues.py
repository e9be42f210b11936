"""What of bills, refunds, payouts and the books waits for operators."""

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from koogallery.duties import Duty
from koogallery.kit.language import marked
from koogallery.queues import QUEUES, Queue, not_by
from sellers.models import Order, Seller
from settlement.choices import (
    BatchState,
    BillState,
    DisputeState,
    InvoiceState,
    PayoutState,
    ReceivableState,
    RefundState,
    RunSellerState,
)
from settlement.models import (
    BankLine,
    Bill,
    BillHold,
    BillLook,
    BillPreview,
    BillRun,
    BillRunSeller,
    Deposit,
    Dispute,
    ExitRequest,
    InvariantResult,
    Invoice,
    Payout,
    PayoutBatch,
    Receivable,
    Refund,
)
from settlement.readings.enabling import waiting_to_be_enabled
from settlement.readings.exits import ready_requests, waiting_requests


def _open_receivables() -> QuerySet[Receivable]:
    return Receivable.objects.filter(state=ReceivableState.OPEN)


def _overdue() -> QuerySet[Receivable]:
    return _open_receivables().filter(due_at__lt=timezone.now())


def _not_due_yet() -> QuerySet[Receivable]:
    return _open_receivables().filter(due_at__gte=timezone.now())


def _parked() -> QuerySet[BillRunSeller]:
    """Of the cycle that is still open for them; another run may have closed it meanwhile."""
    still_open = Q(seller__open_cycle=None) | Q(seller__open_cycle__lte=F("run__cycle"))
    return BillRunSeller.objects.filter(still_open, state=RunSellerState.PARKED)


def _below_level() -> QuerySet[Seller]:
    """Also sellers who paid nothing in yet (R6.2)."""
    below = Q(deposit__balance__lt=F("required_deposit")) | Q(deposit=None)
    return Seller.objects.filter(below, required_deposit__gt=0, left_at=None)


QUEUES += [
    Queue(
        title=marked("Refunds to decide"),
        model=Refund,
        rows=lambda: Refund.objects.filter(state=RefundState.OPERATOR_REVIEW),
        since="requested_at",
        amount="amount",
        act=Duty.DECIDE_REFUNDS,
        limit=3,
        open_to=not_by("requested_by", "approvals__operator"),
    ),
    Queue(
        title=marked("Refunds with the seller"),
        model=Refund,
        rows=lambda: Refund.objects.filter(state=RefundState.SELLER_REVIEW),
        query="?state=seller_review",
        since="requested_at",
        amount="amount",
        act=Duty.DECIDE_REFUNDS,
        limit=5,
        open_to=not_by("requested_by"),
    ),
    Queue(
        title=marked("Refunds to be paid out"),
        model=Refund,
        rows=lambda: Refund.objects.filter(state=RefundState.APPROVED),
        query="?state=approved",
        since="approved_at",
        amount="amount",
        act=Duty.REPORT_REFUNDS,
        limit=3,
    ),
    Queue(
        title=marked("Bills to look at"),
        model=Bill,
        rows=lambda: Bill.objects.filter(
            state=BillState.PENDING_APPROVAL,
            look__in=BillLook.objects.due(),
        ),
        query="?state=pending_approval&look=due",
        since="issued_at",
        amount="net_payable",
        act=Duty.APPROVE_BILLS,
        limit=1,
    ),
    Queue(
        title=marked("Bills to approve"),
        model=Bill,
        rows=lambda: Bill.objects.filter(state=BillState.PENDING_APPROVAL),
        query="?state=pending_approval",
        since="issued_at",
        amount="net_payable",
        act=Duty.APPROVE_BILLS,
        limit=3,
    ),
    Queue(
        title=marked("Invoices to check"),
        model=Invoice,
        rows=lambda: Invoice.objects.filter(state=InvoiceState.UNDER_REVIEW),
        since="submitted_at",
        amount="amount",
        act=Duty.CHECK_INVOICES,
        limit=3,
        open_to=not_by("submitted_by"),
    ),
    Queue(
        title=marked("Payouts to put into a batch"),
        model=Payout,
        rows=Payout.objects.planned,
        since="created_at",
        amount="amount",
        act=Duty.PAY_OUT,
        limit=7,
    ),
    Queue(
        title=marked("Batches to approve"),
        model=PayoutBatch,
        rows=lambda: PayoutBatch.objects.filter(state=BatchState.DRAFT),
        since="created_at",
        amount="amount",
        act=Duty.PAY_OUT,
        limit=1,
        open_to=not_by("created_by", "approvals__operator"),
    ),
    Queue(
        title=marked("Batches to send to the bank"),
        model=PayoutBatch,
        rows=lambda: PayoutBatch.objects.filter(state=BatchState.APPROVED),
        query="?state=approved",
        since="approved_at",
        amount="amount",
        act=Duty.PAY_OUT,
        limit=1,
    ),
    Queue(
        title=marked("Payouts the bank has not reported"),
        model=Payout,
        rows=lambda: Payout.objects.filter(state=PayoutState.SENT),
        query="?state=sent",
        since="sent_at",
        amount="amount",
        act=Duty.PAY_OUT,
        limit=3,
    ),
    Queue(
        title=marked("Bank lines in suspense"),
        model=BankLine,
        rows=BankLine.objects.in_suspense,
        since="taken_at",
        amount="amount",
        act=Duty.RECORD_PAYMENTS,
        limit=3,
    ),
    Queue(
        title=marked("Bills whose payment failed"),
        model=Bill,
        rows=lambda: Bill.objects.filter(state=BillState.PAYMENT_FAILED),
        query="?state=payment_failed",
        amount="net_payable",
        is_alarm=True,
        act=Duty.PAY_OUT,
    ),
    Queue(
        title=marked("Disputes to answer"),
        model=Dispute,
        rows=lambda: Dispute.objects.filter(state=DisputeState.OPEN),
        since="opened_at",
        amount="amount",
        currency="bill__currency",
        act=Duty.ANSWER_DISPUTES,
        limit=5,
    ),
    Queue(
        title=marked("Parked sellers"),
        model=BillRun,
        rows=_parked,
        query="?state__exact=failed",
        since="run__finished_at",
        is_alarm=True,
        act=Duty.RUN_BILLS,
        limit=1,
    ),
    Queue(
        title=marked("Sellers held back"),
        model=BillHold,
        rows=BillHold.objects.unreleased,
        since="held_at",
        act=Duty.APPROVE_BILLS,
        limit=5,
    ),
    Queue(
        title=marked("Previews to approve"),
        model=BillPreview,
        rows=BillPreview.objects.to_approve,
        query="?waits=approval",
        since="finished_at",
        act=Duty.APPROVE_BILLS,
        limit=1,
    ),
    Queue(
        title=marked("Receivables overdue"),
        model=Receivable,
        rows=_overdue,
        query="?due=overdue",
        since="due_at",
        amount="recovery__outstanding",
        is_alarm=True,
        act=Duty.RECORD_PAYMENTS,
    ),
    Queue(
        title=marked("Receivables not due yet"),
        model=Receivable,
        rows=_not_due_yet,
        query="?due=later",
        since="opened_at",
        amount="recovery__outstanding",
        act=Duty.RECORD_PAYMENTS,
    ),
    Queue(
        title=marked("Sellers who want to leave: ready"),
        model=ExitRequest,
        rows=ready_requests,
        since="requested_at",
        act=Duty.MANAGE_SELLERS,
        limit=3,
    ),
    Queue(
        title=marked("Sellers who want to leave: waiting"),
        model=ExitRequest,
        rows=waiting_requests,
        query="?state=waiting",
        since="requested_at",
        act=Duty.MANAGE_SELLERS,
    ),
    Queue(
        title=marked("Deposits below their level"),
        model=Deposit,
        rows=_below_level,
        query="?level=below",
        amount="required_deposit",
        currency="settlement_currency",
        act=Duty.MOVE_DEPOSITS,
    ),
    Queue(
        title=marked("Orders paid, not enabled"),
        model=Order,
        rows=waiting_to_be_enabled,
        query="?enabling=waiting",
        since="paid_at",
        amount="paid_amount",
        is_alarm=True,
        act=Duty.MANAGE_DELIVERY,
        limit=1,
    ),
    Queue(
        title=marked("Invariants that fail"),
        model=InvariantResult,
        rows=lambda: InvariantResult.objects.filter(holds=False),
        query="?holds__exact=0",
        since="at",
        duty=Duty.READ_BOOKS,
        is_alarm=True,
        act=Duty.READ_BOOKS,
        limit=1,
    ),
]
