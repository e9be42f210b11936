"""From a verified invoice to money in the bank: planned, batched, approved, sent, paid (R8.2)."""

import hashlib
import re
from dataclasses import astuple
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from koogallery.approving import approve_request
from koogallery.kit.errors import (
    Conflict,
    DomainError,
    Forbidden,
    IllegalTransition,
    InvalidInput,
)
from koogallery.models import Act, ApprovalRequest, Notice
from sellers.models import Seller
from settlement.choices import BatchState, BillState, PayoutState
from settlement.models import Bill, LedgerEntry, Payout, PayoutBatch
from settlement.readings.invariants import check_books
from settlement.readings.payouts import balances_of
from settlement.services.bills.approval import approve_bill
from settlement.services.bills.invoices import verify_invoice
from settlement.services.deposits import move_deposit
from settlement.services.payouts.batches import (
    approve_batch,
    cancel_batch,
    create_batch,
    file_of,
    send_batch,
)
from settlement.services.payouts.outcomes import (
    fail_by_hand,
    pay_again,
    pay_by_hand,
    record_undone,
    unpay_by_hand,
)
from tests.books import execute, refused_by
from tests.world import (
    a_certified_account,
    a_deposit,
    a_product,
    a_seller,
    an_operator,
    an_order,
    at,
    close,
    some_invoices,
    the_bill,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    seller = a_seller("S000001", currency="USD")
    a_certified_account(seller)
    return seller


def payable(seller: Seller, amount: str = "1000.00", cycle: str = "202401") -> Bill:
    """Its bill of the cycle, to be paid: 85 % of the sales."""
    day = f"{cycle[:4]}-{cycle[4:]}-10"
    an_order(a_product(seller), amount, day)
    close(cycle, seller)
    bill = the_bill(seller, cycle)
    for invoice in some_invoices(bill, str(bill.net_payable)):
        verify_invoice(invoice.number, actor=an_operator("oscar"))
    bill.refresh_from_db()
    return bill


def sent(payout: Payout) -> Payout:
    batch = create_batch(payout.currency, sellers=[payout.seller.number], actor=an_operator())
    for name in ("oscar", "otto")[: batch.approvals_needed]:
        approve_batch(batch.number, actor=an_operator(name))
    send_batch(batch.number, actor=an_operator())
    payout.refresh_from_db()
    return payout


def booked(seller: Seller) -> dict[str, Decimal]:
    entries = LedgerEntry.objects.filter(seller=seller, journal__kind__startswith="payout")
    found: dict[str, Decimal] = {}
    for entry in entries:
        found[entry.account] = found.get(entry.account, Decimal()) + entry.amount
    return {account: amount for account, amount in found.items() if amount}


def wrong() -> list[str]:
    return [found.difference for found in check_books() if not found.holds]


def kinds(seller: Seller) -> list[str]:
    told = Notice.objects.filter(seller_number=seller.number, kind__startswith="payout")
    return list(told.order_by("pk").values_list("kind", flat=True))


def test_R8_2_a_bill_to_be_paid_is_planned_at_once(seller: Seller) -> None:
    bill = payable(seller)
    payout = Payout.objects.get()
    assert (bill.state, payout.state) == (BillState.PAYMENT_PROCESSING, PayoutState.PLANNED)
    assert (payout.amount, payout.currency) == (Decimal("850.000"), "USD")
    assert [item.bill for item in payout.items.all()] == [bill]
    assert kinds(seller) == ["payout_planned"]


def test_R8_2_bills_join_the_payout_that_is_planned(seller: Seller) -> None:
    first, second = payable(seller), payable(seller, "100.00", "202402")
    payout = Payout.objects.get()
    assert payout.amount == first.net_payable + second.net_payable
    assert payout.items.count() == 2
    assert wrong() == []


def test_R8_2_a_month_ends_at_the_bank(seller: Seller) -> None:
    bill = payable(seller)
    payout = sent(Payout.objects.get())
    assert (payout.state, payout.end_to_end_id) == (PayoutState.SENT, payout.number)
    assert booked(seller) == {"seller_payable": 850, "in_transit": -850}
    pay_by_hand(payout.number, "TT-1", at("2024-03-01"), actor=an_operator("oscar"))
    bill.refresh_from_db()
    payout.refresh_from_db()
    assert (bill.state, payout.state) == (BillState.PAID, PayoutState.PAID)
    assert PayoutBatch.objects.get().state == BatchState.SETTLED
    assert kinds(seller) == ["payout_planned", "payout_sent", "payout_paid"]
    assert wrong() == []


@pytest.mark.parametrize("is_sent", [True, False])
def test_R4_4_two_people_take_back_what_one_recorded(seller: Seller, is_sent: bool) -> None:
    """What the bank has is on its way again, what it never got is paid by another payout."""
    bill, payout = payable(seller), Payout.objects.get()
    stood = booked(sent(payout).seller) if is_sent else {}
    pay_by_hand(payout.number, "TT-1", at("2024-03-01"), actor=an_operator("oscar"))
    with refused_by("a_payout_keeps_what_it_pays"):
        execute("UPDATE settlement_payoutbatch SET state = 'sent', settled_at = NULL")
        execute(
            f"UPDATE settlement_payout SET state = '{'sent' if is_sent else 'failed'}', "
            "paid_at = NULL, paid_by_id = NULL, bank_reference = ''"
        )
    asked = unpay_by_hand(payout.number, "another seller’s", actor=an_operator("oscar"))
    assert isinstance(asked, ApprovalRequest)
    approve_request(asked.number, actor=an_operator("otto"))
    bill.refresh_from_db()
    payout.refresh_from_db()
    assert (bill.state, payout.paid_by) == (BillState.PAYMENT_PROCESSING, None)
    assert payout.state == (PayoutState.SENT if is_sent else PayoutState.FAILED)
    assert Payout.objects.filter(state=PayoutState.PLANNED).count() == (not is_sent)
    assert "payout_corrected" in kinds(seller)[-2:]
    assert booked(seller) == stood
    again = payout if is_sent else Payout.objects.planned().get()
    pay_by_hand(again.number, "TT-2", at("2024-03-02"), actor=an_operator("oscar"))
    bill.refresh_from_db()
    assert bill.state == BillState.PAID
    assert wrong() == []


def test_R4_4_who_puts_a_batch_together_does_not_approve_it(seller: Seller) -> None:
    payable(seller)
    batch = create_batch("USD", actor=an_operator())
    with pytest.raises(Forbidden) as refusal:
        approve_batch(batch.number, actor=an_operator())
    assert refusal.value.code == "who_puts_a_batch_together_does_not_approve_it"
    approve_batch(batch.number, actor=an_operator("oscar"))
    batch.refresh_from_db()
    assert batch.state == BatchState.APPROVED


def test_R4_4_a_batch_above_the_limit_takes_two_besides(seller: Seller) -> None:
    an_order(a_product(seller, fee="0"), "10000.00", "2024-01-10")
    close("202401", seller)
    bill = the_bill(seller, "202401")
    for name in ("olga", "oscar"):
        approve(bill, name)
    for invoice in some_invoices(Bill.objects.get(pk=bill.pk), "10000.00"):
        verify_invoice(invoice.number, actor=an_operator("oscar"))
    batch = create_batch("USD", actor=an_operator())
    assert batch.approvals_needed == 2
    approve_batch(batch.number, actor=an_operator("oscar"))
    batch.refresh_from_db()
    assert batch.state == BatchState.DRAFT
    with pytest.raises(Conflict, match="approved this already"):
        approve_batch(batch.number, actor=an_operator("oscar"))
    approve_batch(batch.number, actor=an_operator("otto"))
    batch.refresh_from_db()
    assert batch.state == BatchState.APPROVED


def approve(bill: Bill, name: str) -> None:
    asked = ApprovalRequest.objects.filter(object_number=bill.number).first()
    if asked:
        approve_request(asked.number, actor=an_operator(name))
    else:
        approve_bill(bill.number, actor=an_operator(name))


def test_R8_2_the_file_is_the_same_whenever_it_is_fetched(seller: Seller) -> None:
    payable(seller)
    batch = create_batch("USD", actor=an_operator())
    with pytest.raises(IllegalTransition):
        file_of(batch.number, actor=an_operator())
    approve_batch(batch.number, actor=an_operator("oscar"))
    sent_, file = file_of(batch.number, actor=an_operator())
    assert sent_.state == BatchState.SENT
    assert b"pain.001.001.09" in file and b'<InstdAmt Ccy="USD">850.00<' in file
    assert file_of(batch.number, actor=an_operator())[1] == file
    act = Act.objects.get(object_kind="payout batch", verb="sent")
    assert act.changes["file"] == [None, f"SHA-256 {hashlib.sha256(file).hexdigest()}"]


def test_R8_2_a_batch_that_is_sent_late_is_executed_after_that(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No bank executes an order of yesterday."""
    payable(seller)
    batch = create_batch("USD", actor=an_operator())
    approve_batch(batch.number, actor=an_operator("oscar"))
    later = timezone.now() + timedelta(days=20)
    monkeypatch.setattr("settlement.services.payouts.batches.timezone.now", lambda: later)
    batch, file = file_of(batch.number, actor=an_operator())
    found = re.search(rb"<ReqdExctnDt>\s*<Dt>([-0-9]+)<", file)
    assert found
    assert date.fromisoformat(found.group(1).decode()) == batch.expected_on >= later.date()


def test_R8_2_what_no_bank_takes_is_refused_before_anybody_approves_it(seller: Seller) -> None:
    payable(seller)
    Seller.objects.update(country="sg")
    with pytest.raises(InvalidInput) as refusal:
        create_batch("USD", actor=an_operator())
    assert refusal.value.code == "unfit_for_bank"
    assert Payout.objects.get().state == PayoutState.PLANNED
    assert not PayoutBatch.objects.exists()


@pytest.mark.parametrize("paid_at", ["1970-02-01", "2024-01-31 23:59"])
def test_R1_8_nothing_is_paid_before_its_month_has_ended(seller: Seller, paid_at: str) -> None:
    payable(seller)
    payout = Payout.objects.get()
    with pytest.raises(InvalidInput) as refusal:
        pay_by_hand(payout.number, "TT-1", at(paid_at), actor=an_operator("oscar"))
    assert refusal.value.code == "paid_before_it_was_owed"
    assert Payout.objects.get().state == PayoutState.PLANNED


def test_R8_2_a_cancelled_batch_gives_its_payouts_back(seller: Seller) -> None:
    payable(seller)
    batch = create_batch("USD", actor=an_operator())
    cancel_batch(batch.number, actor=an_operator())
    payout = Payout.objects.get()
    assert (payout.state, payout.batch, payout.end_to_end_id) == (PayoutState.PLANNED, None, "")
    with pytest.raises(IllegalTransition):
        approve_batch(batch.number, actor=an_operator("oscar"))
    assert create_batch("USD", actor=an_operator()).count == 1
    assert wrong() == []


def test_R8_2_a_failed_payout_is_paid_by_another_one(seller: Seller) -> None:
    bill = payable(seller)
    payout = sent(Payout.objects.get())
    fail_by_hand(payout.number, "AC04", "closed", actor=an_operator("oscar"))
    bill.refresh_from_db()
    assert (bill.state, bill.state_reason) == (BillState.PAYMENT_FAILED, "AC04: closed")
    assert booked(seller) == {}
    assert wrong() == []
    again = pay_again(payout.number, "another account is certified", actor=an_operator())
    bill.refresh_from_db()
    assert bill.state == BillState.PAYMENT_PROCESSING
    assert (again.number != payout.number, again.amount) == (True, payout.amount)
    with pytest.raises(Conflict) as refusal:
        pay_again(payout.number, "twice", actor=an_operator())
    assert refusal.value.code == "paid_by_another"
    assert wrong() == []


def test_R8_2_what_comes_back_is_no_longer_paid(seller: Seller) -> None:
    bill = payable(seller)
    payout = sent(Payout.objects.get())
    pay_by_hand(payout.number, "TT-1", at("2024-03-01"), actor=an_operator("oscar"))
    payout = Payout.objects.with_names().get()
    record_undone(payout, "AC04", "account closed")
    bill.refresh_from_db()
    assert (payout.state, bill.state) == (PayoutState.RETURNED, BillState.PAYMENT_FAILED)
    assert booked(seller) == {}
    assert wrong() == []


def test_R8_2_money_goes_only_to_a_certified_account() -> None:
    seller = a_seller("S000009", currency="USD")
    a_certified_account(seller, usable_from="2999-01-01")
    payable(seller)
    for sellers in (None, ["S000009"]):
        with pytest.raises(Conflict, match="no certified bank account"):
            create_batch("USD", sellers=sellers, actor=an_operator())


def test_R8_2_nothing_planned_is_no_batch(seller: Seller) -> None:
    assert code_of("USD") == "nothing_planned"
    payable(seller)
    assert code_of("USD", date(2024, 1, 1)) == "nothing_planned"
    assert code_of("XAF") == "no_paying_account"


def code_of(currency: str, until: date | None = None) -> str:
    with pytest.raises(Conflict) as refusal:
        create_batch(currency, until, actor=an_operator())
    return refusal.value.code


def test_R6_3_a_returned_deposit_is_paid_out(seller: Seller) -> None:
    a_deposit(seller, "300.00")
    move_deposit(seller.number, "return", Decimal(120), "agreement", actor=an_operator())
    payout = Payout.objects.get()
    assert (payout.amount, payout.items.get().bill) == (Decimal(120), None)
    sent(payout)
    assert booked(seller) == {"seller_payable": 120, "in_transit": -120}
    assert wrong() == []


def test_R8_2_opening_what_came_what_went_closing(seller: Seller) -> None:
    payable(seller)
    first = sent(Payout.objects.get())
    payable(seller, "100.00", "202402")
    second = Payout.objects.get(state=PayoutState.PLANNED)
    assert [astuple(balances_of(each)) for each in (first, second)] == [
        (0, 850, 850, 0),
        (0, 85, 85, 0),
    ]


@pytest.mark.parametrize("act", ["approve", "cancel", "send"])
def test_R8_2_only_who_pays_out_decides_batches(seller: Seller, act: str) -> None:
    payable(seller)
    batch = create_batch("USD", actor=an_operator())
    viewer = an_operator("vera")
    viewer.operator_roles = ["viewer"]
    viewer.save()
    acts: dict[str, Any] = {"approve": approve_batch, "cancel": cancel_batch, "send": send_batch}
    with pytest.raises(DomainError):
        acts[act](batch.number, actor=viewer)
    assert PayoutBatch.objects.get().state == BatchState.DRAFT
