"""What the database refuses about previews and the runs that issue them, whoever asks."""

import pytest

from koogallery.kit.cycles import Cycle
from sellers.models import Seller
from settlement.models import BillPreview, BillRun
from settlement.services.closing.runs import request_run
from settlement.services.previews.stored import (
    approve_preview,
    request_preview,
    run_preview,
    work_on_preview,
)
from tests import world
from tests.books import execute, refused_by


@pytest.fixture
def seller(db: None) -> Seller:
    seller = world.a_seller()
    world.an_order(world.a_product(seller), "100", "2024-01-10")
    return seller


@pytest.fixture
def ready(seller: Seller) -> BillPreview:
    preview = request_preview(Cycle("202401"), [seller.number], actor=None)
    work_on_preview(preview.number)
    preview.refresh_from_db()
    return preview


@pytest.fixture
def run(ready: BillPreview) -> BillRun:
    olga = world.an_operator()
    approve_preview(ready.number, ready.digest, actor=olga)
    return run_preview(ready.number, actor=olga)


FIGURES = ["net_payable = 1", "content = 'x'", "state = 'blocked'", "looks = '[1]'", "reason = 'x'"]


@pytest.mark.parametrize("change", FIGURES)
def test_R1_6_what_was_previewed_stays(ready: BillPreview, change: str) -> None:
    with refused_by("a_preview_keeps_what_it_shows"):
        execute(f"UPDATE settlement_billpreviewseller SET {change}")


def test_R1_6_once_approved_no_look_changes(run: BillRun) -> None:
    with refused_by("a_preview_keeps_what_it_shows"):
        execute("UPDATE settlement_billpreviewseller SET look = 'held', looked_by_id = 1")


@pytest.mark.parametrize("table", ["settlement_billpreviewseller", "settlement_billpreview"])
def test_R1_6_a_preview_is_not_deleted(ready: BillPreview, table: str) -> None:
    with refused_by("a_preview_keeps_what_it_shows"):
        execute(f"DELETE FROM {table}")


@pytest.mark.parametrize("change", ["digest = 'x'", "cycle = '202402'", "everyone = true"])
def test_R1_6_a_ready_preview_is_of_what_it_was_asked_for(ready: BillPreview, change: str) -> None:
    with refused_by("a_preview_keeps_what_it_shows"):
        execute(f"UPDATE settlement_billpreview SET {change}")


APPROVE = """
UPDATE settlement_billpreview SET state = 'approved', approved_at = now(), approved_by_id = %(by)s
"""


def test_R1_6_who_met_a_guard_rail_is_looked_at_before_the_approval(ready: BillPreview) -> None:
    execute("UPDATE settlement_billpreviewseller SET look = 'due'")
    with refused_by("an_approved_preview_was_looked_at"):
        execute(APPROVE, by=world.an_operator().pk)


def test_R1_6_only_a_ready_preview_is_approved(seller: Seller) -> None:
    request_preview(Cycle("202401"), None, actor=None)
    with refused_by("an_approved_preview_was_looked_at"):
        execute(APPROVE + ", digest = 'x'", by=world.an_operator().pk)


def test_R1_7_a_run_has_an_approved_preview_of_its_cycle(ready: BillPreview) -> None:
    without = request_run(Cycle("202401"), None, actor=None)
    with refused_by("a_run_issues_an_approved_preview"):
        execute(
            "UPDATE settlement_billrun SET preview_id = %(preview)s WHERE id = %(run)s",
            preview=ready.pk,
            run=without.pk,
        )
    with refused_by("a_run_issues_an_approved_preview"):
        BillRun.objects.create(number="X", cycle="202401", everyone=True, preview=ready)


def test_R1_7_a_run_keeps_its_preview(run: BillRun) -> None:
    with refused_by("a_run_issues_an_approved_preview"):
        execute("UPDATE settlement_billrun SET preview_id = NULL")


@pytest.mark.parametrize(
    "issued", ["content = 'x'", "content = 'x', expected = ''", "expected = ''"]
)
def test_R1_7_a_part_issues_what_was_approved(run: BillRun, issued: str) -> None:
    with refused_by("a_part_issues_what_was_approved"):
        execute(f"UPDATE settlement_billrunseller SET state = 'done', {issued}")
