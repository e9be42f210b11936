"""What waits for operators: every queue with who acts on it, and for how long it may wait.

It knows every app. A queue appears on the first page by itself once its pages are the admin's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Min, Model, Q, QuerySet, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify

from koogallery.approvals import ACTS
from koogallery.duties import Duty
from koogallery.kit.language import gettext, marked
from koogallery.models import ApprovalRequest, ApprovalState, NoticeMail, User
from koogallery.models.notice_mails import MailState
from koogallery.settlement_time import current_cycle
from sellers.models import (
    BankAccount,
    Certification,
    Order,
    ProductApplication,
    Seller,
    SellerApplication,
)
from settlement.choices import (
    BatchState,
    BillState,
    DisputeState,
    InvoiceState,
    PayoutState,
    PreviewState,
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
from settlement.readings.calendar import WorkingDays
from settlement.readings.enabling import waiting_to_be_enabled
from settlement.readings.exits import ready_requests, waiting_requests


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Rows that wait for whoever has the duty `act`; `duty` is what it takes to read them.

    `open_to` leaves to a user what they may still act on, without what they asked for or approved
    themselves. `amount` and `currency` are lookups, `since` that of how long rows wait, `limit`
    for how many working days they may, unless settings.QUEUE_LIMITS names another by the key.
    """

    title: str
    model: type[Model]
    rows: Callable[[], QuerySet[Any]]
    act: Duty
    limit: int | None = None
    open_to: Callable[[QuerySet[Any], User], QuerySet[Any]] = lambda rows, _: rows
    query: str = ""
    since: str = ""
    amount: str = ""
    currency: str = "currency"
    duty: Duty = Duty.VIEW
    is_alarm: bool = False

    @property
    def label(self) -> str:
        return gettext(self.title)

    @property
    def key(self) -> str:
        return slugify(self.title)

    @property
    def longest(self) -> int | None:
        """Working days that its oldest row may wait."""
        limit: int | None = settings.QUEUE_LIMITS.get(self.key, self.limit)
        return limit

    @property
    def address(self) -> str:
        """The page of its rows in the admin."""
        options = self.model._meta
        page = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
        return f"{page}{self.query}"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue as it stands now; `waited` are the working days of its oldest row."""

    queue: Queue
    count: int
    oldest: datetime | None
    amounts: Sequence[tuple[str, Decimal]]
    waited: int | None

    @property
    def address(self) -> str:
        return self.queue.address

    @property
    def is_over(self) -> bool:
        longest = self.queue.longest
        return longest is not None and self.waited is not None and self.waited > longest


def waiting(queue: Queue, rows: QuerySet[Any], days: WorkingDays) -> Waiting:
    """Of these of its rows, with one query."""
    rows = rows.order_by()
    figures: dict[str, Any] = {"rows": Count("pk")}
    if queue.since:
        figures["oldest"] = Min(queue.since)
    if queue.amount:
        figures["sum"] = Sum(queue.amount)
        found = list(rows.values(code=F(queue.currency)).annotate(**figures).order_by("code"))
    else:
        found = [rows.aggregate(**figures)]
    oldest = min((each["oldest"] for each in found if each.get("oldest")), default=None)
    return Waiting(
        queue=queue,
        count=sum(each["rows"] for each in found),
        oldest=oldest,
        amounts=[(each["code"], each["sum"]) for each in found if each.get("sum")],
        waited=days.since(oldest) if oldest and queue.longest is not None else None,
    )


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


def _not_by(*paths: str) -> Callable[[QuerySet[Any], User], QuerySet[Any]]:
    """Without what the user had a hand in: another person goes on with it (R4.4)."""

    def open_to(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
        for path in paths:
            rows = rows.exclude(**{path: user.pk})
        return rows

    return open_to


def _by_a_second(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    """What this user may approve: of acts that are their duty, asked for by another (R4.4)."""
    theirs = [word for word, act in ACTS.items() if user.may(act.duty)]
    return _not_by("requested_by", "approvals__operator")(rows.filter(act__in=theirs), user)


#: In the order of the page.
QUEUES: Sequence[Queue] = (
    Queue(
        title=marked("Acts that wait for a second person"),
        model=ApprovalRequest,
        rows=lambda: ApprovalRequest.objects.filter(state=ApprovalState.PENDING),
        since="requested_at",
        amount="amount",
        act=Duty.VIEW,
        limit=1,
        open_to=_by_a_second,
    ),
    Queue(
        title=marked("Refunds to decide"),
        model=Refund,
        rows=lambda: Refund.objects.filter(state=RefundState.OPERATOR_REVIEW),
        since="requested_at",
        amount="amount",
        act=Duty.DECIDE_REFUNDS,
        limit=3,
        open_to=_not_by("requested_by", "approvals__operator"),
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
        open_to=_not_by("requested_by"),
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
        open_to=_not_by("submitted_by"),
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
        open_to=_not_by("created_by", "approvals__operator"),
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
        rows=lambda: BillPreview.objects.filter(
            state=PreviewState.READY, cycle__lt=current_cycle()
        ),
        query="?state__exact=ready",
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
        title=marked("Messages given up"),
        model=NoticeMail,
        rows=lambda: NoticeMail.objects.filter(state=MailState.FAILED),
        since="due_at",
        duty=Duty.MANAGE_NOTICES,
        is_alarm=True,
        act=Duty.MANAGE_NOTICES,
        limit=1,
    ),
    Queue(
        title=marked("Sellers’ applications"),
        model=SellerApplication,
        rows=lambda: SellerApplication.objects.filter(state=SellerApplication.WAITING),
        since="submitted_at",
        act=Duty.CERTIFY_SELLERS,
        limit=3,
        open_to=_not_by("submitted_by"),
    ),
    Queue(
        title=marked("Certifications"),
        model=Certification,
        rows=lambda: Certification.objects.filter(state=Certification.WAITING),
        since="submitted_at",
        act=Duty.CERTIFY_SELLERS,
        limit=3,
        open_to=_not_by("submitted_by"),
    ),
    Queue(
        title=marked("Products’ applications"),
        model=ProductApplication,
        rows=lambda: ProductApplication.objects.filter(state=ProductApplication.WAITING),
        since="submitted_at",
        act=Duty.REVIEW_PRODUCTS,
        limit=3,
        open_to=_not_by("submitted_by"),
    ),
    Queue(
        title=marked("Changed bank accounts"),
        model=BankAccount,
        rows=lambda: BankAccount.objects.filter(state__in=["requested", "checked"]),
        since="requested_at",
        act=Duty.APPROVE_BANK_ACCOUNTS,
        limit=2,
        open_to=_not_by("requested_by", "checked_by"),
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
)
