"""Several people pay the same seller at once: each payout goes into one batch, and ends once."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from koogallery.kit.errors import DomainError
from settlement.choices import BatchState, PayoutState
from settlement.models import Journal, Payout, PayoutBatch, PayoutItem
from settlement.readings.invariants import check_books
from settlement.services.payouts import batches
from settlement.services.payouts.batches import (
    approve_batch,
    cancel_batch,
    create_batch,
    file_of,
    send_batch,
)
from settlement.services.payouts.outcomes import fail_by_hand, pay_again, pay_by_hand
from settlement.services.payouts.planning import post_payout
from tests.settlement.services.test_payouts import payable
from tests.world import a_certified_account, a_seller, an_operator

pytestmark = pytest.mark.django_db(transaction=True)

CLERKS = 4


@pytest.fixture
def payout() -> Payout:
    seller = a_seller("S000001")
    a_certified_account(seller)
    payable(seller)
    for name in ("olga", "oscar", "otto"):
        an_operator(name)
    return Payout.objects.get()


def at_once(act: Callable[[], object]) -> list[bool]:
    """Whether each of the clerks was let to."""

    def try_it(_: int) -> bool:
        try:
            act()
        except DomainError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(CLERKS) as clerks:
        return list(clerks.map(try_it, range(CLERKS)))


def wrong() -> list[str]:
    return [found.difference for found in check_books() if not found.holds]


def test_R8_2_a_payout_goes_into_one_batch(payout: Payout) -> None:
    assert sum(at_once(lambda: create_batch("USD", actor=an_operator()))) == 1
    assert PayoutBatch.objects.get().payouts.get() == payout
    assert wrong() == []


def test_R8_2_a_batch_is_sent_or_cancelled(payout: Payout) -> None:
    batch = create_batch("USD", actor=an_operator())
    approve_batch(batch.number, actor=an_operator("oscar"))
    acts = iter([send_batch, cancel_batch] * CLERKS)
    assert sum(at_once(lambda: next(acts)(batch.number, actor=an_operator()))) == 1
    batch.refresh_from_db()
    payout.refresh_from_db()
    ends = {BatchState.SENT: PayoutState.SENT, BatchState.CANCELLED: PayoutState.PLANNED}
    assert payout.state == ends[BatchState(batch.state)]
    assert wrong() == []


def test_R8_2_a_file_is_written_once(payout: Payout) -> None:
    batch = create_batch("USD", actor=an_operator())
    approve_batch(batch.number, actor=an_operator("oscar"))
    at_once(lambda: file_of(batch.number, actor=an_operator()))
    files = {file_of(batch.number, actor=an_operator())[1] for _ in range(2)}
    assert (len(files), Journal.objects.filter(kind="payout").count()) == (1, 1)
    assert wrong() == []


def test_R8_2_a_payout_ends_once(payout: Payout) -> None:
    batch = create_batch("USD", actor=an_operator())
    approve_batch(batch.number, actor=an_operator("oscar"))
    send_batch(batch.number, actor=an_operator())

    def pay() -> object:
        return pay_by_hand(payout.number, "TT-1", timezone.now(), actor=an_operator())

    def fail() -> object:
        return fail_by_hand(payout.number, "AC04", actor=an_operator("oscar"))

    acts = iter([pay, fail] * CLERKS)
    assert sum(at_once(lambda: next(acts)())) == 1  # noqa: PLW0108  # each clerk takes the next
    assert wrong() == []


def test_R8_2_what_failed_is_planned_again_once(payout: Payout) -> None:
    batch = create_batch("USD", actor=an_operator())
    approve_batch(batch.number, actor=an_operator("oscar"))
    send_batch(batch.number, actor=an_operator())
    fail_by_hand(payout.number, "AC04", actor=an_operator("oscar"))
    assert sum(at_once(lambda: pay_again(payout.number, "mended", actor=an_operator()))) == 1
    assert PayoutItem.objects.filter(is_open=True).count() == 1
    assert wrong() == []


def cut_off() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def in_a_process(act: Callable[[], object]) -> int:
    """By which signal it ended.

    Where a browser's event loop runs, the child, which has none, would take up another connection
    of its parent's.
    """
    connection.close()
    child = os.fork()
    if not child:
        connection.connection = None
        act()
        os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("death", [cut_off, die])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_R8_2_who_dies_in_the_middle_of_a_batch_has_sent_nothing(
    payout: Payout, monkeypatch: pytest.MonkeyPatch, at: int, death: Callable[[], None]
) -> None:
    """Of three payouts so many are posted when its connection is cut, or its process is killed."""
    for number in ("S000002", "S000003"):
        seller = a_seller(number, company=f"Company {number}")
        a_certified_account(seller)
        payable(seller)
    olga = an_operator()
    batch = create_batch("USD", actor=olga)
    approve_batch(batch.number, actor=an_operator("oscar"))
    posted: list[str] = []

    def dies(each: Payout, now: datetime) -> dict[str, Decimal]:
        if len(posted) == at:
            death()
        posted.append(each.number)
        return post_payout(each, now)

    with monkeypatch.context() as patched:
        patched.setattr(batches, "post_payout", dies)
        if death is die:
            ended = in_a_process(lambda: send_batch(batch.number, actor=olga))
            assert ended == signal.SIGKILL
        else:
            with pytest.raises(DatabaseError):
                send_batch(batch.number, actor=olga)
            assert len(posted) == at
    connection.close()
    assert set(Payout.objects.values_list("state", flat=True)) == {PayoutState.IN_BATCH}
    assert not Journal.objects.filter(kind="payout").exists()
    assert wrong() == []
    first, again = (file_of(batch.number, actor=olga)[1] for _ in range(2))
    assert first == again
    assert set(Payout.objects.values_list("state", flat=True)) == {PayoutState.SENT}
    assert Journal.objects.filter(kind="payout").count() == 3
    assert wrong() == []
