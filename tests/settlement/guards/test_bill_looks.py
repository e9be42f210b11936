"""What the database refuses about bills that met a guard rail unseen, whoever asks (R1.6)."""

import pytest

from settlement.models import Bill, BillLook
from tests import world
from tests.authority import answer_for_bills
from tests.books import execute, refused_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def look(db: None) -> BillLook:
    seller = world.a_seller()
    world.an_order(world.a_product(seller), "100", "2024-01-10")
    world.close("202401", seller)
    return BillLook.objects.create(bill=Bill.objects.get(), looks=[{"code": "x", "detail": "x"}])


LOOK = "UPDATE settlement_billlook SET looked_at = now(), looked_by_id = %(by)s"


@pytest.mark.parametrize("state", ["pending_invoice", "closed_without_payment", "paid"])
def test_R1_6_a_flagged_bill_is_looked_at_before_it_is_approved(look: BillLook, state: str) -> None:
    approve = f"UPDATE settlement_bill SET state = '{state}'"
    with refused_by("a_flagged_bill_is_looked_at"):
        execute(approve)
    execute(LOOK, by=world.an_operator().pk)
    answer_for_bills()
    if state != "paid":  # which takes invoices
        execute(approve)


def test_R1_6_a_look_is_taken_once_by_somebody(look: BillLook) -> None:
    with refused_by("a_look_at_a_bill_has_its_operator"):
        execute("UPDATE settlement_billlook SET looked_at = now()")
    execute(LOOK, by=world.an_operator().pk)
    for change in (
        "UPDATE settlement_billlook SET looked_at = NULL, looked_by_id = NULL",
        "UPDATE settlement_billlook SET comment = 'y'",
        "DELETE FROM settlement_billlook",
    ):
        with refused_by("a_look_at_a_bill_is_taken_once"):
            execute(change)


@pytest.mark.parametrize("change", ["looks = '[1]'", "bill_id = bill_id + 1"])
def test_R1_6_what_a_bill_met_stays(look: BillLook, change: str) -> None:
    with refused_by("a_look_at_a_bill_is_taken_once"):
        execute(f"UPDATE settlement_billlook SET {change}")
