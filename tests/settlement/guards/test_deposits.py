"""What the database refuses about deposits, whoever asks (R6.1)."""

from decimal import Decimal

import pytest

from sellers.models import Seller
from settlement.models import Deposit
from tests.authority import answer_for
from tests.books import execute, refused_by
from tests.world import a_deposit, a_seller

pytestmark = pytest.mark.django_db

MOVE = """
INSERT INTO settlement_depositmovement (seller_id, kind, change, balance_after, reference, reason)
VALUES (%(seller)s, %(kind)s, %(change)s, %(after)s, 'by hand', 'as agreed')
"""


@pytest.fixture
def seller() -> Seller:
    """Holds a deposit of 100.00."""
    seller = a_seller()
    a_deposit(seller, "100.00")
    return seller


@pytest.mark.parametrize("balance", ["99", "101", "0"])
def test_R6_1_the_balance_moves_by_movements_alone(seller: Seller, balance: str) -> None:
    with refused_by("movements_make_the_balance"):
        execute(f"UPDATE settlement_deposit SET balance = {balance}")


@pytest.mark.parametrize(
    ("kind", "change", "after", "constraint"),
    [
        ("penalty", -101, 0, "a_deposit_is_never_below_zero"),
        ("penalty", -101, -1, "no_movement_overdraws_a_deposit"),
        ("penalty", -10, 91, "movements_make_the_balance"),
        ("top_up", 10, 100, "movements_make_the_balance"),
        ("penalty", 10, 110, "a_movement_has_the_sign_of_its_kind"),
        ("return", 10, 110, "a_movement_has_the_sign_of_its_kind"),
        ("refund_recovery", 10, 110, "a_movement_has_the_sign_of_its_kind"),
        ("top_up", -10, 90, "a_movement_has_the_sign_of_its_kind"),
        ("adjustment", 0, 100, "a_movement_has_the_sign_of_its_kind"),
        ("gift", 10, 110, "a_movement_has_the_sign_of_its_kind"),
    ],
)
def test_R6_1_a_movement_leads_to_its_balance_and_never_below_zero(
    seller: Seller, kind: str, change: int, after: int, constraint: str
) -> None:
    if kind in {"top_up", "penalty", "return", "adjustment"}:
        answer_for("penalty", f"{kind}:by hand", seller, Decimal(change))
    with refused_by(constraint):
        execute(MOVE, seller=seller.pk, kind=kind, change=change, after=after)


def test_R6_1_nothing_moves_without_a_deposit() -> None:
    seller = a_seller()
    answer_for("top_up", "top_up:by hand", seller, Decimal(10))
    with refused_by("movements_make_the_balance"):
        execute(MOVE, seller=seller.pk, kind="top_up", change=10, after=10)


def test_R6_1_a_deposit_begins_with_nothing() -> None:
    with refused_by("movements_make_the_balance"):
        execute(
            "INSERT INTO settlement_deposit (seller_id, currency, balance) "
            "VALUES (%(seller)s, 'USD', 1)",
            seller=a_seller().pk,
        )


def test_R6_1_a_movement_is_recorded_once(seller: Seller) -> None:
    answer_for("top_up", "top_up:by hand", seller, Decimal(10))
    execute(MOVE, seller=seller.pk, kind="top_up", change=10, after=110)
    with refused_by("a_movement_is_recorded_once"):
        execute(MOVE, seller=seller.pk, kind="top_up", change=10, after=120)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE settlement_depositmovement SET change = 101",
        "DELETE FROM settlement_depositmovement",
    ],
)
def test_R6_1_a_movement_is_never_changed_or_deleted(seller: Seller, statement: str) -> None:
    with refused_by("insert_only"):
        execute(statement)


@pytest.mark.parametrize(("kind", "change"), [("top_up", 10), ("adjustment", 10)])
def test_R6_3_into_the_deposit_of_who_left_comes_what_is_owed_alone(kind: str, change: int) -> None:
    seller = a_seller()
    Deposit.objects.create(seller=seller, currency="USD", balance=0)
    answer_for(kind, f"{kind}:by hand", seller, Decimal(change))
    execute("UPDATE sellers_seller SET left_at = now()")
    with refused_by("a_seller_who_left_pays_what_it_owes"):
        execute(MOVE, seller=seller.pk, kind=kind, change=change, after=change)
