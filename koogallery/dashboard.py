"""The operators' first page: what waits for somebody, how old, how much, and where the month is.

It knows every app. A queue is asked with one query however long it is, and shown to whoever reads
its rows; it appears by itself once its pages are among the admin's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import Count, F, Max, Min, Model, Q, QuerySet, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from koogallery.duties import Duty
from koogallery.heartbeat import heartbeat
from koogallery.kit.cycles import Cycle
from koogallery.models import ApprovalRequest, ApprovalState, NoticeMail, User
from koogallery.models.notice_mails import MailState
from koogallery.settlement_time import current_cycle
from sellers.models import (
    BankAccount,
    Certification,
    ProductApplication,
    Seller,
    SellerApplication,
)
from settlement.choices import (
    BillState,
    DisputeState,
    InvoiceState,
    PreviewState,
    ReceivableState,
    RefundState,
    RunSellerState,
)
from settlement.models import (
    Bill,
    BillHold,
    BillLook,
    BillPreview,
    BillRun,
    BillRunSeller,
    Deposit,
    Dispute,
    InvariantResult,
    Invoice,
    Receivable,
    Refund,
)
from settlement.services.progress import RunProgress, progress_of_each
from settlement.services.working_days import run_days_of

#: Runs on the page; all of them are one list away.
LATEST_RUNS = 5


@dataclass(frozen=True, slots=True)
class Queue:
    """Rows that wait. `amount` and `currency` are lookups, `since` that of how long they wait."""

    title: str
    model: type[Model]
    rows: Callable[[], QuerySet[Any]]
    query: str = ""
    since: str = ""
    amount: str = ""
    currency: str = "currency"
    duty: Duty = Duty.VIEW
    is_alarm: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue as it stands now."""

    queue: Queue
    count: int
    oldest: datetime | None
    amounts: Sequence[tuple[str, Decimal]]
    address: str


@dataclass(frozen=True, slots=True)
class Month:
    """Where the closing of a cycle is: its run day, its preview, its run."""

    cycle: Cycle
    run_day: date
    preview: BillPreview | None
    run: BillRun | None
    progress: RunProgress | None

    @property
    def is_due(self) -> bool:
        return self.run is None and timezone.localdate() >= self.run_day


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


#: In the order of the page.
QUEUES: Sequence[Queue] = (
    Queue(
        "Acts that wait for a second person",
        ApprovalRequest,
        lambda: ApprovalRequest.objects.filter(state=ApprovalState.PENDING),
        since="requested_at",
        amount="amount",
    ),
    Queue(
        "Refunds to decide",
        Refund,
        lambda: Refund.objects.filter(state=RefundState.OPERATOR_REVIEW),
        since="requested_at",
        amount="amount",
    ),
    Queue(
        "Refunds with the seller",
        Refund,
        lambda: Refund.objects.filter(state=RefundState.SELLER_REVIEW),
        query="?state=seller_review",
        since="requested_at",
        amount="amount",
    ),
    Queue(
        "Refunds to be paid out",
        Refund,
        lambda: Refund.objects.filter(state=RefundState.APPROVED),
        query="?state=approved",
        since="approved_at",
        amount="amount",
    ),
    Queue(
        "Bills to look at",
        Bill,
        lambda: Bill.objects.filter(
            state=BillState.PENDING_APPROVAL,
            look__in=BillLook.objects.due(),
        ),
        query="?state=pending_approval&look=due",
        since="issued_at",
        amount="net_payable",
    ),
    Queue(
        "Bills to approve",
        Bill,
        lambda: Bill.objects.filter(state=BillState.PENDING_APPROVAL),
        query="?state=pending_approval",
        since="issued_at",
        amount="net_payable",
    ),
    Queue(
        "Invoices to check",
        Invoice,
        lambda: Invoice.objects.filter(state=InvoiceState.UNDER_REVIEW),
        since="submitted_at",
        amount="amount",
    ),
    Queue(
        "Disputes to answer",
        Dispute,
        lambda: Dispute.objects.filter(state=DisputeState.OPEN),
        since="opened_at",
        amount="amount",
        currency="bill__currency",
    ),
    Queue(
        "Parked sellers",
        BillRun,
        _parked,
        query="?state__exact=failed",
        since="run__finished_at",
        is_alarm=True,
    ),
    Queue(
        "Sellers held back",
        BillHold,
        BillHold.objects.unreleased,
        since="held_at",
    ),
    Queue(
        "Previews to approve",
        BillPreview,
        lambda: BillPreview.objects.filter(state=PreviewState.READY, cycle__lt=current_cycle()),
        query="?state__exact=ready",
        since="finished_at",
    ),
    Queue(
        "Receivables overdue",
        Receivable,
        _overdue,
        query="?due=overdue",
        since="due_at",
        amount="recovery__outstanding",
        is_alarm=True,
    ),
    Queue(
        "Receivables not due yet",
        Receivable,
        _not_due_yet,
        query="?due=later",
        since="opened_at",
        amount="recovery__outstanding",
    ),
    Queue(
        "Deposits below their level",
        Deposit,
        _below_level,
        query="?level=below",
        amount="required_deposit",
        currency="settlement_currency",
    ),
    Queue(
        "Messages given up",
        NoticeMail,
        lambda: NoticeMail.objects.filter(state=MailState.FAILED),
        since="due_at",
        duty=Duty.MANAGE_NOTICES,
        is_alarm=True,
    ),
    Queue(
        "Sellers’ applications",
        SellerApplication,
        lambda: SellerApplication.objects.filter(state=SellerApplication.WAITING),
        since="submitted_at",
    ),
    Queue(
        "Certifications",
        Certification,
        lambda: Certification.objects.filter(state=Certification.WAITING),
        since="submitted_at",
    ),
    Queue(
        "Products’ applications",
        ProductApplication,
        lambda: ProductApplication.objects.filter(state=ProductApplication.WAITING),
        since="submitted_at",
    ),
    Queue(
        "Changed bank accounts",
        BankAccount,
        lambda: BankAccount.objects.filter(state__in=["requested", "checked"]),
        since="requested_at",
    ),
    Queue(
        "Invariants that fail",
        InvariantResult,
        lambda: InvariantResult.objects.filter(holds=False),
        query="?holds__exact=0",
        since="at",
        duty=Duty.READ_BOOKS,
        is_alarm=True,
    ),
)


def home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What django-unfold's first page is given (DASHBOARD_CALLBACK)."""
    user = request.user
    if not (isinstance(user, User) and user.may(Duty.VIEW)):
        return context
    queues = [_waiting(queue) for queue in QUEUES if _is_shown(queue, user)]
    books = InvariantResult.objects.aggregate(held=Count("pk", filter=Q(holds=True)), at=Max("at"))
    return {
        **context,
        "queues": [each for each in queues if each.count],
        "empty_queues": [each for each in queues if not each.count],
        "months": _months(),
        "runs": _latest_runs(),
        "invariants_held": books["held"] if user.may(Duty.READ_BOOKS) else None,
        "invariants_at": books["at"],
        "may_run": user.may(Duty.RUN_BILLS),
        "heartbeat": heartbeat(),
    }


def _is_shown(queue: Queue, user: User) -> bool:
    return user.may(queue.duty) and admin.site.is_registered(queue.model)


def _waiting(queue: Queue) -> Waiting:
    rows = queue.rows().order_by()
    figures: dict[str, Any] = {"rows": Count("pk")}
    if queue.since:
        figures["oldest"] = Min(queue.since)
    if queue.amount:
        figures["sum"] = Sum(queue.amount)
    if queue.amount:
        found = list(rows.values(code=F(queue.currency)).annotate(**figures).order_by("code"))
    else:
        found = [rows.aggregate(**figures)]
    instants = [each["oldest"] for each in found if each.get("oldest")]
    options = queue.model._meta
    page = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
    return Waiting(
        queue=queue,
        count=sum(each["rows"] for each in found),
        oldest=min(instants, default=None),
        amounts=[(each["code"], each["sum"]) for each in found if each.get("sum")],
        address=f"{page}{queue.query}",
    )


def _months() -> list[Month]:
    """The one that is to be closed, or was last; then the running one."""
    running = current_cycle()
    cycles = [running.previous, running]
    days = run_days_of(cycles)
    runs = _latest_of(BillRun.objects.filter(everyone=True), cycles)
    previews = _latest_of(BillPreview.objects.filter(everyone=True), cycles)
    progress = progress_of_each(list(runs.values()))
    return [
        Month(
            cycle,
            days[cycle],
            previews.get(cycle),
            runs.get(cycle),
            progress[runs[cycle].pk] if cycle in runs else None,
        )
        for cycle in cycles
    ]


def _latest_of(rows: QuerySet[Any], cycles: Sequence[str]) -> dict[str, Any]:
    return {row.cycle: row for row in rows.filter(cycle__in=cycles).order_by("pk")}


def _latest_runs() -> list[tuple[BillRun, RunProgress]]:
    runs = list(BillRun.objects.select_related("requested_by", "preview")[:LATEST_RUNS])
    progress = progress_of_each(runs)
    return [(run, progress[run.pk]) for run in runs]
