"""A seller asks to leave, and is let go (R6.3)."""

from decimal import Decimal

import pytest

from koogallery.approvals import done
from koogallery.kit.errors import Conflict, DomainError, Forbidden
from koogallery.models import Act, Notice, User
from koogallery.notices import body_of, subject_of
from sellers.choices import Role
from sellers.models import Member, Order, Product, Seller
from sellers.services.products.catalogue import change_product
from settlement.models import (
    DepositMovement,
    ExitRequest,
    Payout,
)
from settlement.readings.invariants import check_books
from settlement.services.banking.taking import take_statement
from settlement.services.exits import exit_seller, refuse_exit, request_exit, withdraw_exit
from settlement.services.payouts.outcomes import pay_again
from tests import world
from tests.books import refused_by, snapshot
from tests.settlement.banking.statements import Row, report, statement
from tests.settlement.exits.building import a_wish, everything_paid
from tests.settlement.services.test_payouts import sent

pytestmark = pytest.mark.django_db


def test_R6_3_a_seller_asks_while_things_are_settled_and_leaves_by_it(
    product: Product, olga: User, mia: User
) -> None:
    order = world.an_order(product, "100", "2024-01-10", number="O-1")
    wish = request_exit("S-1", "  we sell elsewhere ", actor=mia)
    assert (wish.number[:2], wish.reason, wish.state) == ("XR", "we sell elsewhere", "requested")
    assert subject_of(Notice.objects.get(key=f"exit_requested:{wish}")) == (
        "Your company asks to leave KooGallery"
    )
    with pytest.raises(Conflict, match="1 order is not billed yet: O-1"):
        exit_seller("S-1", actor=olga)
    world.close("202401", order.seller)
    everything_paid()
    done(exit_seller("S-1", actor=olga))
    wish.refresh_from_db()
    assert (wish.state, wish.decided_by, wish.answer) == ("granted", olga, "")
    assert [act.verb for act in Act.objects.of("exit request", wish.number)] == [
        "requested",
        "granted",
    ]


def test_R6_3_what_the_seller_ends_itself_is_ended_before_it_asks(
    product: Product, mia: User
) -> None:
    change_product(product.number, {"listed": True}, actor=None)
    before = snapshot()
    with pytest.raises(Conflict) as refusal:
        request_exit("S-1", actor=mia)
    assert [each.code for each in refusal.value.violations] == ["product_listed"]
    assert snapshot() == before


def test_R6_3_a_seller_asks_once_at_a_time(seller: Seller, olga: User, mia: User) -> None:
    first = request_exit("S-1", actor=mia)
    with pytest.raises(Conflict, match=f"Request {first} stands already"):
        request_exit("S-1", actor=mia)
    withdraw_exit(first.number, actor=mia)
    second = request_exit("S-1", actor=mia)
    refuse_exit(second.number, "A claim is pending", actor=olga)
    second.refresh_from_db()
    assert (second.state, second.answer, second.decided_by) == (
        "refused",
        "A claim is pending",
        olga,
    )
    notice = Notice.objects.get(key=f"exit_refused:{second}")
    assert "Reason: A claim is pending" in body_of(notice)
    for settle in (withdraw_exit, lambda number, actor: refuse_exit(number, "no", actor=actor)):
        with pytest.raises(DomainError):
            settle(second.number, actor=mia if settle is withdraw_exit else olga)
    assert request_exit("S-1", actor=mia).state == "requested"


@pytest.mark.parametrize("role", [Role.FINANCE, Role.OPERATIONS, Role.VIEWER])
def test_R6_3_owners_alone_ask_and_withdraw(seller: Seller, mia: User, role: Role) -> None:
    bob = User.objects.create_user("bob")
    Member.objects.create(seller=seller, user=bob, role=role)
    with pytest.raises(Forbidden, match="Only an owner of S-1 Contoso Cloud may do this"):
        request_exit("S-1", actor=bob)
    wish = request_exit("S-1", actor=mia)
    with pytest.raises(Forbidden, match="Only an owner of S-1 Contoso Cloud may do this"):
        withdraw_exit(wish.number, actor=bob)


def test_R6_3_who_has_left_asks_no_more(gone: Order, mia: User) -> None:
    with pytest.raises(Conflict, match="S-1 left on") as refusal:
        request_exit("S-1", actor=mia)
    assert refusal.value.code == "seller_has_left"


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"reason": "another"}, "an_exit_request_is_decided_once"),
        ({"state": "granted"}, "a_granted_exit_has_happened"),
        ({"state": "refused"}, "who_refuses_an_exit_says_why"),
        ({"state": "gone"}, "an_exit_request_is_in_a_known_state"),
        ({"state": "requested"}, "a_decided_exit_request_says_by_whom"),
    ],
)
def test_R6_3_the_database_keeps_a_request_as_it_was_made(
    seller: Seller, olga: User, mia: User, columns: dict[str, str], name: str
) -> None:
    wish = request_exit("S-1", actor=mia)
    decided = {} if "reason" in columns else {"decided_by": olga, "decided_at": wish.requested_at}
    with refused_by(name):
        ExitRequest.objects.filter(pk=wish.pk).update(**columns, **decided)


def test_R6_3_a_decided_request_stays_and_none_is_deleted(seller: Seller, mia: User) -> None:
    wish = request_exit("S-1", actor=mia)
    with refused_by("an_exit_request_is_decided_once"):
        wish.delete()
    withdraw_exit(wish.number, actor=mia)
    with refused_by("an_exit_request_is_decided_once"):
        ExitRequest.objects.filter(number=wish.number).update(answer="changed")
    asked = request_exit("S-1", actor=mia)
    with refused_by("a_seller_asks_to_leave_once"):
        a_wish(asked.seller, mia)


def test_R6_3_R8_2_the_deposit_is_paid_out_by_the_bank_and_paid_again_where_it_fails(
    product: Product, olga: User
) -> None:
    """Also after the seller has left."""
    seller = product.seller
    account = world.a_certified_account(seller)
    world.a_deposit(seller, "120.50")
    done(exit_seller("S-1", actor=olga))
    first = sent(Payout.objects.get())
    returned = DepositMovement.objects.get(kind="return")
    assert [item.movement for item in first.items.all()] == [returned]
    assert (first.state, first.amount, first.bank_account) == ("sent", Decimal("120.50"), account)
    answer = report(first.batch.number, "RJCT", reason="AC04", end_to_end_id=first.number)  # type: ignore[union-attr]
    take_statement(answer, actor=olga)
    first.refresh_from_db()
    assert (first.state, first.failure_code) == ("failed", "AC04")

    again = pay_again(first.number, "Another account is certified", actor=olga)
    assert again.pk != first.pk
    second = sent(again)
    take_statement(statement(Row("-120.50", second.number, reference="B7")), actor=olga)
    second.refresh_from_db()
    assert (second.state, second.bank_reference) == ("paid", "B7")
    assert second.closing_balance == 0
    assert [found.difference for found in check_books() if not found.holds] == []
