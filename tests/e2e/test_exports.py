"""A seller exports a filtered list, watches it being made, and fetches the file."""

import csv
from pathlib import Path
from threading import Event, Thread

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from koogallery.exports import jobs
from tests.e2e.test_console import PASSWORD, sign_in
from tests.settlement.builders import at, close, make_member, make_order, make_product, make_seller

pytestmark = pytest.mark.django_db(transaction=True)


class Worker:
    """Writes what is queued, as soon as the test lets it."""

    def __init__(self) -> None:
        self.may_begin = Event()
        self.threads: list[Thread] = []

    def queue(self, number: str) -> None:
        self.threads.append(Thread(target=self._write, args=[number]))
        self.threads[-1].start()

    def _write(self, number: str) -> None:
        self.may_begin.wait(60)
        try:
            jobs.write_export(number)
        finally:
            connection.close()

    def finish(self) -> None:
        self.may_begin.set()
        for thread in self.threads:
            thread.join()


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    started = Worker()
    monkeypatch.setattr("sellers.portal.views.exports.queue_export", started.queue)
    return started


def test_an_export_is_asked_for_watched_and_fetched(
    page: Page, worker: Worker, tmp_path: Path
) -> None:
    seller = make_seller(company_name="Nordlicht Analytics")
    product = make_product(seller, ratio="0.15")
    for month, cycle in ((3, "202603"), (4, "202604")):
        make_order(product, "850", at(month, 5), number=f"CS-{month}")
        close(seller, cycle)
    lina = make_member(seller, "lina")
    lina.set_password(PASSWORD)
    lina.save()
    sign_in(page)
    page.get_by_label("Cycle, from").select_option(label="April 2026")
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("button", name="Export CSV").click()

    expect(page.get_by_role("heading", name="Reports & exports")).to_be_visible()
    row = page.get_by_role("row", name="EX0")
    expect(row).to_contain_text("Waiting")
    expect(row).to_contain_text("filtered")
    page.evaluate("document.body.dataset.loaded = 'once'")
    worker.finish()
    expect(row).to_contain_text("Ready", timeout=15_000)
    assert page.evaluate("document.body.dataset.loaded") == "once", "asked after, not loaded anew"

    with page.expect_download() as download:
        row.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.startswith("bills-EX")
    download.value.save_as(tmp_path / "bills.csv")
    text = (tmp_path / "bills.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert [(each["cycle"], each["settlement_amount"]) for each in rows] == [("202604", "722.50")]
