from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import time_machine

from koogallery.approvals import done
from koogallery.kit.errors import Forbidden, IllegalTransition, InvalidInput, NotFound
from koogallery.models import Act, Notice, User
from sellers.models import Order, Seller
from settlement.choices import BillState
from settlement.models import Bill, InvoicingList
from settlement.services.bills.approval import approve_bill, reject_bill, resubmit_bill
from tests.authority import answer_for_bills
from tests.books import execute
from tests.settlement.builders import at, close, make_member, make_order, refunded


def state_of(bill: Bill) -> tuple[str, str]:
    return Bill.objects.values_list("state", "state_reason").get(pk=bill.pk)


def test_R3_3_an_approved_bill_may_be_invoiced(bill: Bill, operator: User) -> None:
    assert done(approve_bill(bill.number, actor=operator)).state == "pending_invoice"
    assert state_of(bill) == ("pending_invoice", "")
    act = Act.objects.get(object_kind="bill", object_number=bill.number)
    assert (act.actor, act.verb, act.facts["state"]) == (operator, "approved", "pending_invoice")


def test_R8_1_an_approved_bill_opens_its_invoicing_list_and_tells_until_when(
    bill: Bill, operator: User
) -> None:
    with time_machine.travel(datetime(2027, 1, 30, 17, tzinfo=UTC)):  # the 31st in Shanghai
        approve_bill(bill.number, actor=operator)
    assert InvoicingList.objects.get(bill=bill).due_on == date(2027, 2, 28)
    told = Notice.objects.get(kind="invoicing_notice")
    assert (told.key, told.facts["due_on"], told.facts["net_payable"]) == (
        f"invoicing_notice:{bill.number}",
        "2027-02-28",
        "1000.00",
    )


def test_R3_3_a_bill_that_pays_nothing_is_closed(
    settled_order: Order, operator: User, second_operator: User
) -> None:
    refunded(settled_order, "1000", at(2, 10), operator, second_operator)
    make_order(settled_order.product, "400", at(2, 5))
    bill = close(settled_order.seller, "202602")
    assert bill and (bill.settlement_amount, bill.net_payable) == (400, 0)
    assert done(approve_bill(bill.number, actor=operator)).state == "closed_without_payment"


def test_R3_3_a_rejected_bill_gives_its_reason_and_comes_back(bill: Bill, operator: User) -> None:
    reject_bill(bill.number, " fee ratio is in doubt ", actor=operator)
    assert state_of(bill) == ("approval_rejected", "fee ratio is in doubt")
    resubmit_bill(bill.number, actor=operator)
    assert state_of(bill) == ("pending_approval", "")
    approve_bill(bill.number, actor=operator)
    assert state_of(bill) == ("pending_invoice", "")


def test_R3_3_a_rejection_without_a_reason_is_refused(bill: Bill, operator: User) -> None:
    with pytest.raises(InvalidInput) as refusal:
        reject_bill(bill.number, "  ", actor=operator)
    assert (refusal.value.field, refusal.value.rule) == ("reason", "R3.3")
    assert state_of(bill) == ("pending_approval", "")


def test_a_seller_sees_its_bill_but_does_not_approve_it(
    bill: Bill, seller: Seller, nothing_changes: Callable[[], object]
) -> None:
    owner = make_member(seller, "owner")
    before = nothing_changes()
    with pytest.raises(Forbidden):
        approve_bill(bill.number, actor=owner)
    assert state_of(bill) == ("pending_approval", "")
    assert nothing_changes() == before


def test_a_stranger_finds_no_bill(bill: Bill) -> None:
    stranger = User.objects.create_user("stranger")
    with pytest.raises(NotFound):
        approve_bill(bill.number, actor=stranger)


@pytest.fixture
def without_invoices(db: None) -> None:
    """Moves alone are looked at here; what a bill has to be invoiced for is tested elsewhere."""
    execute("ALTER TABLE settlement_bill DISABLE TRIGGER go_on_with_their_invoices")


@pytest.mark.usefixtures("without_invoices")
@pytest.mark.parametrize("target", BillState)
@pytest.mark.parametrize("origin", BillState)
def test_R3_3_every_move_of_a_bill_is_declared_or_refused(
    bill: Bill, origin: BillState, target: BillState
) -> None:
    answer_for_bills()
    Bill.objects.filter(pk=bill.pk).update(state=origin)
    bill.refresh_from_db()
    if target in origin.next:
        bill.move_to(target)
        assert state_of(bill)[0] == target
    else:
        with pytest.raises(IllegalTransition):
            bill.move_to(target)
        assert state_of(bill)[0] == origin


@pytest.mark.parametrize(
    ("origin", "target"),
    [(origin, target) for origin in BillState for target in sorted(origin.next)],
)
def test_R3_3_a_stale_copy_of_a_bill_is_refused(bill: Bill, origin: str, target: str) -> None:
    """Whatever the copy believes, the row has moved on and is not overwritten."""
    elsewhere = next(state for state in BillState if state not in {origin, target})
    answer_for_bills()
    Bill.objects.filter(pk=bill.pk).update(state=origin)
    bill.refresh_from_db()
    Bill.objects.filter(pk=bill.pk).update(state=elsewhere)
    with pytest.raises(IllegalTransition):
        bill.move_to(target)
    assert (state_of(bill)[0], bill.state) == (elsewhere, origin)
