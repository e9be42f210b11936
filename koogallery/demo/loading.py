"""Loading the demo month by month: feeds in, people act, a worker closes the month."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from koogallery.demo import marks
from koogallery.demo.calendar import CLOSED_MONTHS, MONTHS, RUNNING_MONTH, Calendar
from koogallery.demo.catalogue import FOCUS_CYCLE, companies, offers
from koogallery.demo.closing import close, close_as_previewed, keep_forecasts, preview
from koogallery.demo.desk import Desk, invite_members, open_desk
from koogallery.demo.feeding import feed, feed_focus_sample
from koogallery.demo.files import export_lists
from koogallery.demo.marketplace import Marketplace, marketplace
from koogallery.demo.tokens import show_tokens
from koogallery.demo.webhooks import tell_webhooks
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict
from koogallery.settlement_time import current_cycle
from sellers.feeds.importing import Tally
from sellers.models import Seller
from sellers.services.orders.recording import change_order
from settlement.services.proving import store_results

Tell = Callable[[str], None]


def load(directory: Path, tell: Tell) -> bool:
    """Load what is not loaded yet; False if that is nothing.

    Refused beside sellers that are not the demo's: its people have passwords everybody knows.
    """
    if not marks.take_lock():
        raise Conflict("Another load_demo is loading this database.")
    if marks.is_done(marks.LOADED):
        return False
    first, began_at = marks.begun() or _begin()
    Loading(directory, tell, Calendar(first), began_at).run()
    return True


def _begin() -> tuple[Cycle, datetime]:
    """Six months that end before this one. An interrupted load keeps them when it goes on."""
    if Seller.objects.exists():
        raise Conflict(
            "This database holds sellers that are not the demo's. The demo makes users with known "
            "passwords, so it is only loaded into an empty one."
        )
    marks.begin(current_cycle().plus(-CLOSED_MONTHS))
    begun = marks.begun()
    assert begun, "just written"
    return begun


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
        self._focus_sample(desk)
        for month in MONTHS:
            self._month(month, market, desk)
        marks.once("forecasts", keep_forecasts)
        marks.once("webhooks", partial(tell_webhooks, desk))
        marks.once("tokens", partial(show_tokens, desk))
        marks.once("exports", export_lists)
        marks.once("books proven", partial(store_results, None))
        marks.mark(marks.LOADED)

    def _focus_sample(self, desk: Desk) -> None:
        """It brings its own sellers, and one month of theirs."""
        self._step("focus sample", lambda: _told(feed_focus_sample(self.directory)))
        theirs = Seller.objects.exclude(number__in=companies()).values_list("number", flat=True)
        self._close(Cycle(FOCUS_CYCLE), list(theirs), desk)

    def _month(self, month: int, market: Marketplace, desk: Desk) -> None:
        cycle = self.calendar.cycle(month)
        self._feed("orders", f"{cycle} orders", market.orders_feed(month, self.now))
        self._feed("usage", f"{cycle} usage", market.usage_feed(month, self.now))
        marks.once(f"{cycle} news", partial(_tell_news, market.news(month, self.now), desk))
        acts = [act for act in market.acts if act.month == month]
        for place, act in enumerate(acts, start=1):
            marks.once(f"{cycle} act {place}", partial(act.do, desk))
        if month == RUNNING_MONTH:
            self._step(f"{cycle} preview", lambda: preview(cycle, actor=desk.first))
        elif month == CLOSED_MONTHS:
            self._step(f"{cycle} bill run", lambda: close_as_previewed(cycle, desk))
        else:
            self._close(cycle, None, desk)

    def _feed(self, kind: str, step: str, rows: Iterable[Mapping[str, object]]) -> None:
        path = self.directory / f"{step.replace(' ', '-')}.csv"
        self._step(step, lambda: _told(feed(kind, path, rows)))

    def _close(self, cycle: Cycle, sellers: list[str] | None, desk: Desk) -> None:
        self._step(f"{cycle} bill run", lambda: close(cycle, sellers, actor=desk.first))

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
