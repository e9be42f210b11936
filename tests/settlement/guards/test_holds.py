"""What the database refuses about sellers who are held back, whoever asks."""

import pytest
from django.db import transaction

from koogallery.kit.cycles import Cycle
from sellers.models import Seller
from settlement.models import Bill, BillHold
from settlement.services.closing.cycles import close_through
from settlement.services.previews.preview import preview_run
from tests import world
from tests.books import execute, refused_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller(db: None) -> Seller:
    seller = world.a_seller()
    world.an_order(world.a_product(seller), "100", "2024-01-10")
    return seller


@pytest.fixture
def hold(seller: Seller) -> BillHold:
    return BillHold.objects.create(
        number="BH1", seller=seller, reason="x", held_by=world.an_operator()
    )


RELEASE = """
UPDATE settlement_billhold
SET released_at = now(), released_by_id = held_by_id, release_reason = 'y'
"""


def test_R1_7_who_is_held_back_is_issued_nothing(seller: Seller, hold: BillHold) -> None:
    """However the cycle is closed; a preview, which is rolled back, still shows it."""
    with refused_by("a_held_seller_is_issued_nothing"), transaction.atomic():
        close_through([seller.pk], Cycle("202401"))
        execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not Bill.objects.exists()
    [shown] = preview_run(Cycle("202401"), [seller.number]).sellers
    assert shown.net_payable == 85
    execute(RELEASE)
    close_through([seller.pk], Cycle("202401"))
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert Bill.objects.count() == 1


@pytest.mark.parametrize(
    "change", ["reason = 'z'", "held_at = now()", "seller_id = seller_id + 1", "number = 'BH2'"]
)
def test_R1_7_a_hold_stays_as_it_was_said(hold: BillHold, change: str) -> None:
    with refused_by("a_hold_is_released_once"):
        execute(f"UPDATE settlement_billhold SET {change}")
    with refused_by("a_hold_is_released_once"):
        execute("DELETE FROM settlement_billhold")


def test_R1_7_a_hold_is_released_once_with_a_reason(hold: BillHold) -> None:
    with refused_by("a_release_has_its_operator_and_reason"):
        execute("UPDATE settlement_billhold SET released_at = now()")
    execute(RELEASE)
    with refused_by("a_hold_is_released_once"):
        execute("UPDATE settlement_billhold SET release_reason = 'z'")


def test_R1_7_a_seller_is_held_back_once(hold: BillHold) -> None:
    with refused_by("a_seller_is_held_back_once"):
        BillHold.objects.create(number="BH2", seller=hold.seller, reason="x", held_by=hold.held_by)
