"""Refusals of settlement, each by its code and rule; nothing is changed by any of them."""

from decimal import Decimal

import pytest

from koogallery.attachments import Document, attach
from koogallery.kit.cycles import Cycle
from koogallery.models import User
from sellers.choices import Role
from sellers.models import Order, Product, Seller
from settlement.models import ApprovalLimit, Bill, BillPreview, Refund
from settlement.services.bills.approval import approve_bill
from settlement.services.bills.disputes import open_dispute, withdraw_dispute
from settlement.services.bills.invoices import submit_invoice, verify_invoice, withdraw_invoice
from settlement.services.closing.holds import hold_seller, release_hold
from settlement.services.closing.runs import request_run
from settlement.services.previews.retries import retry_run
from settlement.services.previews.reviews import decide_look
from settlement.services.previews.stored import (
    approve_preview,
    request_preview,
    run_preview,
    work_on_preview,
)
from settlement.services.refunds import effects
from settlement.services.refunds.lifecycle import (
    agree_refund,
    approve_refund,
    complete_refund,
    request_refund,
)
from tests.books import is_refused
from tests.settlement.builders import (
    a_spokesman,
    approved_refund,
    at,
    close,
    make_member,
    make_order,
    refunded,
)
from tests.settlement.services.test_stored_previews import JANUARY, issued, previewed
from tests.world import a_certified_account, an_invoice_says


@pytest.fixture
def claim(order: Order, operator: User) -> Refund:
    """100 of 1000, applied for by olga; the seller has not answered."""
    return request_refund(order.number, Decimal(100), "x", "contract 7", actor=operator)


@pytest.fixture
def preview(order: Order) -> BillPreview:
    """Of January, in which 1000 are due; ready."""
    return previewed()


# refunds


def test_R4_4_who_applied_for_a_refund_does_not_say_what_the_seller_said(
    claim: Refund, operator: User
) -> None:
    code = "the_requester_does_not_speak_for_the_seller"
    is_refused(code, "R4.4", agree_refund, claim.number, actor=operator)


def test_R4_4_of_two_approvals_none_is_of_who_recorded_the_sellers_agreement(
    product: Product, operator: User, second_operator: User
) -> None:
    order = make_order(product, "12000", at(1, 6))
    refund = refund_of(order, "10000", operator)
    code = "the_spokesman_is_not_one_of_two"
    is_refused(code, "R4.4", lambda: approve_refund(refund.number, actor=a_spokesman()))
    approve_refund(refund.number, actor=second_operator)
    is_refused(code, "R4.4", lambda: approve_refund(refund.number, actor=a_spokesman()))


def refund_of(order: Order, amount: str, operator: User) -> Refund:
    """Agreed to, as sam recorded."""
    return approved_refund(order, amount, operator)


def test_R4_4_below_the_threshold_who_recorded_the_agreement_approves(
    order: Order, operator: User
) -> None:
    refund = refund_of(order, "100", operator)
    assert approve_refund(refund.number, actor=a_spokesman()).state == "approved"


def test_R4_3_who_is_no_reviewer_of_the_seller_answers_no_refund(
    claim: Refund, seller: Seller
) -> None:
    fiona = make_member(seller, "fiona", Role.FINANCE)
    is_refused("reviewer_only", "R4.3", agree_refund, claim.number, actor=fiona)


def test_R4_5_a_refund_is_paid_out_once(
    order: Order, operator: User, second_operator: User
) -> None:
    refund = refunded(order, "100", at(2, 10), operator, second_operator)
    is_refused(
        "refunded_already",
        "R4.5",
        lambda: complete_refund(refund.number, at(2, 11), actor=operator),
    )


def test_R4_3_refunds_are_approved_together_within_bounds(
    claim: Refund, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effects, "MOST_AT_ONCE", 0)
    is_refused("too_many_at_once", "R4.3", effects.effects_in_turn, [claim])


# invoices


@pytest.mark.parametrize(
    ("differing", "label"),
    [({"company_name": "Contoso Ltd"}, "Company"), ({"swift_code": "AAAASGSG"}, "SWIFT")],
)
def test_R8_1_what_differs_from_the_certified_data_is_verified_with_a_reason_alone(
    bill: Bill, operator: User, second_operator: User, differing: dict[str, str], label: str
) -> None:
    a_certified_account(bill.seller)
    approve_bill(bill.number, actor=operator)
    said = an_invoice_says("1000.00", **differing)
    invoice = submit_invoice(bill.number, said, actor=operator)
    refused = is_refused(
        "differs_without_reason", "R8.1", verify_invoice, invoice.number, " ", actor=second_operator
    )
    assert label in refused.detail


# previews, looks, holds and runs


def test_R4_4_who_asked_for_a_preview_of_this_size_does_not_approve_it(
    order: Order, operator: User, second_operator: User
) -> None:
    ApprovalLimit.objects.filter(currency="USD").update(amount=1000)
    asked = request_preview(JANUARY, None, actor=operator)
    work_on_preview(asked.number)
    code = "a_preview_takes_two"
    is_refused(code, "R4.4", approve_preview, asked.number, actor=operator)
    assert approve_preview(asked.number, actor=second_operator).state == "approved"


def test_R1_6_only_a_ready_preview_is_approved(order: Order, operator: User) -> None:
    asked = request_preview(JANUARY, None, actor=operator)
    code = "preview_not_ready"
    is_refused(code, "R1.6", approve_preview, asked.number, actor=operator)


def test_R1_7_a_preview_is_run_once(preview: BillPreview, operator: User) -> None:
    approve_preview(preview.number, actor=operator)
    run_preview(preview.number, actor=operator)
    code = "preview_run_already"
    is_refused(code, "R1.7", run_preview, preview.number, actor=operator)


def test_R1_7_nobody_is_held_back_in_a_cycle_that_is_closed(
    preview: BillPreview, order: Order, operator: User
) -> None:
    close(order.seller, "202601")
    number = order.seller.number
    is_refused(
        "cycle_closed",
        "R1.7",
        decide_look,
        preview.number,
        number,
        "why",
        hold=True,
        actor=operator,
    )


def test_R1_7_a_hold_is_released_once(seller: Seller, operator: User) -> None:
    hold = hold_seller(seller.number, "ask them", actor=operator)
    release_hold(hold.number, "they answered", actor=operator)
    code = "released_already"
    is_refused(code, "R1.7", release_hold, hold.number, "again", actor=operator)


def test_R1_7_a_run_that_failed_for_nobody_is_not_tried_again(order: Order, operator: User) -> None:
    run = request_run(Cycle("202601"), [order.seller.number], actor=operator)
    code = "nothing_to_retry"
    is_refused(code, "R1.7", retry_run, run.number, actor=operator)


def test_R1_7_only_parked_sellers_are_tried_again(
    preview: BillPreview, order: Order, operator: User
) -> None:
    hold_seller(order.seller.number, "ask them", actor=operator)
    run = issued(preview, operator)
    assert run.state == "failed"
    code = "not_parked"
    is_refused(code, "R1.7", retry_run, run.number, ["S-nobody"], actor=operator)


@pytest.mark.parametrize("kind", ["dispute", "invoice", "refund"])
def test_what_is_decided_keeps_its_documents(
    kind: str, claim: Refund, bill: Bill, operator: User
) -> None:
    agree_refund(claim.number, actor=a_spokesman())
    dispute = withdraw_dispute(
        open_dispute(bill.number, None, "x", actor=operator).number, actor=operator
    )
    approve_bill(bill.number, actor=operator)
    invoice = submit_invoice(bill.number, an_invoice_says("1000.00"), actor=operator)
    withdraw_invoice(invoice.number, actor=operator)
    numbers = {"dispute": dispute.number, "invoice": invoice.number, "refund": claim.number}
    rule = {"dispute": "R3.4", "invoice": "R8.1", "refund": "R4.3"}[kind]
    document = Document("a.pdf", b"%PDF-1.7")
    is_refused("documents_stay", rule, attach, kind, numbers[kind], document, actor=operator)
