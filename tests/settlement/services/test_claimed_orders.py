"""An order whose money is claimed back, and the claim once the order changed (R1.3, R1.8, R4)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from koogallery.kit.errors import Conflict, InvalidInput
from sellers.models import Order, Product
from sellers.services.orders.recording import change_order, record_order
from sellers.services.products.catalogue import change_product
from settlement.models import Refund
from settlement.services.refunds import lifecycle
from tests import world
from tests.books import execute, refused_by, snapshot
from tests.sellers.facts import new_order

pytestmark = pytest.mark.django_db

PAID, RETURNED = "2024-01-10", "2024-01-20"


@pytest.fixture
def product() -> Product:
    return world.a_product(world.a_seller(), delivery="image")


@pytest.fixture
def order(product: Product) -> Order:
    return world.an_order(product, "100.00", PAID, billing_mode="yearly_monthly")


def applied(order: Order, amount: str = "80.00", agreement: str = "") -> Refund:
    olga = world.an_operator()
    return lifecycle.request_refund(order.number, Decimal(amount), "x", agreement, actor=olga)


def approved(order: Order) -> Refund:
    return lifecycle.approve_refund(applied(order).number, actor=world.an_operator("oscar"))


def paid_out(order: Order) -> Refund:
    return lifecycle.complete_refund(
        approved(order).number, world.at(RETURNED), actor=world.an_operator("oscar")
    )


def withdrawn(order: Order) -> Refund:
    return lifecycle.withdraw_refund(applied(order).number, actor=world.an_operator())


def rejected(order: Order) -> Refund:
    return lifecycle.reject_refund(applied(order).number, "no", actor=world.an_operator())


@pytest.mark.parametrize("claim", [applied, approved, paid_out])
@pytest.mark.parametrize("changes", [{}, {"cancelled_at": world.at(PAID)}])
def test_R4_1_a_claimed_order_stays_paid(
    order: Order, claim: Callable[[Order], Refund], changes: dict[str, Any]
) -> None:
    refund, before = claim(order), snapshot()
    with pytest.raises(Conflict) as refusal:
        change_order(order.number, {"paid_at": None, **changes}, actor=None)
    told = refusal.value
    assert (told.code, told.rule, told.field) == ("a_claimed_order_stays_paid", "R4.1", "paid_at")
    assert refund.number in told.detail
    assert snapshot() == before
    with pytest.raises(Conflict) as refusal:
        change_order(order.number, {"cancelled_at": world.at(PAID)}, actor=None)
    assert (refusal.value.code, refusal.value.rule) == ("order_is_paid", "R1.3")


@pytest.mark.parametrize("claim", [withdrawn, rejected])
def test_R1_3_an_order_no_longer_claimed_is_unpaid_and_cancelled(
    order: Order, claim: Callable[[Order], Refund]
) -> None:
    claim(order)
    cancelled = {"paid_at": None, "cancelled_at": world.at(PAID)}
    assert change_order(order.number, cancelled, actor=None).cancelled_at == world.at(PAID)


def test_R1_8_nothing_goes_back_before_it_came(order: Order) -> None:
    refund = paid_out(order)
    with pytest.raises(InvalidInput) as refusal:
        change_order(order.number, {"paid_at": world.at("2024-01-20 00:01")}, actor=None)
    told = refusal.value
    assert (told.code, told.rule, told.field) == (
        "nothing_goes_back_before_it_came",
        "R1.8",
        "paid_at",
    )
    assert refund.number in told.detail
    changed = change_order(order.number, {"paid_at": world.at(RETURNED)}, actor=None)
    assert changed.paid_at == world.at(RETURNED)


def unpaid_by_hand() -> None:
    """As an order was before its claims held it, past the database, too."""
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("ALTER TABLE sellers_order DISABLE TRIGGER stay_paid_while_claimed")
    execute("UPDATE sellers_order SET paid_at = NULL, cycle = NULL, due_cycle = NULL")


@pytest.mark.parametrize("state", ["refunded", "operator_review"])
def test_R4_1_the_database_lets_nothing_be_claimed_that_is_not_paid(
    order: Order, state: str
) -> None:
    applied(order)
    unpaid_by_hand()
    for trigger in ("approved_by_enough", "by_authority"):
        execute(f"ALTER TABLE settlement_refund DISABLE TRIGGER {trigger}")
    returned = "now()" if state == "refunded" else "NULL"
    with refused_by("a_claimed_order_stays_paid"):
        execute(f"UPDATE settlement_refund SET state = '{state}', refunded_at = {returned}")


def test_R1_8_the_database_lets_nothing_go_back_before_it_came(order: Order) -> None:
    refund = approved(order)
    with refused_by("nothing_goes_back_before_it_came"):
        execute(
            "UPDATE settlement_refund SET state = 'refunded', refunded_at = '2024-01-09T00:00Z' "
            "WHERE number = %(number)s",
            number=refund.number,
        )


def test_R4_1_approval_and_payout_look_again_whether_it_was_paid(
    order: Order, product: Product
) -> None:
    waiting = applied(order)
    granted = approved(world.an_order(product, "100", PAID, billing_mode="yearly_monthly"))
    unpaid_by_hand()
    before, oscar = snapshot(), world.an_operator("oscar")
    acts: list[Callable[[], Refund]] = [
        lambda: lifecycle.approve_refund(waiting.number, actor=oscar),
        lambda: lifecycle.complete_refund(granted.number, world.at(RETURNED), actor=oscar),
    ]
    for act in acts:
        with pytest.raises(Conflict) as refusal:
            act()
        assert (refusal.value.code, refusal.value.rule) == ("order_paid", "R4.1")
    assert snapshot() == before


@pytest.mark.parametrize("agreement", ["", "contract 7"])
def test_R4_3_an_approval_holds_the_standards_against_the_order_as_it_is_now(
    order: Order, agreement: str
) -> None:
    """The term is over meanwhile; a special agreement admits that, as at the application."""
    refund = applied(order, agreement=agreement)
    change_order(order.number, {"term_ends_at": world.at("2024-02-10")}, actor=None)
    oscar = world.an_operator("oscar")
    if agreement:
        assert lifecycle.approve_refund(refund.number, actor=oscar).state == "approved"
        return
    before = snapshot()
    with pytest.raises(Conflict) as refusal:
        lifecycle.approve_refund(refund.number, actor=oscar)
    assert (refusal.value.code, refusal.value.rule) == ("within_unused_share", "R4.2")
    assert snapshot() == before


def test_R4_3_supervision_completed_meanwhile_ends_the_guarantee_period() -> None:
    product = world.a_product(world.a_seller(), delivery="license", supervised=True)
    order = world.an_order(product, "100", PAID, supervision="waiting_for_acceptance")
    refund = lifecycle.agree_refund(applied(order).number, actor=world.an_operator("sam"))
    completed = {
        "supervision_status": "completed",
        "supervision_completed_at": world.at("2024-01-11"),
    }
    change_order(order.number, completed, actor=None)
    with pytest.raises(Conflict) as refusal:
        lifecycle.approve_refund(refund.number, actor=world.an_operator("oscar"))
    assert (refusal.value.code, refusal.value.rule) == ("inside_guarantee_period", "R4.2")


#: What becomes of two orders of 9,000 and the claim on the first, before the second is claimed:
#: the account each was sold to, and what is reported of them before and after the first claim.
PARTED: dict[str, tuple[str, str, dict[int, str], dict[int, str]]] = {
    "the second is given another account": ("Acct-A", "Acct-A", {}, {1: "Acct-B"}),
    "the first is given another account once claimed": ("Acct-A", "Acct-A", {}, {0: "Acct-B"}),
    "only the claim named it": ("Acct-B", "Acct-A", {0: "Acct-A"}, {0: "Acct-C"}),
    "the second is given the same one": ("Acct-A", "Acct-B", {}, {1: "Acct-A"}),
    "it is written in full width": ("Acct-A", "\uff21cct-A", {}, {}),
    "it is written with what nobody sees": ("Acct-A", " acct-\u200bA", {}, {}),
}


def states_of_two_claims(
    product: Product, first: str, second: str, before: dict[int, str], after: dict[int, str]
) -> list[str]:
    """Each approved by one, one after the other."""
    accounts, oscar, states = (first, second), world.an_operator("oscar"), []
    sold = {"paid_amount": Decimal(9000), "sales_amount": Decimal(9000)}
    orders = [
        record_order(
            new_order(f"of-{place}", product.number, customer_account=each, **sold), actor=None
        )[0]
        for place, each in enumerate(accounts)
    ]
    for order, changes in zip(orders, (before, after), strict=True):
        for place, account in changes.items():
            change_order(orders[place].number, {"customer_account": account}, actor=None)
        claim = applied(order, "9000", "contract 7")
        states.append(lifecycle.approve_refund(claim.number, actor=oscar).state)
    return states


@pytest.fixture
def consulting() -> Product:
    return world.a_product(world.a_seller(), delivery="consulting")


@pytest.mark.parametrize("parted", PARTED.values(), ids=PARTED)
def test_R4_4_claims_of_one_customer_count_together_whatever_account_is_reported(
    consulting: Product, parted: tuple[str, str, dict[int, str], dict[int, str]]
) -> None:
    """The last order is reported of before its claim is made, as `after` the first one's."""
    assert states_of_two_claims(consulting, *parted) == ["approved", "operator_review"]


def test_R4_4_claims_of_two_customers_do_not(consulting: Product) -> None:
    states = states_of_two_claims(consulting, "Acct-A", "Acct-B", {}, {1: "Acct-C"})
    assert states == ["approved", "approved"]


def test_R4_3_a_claim_keeps_its_customer_and_an_order_whom_it_was_sold_to(order: Order) -> None:
    """By "orders_keep_whom_they_were_sold_to", in the database."""
    refund = applied(order)
    assert refund.customer_account == "fabrikam"
    for account in ("other", "a third"):
        change_order(order.number, {"customer_account": account}, actor=None)
    with refused_by("a_refund_keeps_its_claim"):
        execute("UPDATE settlement_refund SET customer_account = 'other'")
    execute("UPDATE sellers_order SET sold_to_account = 'other'")
    order.refresh_from_db()
    assert (order.customer_account, order.sold_to_account) == ("a third", "fabrikam")
    refund.refresh_from_db()
    assert refund.customer_account == "fabrikam"


@pytest.mark.parametrize("change", [{"delivery_method": "image"}, {"supervised": False}])
def test_R4_2_a_refund_is_judged_by_what_was_sold(change: dict[str, Any]) -> None:
    """A supervised licence stays one once it is sold, so its refund goes to the seller first."""
    product = world.a_product(world.a_seller(), delivery="license", supervised=True)
    order = world.an_order(product, "100", PAID, supervision="waiting_for_acceptance")
    with pytest.raises(Conflict) as refusal:
        change_product(product.number, change, actor=None)
    assert refusal.value.code == "product_has_orders"
    assert applied(order).state == "seller_review"
