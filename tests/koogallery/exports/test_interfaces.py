"""Exports as they are asked for: by a page of the console, and over REST."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from koogallery.models import ExportJob
from sellers.choices import Role
from sellers.models import Seller
from tests.callers import Caller, operator_caller, seller_caller
from tests.settlement.builders import make_member
from tests.world import a_product, a_seller, an_operator, an_order, close

LIST = reverse("console:export-list")
ADD = reverse("console:export-add")


@pytest.fixture
def seller(db: None) -> Seller:
    seller = a_seller()
    an_order(a_product(seller, fee="0"), "100", "2024-03-05")
    close("202403", seller)
    return seller


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker is quick: it has written before the answer is read."""
    from koogallery.exports import jobs  # noqa: PLC0415

    for where in ("koogallery.api.exports", "sellers.portal.views.exports"):
        monkeypatch.setattr(f"{where}.queue_export", jobs.write_export)


@pytest.fixture
def console(client: Client, seller: Seller) -> Client:
    client.force_login(make_member(seller, "lina"))
    return client


def rows(answer: Any) -> list[dict[str, str]]:
    return rows_of(b"".join(answer.streaming_content))


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize(
    ("page", "kind"),
    [
        ("bill-list", "bills"),
        ("order-list", "orders"),
        ("transaction-list", "transactions"),
        ("product-list", "products"),
    ],
)
def test_a_page_offers_itself_as_a_file(console: Client, page: str, kind: str) -> None:
    shown = console.get(reverse(f"console:{page}"), {"sort": "number"}).content.decode()
    assert f'name="list" value="{kind}"' in shown
    assert 'name="query" value="sort=number"' in shown


def test_a_place_in_the_list_is_not_part_of_what_is_exported(console: Client) -> None:
    shown = console.get(reverse("console:order-list"), {"sort": "number", "after": "x"})
    assert "after=" not in shown.context["view"].export_query


@pytest.mark.usefixtures("at_once")
def test_a_list_is_exported_followed_and_fetched(
    console: Client, django_capture_on_commit_callbacks: Any
) -> None:
    asked = {"list": "bills", "format": "csv", "query": "cycle=202403"}
    answer = console.post(ADD, asked, follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    job = ExportJob.objects.get()
    file = reverse("console:export-file", args=[job.number])
    assert f'href="{file}"' in answer.content.decode()
    fetched = console.get(file)
    assert fetched["Content-Disposition"] == f'attachment; filename="bills-{job.number}.csv"'
    assert [row["settlement_amount"] for row in rows(fetched)] == ["100.00"]


def test_what_is_in_the_making_is_asked_after_and_can_be_cancelled(console: Client) -> None:
    console.post(ADD, {"list": "bills", "format": "csv"})
    job = ExportJob.objects.get()
    row = console.get(reverse("console:export-progress", args=[job.number])).content.decode()
    assert 'hx-trigger="every 2s"' in row
    console.post(reverse("console:export-cancel", args=[job.number]))
    row = console.get(reverse("console:export-progress", args=[job.number])).content.decode()
    assert "hx-get" not in row
    assert "Cancelled" in row


def test_a_file_that_is_not_there_is_said_so(console: Client) -> None:
    console.post(ADD, {"list": "bills", "format": "csv"})
    job = ExportJob.objects.get()
    answer = console.get(reverse("console:export-file", args=[job.number]), follow=True)
    assert "The export is waiting; there is no file." in answer.content.decode()


def test_a_refused_export_leads_back_to_its_list(console: Client) -> None:
    came_from = f"http://testserver{reverse('console:bill-list')}?state=lost"
    answer = console.post(
        ADD,
        {"list": "bills", "format": "csv", "query": "state=lost"},
        headers={"referer": came_from},
    )
    assert answer["Location"] == came_from
    elsewhere = console.post(
        ADD, {"list": "x", "format": "csv"}, headers={"referer": "https://evil.example/"}
    )
    assert elsewhere["Location"] == LIST
    assert not ExportJob.objects.exists()


@pytest.fixture
def reader(seller: Seller) -> Caller:
    return seller_caller(make_member(seller, "leon"), seller.number)


@pytest.mark.usefixtures("at_once")
def test_a_client_exports_a_list_with_a_token_to_read(
    reader: Caller, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        asked = reader.post(
            "/exports/", {"list": "bills", "format": "csv", "filters": {"cycle": "202403"}}
        )
    assert (asked.status, asked.body["state"]) == (202, "queued")
    number = asked.body["number"]
    job = reader.get(f"/exports/{number}/")
    assert (job.body["state"], job.body["rows_done"]) == ("ready", 1)
    assert job.body["file"] == f"http://testserver/api/v1/exports/{number}/file/"
    file = reader.get(job.body["file"])
    assert file.response["Content-Type"] == "text/csv; charset=utf-8"
    assert rows_of(file.content)[0]["settlement_amount"] == "100.00"
    assert [each["number"] for each in reader.every("/exports/?state=ready")] == [number]


def test_a_clients_mistakes_are_named(reader: Caller) -> None:
    wrong = reader.post(
        "/exports/", {"list": "bills", "format": "csv", "filters": {"colour": "red", "cycle": "1"}}
    )
    assert (wrong.status, wrong.errors) == (
        422,
        [("/filters/colour", "unknown_parameter", "")],
    )
    unreadable = {"list": "bills", "format": "csv", "filters": {"cycle": "1"}}
    assert reader.post("/exports/", unreadable).errors == [("/filters/cycle", "invalid_cycle", "")]
    assert reader.post("/exports/", {"format": "doc"}).status == 400


def test_a_strangers_export_is_not_found(reader: Caller, seller: Seller) -> None:
    number = reader.post("/exports/", {"list": "bills", "format": "csv"}).body["number"]
    other = a_seller()
    stranger = seller_caller(make_member(other, "stranger"), other.number)
    assert stranger.get(f"/exports/{number}/").status == 404
    assert stranger.get(f"/exports/{number}/file/").status == 404
    assert stranger.post(f"/exports/{number}/cancel/").status == 404
    assert ExportJob.objects.get().state == "queued"
    assert operator_caller(an_operator()).get(f"/exports/{number}/").status == 200
    colleague = seller_caller(make_member(seller, "colleague", Role.VIEWER), seller.number)
    refused = colleague.post(f"/exports/{number}/cancel/")
    assert (refused.status, refused.errors[0][1]) == (403, "requester_only")
    assert reader.post(f"/exports/{number}/cancel/").body["state"] == "cancelled"
    assert reader.get(f"/exports/{number}/file/").status == 409
