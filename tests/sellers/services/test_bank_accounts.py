"""Where a seller is paid: never changed by one person, never used before its time (R9.1)."""

from datetime import timedelta
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.db import connection

from koogallery.kit.errors import Conflict, DomainError, Forbidden, InvalidInput
from koogallery.models import Act, Notice, User
from koogallery.people import withdraw_password
from sellers.choices import Role
from sellers.models import BankAccount, Seller
from sellers.rules.bank_accounts import bank_violations, masked
from sellers.services.companies.bank_accounts import (
    account_in_use,
    approve_bank_account,
    check_bank_account,
    reject_bank_account,
    request_bank_account,
    stop_bank_account,
    tell_of_accounts_in_use,
    withdraw_bank_account,
)
from sellers.services.companies.certifications import approve_certification
from tests.books import execute, is_refused, refused_by, snapshot
from tests.sellers.applying import BANK, a_certification, a_member
from tests.world import a_seller, an_operator

NEW = {**BANK, "account_number": "SG-4711-0815", "swift_code": "DBSSSGSG", "bank_country": "SG"}


@pytest.fixture
def seller(db: None) -> Seller:
    """Certified, with a first account."""
    seller = a_seller("S-1", certified=None)
    sent = a_certification(seller, a_member(seller, "mia"))
    approve_certification(sent.number, actor=an_operator("otto"))
    approve_bank_account(seller.bank_accounts.get().number, actor=an_operator("olivia"))
    return seller


@pytest.fixture
def mia(seller: Seller) -> User:
    return User.objects.get(username="mia")


@pytest.fixture
def olga(db: None) -> User:
    return an_operator("olga")


@pytest.fixture
def oscar(db: None) -> User:
    return an_operator("oscar")


@pytest.fixture
def change(seller: Seller, mia: User) -> BankAccount:
    return request_bank_account("S-1", NEW, actor=mia)


@pytest.fixture
def approved(change: BankAccount, olga: User, oscar: User) -> BankAccount:
    check_bank_account(change.number, actor=olga)
    return approve_bank_account(change.number, actor=oscar)


def used(seller: Seller) -> str:
    account = account_in_use(seller)
    assert account
    return account.account_number


OLD_NUMBER, NEW_NUMBER = "DE89370400440532013000", "SG47110815"


def test_R9_1_a_change_takes_two_operators_and_a_cool_down(
    seller: Seller, change: BankAccount, olga: User, oscar: User
) -> None:
    assert (change.state, change.version, used(seller)) == ("requested", 2, OLD_NUMBER)
    assert check_bank_account(change.number, actor=olga).state == "checked"
    done = approve_bank_account(change.number, actor=oscar)
    assert done.usable_from and done.approved_at
    assert done.usable_from - done.approved_at == timedelta(days=7)
    assert used(seller) == OLD_NUMBER
    with time_machine.travel(done.usable_from - timedelta(seconds=1)):
        assert used(seller) == OLD_NUMBER
    with time_machine.travel(done.usable_from + timedelta(seconds=1)):
        assert used(seller) == NEW_NUMBER


def test_R9_1_the_cool_down_is_a_setting(
    change: BankAccount, olga: User, oscar: User, settings: Any
) -> None:
    settings.BANK_ACCOUNT_COOL_DOWN_DAYS = 30
    check_bank_account(change.number, actor=olga)
    done = approve_bank_account(change.number, actor=oscar)
    assert done.usable_from and done.approved_at
    assert done.usable_from - done.approved_at == timedelta(days=30)


def test_R9_1_the_same_operator_is_refused_twice(
    seller: Seller, change: BankAccount, olga: User
) -> None:
    check_bank_account(change.number, actor=olga)
    before = snapshot()
    with pytest.raises(Forbidden) as refusal:
        approve_bank_account(change.number, actor=olga)
    assert refusal.value.code == "a_bank_account_takes_a_second_operator"
    assert snapshot() == before


def test_R4_4_nobody_is_both_operators_by_the_others_password(
    seller: Seller, change: BankAccount, olga: User, oscar: User
) -> None:
    root = User.objects.create_superuser("root")
    withdraw_password(olga.username, actor=root)
    is_refused("changed_by_another", "R4.4", check_bank_account, change.number, actor=olga)
    is_refused("changed_by_another", "R4.4", request_bank_account, seller.number, NEW, actor=olga)
    check_bank_account(change.number, actor=oscar)
    is_refused("changed_by_another", "R4.4", approve_bank_account, change.number, actor=olga)


def test_R9_1_an_operator_who_records_a_change_is_the_first_of_two(
    seller: Seller, olga: User, oscar: User
) -> None:
    recorded = request_bank_account("S-1", NEW, actor=olga)
    assert (recorded.state, recorded.checked_by) == ("checked", olga)
    with pytest.raises(Forbidden):
        approve_bank_account(recorded.number, actor=olga)
    assert approve_bank_account(recorded.number, actor=oscar).state == "approved"


def test_R9_1_the_company_is_told_at_once_and_when_it_is_used(
    seller: Seller, approved: BankAccount
) -> None:
    kinds = Notice.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds)[-2:] == ["bank_account_requested", "bank_account_approved"]
    assert "SG47110815" not in str(list(Notice.objects.values_list("facts", flat=True)))
    assert tell_of_accounts_in_use() == 0
    assert approved.usable_from
    with time_machine.travel(approved.usable_from + timedelta(minutes=1)):
        assert (tell_of_accounts_in_use(), tell_of_accounts_in_use()) == (1, 0)
    active = Notice.objects.filter(kind="bank_account_active").order_by("pk")
    numbers = [each.facts["bank_account"] for each in active]
    assert numbers == [each.number for each in seller.bank_accounts.order_by("version")]


def test_R9_1_an_owner_stops_what_cools_down_and_nothing_changes(
    seller: Seller, approved: BankAccount, mia: User
) -> None:
    stopped = stop_bank_account(approved.number, "None of us asked for it.", actor=mia)
    assert (stopped.state, stopped.closed_by) == ("stopped", mia)
    assert approved.usable_from
    with time_machine.travel(approved.usable_from + timedelta(days=1)):
        assert used(seller) == OLD_NUMBER
    assert Notice.objects.latest("pk").facts["decision"] == "stopped"
    request_bank_account("S-1", NEW, actor=mia)


def test_R9_1_what_is_in_use_is_not_stopped(approved: BankAccount, mia: User) -> None:
    assert approved.usable_from
    with (
        time_machine.travel(approved.usable_from + timedelta(days=1)),
        pytest.raises(Conflict) as refusal,
    ):
        stop_bank_account(approved.number, "Too late.", actor=mia)
    assert refusal.value.code == "bank_account_in_use"


def test_R9_1_a_change_is_rejected_or_withdrawn(
    seller: Seller, change: BankAccount, mia: User, olga: User
) -> None:
    with pytest.raises(InvalidInput):
        reject_bank_account(change.number, " ", actor=olga)
    assert reject_bank_account(change.number, "Call not answered.", actor=olga).state == "rejected"
    again = request_bank_account("S-1", NEW, actor=mia)
    assert withdraw_bank_account(again.number, actor=mia).state == "withdrawn"
    assert used(seller) == OLD_NUMBER


def test_R9_1_one_change_at_a_time(change: BankAccount, mia: User) -> None:
    with pytest.raises(Conflict) as refusal:
        request_bank_account("S-1", NEW, actor=mia)
    assert refusal.value.code == "one_bank_account_change_waits_at_a_time"


@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.VIEWER])
def test_R9_1_owners_and_finance_say_where_the_company_is_paid(seller: Seller, role: Role) -> None:
    with pytest.raises(Forbidden):
        request_bank_account("S-1", NEW, actor=a_member(seller, "oz", role))
    assert request_bank_account("S-1", NEW, actor=a_member(seller, "finn", Role.FINANCE))


def test_R9_1_another_sellers_account_does_not_exist(change: BankAccount) -> None:
    stranger = a_member(a_seller("S-2"), "stranger")
    for act in (
        partial(withdraw_bank_account, change.number, actor=stranger),
        partial(stop_bank_account, change.number, "x", actor=stranger),
        partial(request_bank_account, "S-1", NEW, actor=stranger),
    ):
        with pytest.raises(DomainError) as refusal:
            act()
        assert refusal.value.status == 404


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({}, ""),
        ({"account_holder": "CONTOSO   CLOUD"}, ""),
        ({"account_holder": "Contoso Cloud Ltd"}, "account_name_differs"),
        ({"account_number": "DE89370400440532013000"}, ""),
        ({"account_number": "DE88370400440532013000"}, "invalid_account_number"),
        ({"account_number": "12"}, "invalid_account_number"),
        ({"account_number": ""}, "required"),
        ({"swift_code": "DBSSSGS"}, "invalid_swift_code"),
        ({"bank_country": "Singapore"}, "invalid_country"),
    ],
)
def test_R9_1_what_bank_details_must_hold(wrong: dict[str, str], code: str) -> None:
    details = {**NEW, "account_number": "SG47110815", **wrong}
    found = [each.code for each in bank_violations(details, "Contoso Cloud")]
    assert found == ([code] if code else [])


def test_only_the_end_of_an_account_number_is_shown() -> None:
    assert (masked("DE89370400440532013000"), masked("123")) == ("•••• 3000", "••••")


def test_account_numbers_are_masked_in_the_record_of_acts(approved: BankAccount) -> None:
    told = str(list(Act.objects.values_list("facts", "changes")))
    assert "SG47110815" not in told and "•••• 0815" in told


# ---- what the database refuses, whoever asks --------------------------------------------------

APPROVE = """UPDATE sellers_bankaccount SET state = 'approved', approved_by_id = %(who)s,
    approved_at = now(), usable_from = now() WHERE id = %(account)s"""


def test_R9_1_the_database_wants_a_second_operator(
    change: BankAccount, mia: User, olga: User
) -> None:
    check_bank_account(change.number, actor=olga)
    for who in (olga, mia):
        with refused_by("a_bank_account_takes_a_second_operator"):
            execute(APPROVE, who=who.pk, account=change.pk)


@pytest.mark.parametrize(
    ("constraint", "set_to"),
    [
        ("bank_details_stay", "account_number = 'X'"),
        ("bank_details_stay", "seller_id = seller_id, version = 9"),
        ("bank_details_stay", "usable_from = now()"),
        ("bank_details_stay", "approved_by_id = requested_by_id"),
        ("bank_details_stay", "checked_by_id = approved_by_id"),
        ("bank_details_stay", "requested_by_id = approved_by_id"),
        ("bank_details_stay", "of_certification = true"),
        ("a_bank_account_is_in_a_known_state", "state = 'gone'"),
        ("an_approved_bank_account_has_its_operators", "state = 'checked'"),
    ],
)
def test_R9_1_an_approved_account_stays_as_it_is(
    approved: BankAccount, constraint: str, set_to: str
) -> None:
    with refused_by(constraint):
        execute(f"UPDATE sellers_bankaccount SET {set_to} WHERE id = %(pk)s", pk=approved.pk)
    with refused_by("bank_details_stay"):
        execute("DELETE FROM sellers_bankaccount")


def test_R9_1_the_database_refuses_another_holder(change: BankAccount) -> None:
    with refused_by("a_bank_account_is_the_companys"):
        execute(
            """INSERT INTO sellers_bankaccount SELECT (jsonb_populate_record(b, %(new)s::jsonb)).*
            FROM sellers_bankaccount b WHERE id = %(pk)s""",
            pk=change.pk,
            new='{"id": -1, "number": "BA-x", "version": 3, "state": "withdrawn", '
            '"account_holder": "Somebody Else"}',
        )


@pytest.mark.django_db(transaction=True)
def test_R9_1_two_requests_at_once_are_one_change() -> None:
    seller = a_seller("S-1")
    mia = a_member(seller, "mia")
    start, results = Barrier(4), list[str]()

    def ask() -> None:
        start.wait()
        try:
            request_bank_account("S-1", NEW, actor=mia)
            results.append("requested")
        except DomainError as refusal:
            results.append(refusal.code)
        finally:
            connection.close()

    threads = [Thread(target=ask) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(results) == ["one_bank_account_change_waits_at_a_time"] * 3 + ["requested"]
    assert BankAccount.objects.count() == 1


@pytest.mark.parametrize(
    "written", ["Cafe\u0301 Ltd", "ＣＡＦ\u00c9 ltd", "Caf\u00e9\u00a0 L\u00adtd"]
)
def test_R9_1_the_companys_own_name_is_its_own_however_it_is_written(
    seller: Seller, mia: User, written: str
) -> None:
    Seller.objects.filter(pk=seller.pk).update(company_name="Caf\u00e9 Ltd")
    account = request_bank_account("S-1", {**NEW, "account_holder": written}, actor=mia)
    assert account.state == "requested"
