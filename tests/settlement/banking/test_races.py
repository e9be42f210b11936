"""The same statement from several people at once, and a death in the middle (R8.2).

Either guard alone suffices: the lock under which statements are taken, and the digest that the
database takes once.
"""

from collections import Counter
from itertools import count
from threading import Thread
from time import monotonic, sleep

import pytest
from django.db import DatabaseError, connection, transaction

from koogallery.approvals import foreseen
from koogallery.approving import approve_request
from koogallery.kept_files import path_of
from koogallery.models import ApprovalRequest
from settlement.choices import Account, PayoutState
from settlement.models import BankLine, BankStatement, Payout, PayoutBatch
from settlement.readings.invariants import check_books
from settlement.services.banking import taking
from settlement.services.banking.attributing import attribute_line
from settlement.services.banking.reversing import reverse_statement
from settlement.services.banking.taking import take_statement
from tests.settlement.services.test_payouts import payable, sent
from tests.settlement.services.test_refund_races import at_once
from tests.world import a_certified_account, a_seller, an_operator

from .statements import Row, statement
from .test_taking import held

pytestmark = pytest.mark.django_db(transaction=True)

CALLERS = 4
#: A transaction sees the sessions that were there when it first looked.
SEE_ANEW = "SELECT pg_stat_clear_snapshot()"
WAITING = """
SELECT l.pid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE NOT l.granted AND a.datname = current_database()
"""


@pytest.fixture
def payout() -> Payout:
    seller = a_seller("S000001", currency="USD")
    a_certified_account(seller)
    payable(seller)
    return sent(Payout.objects.get())


def wrong() -> list[str]:
    return [found.difference for found in check_books() if not found.holds]


def take_at_once(payout: Payout) -> Counter[str]:
    data, actor = statement(Row("-850.00", payout.number), Row("55.00")), an_operator()

    def take() -> None:
        take_statement(data, actor=actor)

    return at_once(take, CALLERS)


@pytest.mark.parametrize("guard", ["both", "the lock", "the digest"])
def test_R8_2_a_statement_from_several_people_is_taken_once(
    payout: Payout, monkeypatch: pytest.MonkeyPatch, guard: str
) -> None:
    if guard == "the digest":
        monkeypatch.setattr(taking, "wait_for_others", lambda: None)
    came = take_at_once(payout)
    assert came.total() == CALLERS
    if guard != "the digest":
        assert came == Counter({"done": CALLERS})
    assert (BankStatement.objects.count(), BankLine.objects.count()) == (1, 2)
    assert held(Account.BANK) == 99205
    assert Payout.objects.get().state == PayoutState.PAID
    assert wrong() == []


def test_without_the_digest_it_would_be_taken_each_time(
    payout: Payout, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor known again by what it says."""
    serial = count()
    monkeypatch.setattr(taking, "in_other_words", lambda _statement, _entries: None)
    monkeypatch.setattr(taking, "_digest_of", lambda _part: f"{next(serial)}")
    take_at_once(payout)
    assert BankStatement.objects.count() == CALLERS


def test_R8_2_a_line_is_attributed_by_one_of_several(payout: Payout) -> None:
    take_at_once(payout)
    line, actor = BankLine.objects.get(state="suspense"), an_operator()

    def attribute() -> None:
        attribute_line(line.number, "deposit:S000001", "told by mail", actor=actor)

    came = at_once(attribute, CALLERS)
    assert came["done"] == 1
    assert held(Account.SUSPENSE) == 0
    assert held(Account.DEPOSIT) == -55
    assert wrong() == []


def test_R8_2_who_dies_in_the_middle_has_taken_nothing(payout: Payout) -> None:
    """Its payout is paid and its first line written when the connection is cut."""
    data = statement(Row("-850.00", payout.number), Row("55.00", text="more"))
    died: list[str] = []

    def take() -> None:
        try:
            take_statement(data, actor=None)
        except DatabaseError as error:
            died.append(type(error).__name__)
        finally:
            connection.close()

    with transaction.atomic():
        PayoutBatch.objects.select_for_update().get()
        taker = Thread(target=take)
        taker.start()
        cut_who_waits()
        taker.join()
    assert died == ["OperationalError"]
    assert not BankStatement.objects.exists()
    assert Payout.objects.get().state == PayoutState.SENT
    assert wrong() == []
    taken = take_statement(data, actor=None)
    assert taken.is_new
    assert path_of(taken.statements[0].file_digest).read_bytes() == data
    assert Payout.objects.get().state == PayoutState.PAID
    assert wrong() == []


def test_R8_2_a_statement_is_reversed_by_one_of_several(payout: Payout) -> None:
    """While others attribute a line of it: either is done, and the books hold."""
    take_at_once(payout)
    taken, line = BankStatement.objects.get(), BankLine.objects.get(state="suspense")
    request = reverse_statement(taken.number, "forged", actor=an_operator())
    assert isinstance(request, ApprovalRequest)
    otto, turns = an_operator("otto"), count()

    def act() -> None:
        if next(turns) % 2:
            attribute_line(line.number, "deposit:S000001", "told by mail", actor=otto)
        else:
            seen = foreseen(request).digest
            approve_request(request.number, seen=seen, actor=otto)

    came = at_once(act, CALLERS)
    taken.refresh_from_db()
    assert 1 <= came["done"] <= 2
    if taken.state == "reversed":
        assert held(Account.BANK) == held(Account.SUSPENSE) == held(Account.DEPOSIT) == 0
        assert Payout.objects.get().state == PayoutState.SENT
    assert wrong() == []


def test_R8_2_who_dies_in_the_middle_has_reversed_nothing(payout: Payout) -> None:
    """The statement and its lines are reversed when the connection is cut."""
    take_statement(statement(Row("-850.00", payout.number), Row("55.00")), actor=None)
    taken = BankStatement.objects.get()
    request = reverse_statement(taken.number, "forged", actor=an_operator())
    assert isinstance(request, ApprovalRequest)
    otto, died = an_operator("otto"), []

    def reverse() -> None:
        try:
            approve_request(request.number, actor=otto)
        except DatabaseError as error:
            died.append(type(error).__name__)
        finally:
            connection.close()

    with transaction.atomic():
        PayoutBatch.objects.select_for_update().get()
        reverser = Thread(target=reverse)
        reverser.start()
        cut_who_waits()
        reverser.join()
    assert died == ["OperationalError"]
    taken.refresh_from_db()
    assert (taken.state, Payout.objects.get().state) == ("taken", PayoutState.PAID)
    assert wrong() == []
    approve_request(request.number, actor=otto)
    assert Payout.objects.get().state == PayoutState.SENT
    assert wrong() == []


def cut_who_waits() -> None:
    until = monotonic() + 30
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")  # whoever owns the tables may cut others off
        while monotonic() < until:
            cursor.execute(SEE_ANEW)
            cursor.execute(WAITING)
            if found := cursor.fetchone():
                cursor.execute("SELECT pg_terminate_backend(%s)", found)
                return
            sleep(0.05)
    raise AssertionError("nobody waits")
