"""Loading the demo as it would have happened: each step when the demo's clock shows its day.

What members of the demo's sellers have exported before anybody looks.

The demo's facts as CSV files, taken in by the same code as `manage.py import_feed`.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from shutil import copyfile

from django.utils import timezone

from koogallery.demo import clock, marks
from koogallery.demo.calendar import CLOSED_MONTHS, RUNNING_MONTH, Calendar
from koogallery.demo.catalogue import FOCUS_CYCLE, FOCUS_SAMPLE, companies, offers
from koogallery.demo.closing import close, close_as_previewed, keep_forecasts, preview
from koogallery.demo.desk import Desk, invite_members, open_desk
from koogallery.demo.marketplace import Marketplace, marketplace
from koogallery.demo.tokens import show_tokens
from koogallery.demo.webhooks import tell_webhooks
from koogallery.events.mail import send_waiting_notices
from koogallery.exports.jobs import request_export, write_export
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict
from koogallery.models import User
from koogallery.settlement_time import ZONE, current_cycle
from sellers.feeds.focus import FocusFeed
from sellers.feeds.importing import Feed, Tally, import_feed
from sellers.feeds.tables import TABLES
from sellers.models import Seller
from sellers.services.orders.recording import change_order
from settlement.services.bills.invoices import tell_of_overdue_invoices
from settlement.services.proving import prove_everything
from settlement.services.recoveries.reminders import remind_of_due_receivables
from settlement.services.sealing.roots import sign_day

#: Who exports which list, in which format, narrowed to what.
EXPORTED = (
    ("nok", "bills", "xlsx", ""),
    ("nok", "transactions", "csv", "billed=no"),
    ("zofia", "orders", "xlsx", ""),
)


def export_lists() -> None:
    for username, kind, form, query in EXPORTED:
        member = User.objects.get(username=username)
        write_export(request_export(kind, form, query, actor=member).number)


def feed(kind: str, path: Path, rows: Iterable[Mapping[str, object]]) -> Tally:
    """Write the rows to `path` and import it; the demo's own rows are all good."""
    write_csv(path, list(TABLES[kind].columns), rows)
    tally = _import(TABLES[kind], path)
    if tally.rejected:
        listed = tally.rejected_file.path
        raise Conflict(f"{tally.rejected} rows of {path} were rejected: see {listed}")
    return tally


def feed_focus_sample(directory: Path) -> Tally:
    """From a copy, because the rejected rows are listed beside the file."""
    path = directory / FOCUS_SAMPLE.name
    copyfile(FOCUS_SAMPLE, path)
    return _import(FocusFeed(), path)


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """An empty cell is an absent value."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)


def _import(kind: Feed, path: Path) -> Tally:
    with path.open("rb") as file:
        return import_feed(kind, path, file, lambda _: None)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


Tell = Callable[[str], None]
#: How long before its first month the sellers and their products are there.
OPENED_BEFORE = timedelta(days=12)


def load(directory: Path, tell: Tell) -> bool:
    """Load what is not loaded yet; False if that is nothing.

    Refused beside sellers that are not the demo's: its people have passwords everybody knows.
    """
    if not marks.take_lock():
        raise Conflict("Another load_demo is loading this database.")
    if marks.is_done(marks.LOADED):
        return False
    if not marks.is_demos_own():
        raise Conflict(
            "This database holds sellers that are not the demo's. The demo makes users with known "
            "passwords, so it is only loaded into an empty one."
        )
    clock.agree()
    first, began_at = marks.begun() or _begin()
    Loading(directory, tell, Calendar(first), began_at).run()
    return True


def _begin() -> tuple[Cycle, datetime]:
    """Six months that end before this one. An interrupted load keeps them when it goes on."""
    first, now = current_cycle().plus(-CLOSED_MONTHS), clock.real_now()
    clock.begin_at(Calendar(first).start(1) - OPENED_BEFORE)
    marks.begin(first, now)
    return first, now


@dataclass(frozen=True, slots=True)
class Step:
    """What happens when the demo's clock shows `at`; done once, by its name."""

    at: datetime
    name: str
    do: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Loading:
    directory: Path
    tell: Tell
    calendar: Calendar
    now: datetime  # when the loading began, also for one that goes on

    def run(self) -> None:
        desk, market = open_desk(), marketplace(self.calendar)
        self._feed("sellers", "sellers", market.sellers_feed())
        self._feed("products", "products", (offer.feed for offer in offers().values()))
        marks.once("members", invite_members)
        # It brings its own sellers, and one month of theirs.
        self._step("focus sample", lambda: _told(feed_focus_sample(self.directory)))
        theirs = Seller.objects.exclude(number__in=companies()).values_list("number", flat=True)
        cycle = Cycle(FOCUS_CYCLE)
        self._step(f"{cycle} bill run", lambda: close(cycle, list(theirs), actor=desk.first))
        # In the order of time: facts are told, months are closed, people act.
        steps = [
            *self._facts(market, desk),
            *self._closings(desk),
            *self._reminders(),
            *self._acts(market, desk),
        ]
        for step in sorted(steps, key=lambda step: step.at):
            self._show(min(step.at, self.now))
            step.do()
        clock.show_real_time()
        running = self.calendar.cycle(RUNNING_MONTH)
        self._step(f"{running} preview", lambda: preview(running, actor=desk.first))
        marks.once("forecasts", keep_forecasts)
        marks.once("webhooks", partial(tell_webhooks, desk))
        marks.once("tokens", partial(show_tokens, desk))
        marks.once("exports", export_lists)
        marks.once("books proven", prove_everything)
        marks.mark(marks.LOADED)

    def _facts(self, market: Marketplace, desk: Desk) -> Iterator[Step]:
        for name, since, until in self.calendar.spans(self.now):
            yield Step(until, name, partial(self.tell_facts, name, since, until, market, desk))

    def tell_facts(
        self, name: str, since: datetime, until: datetime, market: Marketplace, desk: Desk
    ) -> None:
        self._feed("orders", f"{name} orders", market.orders_feed(since, until))
        self._feed("usage", f"{name} usage", market.usage_feed(since, until))
        marks.once(f"{name} news", partial(_tell_news, market.news(since, until), desk))

    def _closings(self, desk: Desk) -> Iterator[Step]:
        for month in range(1, RUNNING_MONTH):
            cycle, at = self.calendar.cycle(month), self.calendar.closing(month)
            if month == CLOSED_MONTHS:
                close_it = partial(close_as_previewed, cycle, desk)
            else:
                close_it = partial(close, cycle, None, actor=desk.first)
            name = f"{cycle} bill run"
            yield Step(at, name, partial(self._step, name, close_it))

    def _reminders(self) -> Iterator[Step]:
        """Of invoices that did not come within their month, the day after."""
        for month in range(1, RUNNING_MONTH):
            at = self.calendar.after_closing(month, 2, 9)
            name = f"{self.calendar.cycle(month)} overdue"
            yield Step(
                at,
                name,
                partial(marks.once, name, lambda: tell_of_overdue_invoices(timezone.now())),
            )

    def _acts(self, market: Marketplace, desk: Desk) -> Iterator[Step]:
        for place, act in enumerate(market.acts, start=1):
            name = f"act {place}"
            yield Step(act.at, name, partial(marks.once, name, partial(act.do, desk, **act.facts)))

    def _show(self, instant: datetime) -> None:
        """On another day, once what is daily has been done for the last one."""
        here = timezone.now().astimezone(ZONE).date()
        if instant.astimezone(ZONE).date() > here:
            remind_of_due_receivables()
            send_waiting_notices()
            sign_day()
        clock.show(instant)

    def _feed(self, kind: str, step: str, rows: Iterable[Mapping[str, object]]) -> None:
        path = self.directory / f"{step.replace(' ', '-')}.csv"
        self._step(step, lambda: _told(feed(kind, path, rows)))

    def _step(self, step: str, do: Callable[[], str]) -> None:
        """What takes several transactions: safe to repeat until it is marked as done."""
        if not marks.is_done(step):
            result = do()
            marks.mark(step)
            self.tell(f"{step}: {result}")


def _told(tally: Tally) -> str:
    rejected = f", {tally.rejected} rejected" if tally.rejected else ""
    return f"{tally.accepted + tally.known} rows accepted{rejected}"


def _tell_news(news: Iterable[tuple[str, dict[str, object]]], desk: Desk) -> None:
    for number, changes in news:
        change_order(number, changes, actor=desk.trading)
