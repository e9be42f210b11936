"""What waits for operators: every queue with who acts on it, and for how long it may wait.

Each app adds its own in its `queues.py`, which is imported when Django is ready. A queue appears on
the first page by itself once its pages are the admin's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Min, Model, QuerySet, Sum
from django.urls import reverse
from django.utils.text import slugify

from koogallery import approving
from koogallery.approvals import ACTS
from koogallery.duties import Duty
from koogallery.kit.language import gettext, marked
from koogallery.models import ApprovalRequest, NoticeMail, User
from koogallery.models.notice_mails import MailState

#: Every queue, in the order of the page: the foundation's, then app by app.
QUEUES: list["Queue"] = []


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


def waiting(
    queue: Queue, rows: QuerySet[Any], working_days_since: Callable[[datetime], int]
) -> Waiting:
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
        waited=working_days_since(oldest) if oldest and queue.longest is not None else None,
    )


def not_by(*paths: str) -> Callable[[QuerySet[Any], User], QuerySet[Any]]:
    """Without what the user had a hand in: another person goes on with it (R4.4)."""

    def open_to(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
        for path in paths:
            rows = rows.exclude(**{path: user.pk})
        return rows

    return open_to


def _by_a_second(rows: QuerySet[Any], user: User) -> QuerySet[Any]:
    """What this user may approve: of acts that are their duty, asked for by another (R4.4)."""
    theirs = [word for word, act in ACTS.items() if user.may(act.duty)]
    return not_by("requested_by", "approvals__operator")(rows.filter(act__in=theirs), user)


QUEUES += [
    Queue(
        title=marked("Acts that wait for a second person"),
        model=ApprovalRequest,
        rows=approving.waiting,
        since="requested_at",
        amount="amount",
        act=Duty.VIEW,
        limit=1,
        open_to=_by_a_second,
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
]
