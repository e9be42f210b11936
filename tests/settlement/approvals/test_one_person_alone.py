"""No one person, whatever their roles, moves as much as two have to (R4.4)."""

from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.test import override_settings
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from koogallery.approvals import ACTS
from koogallery.approving import approve_request
from koogallery.duties import OperatorRole
from koogallery.kit.errors import DomainError
from koogallery.models import ApprovalRequest, User
from settlement.models import Authorisation, LedgerEntry
from tests.authority import a_day_later
from tests.settlement.approvals.market import (
    IN_PARTS,
    LIMIT,
    MOVES,
    OF_A_PERSON,
    Account,
    an_account,
    in_every_role,
    narrow,
    one_in,
)

pytestmark = pytest.mark.django_db

#: No role, each alone, and all at once; duties only add up.
ROLES: list[tuple[str, ...]] = [(), *((role,) for role in OperatorRole), tuple(OperatorRole)]


@pytest.fixture
def account(settings: Any) -> Account:
    found = an_account()
    narrow(settings)
    return found


def moved_alone(person: User) -> Decimal:
    alone = Authorisation.objects.filter(person=person, second=None)
    return Decimal(alone.aggregate(total=Sum("amount", default=Decimal(0)))["total"])


def test_every_act_of_the_register_is_walked() -> None:
    """What takes two whatever the sum has its own tests.

    Who acts for a seller, what is certified of it, that a bank never said what it said, or a
    person what they recorded.
    """
    always = {"role", "invitation", "rights", "seller_change", "statement_reversal"}
    always |= {"payout_correction"}
    assert MOVES.keys() == ACTS.keys() - always


@pytest.mark.parametrize("act", MOVES)
def test_R4_4_nobody_moves_the_limit_alone_in_whatever_roles(account: Account, act: str) -> None:
    wrong = []
    for roles in [*ROLES, ("superuser",)]:
        person = one_in(*(set(roles) - {"superuser"}), superuser="superuser" in roles)
        with transaction.atomic():
            entries = LedgerEntry.objects.count()
            try:
                came = MOVES[act](account, LIMIT, person)
            except DomainError:
                came = None
            if came is not None and not isinstance(came, ApprovalRequest):
                wrong.append((act, roles))
            if isinstance(came, ApprovalRequest) and approves(came, person):
                wrong.append((act, roles))
            assert moved_alone(person) == 0
            assert LedgerEntry.objects.count() == entries
            transaction.set_rollback(True)
    assert wrong == []


def approves(asked: ApprovalRequest, person: User) -> bool:
    try:
        with transaction.atomic():
            approve_request(asked.number, actor=person)
    except DomainError:
        return False
    return True


@pytest.mark.parametrize("act", MOVES)
def test_R4_4_two_do_it_once(account: Account, act: str) -> None:
    first, second = in_every_role(), in_every_role()
    asked = MOVES[act](account, LIMIT, first)
    assert isinstance(asked, ApprovalRequest)
    approved = approve_request(asked.number, "seen", actor=second)
    assert (approved.state, approved.closed_by) == ("approved", second)
    authorised = Authorisation.objects.get(request=asked)
    assert (authorised.person, authorised.second) == (first, second)
    assert authorised.amount == asked.amount >= LIMIT
    assert not approves(asked, in_every_role())
    assert Authorisation.objects.filter(person=first).count() == 1


@pytest.mark.parametrize("act", IN_PARTS)
def test_R4_4_nor_in_many_small_ones_for_one_seller(account: Account, act: str) -> None:
    person = in_every_role()
    came = [IN_PARTS[act](account, LIMIT * Decimal("0.3"), person) for _ in range(4)]
    asked = [isinstance(each, ApprovalRequest) for each in came]
    assert asked == [False, False, False, True]
    assert moved_alone(person) == LIMIT * Decimal("0.9")


def test_R4_4_nor_in_many_kinds_for_one_seller(account: Account) -> None:
    """Of the seller with the bill; the other one has the deposit."""
    person, part = in_every_role(), LIMIT * Decimal("0.4")
    came = [IN_PARTS[act](account, part, person) for act in ("adjustment", "dispute", "payment")]
    assert [isinstance(each, ApprovalRequest) for each in came] == [False, False, True]


def test_R4_4_nor_with_another_who_moved_some_for_the_same_seller(account: Account) -> None:
    adjusting = IN_PARTS["adjustment"]
    adjusting(account, LIMIT * Decimal("0.6"), in_every_role())
    came = adjusting(account, LIMIT * Decimal("0.6"), in_every_role())
    assert isinstance(came, ApprovalRequest)


def test_R4_4_nor_by_what_adds_up_to_nothing(account: Account) -> None:
    """What is given and taken back counts both times: the limit looks at sizes."""
    person, adjusting = in_every_role(), IN_PARTS["adjustment"]
    adjusting(account, Decimal(60), person)
    assert isinstance(adjusting(account, Decimal(-60), person), ApprovalRequest)


def test_R4_4_nor_over_many_sellers(settings: Any) -> None:
    accounts = [an_account() for _ in range(4)]
    narrow(settings)
    person, part = in_every_role(), LIMIT * Decimal("0.8")
    came = [IN_PARTS["adjustment"](each, part, person) for each in accounts]
    assert [isinstance(each, ApprovalRequest) for each in came] == [False, False, False, True]
    assert moved_alone(person) == part * 3 < OF_A_PERSON


def test_R4_4_nor_by_shares_that_were_rounded_down(settings: Any) -> None:
    """34 of 300 is a little more than 0.11333333333333333333."""
    parts = [Decimal(each) for each in (34, 34, 34, 99, 99)]
    accounts = [an_account() for _ in parts]
    narrow(settings)
    person, adjusting = in_every_role(), IN_PARTS["adjustment"]
    came = [adjusting(each, part, person) for each, part in zip(accounts, parts, strict=True)]
    assert [isinstance(each, ApprovalRequest) for each in came] == [False] * 4 + [True]
    assert moved_alone(person) < sum(parts) == OF_A_PERSON


def test_R4_4_what_two_have_decided_does_not_count(account: Account) -> None:
    first, second, adjusting = in_every_role(), in_every_role(), IN_PARTS["adjustment"]
    asked = adjusting(account, LIMIT, first)
    assert isinstance(asked, ApprovalRequest)
    approve_request(asked.number, actor=second)
    assert not isinstance(adjusting(account, LIMIT * Decimal("0.9"), first), ApprovalRequest)


def test_R4_4_what_was_moved_a_day_ago_does_not_count(account: Account) -> None:
    person, adjusting = in_every_role(), IN_PARTS["adjustment"]
    adjusting(account, LIMIT * Decimal("0.9"), person)
    assert isinstance(adjusting(account, Decimal(11), person), ApprovalRequest)
    a_day_later()
    assert not isinstance(adjusting(account, Decimal(12), person), ApprovalRequest)


steps = st.lists(
    st.tuples(
        st.sampled_from(sorted(IN_PARTS)), st.integers(0, 2), st.integers(1, 120).map(Decimal)
    ),
    max_size=12,
)


@effort(max_examples=effort().max_examples // 4)
@given(steps)
def test_R4_4_whatever_one_does_in_whatever_order(
    done: list[tuple[str, int, Decimal]],
) -> None:
    with transaction.atomic(), override_settings():
        three = [an_account() for _ in range(3)]
        narrow(settings)
        person = in_every_role()
        for act, seller, amount in done:
            try:
                with transaction.atomic():
                    IN_PARTS[act](three[seller], amount, person)
            except DomainError:
                continue  # nothing was done
        alone = Authorisation.objects.filter(person=person, second=None)
        by_seller = alone.values_list("seller").order_by().annotate(Sum("amount"))
        assert all(total < LIMIT for _, total in by_seller)
        assert moved_alone(person) < OF_A_PERSON
        transaction.set_rollback(True)
