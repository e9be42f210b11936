"""What Prometheus is told of the portal: read from the database when it asks, one query each.

It knows every app. A gauge is declared where it is read. What the operators' first page, `/ready/`
and a run's page decide is taken from there: which queue is late, what is missing, what stands.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Min, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from redis import Redis

from koogallery.clock import clock_difference
from koogallery.heartbeat import heartbeat
from koogallery.models import AccountMail, ExportJob, Notice, NoticeMail, WebhookDelivery
from koogallery.models.exports import ExportState
from koogallery.models.notice_mails import MailState
from koogallery.models.webhooks import DeliveryState, EndpointState
from koogallery.notices import CUSTOMER
from koogallery.queues import QUEUES, waiting
from koogallery.replica import lag
from koogallery.settlement_time import current_cycle
from sellers.choices import MessageState
from sellers.models import DeliveryMessage, Invitation
from settlement.choices import RunState
from settlement.models import BillPreview, BillRun, InvariantResult, Seal, SealedChange, SealRoot
from settlement.readings.calendar import WorkingDays, run_day_of
from settlement.readings.progress import progress_of_each

#: Statements of pg_stat_statements that are told, and letters of each.
SLOWEST, TOLD = 10, 120

Family = GaugeMetricFamily
Reading = Callable[[], Iterator[Family]]
Values = dict[tuple[str, ...], float]


def family(
    name: str, help_: str, values: Mapping[tuple[str, ...], float], labels: Sequence[str] = ()
) -> Family:
    found = Family(f"koogallery_{name}", help_, labels=labels)
    for words, value in values.items():
        found.add_metric(words, float(value))
    return found


def instants(values: Mapping[tuple[str, ...], datetime | None]) -> dict[tuple[str, ...], float]:
    return {words: at.timestamp() for words, at in values.items() if at}


def clocks() -> Iterator[Family]:
    ahead = clock_difference().total_seconds()
    yield family(
        "clock_ahead_seconds",
        "This host's clock before the database's, 0 within CLOCK_TOLERANCE_SECONDS.",
        {(): ahead},
    )


def schedule() -> Iterator[Family]:
    beat = heartbeat()
    yield family(
        "schedule_timestamp_seconds",
        "When beat last sent a task, and when a worker last did one of them.",
        instants({("sent",): beat.sent_at, ("done",): beat.done_at}),
        ["act"],
    )


def queues() -> Iterator[Family]:
    days = WorkingDays()
    found = [waiting(queue, queue.rows(), days.since) for queue in QUEUES]
    yield family(
        "queue_rows",
        "Rows that wait for operators, by the queue of their first page; some are an alarm each.",
        {(each.queue.key, str(each.queue.is_alarm).lower()): each.count for each in found},
        ["queue", "alarm"],
    )
    yield family(
        "queue_amount",
        "What these rows come to.",
        {
            (each.queue.key, currency): float(amount)
            for each in found
            for currency, amount in each.amounts
        },
        ["queue", "currency"],
    )
    yield family(
        "queue_oldest_timestamp_seconds",
        "Since when the oldest of them waits.",
        instants({(each.queue.key,): each.oldest for each in found}),
        ["queue"],
    )
    yield family(
        "queue_is_late",
        "1 where it waits for more working days than its queue may.",
        {(each.queue.key,): each.is_over for each in found},
        ["queue"],
    )


@dataclass(frozen=True, slots=True)
class Backlog:
    """Work that processes do by themselves, and for which nobody should have to wait long."""

    key: str
    rows: Callable[[], QuerySet[Any]]
    since: str


def _deliveries() -> QuerySet[WebhookDelivery]:
    """Only where the endpoint answers: others are its seller's business."""
    return WebhookDelivery.objects.filter(
        state=DeliveryState.PENDING,
        due_at__lte=Now(),
        endpoint__state=EndpointState.ACTIVE,
        endpoint__failing_since=None,
    )


BACKLOGS = (
    Backlog("notices", lambda: Notice.objects.filter(addressed_at=None), "created_at"),
    Backlog(
        "mail",
        lambda: NoticeMail.objects.filter(state=MailState.WAITING, due_at__lte=Now()),
        "due_at",
    ),
    Backlog("account-mail", lambda: AccountMail.objects.filter(due_at__lte=Now()), "due_at"),
    Backlog(
        "invitations",
        lambda: Invitation.objects.all().open().filter(mail_due_at__lte=Now()),
        "mail_due_at",
    ),
    Backlog("webhooks", _deliveries, "due_at"),
    Backlog(
        "delivery-messages",
        lambda: DeliveryMessage.objects.filter(
            state__in=[MessageState.QUEUED, MessageState.RETRYING], next_attempt_at__lte=Now()
        ),
        "next_attempt_at",
    ),
    Backlog(
        "customer-notices",
        lambda: Notice.objects.filter(recipient=CUSTOMER, acknowledged_at=None),
        "created_at",
    ),
    Backlog("exports", lambda: ExportJob.objects.filter(state=ExportState.QUEUED), "created_at"),
    Backlog("changes-to-seal", lambda: SealedChange.objects.filter(batch=None), "at"),
    Backlog("seals-without-a-root", lambda: Seal.objects.filter(root=None), "sealed_at"),
)


def backlogs() -> Iterator[Family]:
    found = {
        (each.key,): each.rows().order_by().aggregate(rows=Count("pk"), oldest=Min(each.since))
        for each in BACKLOGS
    }
    yield family(
        "backlog_rows",
        "What workers, callers or the trading system have not done yet though it is due.",
        {key: each["rows"] for key, each in found.items()},
        ["backlog"],
    )
    yield family(
        "backlog_oldest_timestamp_seconds",
        "Since when the oldest of it is due.",
        instants({key: each["oldest"] for key, each in found.items()}),
        ["backlog"],
    )


def runs() -> Iterator[Family]:
    """Of runs and previews that are not done; the others cost a scrape too much."""
    open_ = [RunState.QUEUED, RunState.RUNNING]
    sellers: Values = {}
    lines: Values = {}
    stands: dict[tuple[str, ...], datetime | None] = {}
    for kind in (BillRun, BillPreview):
        found = list(kind.objects.filter(state__in=open_))
        progress = progress_of_each(found)
        for each in found:
            now, words = progress[each.pk], (each.number, each.cycle)
            sellers[*words, "done"] = now.sellers_done
            sellers[*words, "parked"] = now.sellers_parked
            sellers[*words, "all"] = now.sellers_total
            lines[*words, "done"] = now.weight_done
            lines[*words, "all"] = each.lines_expected
            stands[words] = now.stands_since
    yield family(
        "run_sellers",
        "Sellers of a bill run or preview under way.",
        sellers,
        ["run", "cycle", "state"],
    )
    yield family("run_lines", "Lines it is expected to have.", lines, ["run", "cycle", "state"])
    yield family(
        "run_stands_since_timestamp_seconds",
        "When its last batch was done, where none follows.",
        instants(stands),
        ["run", "cycle"],
    )


def closing() -> Iterator[Family]:
    cycle = current_cycle().previous
    is_due = timezone.localdate() >= run_day_of(cycle)
    asked = BillRun.objects.filter(cycle=cycle, everyone=True).exists()
    yield family(
        "close_is_due",
        "1 where last month is to be closed for everyone and nobody has asked for it.",
        {(cycle,): is_due and not asked},
        ["cycle"],
    )


def books() -> Iterator[Family]:
    found = list(InvariantResult.objects.values_list("name", "holds", "at"))
    yield family(
        "invariant_holds",
        "1 where an invariant of the books held when it was last proven.",
        {(name,): holds for name, holds, _ in found},
        ["invariant"],
    )
    yield family(
        "invariant_proven_timestamp_seconds",
        "When that was; of seals, the last proof of all books.",
        {(name,): at.timestamp() for name, _, at in found},
        ["invariant"],
    )


def seals() -> Iterator[Family]:
    made_at = SealRoot.objects.aggregate(at=Max("made_at"))["at"]
    yield family(
        "seal_root_timestamp_seconds", "When the last root was signed.", instants({(): made_at})
    )


def broker() -> Iterator[Family]:
    """Only of Redis; another broker has metrics of its own."""
    found: Values = {}
    if settings.CELERY_BROKER_URL.startswith("redis"):
        address = settings.CELERY_BROKER_URL.replace("redis+socket://", "unix://")
        with Redis.from_url(address, socket_timeout=1, socket_connect_timeout=1) as client:
            found = {(queue,): float(client.llen(queue)) for queue in ("celery", "outgoing")}
    yield family("broker_tasks", "Tasks that no process has taken yet.", found, ["queue"])


def statements() -> Iterator[Family]:
    """Where the extension is: as the portal's role, of its own statements alone."""
    rows: Iterable[tuple[Any, ...]] = ()
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('pg_stat_statements') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute(
                "SELECT queryid, left(regexp_replace(query, '\\s+', ' ', 'g'), %s),"
                " mean_exec_time / 1000, total_exec_time / 1000 FROM pg_stat_statements"
                " WHERE queryid IS NOT NULL ORDER BY total_exec_time DESC LIMIT %s",
                [TOLD, SLOWEST],
            )
            rows = cursor.fetchall()
    found = [((str(number), text), mean, total) for number, text, mean, total in rows]
    yield family(
        "statement_mean_seconds",
        "Of the statements that took most of the database's time, by pg_stat_statements.",
        {words: mean for words, mean, _ in found},
        ["statement", "text"],
    )
    yield family(
        "statement_seconds",
        "How long they took together since its counts were reset.",
        {words: total for words, _, total in found},
        ["statement", "text"],
    )


def replica() -> Iterator[Family]:
    behind = lag()
    yield family(
        "replica_lag_seconds",
        "Since the commit that the read replica replayed last; none where none answers.",
        {} if behind is None else {(): behind},
    )


READINGS: Sequence[Reading] = (
    clocks,
    schedule,
    queues,
    backlogs,
    runs,
    closing,
    books,
    seals,
    broker,
    statements,
    replica,
)
