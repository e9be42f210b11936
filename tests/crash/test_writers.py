"""R1.5: what arrives while a cycle closes is billed exactly once, in the cycle it was told."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest
from django.db import connections

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict
from koogallery.scoping import ScopedQuerySet
from sellers.models import Seller
from sellers.services.orders import recording, usage
from settlement.models import BillLine, BillRun, Recovery
from settlement.services.closing.cycles import close_through
from settlement.tasks import work_on_bill_run
from tests.books import execute
from tests.crash.books import failing
from tests.crash.marketplace import BATCH, CLOSING, PASTS, ask_for_run, leave_open
from tests.crash.servers import Servers, until
from tests.crash.turnstile import turnstile
from tests.crash.writers import Writers

FENCES = """
DROP TRIGGER fence ON sellers_order;
DROP TRIGGER fence ON sellers_usagerecord;
DROP TRIGGER fence_of_changes ON sellers_order;
DROP TRIGGER fence_of_changes ON sellers_usagerecord;
"""
HOLD = """
CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NEW; END $$;
CREATE TRIGGER hold BEFORE INSERT ON sellers_order FOR EACH ROW EXECUTE FUNCTION hold();
"""
HELD = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = 1 AND NOT granted"
#: All but those of the last batch, who are not certified: what they get told changes every month.
NUMBERS = [f"S{place:02}" for place in range(BATCH * (len(PASTS) - 1))]


def take_out(guards: Iterable[str], patch: pytest.MonkeyPatch) -> None:
    """The database's fence, the writers' own, or the lock of who pays a refund out."""
    if "trigger" in guards:
        execute(FENCES)
    if "fence" in guards:
        patch.setattr(recording, "fence_sellers", lambda _: None)
        patch.setattr(usage, "fence_sellers", lambda _: None)
        patch.setattr(recording, "lock_seller", _read_seller)
    if "refund lock" in guards:
        patch.setattr(ScopedQuerySet, "hold", lambda _rows, _pk: None)


def _read_seller(**lookup: Any) -> Seller:
    return Seller.objects.get(**lookup)


@pytest.fixture
def close_among_writers(servers: Servers, copy: str) -> Callable[..., Writers]:
    def close(lines: str = "100000") -> Writers:
        for seller in Seller.objects.filter(number__in=NUMBERS):
            leave_open(seller)
        run, writers = ask_for_run(), Writers(NUMBERS)
        with (
            servers.workers(copy, 1, BILL_RUN_PARTITION_LINES=lines),
            writers.at_work(),
            turnstile(servers.url(copy)) as gate,
        ):
            servers.send(work_on_bill_run, run.number)
            for _ in PASTS[2:]:
                gate.wait_for(1)
                time.sleep(0.2)
                gate.let_one_batch_through()
            gate.open()
            until(lambda: BillRun.objects.get(number=run.number).state == "closed")
        following = CLOSING.following
        close_through(list(Seller.objects.order_by("id").values_list("id", flat=True)), following)
        return writers

    return close


@pytest.mark.parametrize(
    ("missing", "lines"),
    [(set(), "100000"), (set(), "1"), ({"fence"}, "100000"), ({"trigger"}, "100000")],
)
def test_R1_5_what_arrives_while_a_cycle_closes_is_billed_once_in_the_cycle_it_was_told(
    close_among_writers: Callable[..., Writers],
    missing: set[str],
    lines: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Either fence suffices, the writers' own or the database's, in partitions too."""
    take_out(missing, monkeypatch)
    writers = close_among_writers(lines)
    assert failing() == []
    assert billed(writers.told) == writers.told
    assert set(writers.told.values()) == {CLOSING, CLOSING.following}
    assert "fence" in missing or not writers.refused


@pytest.mark.parametrize("missing", [set(), {"fence"}, {"trigger"}, {"fence", "trigger"}])
def test_R1_5_nothing_lands_in_a_cycle_that_closed_after_the_writer_looked(
    copy: str, missing: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A writer is held between reading the open cycle and its insert, while the cycle closes.

    With its own fence the close waits for it. Without, the database refuses what comes too late;
    without that either, it is never billed.
    """
    take_out(missing, monkeypatch)
    execute(HOLD)
    seller, writers = Seller.objects.get(number=NUMBERS[0]), Writers(NUMBERS[:1])
    with ThreadPoolExecutor(2) as pool:
        execute("SELECT pg_advisory_lock(1)")
        writing = pool.submit(writers.once, writers.order)
        until(lambda: execute(HELD) == 1)
        closing = pool.submit(_close, seller, CLOSING)
        waited = not wait([closing], timeout=2).done
        execute("SELECT pg_advisory_unlock(1)")
    closing.result()
    refused = isinstance(writing.exception(), Conflict)
    assert (waited, refused) == ("fence" not in missing, missing == {"fence"})
    _close(seller, CLOSING.following)
    assert (billed(writers.told) == writers.told) == (missing != {"fence", "trigger"})


def _close(seller: Seller, cycle: Cycle) -> None:
    try:
        close_through([seller.pk], cycle)
    finally:
        connections.close_all()


def test_R1_5_without_any_fence_some_of_it_is_never_billed(
    close_among_writers: Callable[[], Writers], monkeypatch: pytest.MonkeyPatch
) -> None:
    take_out({"fence", "trigger"}, monkeypatch)
    writers = close_among_writers()
    assert "nothing_is_lost" in failing()
    lost = writers.told.keys() - billed(writers.told).keys()
    assert lost


@pytest.mark.parametrize(
    ("missing", "differences"),
    [(set(), []), ({"refund lock"}, ["a_settled_refund_is_recovered_once"])],
)
def test_R5_1_a_refund_paid_out_while_its_bill_is_issued_waits_for_it(
    servers: Servers,
    copy: str,
    missing: set[str],
    differences: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without the seller's lock it finds no bill yet, and the bill no refund: nobody pays."""
    take_out(missing, monkeypatch)
    first = NUMBERS[0]
    leave_open(Seller.objects.get(number=first))
    run, writers = ask_for_run([first]), Writers([first])
    with servers.workers(copy, 1), ThreadPoolExecutor(1) as pool:
        with turnstile(servers.url(copy)) as gate:
            servers.send(work_on_bill_run, run.number)
            gate.wait_for(1)
            paying = pool.submit(writers.once, writers.pay_a_refund_out)
            wait([paying], timeout=2)
            assert paying.done() == bool(missing)
        paying.result()
        until(lambda: BillRun.objects.get(number=run.number).state == "closed")
    assert failing() == differences
    recovered = Recovery.objects.filter(seller__number=first).values_list("amount", flat=True)
    assert list(recovered) == ([] if missing else [10])


def billed(told: Iterable[str]) -> dict[str, str]:
    """The cycle on whose bill each order or usage record is."""
    lines = BillLine.objects.exclude(kind="adjustment")
    on_bills = lines.values_list("usage_record__metering_sn", "order__number", "bill__cycle")
    found = [(serial or number, cycle) for serial, number, cycle in on_bills]
    assert len(found) == len(dict(found)), "something is billed twice"
    return {name: cycle for name, cycle in found if name in told}
