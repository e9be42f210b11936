"""Accounts, statements and what the books learnt, in service, REST, console and admin (R7.2)."""

import csv
import io
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from koogallery.duties import OperatorRole
from koogallery.models import Act, User
from sellers.choices import Role
from sellers.models import Seller
from settlement.choices import Account
from settlement.models import Bill, InvariantResult, Journal, LedgerEntry, Recovery
from settlement.readings.account_statements import Figures, Period, statement_of
from settlement.readings.balances import View, account_balances, journals_since, seller_balances
from settlement.services.deposits import move_deposit
from settlement.tasks import prove_books
from tests.callers import Caller, operator_caller, seller_caller
from tests.settlement.builders import (
    at,
    close,
    make_member,
    make_operator,
    make_order,
    make_product,
    make_seller,
    refunded,
)
from tests.standing import standing

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Holding:
    seller: Seller
    bill: Bill
    recovery: Recovery


@dataclass(frozen=True)
class World:
    olga: User
    mine: Holding
    theirs: Holding
    operator: Caller
    reader: Caller
    nobody: Caller


def holding(olga: User, oscar: User) -> Holding:
    """Bill 1000, 300 refunded of it, deposit 100 drawn, a receivable of 200."""
    seller = make_seller()
    order = make_order(make_product(seller), "1000", at(1, 5))
    bill = close(seller, "202601")
    assert bill is not None
    refunded(order, "300", at(1, 20), olga, oscar)
    move_deposit(seller.number, "top_up", Decimal(100), "first", actor=olga)
    close(seller, "202602")
    return Holding(seller, bill, Recovery.objects.get(seller=seller))


@standing
def standing_world() -> World:
    olga, oscar = make_operator("olga"), make_operator("oscar")
    mine, theirs = holding(olga, oscar), holding(olga, oscar)
    mia = make_member(mine.seller, "mia")
    reader = seller_caller(mia, mine.seller.number)
    return World(olga, mine, theirs, operator_caller(olga), reader, Caller(None))


@pytest.fixture
def world(standing_world: World) -> World:
    return deepcopy(standing_world)


@pytest.fixture
def seller(world: World) -> Seller:
    return world.mine.seller


def of(figures: Figures) -> tuple[int, ...]:
    return tuple(int(each) for each in (figures.payable, figures.deposit, figures.owed))


# ---- the statement ----------------------------------------------------------------------------


def test_R7_2_a_statement_goes_from_nothing_to_how_things_stand(seller: Seller) -> None:
    statement = statement_of(seller, Period())
    assert statement.opening == Figures()
    told = [(each.journal.kind, *of(each.moved)) for each in statement.movements]
    assert sorted(told) == [
        ("bill", 1000, 0, 0),
        ("deposit", 0, -100, 100),
        ("deposit", 0, 100, 0),
        ("receivable", 0, 0, 0),
        ("recovery", 0, 0, -300),
    ]
    assert of(statement.closing) == (1000, 0, -200)
    assert statement.closing.balance == 800


def test_R7_2_opening_movements_and_closing_always_add_up(seller: Seller) -> None:
    """Whatever the range and whatever was known: what is before, within and after it."""
    instants = sorted({journal.effective_at for journal in Journal.objects.filter(seller=seller)})
    whole = statement_of(seller, Period()).closing
    for start in instants:
        for end in (each for each in instants if each >= start):
            part = statement_of(seller, Period(start, end))
            moved = sum((each.moved for each in part.movements), part.opening)
            assert moved == part.closing
            if end == instants[-1]:
                assert part.closing == whole


def test_R7_2_as_known_at_an_earlier_time_later_entries_are_not_there(seller: Seller) -> None:
    known_at = timezone.now()
    before = statement_of(seller, Period(known_at=known_at))
    topped_up(seller, 70, known_at + timedelta(seconds=1))
    assert statement_of(seller, Period(known_at=known_at)) == before
    assert statement_of(seller, Period()).closing.balance == before.closing.balance + 70


def topped_up(seller: Seller, amount: int, recorded_at: datetime) -> None:
    """A journal that the books learnt at that instant; a test is one transaction, and one now."""
    journal = Journal.objects.create(
        key=f"test:{recorded_at}",
        seller=seller,
        kind="deposit",
        subject=seller.number,
        effective_at=timezone.now(),
        recorded_at=recorded_at,
    )
    LedgerEntry.objects.bulk_create(
        LedgerEntry(journal=journal, seller=seller, account=account, currency="USD", amount=moved)
        for account, moved in ((Account.BANK, amount), (Account.DEPOSIT, -amount))
    )


def test_R7_2_a_range_that_ends_before_it_begins_is_none(world: World) -> None:
    path = f"/sellers/{world.mine.seller.number}/statement/"
    query = {"effective_at_from": "2026-02-01T00:00:00Z", "effective_at_to": "2026-01-01T00:00:00Z"}
    answer = world.operator.get(path, query)
    assert (answer.status, answer.errors) == (422, [("/effective_at_to", "no_range", "R7.2")])


def test_R7_2_too_long_a_statement_is_a_file(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("settlement.readings.account_statements.MOST_SHOWN", 2)
    number = world.mine.seller.number
    answer = world.reader.get(f"/sellers/{number}/statement/")
    assert answer.errors[0][1] == "too_many_entries"
    assert world.reader.get(f"/sellers/{number}/statement/export/?format=csv").status == 200


# ---- REST -------------------------------------------------------------------------------------


def test_a_seller_reads_its_own_statement_over_rest_and_no_others(world: World) -> None:
    answer = world.reader.get(f"/sellers/{world.mine.seller.number}/statement/")
    assert answer.status == 200
    assert answer.body["closing"] == {
        "payable": "1000.00",
        "deposit": "0.00",
        "owed": "-200.00",
        "balance": "800.00",
    }
    assert [each["kind"] for each in answer.body["entries"]].count("deposit") == 2
    assert world.reader.get(f"/sellers/{world.theirs.seller.number}/statement/").status == 404
    assert world.nobody.get(f"/sellers/{world.mine.seller.number}/statement/").status == 401


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_file_has_the_same_rows_and_who_took_it_is_on_record(world: World, form: str) -> None:
    number = world.mine.seller.number
    content = world.operator.get(f"/sellers/{number}/statement/export/?format={form}").content
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        assert (rows[0]["kind"], rows[-1]["kind"]) == ("opening", "closing")
        assert (rows[-1]["payable"], rows[-1]["balance"]) == ("1000.00", "800.00")
        assert len(rows) == 7
    else:
        assert "xl/worksheets/sheet1.xml" in ZipFile(BytesIO(content)).namelist()
    taken = Act.objects.latest("pk")
    assert (taken.verb, taken.object_kind, taken.seller_number) == ("exported", "statement", number)


# ---- the console ------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_a_member_reads_the_statement_in_the_console(
    client: Client, world: World, role: Role
) -> None:
    client.force_login(make_member(world.mine.seller, "mo", role))
    page = client.get(reverse("console:statement"), {"first": "2020-01-01"})
    assert page.status_code == 200
    assert page.context["statement"].closing.balance == 800
    shown = page.content.decode()
    assert f"/bills/{world.mine.bill.number}/" in shown
    assert f"/recoveries/{world.mine.recovery.number}/" in shown
    assert world.theirs.seller.number not in shown


def test_what_is_no_day_is_told_and_no_statement_shown(client: Client, world: World) -> None:
    client.force_login(User.objects.get(username="mia"))
    for query in ({"first": "yesterday"}, {"first": "2026-02-01", "last": "2026-01-01"}):
        page = client.get(reverse("console:statement"), query)
        assert (page.status_code, page.context["statement"]) == (200, None)
        assert "No statement for this range" in page.content.decode()


def test_another_sellers_statement_is_not_found(client: Client, world: World) -> None:
    client.force_login(User.objects.get(username="mia"))
    for page in ("statement", "statement-export"):
        query = {"seller": world.theirs.seller.number, "format": "csv"}
        assert client.get(reverse(f"console:{page}"), query).status_code == 404


def test_an_operator_reads_statements_only_on_duty(client: Client, world: World) -> None:
    query = {"seller": world.mine.seller.number}
    for role, status in ((OperatorRole.AUDITOR, 200), (OperatorRole.VIEWER, 403)):
        client.force_login(User.objects.create_user(role, is_staff=True, operator_roles=[role]))
        assert client.get(reverse("console:statement"), query).status_code == status


# ---- the accounts -----------------------------------------------------------------------------


def test_R7_2_the_accounts_of_all_sellers_are_zero_together(world: World) -> None:
    balances = account_balances(View())
    assert sum(each.balance for each in balances) == 0
    by_account = {each.account: each.balance for each in balances}
    assert by_account[Account.RECEIVABLES] == 400  # 200 of each of the two sellers
    mine = account_balances(View(), world.mine.seller)
    assert {each.account: each.balance for each in mine}[Account.RECEIVABLES] == 200


def test_R7_2_an_account_is_taken_apart_by_seller_page_by_page(world: World) -> None:
    first = seller_balances(View(), Account.RECEIVABLES, "USD", "", 1)
    assert first[0].seller is not None
    second = seller_balances(View(), Account.RECEIVABLES, "USD", first[0].seller.number, 1)
    assert {each.seller for each in (*first, *second)} == {world.mine.seller, world.theirs.seller}


def test_R7_2_as_of_a_day_before_the_first_bill_nothing_stands(world: World) -> None:
    assert account_balances(View(as_of=datetime(2019, 1, 1, tzinfo=UTC))) == []


def test_R7_2_what_the_books_learnt_since_the_last_look_is_told_apart(world: World) -> None:
    looked_at = timezone.now()
    topped_up(world.mine.seller, 7, looked_at + timedelta(seconds=1))
    view = View(since=looked_at)
    learnt = {each.account: each.learnt for each in account_balances(view) if each.learnt}
    assert sum(learnt.values()) == 0 and learnt[Account.BANK] == 7
    assert {journal.seller for journal in journals_since(view)} == {world.mine.seller}
    bank = next(each for each in account_balances(view) if each.account == Account.BANK)
    assert bank.balance - bank.before == 7


# ---- the admin --------------------------------------------------------------------------------


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(
        User.objects.create_user("ada", is_staff=True, operator_roles=[OperatorRole.AUDITOR])
    )
    return client


ACCOUNTS = "admin:settlement_accountbalance_changelist"


def test_every_number_leads_down_to_its_document(auditor: Client, world: World) -> None:
    page = auditor.get(reverse(ACCOUNTS))
    rows = {row.balance.account: row for row in page.context["rows"]}
    page = auditor.get(rows[Account.SELLER_PAYABLE].page)
    [row] = [each for each in page.context["rows"] if each.balance.seller == world.mine.seller]
    page = auditor.get(row.page)
    rows = {row.balance.account: row for row in page.context["rows"]}
    assert rows[Account.SELLER_PAYABLE].balance.balance == -1000
    entries = auditor.get(rows[Account.SELLER_PAYABLE].page)
    [entry] = entries.context["cl"].result_list
    assert (entry.amount, entry.account) == (-1000, "seller_payable")
    journal = reverse("admin:settlement_journal_change", args=[entry.journal_id])
    assert journal in entries.content.decode()
    bill = reverse("admin:settlement_bill_change", args=[world.mine.bill.pk])
    assert bill in auditor.get(journal).content.decode()


def test_every_kind_of_journal_leads_to_its_document(auditor: Client, world: World) -> None:
    for journal in Journal.objects.filter(seller=world.mine.seller):
        page = auditor.get(reverse("admin:settlement_journal_change", args=[journal.pk]))
        assert f">{journal.subject}</a>" in page.content.decode() or (
            f">Deposit of {journal.subject}</a>" in page.content.decode()
        ), journal.kind


def test_the_statement_in_the_admin_and_its_files(auditor: Client, world: World) -> None:
    number = world.mine.seller.number
    page = auditor.get(reverse("admin:settlement_statement", args=[number]))
    assert page.context["statement"].closing.balance == 800
    file = reverse("admin:settlement_statement_file", args=[number])
    sent: Any = auditor.get(file, {"format": "csv"})
    assert sent.getvalue()  # to its end, which closes it
    assert auditor.get(file, {"format": "docx"}).status_code == 404
    assert auditor.get(reverse("admin:settlement_statement", args=["S-9"])).status_code == 404


def test_what_was_learnt_is_shown_with_its_journals(auditor: Client, world: World) -> None:
    page = auditor.get(reverse(ACCOUNTS), {"since": "2020-01-01T00:00"})
    assert page.context["learnt"] and "Learnt since" in page.content.decode()
    assert auditor.get(reverse(ACCOUNTS), {"as_of": "never"}).status_code == 200
    assert auditor.get(reverse(ACCOUNTS), {"account": "emperor"}).status_code == 404


def test_the_books_are_for_who_reads_books(client: Client, world: World) -> None:
    client.force_login(
        User.objects.create_user("max", is_staff=True, operator_roles=[OperatorRole.VIEWER])
    )
    number = world.mine.seller.number
    pages = [
        reverse(ACCOUNTS),
        reverse("admin:settlement_statement", args=[number]),
        reverse("admin:settlement_statement_file", args=[number]),
    ]
    assert {client.get(page).status_code for page in pages} == {403}
    assert client.post(reverse("admin:settlement_invariants_prove")).status_code == 403


def test_R7_2_an_operator_has_the_books_proven_by_a_worker(
    auditor: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    queued = []
    monkeypatch.setattr("settlement.tasks.prove_books.delay", lambda: queued.append(1))
    address = reverse("admin:settlement_invariants_prove")
    assert auditor.get(address).status_code == 403
    with django_capture_on_commit_callbacks(execute=True):
        assert auditor.post(address).status_code == 302
    assert (queued, Act.objects.latest("pk").verb) == ([1], "asked to prove")
    prove_books()
    shown = auditor.get(reverse("admin:settlement_invariantresult_changelist")).content.decode()
    assert InvariantResult.objects.count() > 5 and "Prove all books now" in shown


@pytest.mark.parametrize("page", [ACCOUNTS, "admin:settlement_statement", "console:statement"])
def test_a_page_of_the_books_costs_the_same_queries_however_much_there_is(
    client: Client, world: World, page: str
) -> None:
    olga, seller = make_operator("omar"), world.mine.seller
    client.force_login(olga)
    named = page == "admin:settlement_statement"
    address = reverse(page, args=[seller.number] if named else [])
    query = {} if named else {"seller": seller.number, "first": "2020-01-01"}

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address, query).status_code == 200
        return len(captured)

    few = queries()
    for count in range(12):
        move_deposit(seller.number, "top_up", Decimal(1), f"more {count}", actor=olga)
    assert LedgerEntry.objects.filter(seller=seller).count() > 24
    assert queries() == few


def test_a_seller_without_movements_has_an_empty_statement(client: Client) -> None:
    client.force_login(make_member(make_seller(), "nina"))
    page = client.get(reverse("console:statement"))
    assert page.context["statement"].closing == Figures()
    assert "Nothing moved in this range" in page.content.decode()
