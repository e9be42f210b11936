"""Bills of a close without a preview meet the same guard rails before they are approved (R1.6)."""

from decimal import Decimal

import pytest
from pytest_django import Settings

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict
from koogallery.models import Act, User
from sellers.models import Product, UsageRecord
from sellers.services.orders.recording import record_order
from sellers.services.orders.usage import record_usage
from settlement.models import (
    Bill,
    BillHold,
    BillLook,
    BillPreviewSeller,
    BillRun,
    BillRunSeller,
)
from settlement.services.bills.approval import approve_bill, reject_bill, resubmit_bill
from settlement.services.closing.bill_reviews import look_at_bill
from settlement.services.closing.holds import release_hold
from settlement.services.closing.runs import request_run
from settlement.services.previews.retries import look_again, retry_run
from settlement.services.previews.reviews import decide_look
from settlement.services.previews.stored import approve_preview, run_preview
from settlement.tasks import close_monthly_bills
from tests.books import snapshot
from tests.sellers.facts import new_pay_per_use_order, new_usage
from tests.settlement.builders import at, close, make_order, make_product, make_seller
from tests.settlement.services.test_stored_previews import (
    FEBRUARY,
    JANUARY,
    issued,
    previewed,
    worked_on,
)


@pytest.fixture
def first(product: Product) -> Product:
    """Of a seller who sold 100 in January."""
    make_order(product, "100", at(1, 5))
    return product


def closed(cycle: Cycle, actor: User | None = None) -> None:
    assert worked_on(request_run(cycle, None, actor=actor)).state == "closed"


def reasons(part: BillPreviewSeller | BillRunSeller) -> list[tuple[str, str]]:
    return [(look["code"], look["detail"]) for look in part.looks]


def codes(bill: Bill) -> list[str]:
    return [look["code"] for look in BillLook.objects.get(bill=bill).looks]


@pytest.mark.parametrize(
    ("february", "code", "detail"),
    [
        (
            "301",
            "above_trailing_mean",
            "301.00 USD is more than 3 times 100.00 USD, the last bill.",
        ),
        ("300", "", ""),
        ("25", "", ""),
        (
            "24",
            "below_trailing_mean",
            "24.00 USD is less than 0.25 times 100.00 USD, the last bill.",
        ),
    ],
)
def test_R1_6_a_rise_and_a_fall_are_looked_at(
    first: Product, operator: User, february: str, code: str, detail: str
) -> None:
    closed(JANUARY)
    make_order(first, february, at(2, 5))
    shown = previewed(FEBRUARY).parts.get()
    closed(FEBRUARY)
    bill = Bill.objects.get(cycle="202602")

    assert reasons(shown) == ([(code, detail)] if code else [])
    assert list(BillLook.objects.values_list("looks", flat=True)) == ([shown.looks] if code else [])
    if not code:
        assert approve_bill(bill.number, actor=operator).state == "pending_invoice"
        return
    before = snapshot()
    with pytest.raises(Conflict, match="Look at bill B202602") as refusal:
        approve_bill(bill.number, actor=operator)
    assert (refusal.value.code, refusal.value.rule) == ("look_due", "R1.6")
    assert detail in refusal.value.detail
    assert snapshot() == before

    look_at_bill(bill.number, "They closed a shop.", actor=operator)

    act = Act.objects.get(verb="looked at")
    assert (act.actor, act.object_number) == (operator, bill.number)
    assert act.facts == {"reasons": [detail], "comment": "They closed a shop."}
    assert approve_bill(bill.number, actor=operator).state == "pending_invoice"
    with pytest.raises(Conflict, match="Nothing stands against"):
        look_at_bill(bill.number, actor=operator)


def test_R1_6_a_first_bill_above_the_limit_is_looked_at(
    first: Product, operator: User, settings: Settings
) -> None:
    settings.PREVIEW_LOOK_FIRST_BILL_ABOVE = {"USD": Decimal("99.99")}
    close_monthly_bills(JANUARY)
    worked_on(BillRun.objects.get())
    assert codes(Bill.objects.get()) == ["first_bill_above"]


def test_R1_6_a_rejected_bill_still_waits_for_its_look(first: Product, operator: User) -> None:
    closed(JANUARY)
    make_order(first, "1", at(2, 5))
    closed(FEBRUARY)
    bill = Bill.objects.get(cycle="202602")
    reject_bill(bill.number, "Where is the rest?", actor=operator)
    resubmit_bill(bill.number, actor=operator)
    with pytest.raises(Conflict, match="Look at bill"):
        approve_bill(bill.number, actor=operator)


def test_R1_6_no_bill_after_bills_is_looked_at_and_told_on_the_run(
    first: Product, operator: User, settings: Settings
) -> None:
    """One month ago by default; longer ago nobody asks."""
    closed(JANUARY)
    detail = "No bill, after 100.00 USD, the last bill."
    preview = previewed(FEBRUARY)
    assert reasons(preview.parts.get()) == [("no_bill", detail)]
    with pytest.raises(Conflict, match="Look at"):
        approve_preview(preview.number, preview.digest, actor=operator)
    run = worked_on(request_run(FEBRUARY, None, actor=operator))
    assert reasons(run.parts.get()) == [("no_bill", detail)]
    assert previewed(FEBRUARY.following).parts.get().looks == []
    settings.PREVIEW_LOOK_GAP_MONTHS = 2
    assert previewed(FEBRUARY.following).parts.get().look == "due"


def test_R1_6_usage_that_stopped_is_looked_at(operator: User) -> None:
    """Also where other sales hide it."""
    seller = make_seller()
    product = make_product(seller, delivery_method="saas", supervised=False)
    record_order(new_pay_per_use_order("M-1", product.number), actor=operator)
    record_usage([new_usage("U-1", "M-1")], actor=operator)
    cycle = Cycle(UsageRecord.objects.get().cycle)
    closed(cycle)
    bill = Bill.objects.get()
    month = cycle.following
    amount = str(bill.settlement_amount)
    make_order(product, amount, at(month.month, 5).replace(year=month.year))

    assert [look["code"] for look in previewed(month).parts.get().looks] == ["usage_stopped"]
    closed(month)

    assert codes(Bill.objects.get(cycle=month)) == ["usage_stopped"]
    assert list(previewed(month.following).parts.values_list("look", flat=True)) == ["due"]
    assert [look["code"] for look in previewed(month.following).parts.get().looks] == ["no_bill"]


def test_R1_6_what_an_approved_preview_showed_is_not_flagged_again(
    first: Product, operator: User, settings: Settings
) -> None:
    settings.PREVIEW_LOOK_FIRST_BILL_ABOVE = {"USD": Decimal(99)}
    preview = previewed()
    decide_look(preview.number, first.seller.number, "a big customer", actor=operator)
    assert issued(preview, operator).state == "closed"
    assert not BillLook.objects.exists()


def test_R1_6_who_was_released_without_a_look_is_flagged(
    first: Product, operator: User, settings: Settings
) -> None:
    settings.PREVIEW_LOOK_FIRST_BILL_ABOVE = {"USD": Decimal(99)}
    preview = previewed()
    decide_look(preview.number, first.seller.number, "ask", hold=True, actor=operator)
    run = issued(preview, operator)
    release_hold(BillHold.objects.get().number, "answered", actor=operator)
    assert worked_on(retry_run(run.number, actor=operator)).state == "closed"
    assert codes(Bill.objects.get()) == ["first_bill_above"]


def test_R1_6_what_was_retried_as_it_is_now_is_flagged(
    first: Product, operator: User, settings: Settings
) -> None:
    settings.PREVIEW_LOOK_FIRST_BILL_ABOVE = {"USD": Decimal(100)}
    preview = previewed()
    approve_preview(preview.number, preview.digest, actor=operator)
    make_order(first, "1", at(1, 7))
    run = worked_on(run_preview(preview.number, actor=operator))
    number = first.seller.number
    [shown], _ = look_again(run, [number])
    retry_run(run.number, [number], seen={number: shown.content.digest}, actor=operator)
    assert worked_on(run).state == "closed"
    assert codes(Bill.objects.get()) == ["first_bill_above"]


def test_R1_6_a_seller_who_is_brought_up_to_date_meets_the_rails_bill_by_bill(
    first: Product, operator: User
) -> None:
    """Its second bill against its first, also in one run."""
    close(first.seller, "202512")
    make_order(first, "400", at(2, 5))
    closed(FEBRUARY)
    assert {look.bill.cycle: codes(look.bill) for look in BillLook.objects.all()} == {
        "202602": ["above_trailing_mean"]
    }
