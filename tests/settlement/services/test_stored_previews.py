"""A previewed month: kept, looked at, approved, and issued exactly as it was approved."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation
from pytest_django import Settings

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict, InvalidInput
from koogallery.models import User
from koogallery.settlement_time import current_cycle
from sellers.models import Product
from settlement.models import Bill, BillPreview, BillRun
from settlement.rules.standards import detail_of
from settlement.services.closing.runs import work_on_run
from settlement.services.closing.work import take_up_stalled
from settlement.services.previews.retries import look_again, retry_run
from settlement.services.previews.reviews import decide_look
from settlement.services.previews.stored import (
    approve_preview,
    request_preview,
    run_preview,
    work_on_preview,
)
from settlement.services.refunds.lifecycle import agree_refund, approve_refund, request_refund
from settlement.tasks import close_monthly_bills
from tests.books import snapshot
from tests.settlement.builders import (
    a_spokesman,
    at,
    close,
    make_order,
    make_product,
    make_seller,
    refunded,
)

JANUARY, FEBRUARY = Cycle("202601"), Cycle("202602")
TOO_MUCH = "90000000000000000.00"  # two of these do not fit a bill


def previewed(cycle: Cycle = JANUARY, *sellers: str) -> BillPreview:
    preview = request_preview(cycle, sellers or None, actor=None)
    work_on_preview(preview.number)
    preview.refresh_from_db()
    return preview


def issued(preview: BillPreview, actor: User) -> BillRun:
    approve_preview(preview.number, preview.digest, actor=actor)
    return worked_on(run_preview(preview.number, actor=actor))


def worked_on(run: BillRun) -> BillRun:
    work_on_run(run.number)
    run.refresh_from_db()
    return run


@pytest.fixture
def another(db: None) -> Product:
    """Of a second seller, who sold 70 in January."""
    product = make_product(make_seller())
    make_order(product, "70", at(1, 6))
    return product


@pytest.fixture
def first(product: Product) -> Product:
    """Of a seller who sold 100 in January."""
    make_order(product, "100", at(1, 5))
    return product


def test_a_preview_changes_nothing_but_itself(
    first: Product, another: Product, operator: User
) -> None:
    preview = request_preview(JANUARY, None, actor=operator)
    before = snapshot()

    work_on_preview(preview.number)

    after = snapshot()
    its_own = {"settlement_billpreview", "settlement_billpreviewseller"}
    assert {table for table, rows in after.items() if rows != before[table]} == its_own
    preview.refresh_from_db()
    shown = preview.parts.order_by("seller__number").values_list("net_payable", "bills", "state")
    assert preview.state == "ready"
    assert list(shown) == [(100, 1, "done"), (70, 1, "done")]


def test_what_was_approved_is_issued(first: Product, another: Product, operator: User) -> None:
    preview = previewed()

    run = issued(preview, operator)

    assert run.state == "closed"
    approved = preview.parts.order_by("seller").values_list("seller", "bill", "content")
    assert [
        (part.seller_id, f"B202601-{part.seller.number}", part.content)
        for part in run.parts.order_by("seller")
    ] == list(approved)


def test_a_second_preview_of_the_same_books_says_the_same(
    first: Product, operator: User, second_operator: User
) -> None:
    """Also of a recovery, a deposit, a receivable and a carried over amount on the way."""
    order = make_order(first, "1000", at(1, 5))
    close(first.seller, "202601")
    make_order(first, "40", at(2, 5))
    refunded(order, "1000", at(2, 10), operator, second_operator)

    assert previewed(Cycle("202604")).digest == previewed(Cycle("202604")).digest


def test_R1_7_other_content_than_approved_is_parked_and_the_others_are_issued(
    first: Product, another: Product, operator: User
) -> None:
    preview = previewed()
    approve_preview(preview.number, preview.digest, actor=operator)
    make_order(first, "1", at(1, 7))

    run = worked_on(run_preview(preview.number, actor=operator))

    assert (run.state, run.told_reason) == ("failed", "1 of 2 sellers parked")
    part = run.parts.get(state="parked")
    assert part.seller == first.seller
    assert part.told_reason == "Differs from the approved preview: now 1 bills over 101.00 USD."
    assert [bill.seller for bill in Bill.objects.all()] == [another.seller]


def test_a_seller_who_came_after_the_preview_is_parked_only_if_something_would_be_issued(
    first: Product, operator: User
) -> None:
    preview = previewed()
    approve_preview(preview.number, preview.digest, actor=operator)
    late, idle = make_seller(), make_seller()
    make_order(make_product(late), "5", at(1, 9))

    run = worked_on(run_preview(preview.number, actor=operator))

    states = dict(run.parts.values_list("seller", "state"))
    assert states == {first.seller_id: "done", late.pk: "parked", idle.pk: "done"}


def test_R1_7_who_was_closed_meanwhile_is_left_alone(first: Product, operator: User) -> None:
    preview = previewed()
    approve_preview(preview.number, preview.digest, actor=operator)
    close(first.seller, "202601")

    run = worked_on(run_preview(preview.number, actor=operator))

    assert run.state == "closed"
    assert run.parts.get().reason == "Closed before this run."
    assert Bill.objects.count() == 1


def test_a_parked_seller_is_retried_after_a_look(
    first: Product, another: Product, operator: User
) -> None:
    preview = previewed()
    approve_preview(preview.number, preview.digest, actor=operator)
    make_order(first, "1", at(1, 7))
    run = worked_on(run_preview(preview.number, actor=operator))

    again = retry_run(run.number, actor=operator)  # nobody looked: still not what was approved
    assert worked_on(again).state == "failed"

    number = first.seller.number
    [shown], refused = look_again(run, [number])
    assert (shown.net_payable, refused) == (101, {})
    retry_run(run.number, [number], seen={number: shown.content.digest}, actor=operator)

    assert worked_on(run).state == "closed"
    assert Bill.objects.get(seller=first.seller).net_payable == 101


def test_a_parked_seller_is_retried_with_a_new_preview(first: Product, operator: User) -> None:
    preview = previewed()
    approve_preview(preview.number, preview.digest, actor=operator)
    make_order(first, "1", at(1, 7))
    run = worked_on(run_preview(preview.number, actor=operator))
    newer = previewed(JANUARY, first.seller.number)
    with pytest.raises(Conflict, match="no approved preview"):
        retry_run(run.number, preview=newer.number, actor=operator)
    newer = approve_preview(newer.number, newer.digest, actor=operator)

    retry_run(run.number, preview=newer.number, actor=operator)

    assert worked_on(run).state == "closed"


def test_only_who_is_parked_is_retried(first: Product, another: Product, operator: User) -> None:
    run = issued(previewed(), operator)
    with pytest.raises(Conflict, match="only one that failed"):
        retry_run(run.number, actor=operator)
    BillRun.objects.filter(pk=run.pk).update(state="failed")
    with pytest.raises(InvalidInput, match="Not parked"):
        retry_run(run.number, [first.seller.number], actor=operator)


def test_who_could_not_be_closed_is_blocked_with_the_reason_and_parked_by_the_run(
    first: Product, another: Product, operator: User
) -> None:
    for _ in range(2):
        make_order(first, TOO_MUCH, at(1, 5))

    preview = previewed()

    blocked = preview.parts.get(state="blocked")
    assert blocked.seller == first.seller
    assert "overflow" in blocked.reason
    run = issued(preview, operator)
    assert run.parts.get(state="parked").reason == blocked.reason
    assert [bill.seller for bill in Bill.objects.all()] == [another.seller]


def test_a_seller_above_its_trailing_mean_stops_for_a_look(
    first: Product, operator: User, settings: Settings
) -> None:
    settings.PREVIEW_LOOK_MULTIPLE = Decimal(2)
    close(first.seller, "202601")
    make_order(first, "201", at(2, 5))
    preview = previewed(FEBRUARY)
    part = preview.parts.get()
    [look] = part.looks
    assert look["code"] == "above_trailing_mean"
    assert look["detail"] == "201.00 USD is more than 2 times 100.00 USD, the last bill."
    with translation.override("zh-hans"):
        assert detail_of(look) == "201.00 USD 超过上一期账单 100.00 USD 的 2 倍。"
    with pytest.raises(Conflict, match=f"Look at {first.seller.number} first"):
        approve_preview(preview.number, preview.digest, actor=operator)

    decide_look(preview.number, first.seller.number, actor=operator)

    assert issued(preview, operator).state == "closed"


def test_who_is_held_back_is_parked_with_the_reason(
    first: Product, operator: User, settings: Settings
) -> None:
    settings.PREVIEW_LOOK_FIRST_BILL_ABOVE = {"USD": Decimal(99)}
    preview = previewed()
    with pytest.raises(InvalidInput, match="Give the comment"):
        decide_look(preview.number, first.seller.number, hold=True, actor=operator)
    decide_look(preview.number, first.seller.number, "ask them", hold=True, actor=operator)

    run = issued(preview, operator)

    assert (run.state, run.parts.get().told_reason) == ("failed", "Held back: ask them")


@pytest.mark.parametrize("seen", ["", "0" * 64, "something else"])
def test_what_was_not_shown_is_not_approved(first: Product, operator: User, seen: str) -> None:
    preview = previewed()
    before = snapshot()

    with pytest.raises(Conflict, match="not the content") as refusal:
        approve_preview(preview.number, seen, actor=operator)

    assert refusal.value.field == "seen"
    assert snapshot() == before


def test_the_running_month_is_previewed_and_not_approved(first: Product, operator: User) -> None:
    preview = previewed(current_cycle())
    with pytest.raises(Conflict, match="has not ended"):
        approve_preview(preview.number, preview.digest, actor=operator)
    with pytest.raises(Conflict, match="has not begun"):
        request_preview(current_cycle().following, None, actor=operator)


def test_a_run_needs_an_approved_preview_and_is_the_only_one_of_it(
    first: Product, operator: User
) -> None:
    preview = previewed()
    with pytest.raises(Conflict, match="needs an approved one"):
        run_preview(preview.number, actor=operator)
    issued(preview, operator)
    with pytest.raises(Conflict, match="issues preview"):
        run_preview(preview.number, actor=operator)


def test_R1_6_the_run_day_issues_what_was_approved(first: Product, operator: User) -> None:
    preview = previewed()
    approve_preview(preview.number, preview.digest, actor=operator)

    close_monthly_bills(JANUARY)

    assert BillRun.objects.get().preview == preview


def test_a_refund_approved_after_the_preview_keeps_its_seller_from_being_issued(
    first: Product, operator: User, second_operator: User
) -> None:
    preview = previewed()
    approve_preview(preview.number, preview.digest, actor=operator)
    order = first.orders.get()
    refund = request_refund(order.number, Decimal(10), "unused", "contract 7", actor=operator)
    if refund.state == "seller_review":
        agree_refund(refund.number, actor=a_spokesman())
    approve_refund(refund.number, actor=second_operator)

    run = worked_on(run_preview(preview.number, actor=operator))

    assert run.parts.get().told_reason == (
        "Differs from the approved preview: now 0 bills over 0.00 USD."
    )


def test_a_preview_whose_worker_died_is_taken_up_again(first: Product) -> None:
    preview = request_preview(JANUARY, None, actor=None)
    assert take_up_stalled(BillPreview, timedelta(seconds=10)) == []
    BillPreview.objects.update(created_at=timezone.now() - timedelta(seconds=11))

    assert take_up_stalled(BillPreview, timedelta(seconds=10)) == [preview.number]
    assert take_up_stalled(BillPreview, timedelta(seconds=10)) == []
