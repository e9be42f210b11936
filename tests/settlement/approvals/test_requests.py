"""An act that takes a second person: asked for, shown, decided once, by another (R4.4)."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from koogallery.approvals import foreseen
from koogallery.approving import approve_request, reject_request, waiting, withdraw_request
from koogallery.kit.errors import Conflict, DomainError, Forbidden, IllegalTransition, InvalidInput
from koogallery.kit.seen import ChangedSinceSeen, Seen, money_change
from koogallery.models import Act, ApprovalRequest, User
from settlement.models import Adjustment, Authorisation
from settlement.services.bills.adjustments import adjust_bill
from settlement.services.payouts.outcomes import fail_by_hand
from tests.authority import no_limits
from tests.books import snapshot
from tests.settlement.approvals.market import (
    LIMIT,
    Account,
    adjust,
    an_account,
    in_every_role,
    narrow,
    one_in,
    pay,
)


@pytest.fixture
def account(db: None, settings: Any) -> Account:
    found = an_account()
    narrow(settings)
    return found


@pytest.fixture
def first(db: None) -> User:
    return in_every_role()


@pytest.fixture
def second(db: None) -> User:
    return in_every_role()


def asked_for(account: Account, actor: User, amount: Decimal = LIMIT) -> ApprovalRequest:
    came = adjust(account, amount, actor)
    assert isinstance(came, ApprovalRequest)
    return came


def test_it_keeps_what_was_asked_for_and_what_was_shown(account: Account, first: User) -> None:
    asked = ApprovalRequest.objects.get(pk=asked_for(account, first, -LIMIT).pk)
    assert (asked.act, asked.state, asked.amount, asked.currency) == (
        "adjustment",
        "pending",
        LIMIT,
        "USD",
    )
    assert (asked.object_kind, asked.object_number) == ("bill", account.bill.number)
    assert asked.arguments == {
        "number": account.bill.number,
        "amount": "-100",
        "reason": "wrong",
    }
    shown = {(name, of): value for name, value, of in asked.shown}
    assert shown["amount", ""] == {"amount": "-100.00", "currency": "USD"}
    assert shown["reason", ""] == "wrong"
    none, hundred = Decimal(0), Decimal(100)
    for name, of, before, after in (
        ("next_payment_with_bill", "202405", none, none),
        ("settlement_amount_of_bill", "202405", none, -hundred),
        ("carried_on_to_bill", "202406", none, hundred),
        ("to_a_receivable_if_nothing_more_is_sold_by", "202406", none, hundred),
    ):
        assert shown[name, of] == money_change(before, after, "USD")
    assert "From 100.00 USD on it takes two people" in asked.told_why
    with override("zh-hans"):
        assert "100.00 USD" in asked.told_why
        assert "takes two people" not in asked.told_why
    assert not Adjustment.objects.exists()


def test_the_act_is_done_as_who_asked_and_says_who_approved(
    account: Account, first: User, second: User
) -> None:
    asked = asked_for(account, first)
    approved = approve_request(asked.number, " fine ", actor=second)
    [adjustment] = Adjustment.objects.all()
    assert (adjustment.created_by, adjustment.amount) == (first, LIMIT)
    assert (approved.state, approved.result) == ("approved", adjustment.number)
    [approval] = approved.approvals.all()
    assert (approval.operator, approval.comment) == (second, "fine")
    act = Act.objects.get(verb="adjusted")
    assert (act.actor, act.facts["approval"]) == (first, asked.number)
    last = Act.objects.filter(object_number=asked.number).latest("pk")
    assert (last.verb, last.actor) == ("approved", second)


def test_who_asked_does_not_decide_and_may_withdraw(account: Account, first: User) -> None:
    asked = asked_for(account, first)
    with pytest.raises(Forbidden) as refusal:
        approve_request(asked.number, actor=first)
    assert refusal.value.code == "another_person_approves"
    with pytest.raises(Forbidden) as refusal:
        reject_request(asked.number, "no", actor=first)
    assert refusal.value.code == "another_person_approves"
    with pytest.raises(Forbidden):
        withdraw_request(asked.number, actor=in_every_role())
    assert withdraw_request(asked.number, actor=first).state == "withdrawn"
    with pytest.raises(IllegalTransition) as late:
        approve_request(asked.number, actor=in_every_role())
    assert f"“Withdrawn” now, by {first} since" in late.value.detail


def test_it_takes_the_duty_of_the_act(account: Account, first: User) -> None:
    asked = asked_for(account, first)
    with pytest.raises(Forbidden) as refusal:
        approve_request(asked.number, actor=one_in("refund_officer", "seller_manager"))
    assert refusal.value.code == "duty_missing"


def test_who_asked_needs_the_duty_still(account: Account, first: User, second: User) -> None:
    asked = asked_for(account, first)
    first.operator_roles = ["viewer"]
    first.save()
    before = snapshot()
    with pytest.raises(Forbidden):
        approve_request(asked.number, actor=second)
    assert snapshot() == before
    asked.refresh_from_db()
    assert (asked.state, asked.approvals.count()) == ("pending", 0)


def test_a_rejection_gives_its_reason_and_does_nothing(
    account: Account, first: User, second: User
) -> None:
    asked = asked_for(account, first)
    with pytest.raises(InvalidInput):
        reject_request(asked.number, " ", actor=second)
    rejected = reject_request(asked.number, "no evidence", actor=second)
    assert (rejected.state, rejected.rejection_reason) == ("rejected", "no evidence")
    assert not Adjustment.objects.exists()
    assert asked_for(account, first).state == "pending"


def test_the_same_is_not_asked_for_twice(account: Account, first: User) -> None:
    asked = asked_for(account, first)
    with pytest.raises(Conflict) as refusal:
        adjust(account, LIMIT, first)
    assert (refusal.value.code, asked.number in refusal.value.detail) == ("asked_for_already", True)


def test_what_changed_since_is_not_approved_unseen(
    account: Account, first: User, second: User
) -> None:
    asked = asked_for(account, first, -LIMIT)
    adjust(account, Decimal(50), second)
    before = snapshot()
    with pytest.raises(ChangedSinceSeen):
        approve_request(asked.number, actor=second)
    with pytest.raises(ChangedSinceSeen):
        approve_request(asked.number, seen=asked.digest, actor=second)
    assert snapshot() == before
    now = foreseen(asked)
    changed = {each.name: (each.was, each.now) for each in now.changes_since(asked_seen(asked))}
    assert changed["settlement_amount_of_bill"] == (
        money_change(Decimal(0), Decimal(-100), "USD"),
        money_change(Decimal(50), Decimal(-50), "USD"),
    )
    assert approve_request(asked.number, seen=now.digest, actor=second).state == "approved"


def asked_seen(asked: ApprovalRequest) -> Any:
    return Seen.of(map(tuple, asked.shown))


def test_what_the_act_refuses_meanwhile_is_not_done(
    account: Account, first: User, second: User
) -> None:
    """500 are open: of two payments of 300 one is done."""
    one, other = pay(account, Decimal(300), first), pay(account, Decimal(300), second)
    assert isinstance(one, ApprovalRequest) and isinstance(other, ApprovalRequest)
    approve_request(one.number, actor=second)
    with pytest.raises(InvalidInput) as refusal:
        approve_request(other.number, actor=first)
    assert refusal.value.code == "above_what_is_open"
    other.refresh_from_db()
    assert other.state == "pending"


def test_what_can_no_longer_be_done_leaves_the_queue_and_says_so(
    account: Account, first: User, second: User, client: Client
) -> None:
    """Two people ask, each in their words, for a payout to be recorded as failed."""
    for asks, detail in ((first, "closed"), (second, "no such account")):
        fail_by_hand(account.sent.number, "AC04", detail, actor=asks)
    one, other = waiting().order_by("pk")
    adjustment = asked_for(account, first)
    approve_request(one.number, actor=second)
    assert list(waiting()) == [adjustment]
    with pytest.raises(IllegalTransition, match="“Failed” now"):
        approve_request(other.number, seen=foreseen(other).digest, actor=first)
    client.force_login(first)
    queue = reverse("admin:koogallery_approvalrequest_changelist")
    assert list(client.get(queue).context["cl"].queryset) == [adjustment]
    page = client.get(reverse("admin:koogallery_approvalrequest_change", args=[other.pk]))
    assert "“Failed” now" in page.context["why_not"]


def test_a_request_that_needs_two_waits_for_the_second(
    account: Account, first: User, second: User
) -> None:
    """As a payout batch above the limit will (R8.2)."""
    asked = asked_for(account, first)
    needing_two = ApprovalRequest(
        **{
            field.name: getattr(asked, field.name)
            for field in ApprovalRequest._meta.fields
            if field.name not in {"id", "number", "approvals_needed"}
        },
        number="AQ-TWO",
        approvals_needed=2,
    )
    needing_two.save(force_insert=True)
    assert approve_request("AQ-TWO", actor=second).state == "pending"
    with pytest.raises(Conflict) as refusal:
        approve_request("AQ-TWO", actor=second)
    assert refusal.value.code == "each_approves_once"
    assert approve_request("AQ-TWO", actor=in_every_role()).state == "approved"
    assert Adjustment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_approvals_at_once_one_does_it(settings: Any) -> None:
    account = an_account()
    narrow(settings)
    asked = asked_for(account, in_every_role())
    approvers = [in_every_role() for _ in range(6)]

    def approve(approver: User) -> str:
        try:
            approve_request(asked.number, actor=approver)
        except DomainError as refusal:
            return refusal.code
        finally:
            connection.close()
        return "approved"

    with ThreadPoolExecutor(6) as pool:
        came = list(pool.map(approve, approvers))
    assert sorted(came) == ["approved", *["illegal_transition"] * 5]
    assert Adjustment.objects.count() == Authorisation.objects.filter(request=asked).count() == 1


@pytest.mark.django_db(transaction=True)
def test_R4_4_nor_at_once_over_many_sellers(settings: Any) -> None:
    """The person is held, not only each seller."""
    accounts = [an_account() for _ in range(6)]
    narrow(settings)
    person = in_every_role()

    def move(account: Account) -> bool:
        try:
            came = adjust_bill(account.bill.number, LIMIT * Decimal("0.9"), "x", actor=person)
        finally:
            connection.close()
        return isinstance(came, ApprovalRequest)

    with ThreadPoolExecutor(6) as pool:
        asked = list(pool.map(move, accounts))
    assert asked.count(False) == 3  # 270 of 300
    assert Authorisation.objects.filter(person=person, second=None).count() == 3


def test_within_the_limits_nobody_is_asked(account: Account, first: User) -> None:
    no_limits()
    assert isinstance(adjust(account, Decimal(10_000), first), Adjustment)
