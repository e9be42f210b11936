"""A seller held back is issued nothing, by whatever run, until somebody releases it (R1.7)."""

from decimal import Decimal

import pytest
from pytest_django import Settings

from koogallery.kit.errors import Conflict, InvalidInput
from koogallery.models import Act, User
from sellers.models import Product
from settlement.models import Bill, BillHold, BillPreview, BillRun
from settlement.services.closing.holds import hold_seller, release_hold
from settlement.services.closing.runs import request_run
from settlement.services.previews.retries import look_again, retry_run
from settlement.services.previews.reviews import decide_look, decide_looks
from settlement.services.previews.stored import approve_preview, run_preview
from settlement.tasks import close_monthly_bills
from tests.books import execute, snapshot
from tests.settlement.builders import at, close, make_order, make_product, make_seller
from tests.settlement.services.test_stored_previews import (
    JANUARY,
    TOO_MUCH,
    issued,
    previewed,
    worked_on,
)


@pytest.fixture(autouse=True)
def _everybody_is_looked_at(settings: Settings) -> None:
    settings.PREVIEW_LOOK_FIRST_BILL_ABOVE = {"USD": Decimal(99)}


@pytest.fixture
def first(product: Product) -> Product:
    """Of a seller who sold 100 in January, and meets a guard rail."""
    make_order(product, "100", at(1, 5))
    return product


@pytest.fixture
def another(db: None) -> Product:
    """Of a second seller, who sold 70 in January and meets none."""
    product = make_product(make_seller())
    make_order(product, "70", at(1, 6))
    return product


@pytest.fixture
def parked(first: Product, another: Product, operator: User) -> BillRun:
    """By a run of a preview: the first is held back by olga, the other cannot be closed."""
    orders = [make_order(another, TOO_MUCH, at(1, 5)) for _ in range(2)]
    preview = previewed()
    decide_look(preview.number, first.seller.number, "ask them", hold=True, actor=operator)
    run = issued(preview, operator)
    assert run.parts.filter(state="parked").count() == 2
    type(orders[0]).objects.filter(pk__in=[each.pk for each in orders]).update(
        due_cycle="202602"
    )  # mended
    return run


def test_R1_7_a_retry_of_all_leaves_who_is_held_back(
    parked: BillRun, first: Product, another: Product, second_operator: User
) -> None:
    number = another.seller.number
    newer = previewed(JANUARY, number)
    newer = approve_preview(newer.number, newer.digest, actor=second_operator)
    content = newer.parts.get().content

    run = worked_on(retry_run(parked.number, preview=newer.number, actor=second_operator))

    assert (run.state, run.parts.get(state="parked").seller) == ("failed", first.seller)
    assert [bill.seller for bill in Bill.objects.all()] == [another.seller]
    act = Act.objects.get(verb="retried")
    assert (act.actor, act.facts["sellers"]) == (second_operator, [number])
    assert (act.facts["contents"], act.facts["preview"]) == ([content], newer.number)


def test_R1_7_who_is_held_back_is_not_retried_by_name_nor_alone(
    parked: BillRun, first: Product, another: Product, second_operator: User
) -> None:
    before = snapshot()
    with pytest.raises(Conflict, match="is held back by olga") as refusal:
        retry_run(parked.number, [first.seller.number], actor=second_operator)
    assert (refusal.value.code, refusal.value.rule) == ("held_back", "R1.7")
    parked.parts.filter(seller=another.seller).update(
        state="done", content=parked.parts.get(seller=another.seller).expected
    )
    with pytest.raises(Conflict, match="is held back by olga"):
        retry_run(parked.number, actor=second_operator)
    assert snapshot()["settlement_bill"] == before["settlement_bill"]


def test_R1_7_a_hold_is_released_with_a_reason_and_then_retried(
    parked: BillRun, first: Product, second_operator: User
) -> None:
    hold = BillHold.objects.get()
    with pytest.raises(InvalidInput, match="Give the reason"):
        release_hold(hold.number, " ", actor=second_operator)

    release_hold(hold.number, "The rate is right.", actor=second_operator)

    act = Act.objects.get(verb="released")
    assert (act.actor, act.object_number, act.seller_number) == (
        second_operator,
        hold.number,
        first.seller.number,
    )
    assert act.facts == {
        "reason": "The rate is right.",
        "held_by": "olga",
        "held_because": "ask them",
    }
    with pytest.raises(Conflict, match="was released by oscar"):
        release_hold(hold.number, "again", actor=second_operator)
    run = retry_run(parked.number, [first.seller.number], actor=second_operator)
    worked_on(run)
    assert Bill.objects.get().seller == first.seller


def test_R1_7_every_run_parks_who_is_held_back(
    first: Product, another: Product, operator: User
) -> None:
    """Also one without a preview, the run day's, and that of a later month."""
    hold = hold_seller(first.seller.number, "ask them", actor=operator)

    for run in (
        worked_on(request_run(JANUARY, None, actor=operator)),
        worked_on(request_run(JANUARY, [first.seller.number], actor=operator)),
        worked_on(request_run(JANUARY.following, None, actor=operator)),
    ):
        assert (run.state, run.parts.get(state="parked").told_reason) == (
            "failed",
            "Held back: ask them",
        )
    close_monthly_bills(JANUARY.following.following)
    worked_on(BillRun.objects.latest("pk"))
    assert [bill.seller for bill in Bill.objects.all()] == [another.seller]

    release_hold(hold.number, "answered", actor=operator)
    [shown], _ = look_again(run, [first.seller.number])
    run.refresh_from_db()
    seen = {first.seller.number: shown.content.digest}
    retried = retry_run(run.number, [first.seller.number], seen=seen, actor=operator)
    assert worked_on(retried).state == "closed"
    assert Bill.objects.filter(seller=first.seller).count() == 1


def test_R1_7_who_was_closed_before_is_not_parked_by_a_hold(first: Product, operator: User) -> None:
    close(first.seller, "202601")
    execute("SET CONSTRAINTS ALL IMMEDIATE")  # as at the commit of the close
    hold_seller(first.seller.number, "ask them", actor=operator)
    assert worked_on(request_run(JANUARY, None, actor=operator)).state == "closed"


def test_R1_7_a_hold_stands_in_later_previews_and_its_release_asks_for_a_look(
    first: Product, another: Product, operator: User, second_operator: User
) -> None:
    """Also where none was due: nothing is left of the hold."""
    for seller in (first.seller, another.seller):
        hold_seller(seller.number, "ask them", actor=operator)
    preview = previewed()
    shown = preview.parts.order_by("seller").values_list("look", "look_comment", "looked_by")
    assert list(shown) == [("held", "ask them", operator.pk)] * 2
    with pytest.raises(Conflict, match="is held back by olga"):
        decide_look(preview.number, first.seller.number, actor=second_operator)

    for hold in BillHold.objects.all():
        release_hold(hold.number, "answered", actor=second_operator)

    assert list(shown.all()) == [("due", "", None), ("not_due", "", None)]
    with pytest.raises(Conflict, match="Look at"):
        approve_preview(preview.number, preview.digest, actor=operator)


def test_R1_7_a_released_seller_of_an_approved_preview_is_parked_and_retried(
    first: Product, operator: User
) -> None:
    """The approver approved it as held back."""
    preview = previewed()
    decide_look(preview.number, first.seller.number, "ask them", hold=True, actor=operator)
    approve_preview(preview.number, preview.digest, actor=operator)
    release_hold(BillHold.objects.get().number, "answered", actor=operator)
    assert preview.parts.get().look == "held"

    run = issued_by_now(preview, operator)

    assert run.parts.get().told_reason == "Held back: ask them"
    assert worked_on(retry_run(run.number, actor=operator)).state == "closed"


def issued_by_now(preview: BillPreview, actor: User) -> BillRun:
    return worked_on(run_preview(preview.number, actor=actor))


def test_R1_7_nobody_is_held_twice_nor_without_a_reason(first: Product, operator: User) -> None:
    number = first.seller.number
    with pytest.raises(InvalidInput, match="Give the reason"):
        hold_seller(number, "", actor=operator)
    hold_seller(number, "ask them", actor=operator)
    with pytest.raises(Conflict, match="is held back by olga"):
        hold_seller(number, "again", actor=operator)


def test_R1_6_a_closed_cycle_is_not_held_back(first: Product, operator: User) -> None:
    preview = previewed()
    close(first.seller, "202601")
    with pytest.raises(Conflict, match="is closed already"):
        decide_look(preview.number, first.seller.number, "late", hold=True, actor=operator)


def test_R1_6_who_met_no_guard_rail_is_not_acknowledged(
    first: Product, another: Product, operator: User
) -> None:
    preview = previewed()
    before = snapshot()
    with pytest.raises(Conflict, match="met no guard rail") as refusal:
        decide_look(preview.number, another.seller.number, actor=operator)
    assert refusal.value.code == "no_look_due"
    assert snapshot() == before


def test_R1_6_a_look_is_at_what_was_shown(first: Product, another: Product, operator: User) -> None:
    """Of several all or none; each is on record with the content that was looked at."""
    make_order(another, "70", at(1, 7))
    preview = previewed()
    shown = dict(preview.parts.values_list("seller__number", "content"))
    with pytest.raises(Conflict, match="not what the preview shows") as refusal:
        decide_looks(preview.number, {**shown, first.seller.number: "0" * 64}, actor=operator)
    assert refusal.value.code == "not_what_is_previewed"
    assert not preview.parts.exclude(look="due").exists()

    decide_looks(preview.number, shown, "new customers", actor=operator)

    acts = Act.objects.filter(verb="acknowledged").order_by("pk")
    assert {act.seller_number: act.facts["content"] for act in acts} == shown
    assert [act.facts["issued"] for act in acts] == ["100", "140"]
    assert issued(preview, operator).state == "closed"
