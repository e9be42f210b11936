"""The bill run cockpit: a month previewed, looked at, approved, closed, retried (R1.6, R1.7)."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict
from koogallery.telling import fact_value
from sellers.models import Product
from settlement.models import Bill, BillHold, BillPreview, BillRun
from settlement.services.closing.holds import hold_seller
from settlement.services.closing.runs import request_run, work_on_run
from settlement.services.previews.stored import (
    approve_preview,
    request_preview,
    run_preview,
    work_on_preview,
)
from tests.books import snapshot
from tests.eagerly import tasks_at_once
from tests.settlement.admin.answering import answered
from tests.settlement.builders import at, make_operator, make_order, make_product, make_seller

JANUARY = Cycle("202601")
PREVIEWS, RUNS = "/admin/settlement/billpreview/", "/admin/settlement/billrun/"


@pytest.fixture
def product(db: None) -> Product:
    """Of a seller who sold 100 in January."""
    product = make_product(make_seller())
    make_order(product, "100", at(1, 5))
    return product


@pytest.fixture
def preview(product: Product) -> BillPreview:
    preview = request_preview(JANUARY, None, actor=None)
    work_on_preview(preview.number)
    preview.refresh_from_db()
    return preview


@pytest.fixture
def failed(preview: BillPreview, product: Product) -> BillRun:
    """The seller sold another 1 after the preview was approved."""
    approve_preview(preview.number, preview.digest, actor=make_operator("olga"))
    make_order(product, "1", at(1, 7))
    run = run_preview(preview.number, actor=None)
    work_on_run(run.number)
    run.refresh_from_db()
    return run


@pytest.fixture
def _workers() -> Iterator[None]:
    with tasks_at_once():
        yield


def committed(act: Any) -> Any:
    """What `act` answers, with the tasks done that it left for after its commit."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        return act()


def html_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


@pytest.mark.usefixtures("_workers")
def test_R1_6_a_month_is_previewed_approved_and_closed(desk: Client, product: Product) -> None:
    committed(lambda: desk.post(f"{PREVIEWS}ask/", {"cycle": "2026-01", "sellers": ""}))
    preview = BillPreview.objects.get()
    page = f"{PREVIEWS}{preview.pk}/"
    shown = html_of(desk, f"{page}change/")
    assert "100.00 USD" in shown
    assert product.seller.company_name in shown
    assert not Bill.objects.exists()

    answered(desk, f"{page}approve/decide/")
    committed(lambda: desk.post(f"{page}run/decide/"))

    run = BillRun.objects.get()
    assert (run.state, run.preview) == ("closed", preview)
    told = html_of(desk, f"{RUNS}{run.pk}/change/")
    assert "1 of 1 seller ·" in told
    assert "finished at" in told

    for_nothing = {"cycle": "2026-01", "sellers": ""}
    warned = desk.post(f"{PREVIEWS}ask/", for_nothing)
    assert "nothing is issued for these" in warned.content.decode()
    assert BillPreview.objects.get() == preview
    seen = warned.context["foreseen"].digest
    committed(lambda: desk.post(f"{PREVIEWS}ask/", {**for_nothing, "seen": seen}))
    assert BillPreview.objects.count() == 2


@pytest.mark.parametrize("seen", ["", "0" * 64])
def test_R1_6_a_crafted_post_approves_nothing(
    desk: Client, preview: BillPreview, seen: str
) -> None:
    before = snapshot()
    answer = desk.post(f"{PREVIEWS}{preview.pk}/approve/decide/", {"seen": seen})
    assert answer.status_code == 302
    assert snapshot() == before


def test_R1_6_a_seller_is_acknowledged_by_typing_its_number(
    desk: Client, product: Product, settings: Settings
) -> None:
    settings.PREVIEW_LOOK_FIRST_BILL_ABOVE = {"USD": Decimal(99)}
    preview = request_preview(JANUARY, None, actor=None)
    work_on_preview(preview.number)
    number, page = product.seller.number, f"{PREVIEWS}{preview.pk}/"
    shown = html_of(desk, f"{page}change/")
    assert "1 seller met a guard rail" in shown
    assert "100.00 USD is above 99.00 USD and is the first bill." in shown
    assert "Approve…" not in shown
    assert desk.get(f"{page}approve/decide/").status_code == 302
    assert BillPreview.objects.get().state == "ready"

    look = f"{page}look/decide/?seller={number}"
    assert "100.00 USD is above" in html_of(desk, look)
    seen = preview.parts.get().content
    wrong = desk.post(look, {"seller": "S", "what": "acknowledge", "comment": "", "seen": seen})
    assert f"This page shows {number}, not S." in wrong.content.decode()
    told = {"seller": number, "what": "acknowledge", "comment": "a big customer"}
    desk.post(look, {**told, "seen": "0" * 64})
    assert preview.parts.get().look == "due"
    desk.post(look, {**told, "seen": seen})

    assert preview.parts.get().look == "acknowledged"
    assert "a big customer" in html_of(desk, f"{page}change/?show=looks")
    answered(desk, f"{page}approve/decide/")
    assert BillPreview.objects.get().state == "approved"


def test_R1_6_a_look_acts_on_the_seller_of_its_page_alone(
    desk: Client, product: Product, settings: Settings
) -> None:
    """Another that is due as well, or met no guard rail, is neither acknowledged nor held there."""
    settings.PREVIEW_LOOK_FIRST_BILL_ABOVE = {"USD": Decimal(99)}
    other = make_product(make_seller())
    make_order(other, "200", at(1, 6))
    quiet = make_product(make_seller())
    make_order(quiet, "5", at(1, 6))
    preview = request_preview(JANUARY, None, actor=None)
    work_on_preview(preview.number)
    look = f"{PREVIEWS}{preview.pk}/look/decide/"
    page = f"{look}?seller={product.seller.number}"
    for what in ("acknowledge", "hold"):
        for typed in (other.seller.number, quiet.seller.number):
            sent = {"seller": typed, "what": what, "comment": "x", "seen": ""}
            told = desk.post(page, sent).content.decode()
            assert f"This page shows {product.seller.number}, not {typed}." in told
    assert sorted(preview.parts.values_list("look", flat=True)) == ["due", "due", "not_due"]
    assert not BillHold.objects.exists()
    without = desk.post(look, {"seller": other.seller.number, "what": "acknowledge"})
    assert without.headers["Location"].endswith("?show=looks")
    own = desk.get(f"{look}?seller={quiet.seller.number}")
    assert [key for key, _ in own.context["form"].fields["what"].choices] == ["hold"]


def test_R1_6_everybody_is_looked_at_in_one_table(
    desk: Client, product: Product, settings: Settings
) -> None:
    """All or none, each with the digest of the figures beside it, the count typed."""
    settings.PREVIEW_LOOK_FIRST_BILL_ABOVE = {"USD": Decimal(99)}
    other = make_product(make_seller())
    make_order(other, "200", at(1, 6))
    preview = request_preview(JANUARY, None, actor=None)
    work_on_preview(preview.number)
    page = f"{PREVIEWS}{preview.pk}/looks/"
    shown = html_of(desk, page)
    assert "200.00 USD is above 99.00 USD and is the first bill." in shown
    assert f"{PREVIEWS}{preview.pk}/looks/" in html_of(desk, f"{PREVIEWS}{preview.pk}/change/")
    one, two = (f"look-{each.seller.number}" for each in (product, other))
    seen = {f"look-{part.seller.number}": part.content for part in preview.parts.all()}
    right = {one: f"acknowledge:{seen[one]}", two: f"hold:{seen[two]}", "comment": "Ask."}
    assert html_of(desk, f"{page}?tick=all").count(" checked") == 2
    for wrong, told in (
        ({**right, "count": "1"}, "You chose something for 2, not for 1."),
        ({**right, "count": "2", one: "acknowledge:" + "0" * 64}, "read it again"),
        ({**right, "count": "2", "comment": ""}, "comment"),
        ({one: right[one], "look-S999": right[one], "count": "2"}, "No longer to be looked at"),
    ):
        assert told in desk.post(page, wrong).content.decode()
        assert not preview.parts.exclude(look="due").exists()
    desk.post(page, {**right, "count": "2"})
    looks = {part.seller.number: part.look for part in preview.parts.all()}
    assert looks == {product.seller.number: "acknowledged", other.seller.number: "held"}
    assert "Approve…" in html_of(desk, f"{PREVIEWS}{preview.pk}/change/")


def test_R1_7_a_retry_offers_nobody_who_is_held_back(
    desk: Client, failed: BillRun, product: Product
) -> None:
    hold = hold_seller(product.seller.number, "Ask them.", actor=make_operator("mei"))
    page, number = f"{RUNS}{failed.pk}/", product.seller.number
    shown = html_of(desk, f"{page}change/")
    assert "By mei, " in shown
    assert f"Release {number}…" in shown
    assert "Look and retry" not in shown
    assert desk.get(f"{page}retry/decide/").status_code == 302
    answer = desk.post(f"{page}retry/decide/?seller={number}", {"sellers": [number], "seen": "x"})
    assert answer.status_code == 302
    assert BillRun.objects.get().state == "failed"

    desk.post(f"/admin/settlement/billhold/{hold.pk}/release/decide/", {"reason": "Answered."})

    shown = html_of(desk, f"{page}change/")
    assert "Released by oscar, " in shown
    assert f"Look and retry {number}…" in shown


def test_R1_7_a_seller_is_held_back_and_released_on_pages_of_its_own(
    desk: Client, product: Product
) -> None:
    desk.post(f"/admin/sellers/seller/{product.seller_id}/hold/decide/", {"reason": "Ask them."})
    hold = BillHold.objects.get()
    assert "Ask them." in html_of(desk, f"/admin/sellers/seller/{product.seller_id}/change/")
    page = f"/admin/settlement/billhold/{hold.pk}/"
    assert "is held back" in html_of(desk, f"{page}change/")
    assert hold.number in html_of(desk, "/admin/settlement/billhold/")
    assert "Sellers held back" in html_of(desk, "/admin/")
    desk.post(f"{page}release/decide/", {"reason": ""})
    assert BillHold.objects.get().released_at is None
    desk.post(f"{page}release/decide/", {"reason": "Answered."})
    assert "Released by oscar" in html_of(desk, f"{page}change/")
    assert hold.number not in html_of(desk, "/admin/settlement/billhold/")


@pytest.mark.usefixtures("_workers")
def test_R1_7_a_parked_seller_is_looked_at_and_retried(
    desk: Client, failed: BillRun, product: Product
) -> None:
    page = f"{RUNS}{failed.pk}/"
    assert "Differs from the approved preview" in html_of(desk, f"{page}change/")
    assert "1 of 1 sellers parked" in html_of(desk, RUNS)
    in_chinese = {"accept-language": "zh-hans"}
    for address, told in (
        (f"{page}change/", "与已批准的预览不同"),
        (RUNS, "1 个卖家中有 1 个被搁置"),
    ):
        assert told in desk.get(address, headers=in_chinese).content.decode()
    retry = f"{page}retry/decide/?seller={product.seller.number}"
    asked = desk.post(retry, {"sellers": [product.seller.number]}).content.decode()
    assert "101.00 USD to be paid" in asked
    assert (
        "Content" not in asked.replace('name="shown"', "").split("<table")[-1].split("</table")[0]
    )
    assert f"[{product.seller.number!r}]" not in asked

    committed(lambda: answered(desk, retry, sellers=[product.seller.number]))

    failed.refresh_from_db()
    assert failed.state == "closed"
    assert Bill.objects.get().net_payable == 101


def test_R1_6_a_run_names_who_got_no_bill_after_bills(desk: Client, product: Product) -> None:
    for cycle in (JANUARY, JANUARY.following):
        run = request_run(cycle, None, actor=None)
        work_on_run(run.number)
    shown = html_of(desk, f"{RUNS}{run.pk}/change/")
    assert "No bill, after 100.00 USD, the last bill." in shown
    assert product.seller.number in shown


def test_R1_7_a_retry_is_of_what_was_looked_at(
    desk: Client, failed: BillRun, product: Product
) -> None:
    retry = f"{RUNS}{failed.pk}/retry/decide/"
    entered = {"sellers": [product.seller.number]}
    foreseen = desk.post(retry, entered).context["asking"].foreseen
    make_order(product, "2", at(1, 8))
    before = snapshot()

    answer = desk.post(retry, {**entered, "seen": foreseen.digest, "shown": foreseen.written})

    assert snapshot() == before
    changes = answer.context["asking"].changes
    assert fact_value(changes[0].now) == "103.00 USD"


def test_R1_6_a_run_without_a_preview_is_asked_for(desk: Client, product: Product) -> None:
    entered = {"cycle": "202601", "sellers": product.seller.number}
    shown = desk.post(f"{RUNS}ask/", entered)
    assert "Sellers to be closed</th><td>1<" in shown.text
    assert not BillRun.objects.exists()
    desk.post(f"{RUNS}ask/", {**entered, "seen": shown.context["foreseen"].digest})
    assert [run.everyone for run in BillRun.objects.all()] == [False]
    refused = desk.post(f"{RUNS}ask/", {"cycle": "209901", "sellers": ""}).content.decode()
    assert "has not ended" in refused
    assert "write it as 2026-10" in desk.post(f"{RUNS}ask/", {"cycle": "x"}).content.decode()


def test_R1_7_a_month_that_was_closed_since_is_not_approved(
    desk: Client, preview: BillPreview
) -> None:
    assert f">{preview}<" in html_of(desk, f"{PREVIEWS}?waits=approval")
    work_on_run(request_run(JANUARY, None, actor=None).number)
    assert f">{preview}<" not in html_of(desk, f"{PREVIEWS}?waits=approval")
    shown = html_of(desk, f"{PREVIEWS}{preview.pk}/change/")
    assert "nothing of it is left to issue" in shown
    assert "Approve…" not in shown
    with pytest.raises(Conflict) as refused:
        approve_preview(preview.number, preview.digest, actor=make_operator("olga"))
    assert refused.value.code == "cycle_closed"
    foreseen = desk.post(f"{RUNS}ask/", {"cycle": "202601", "sellers": ""}).text
    assert "1: nothing is issued for these" in foreseen


def test_R1_6_a_bill_names_the_run_that_issued_it(desk: Client, product: Product) -> None:
    make_order(product, "1", at(1, 8))
    first, again = (request_run(JANUARY, None, actor=None) for _ in range(2))
    for run in (first, again):
        work_on_run(run.number)
    page = desk.get(f"/admin/settlement/bill/{Bill.objects.get().pk}/change/")
    assert [*page.context["runs"]] == [first]


@pytest.mark.parametrize("kind", ["run", "preview"])
def test_R1_7_a_page_tells_that_nothing_moves(desk: Client, product: Product, kind: str) -> None:
    work: BillRun | BillPreview
    model: Any
    if kind == "run":
        work, model, address = request_run(JANUARY, None, actor=None), BillRun, RUNS
    else:
        work, model, address = request_preview(JANUARY, None, actor=None), BillPreview, PREVIEWS
    page = f"{address}{work.pk}/change/"
    assert "No worker" not in html_of(desk, page)
    ago = timezone.now() - timedelta(minutes=3)
    model.objects.update(created_at=ago)
    assert "No worker has taken it up since" in html_of(desk, page)
    model.objects.update(state="running", started_at=ago, progressed_at=ago)
    model.objects.update(taken_up_at=timezone.now())
    told = html_of(desk, page)
    assert "It stands since" in told
    assert "It was handed out again at" in told
    assert 'hx-trigger="every 1s"' in told
    part = desk.get(f"{address}{work.pk}/progress/")
    assert "HX-Refresh" not in part.headers
    model.objects.update(state="closed" if kind == "run" else "running")
    ended = desk.get(f"{address}{work.pk}/progress/")
    assert ("HX-Refresh" in ended.headers) is (kind == "run")


def test_a_report_has_every_seller_in_each_form(desk: Client, failed: BillRun) -> None:
    seller = failed.parts.get().seller
    address = f"{RUNS}{failed.pk}/report/"

    def content(form: str) -> bytes:
        return b"".join(desk.get(f"{address}{form}/"))

    [row] = csv.DictReader(io.StringIO(content("csv").decode("utf-8-sig")))
    assert (row["seller"], row["state"], row["bill"]) == (seller.number, "parked", "")
    about, sellers = openpyxl.load_workbook(io.BytesIO(content("xlsx")))
    assert [cell.value for cell in about[1]] == ["Bill run", failed.number]
    assert seller.number in [cell.value for cell in sellers[2]]
    assert content("pdf").startswith(b"%PDF")
    assert desk.get(f"{address}exe/").status_code == 404


def test_more_sellers_cost_no_more_queries(desk: Client, preview: BillPreview) -> None:
    page = f"{PREVIEWS}{preview.pk}/change/?show=all"
    desk.get(page)
    few = queries(desk, page)
    for _ in range(3):
        make_order(make_product(make_seller()), "70", at(1, 6))
    bigger = request_preview(JANUARY, None, actor=None)
    work_on_preview(bigger.number)
    assert queries(desk, f"{PREVIEWS}{bigger.pk}/change/?show=all") == few


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as counted:
        assert client.get(address).status_code == 200
    return len(counted)
