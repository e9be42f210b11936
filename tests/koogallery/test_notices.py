"""What is told is told in its reader's language, from facts; and counted without gaps."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.urls import resolve
from django.utils import timezone

from koogallery.events.payloads import example_notice
from koogallery.kinds import FACTS, KINDS, Kind
from koogallery.models import Notice, NoticeCount
from koogallery.notices import address_of, body_of, facts_of, notify, sentence_of, subject_of
from tests.books import execute, refused_by, select

pytestmark = pytest.mark.django_db

LEFT = {"kind": "seller_left", "returned": "1.00", "currency": "USD"}
_serial = count(1)


def note(seller: str = "S-1", key: str = "", **fields: Any) -> None:
    notify(key=key or f"key {next(_serial)}", seller_number=seller, **{**LEFT, **fields})


def sequences(seller: str = "S-1") -> list[int]:
    rows = Notice.objects.filter(seller_number=seller).order_by("pk")
    return [row.sequence or 0 for row in rows]


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_R10_every_kind_tells_all_its_facts(kind: Kind) -> None:
    facts = example_notice(kind, "S-1", timezone.now()).facts
    notify(key=kind.name, kind=kind.name, seller_number="S-1", **facts)
    notice = Notice.objects.get()
    assert "%(" not in subject_of(notice) and subject_of(notice).strip()
    assert sentence_of(notice) in body_of(notice)
    assert [label for label, _ in facts_of(notice)] == [str(FACTS[f].label) for f in kind.facts]
    if kind.has_amounts:
        assert "1,250.00 USD" in body_of(notice)


def test_R10_every_kind_has_a_name_of_its_own_and_no_facts_in_it() -> None:
    labels = [str(kind.label) for kind in KINDS.values()]
    assert len(set(labels)) == len(labels)
    assert not [label for label in labels if "%" in label or "…" in label]


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_R10_every_kind_leads_to_a_page(kind: Kind) -> None:
    notice = example_notice(kind, "S-1", timezone.now())
    assert resolve(address_of(notice).partition("?")[0]).namespace == "console"


def test_R10_a_fact_that_a_kind_does_not_have_is_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError, match="reason"):
        note(reason="x")
    with pytest.raises(AssertionError, match="returned"):
        notify(key="x", kind="seller_left", seller_number="S-1", currency="USD")


def test_R10_what_was_told_before_subjects_were_formed_stays_readable() -> None:
    told = "at most 1.00 USD from the bill of 202602"
    old = Notice(kind="recovery_planned", subject="1.00 USD to come", facts={"plan": told})
    assert subject_of(old) == "1.00 USD to come"
    assert facts_of(old) == [("Plan", told)]
    gone = Notice(kind="no_such_kind", facts={"amount": "1", "currency": "JPY"})
    assert (subject_of(gone), sentence_of(gone)) == ("no_such_kind", "")
    assert facts_of(gone) == [("Amount", "1 JPY")]
    paid = Notice(kind="refund_paid", facts={"refunded_at": "2026-02-07 10:00 (Asia/Shanghai)"})
    assert facts_of(paid) == [("Refunded at", "2026-02-07 10:00 (Asia/Shanghai)")]


def test_R10_each_sellers_notices_are_counted_from_one() -> None:
    for seller in ("S-1", "S-2", "S-1", "S-1"):
        note(seller)
    note(recipient="customer", customer_account="fabrikam")
    assert (sequences("S-1"), sequences("S-2")) == ([1, 2, 3, 1], [1])
    assert [notice.number for notice in Notice.objects.order_by("pk")][-2:] == ["EV-S-1-3", ""]


def test_R10_a_repeat_takes_no_number() -> None:
    for key in ("a", "b", "a", "b", "c"):
        note(key=key)
    assert sequences() == [1, 2, 3]
    assert NoticeCount.objects.get().last == 3


def test_R10_a_repeat_in_sql_is_refused_as_ever() -> None:
    note(key="a")
    with refused_by("koogallery_notice_key_key"):
        execute(
            "INSERT INTO koogallery_notice (key, kind, seller_number, recipient, customer_account,"
            " facts) SELECT key, kind, seller_number, recipient, '', facts FROM koogallery_notice"
        )


def test_R10_one_statement_counts_in_the_order_of_its_rows() -> None:
    execute(
        "INSERT INTO koogallery_notice (key, kind, seller_number, recipient, customer_account,"
        " facts) SELECT 'key ' || n, 'seller_left', 'S-' || mod(n, 2), 'seller', '', '{}'"
        " FROM generate_series(1, 10) n ORDER BY n DESC"
    )
    assert select(
        "SELECT key FROM koogallery_notice WHERE seller_number = 'S-0' ORDER BY sequence"
    ) == [f"key {n}" for n in (10, 8, 6, 4, 2)]


def test_R10_a_rolled_back_act_gives_its_number_back() -> None:
    note()
    with transaction.atomic():
        note()
        transaction.set_rollback(True)
    note()
    assert sequences() == [1, 2]


def test_R10_what_was_told_stays_as_it_was_told() -> None:
    note()
    with refused_by("a_notice_stays_as_told"):
        execute("UPDATE koogallery_notice SET sequence = 7")
    with refused_by("a_notice_stays_as_told"):
        execute("""UPDATE koogallery_notice SET facts = '{"returned": "9"}'""")
    with refused_by("a_notice_stays_as_told"):
        execute("DELETE FROM koogallery_notice")
    Notice.objects.update(sent_at=timezone.now())


@contextmanager
def threads(number: int) -> Iterator[ThreadPoolExecutor]:
    """Each with a connection of its own, closed again when its work is done."""
    with ThreadPoolExecutor(number) as pool:
        yield pool
        list(pool.map(lambda _: connection.close(), range(number * 2)))


@pytest.mark.django_db(transaction=True)
def test_R10_writers_at_once_leave_no_gap() -> None:
    """Every third act is rolled back. Fails where numbers are counted without the row's lock."""
    start = Barrier(6)

    def write(writer: int) -> None:
        start.wait()
        for act in range(30):
            with transaction.atomic():
                note(key=f"{writer}:{act}" if act % 5 else f"shared:{act}")
                transaction.set_rollback(act % 3 == 2)
        connection.close()

    with threads(6) as pool:
        list(pool.map(write, range(6)))
    counted = sorted(sequences())
    assert counted == list(range(1, len(counted) + 1))
    assert len(counted) == 6 * 16 + 4  # 16 acts of one's own, 4 shared by all


@pytest.mark.django_db(transaction=True)
def test_R10_no_number_is_seen_before_its_predecessor() -> None:
    """The second writer waits for the first to commit; it does not wait for other sellers'."""
    with threads(1) as pool, transaction.atomic():
        note(key="first")
        second: Future[None] = pool.submit(note, key="second")
        while not select("SELECT pid FROM pg_locks WHERE NOT granted"):
            assert not second.done(), "the second writer did not wait"
        assert Notice.objects.count() == 1
    second.result()
    assert sequences() == [1, 2]
