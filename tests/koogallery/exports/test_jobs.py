"""Exports as jobs: asked for once, written once, fetched by who may see all they hold."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from koogallery.exports import jobs
from koogallery.exports.kinds import KINDS
from koogallery.kit.errors import Conflict, DomainError, InvalidInput, NotFound
from koogallery.models import ExportJob, User
from sellers.models import Seller
from settlement.exports.order_matches import ORDER_MATCHES
from tests.callers import operator_caller
from tests.settlement.builders import make_member
from tests.world import a_product, a_seller, an_operator, an_order, close


@pytest.fixture
def seller(db: None) -> Seller:
    """Two bills: 100.00 in March, 200.00 in April of 2024."""
    seller = a_seller()
    product = a_product(seller, fee="0")
    for cycle, day, sales in (("202403", "2024-03-05", "100"), ("202404", "2024-04-05", "200")):
        an_order(product, sales, day)
        close(cycle, seller)
    return seller


@pytest.fixture
def lina(seller: Seller) -> User:
    return make_member(seller, "lina")


def rows_of(job: ExportJob, reader: User) -> list[dict[str, str]]:
    with jobs.open_export(job.number, actor=reader) as file:
        return list(csv.DictReader(io.StringIO(file.read().decode("utf-8-sig"))))


def exported(reader: User, kind: str = "bills", query: str = "", **how: Any) -> ExportJob:
    job = jobs.request_export(kind, "csv", query, actor=reader, **how)
    jobs.write_export(job.number)
    job.refresh_from_db()
    return job


def test_a_list_is_written_as_it_is_filtered_and_sorted(lina: User) -> None:
    job = exported(lina, query="cycle_to=202403")
    assert (job.state, job.rows_total, job.rows_done, job.percent) == ("ready", 1, 1, 100)
    assert [row["sales_amount"] for row in rows_of(job, lina)] == ["100.00"]
    everything = exported(lina, query="sort=settlement_amount")
    assert [row["sales_amount"] for row in rows_of(everything, lina)] == ["100.00", "200.00"]


def test_a_program_chooses_columns_and_their_order_as_the_page_does(seller: Seller) -> None:
    caller = operator_caller(an_operator())
    asked = {"list": "bills", "format": "csv", "columns": ["settlement_amount"]}
    number = caller.post("/exports/", {**asked, "ordering": "-settlement_amount"}).body["number"]
    jobs.write_export(number)
    rows = rows_of(ExportJob.objects.get(number=number), an_operator())
    assert [list(row) for row in rows] == [["number", "currency", "settlement_amount"]] * 2
    assert [row["settlement_amount"] for row in rows] == ["200.00", "100.00"]


def test_what_is_told_is_a_file_in_its_readers_words(lina: User) -> None:
    job = exported(lina, "notices", "is_read=false&sort=-created_at", language="zh-hans")
    [newest, _] = rows_of(job, lina)
    assert (newest["kind"], newest["is_read"]) == ("bill_issued", "false")
    assert "B202404" in newest["notice"]
    assert "账单" in newest["notice"]


def test_a_file_holds_what_its_reader_may_see(lina: User) -> None:
    stranger = make_member(a_seller(), "stranger")
    job = exported(lina)
    assert rows_of(exported(stranger), stranger) == []
    for act in (jobs.open_export, jobs.cancel_export):
        with pytest.raises(NotFound):
            act(job.number, actor=stranger)


def test_a_colleague_who_sees_the_rows_may_fetch_them(lina: User, seller: Seller) -> None:
    job = exported(lina)
    assert len(rows_of(job, make_member(seller, "leon"))) == 2
    assert len(rows_of(job, an_operator())) == 2


def test_an_operators_file_is_for_operators(lina: User) -> None:
    job = exported(an_operator())
    with pytest.raises(NotFound):
        jobs.open_export(job.number, actor=lina)


def test_who_left_the_company_no_longer_fetches_its_rows(lina: User, seller: Seller) -> None:
    job = exported(lina)
    seller.members.get(user=lina).delete()
    with pytest.raises(NotFound):
        jobs.open_export(job.number, actor=lina)


def test_who_left_while_it_was_waiting_gets_nothing(lina: User, seller: Seller) -> None:
    job = jobs.request_export("bills", "csv", "", actor=lina)
    seller.members.get(user=lina).delete()
    jobs.write_export(job.number)
    job.refresh_from_db()
    assert (job.state, job.reason) == ("failed", "You may no longer see what you asked for.")
    with pytest.raises(Conflict) as refusal:
        jobs._reader(job)
    assert refusal.value.code == "no_longer_allowed"


def test_a_token_for_one_seller_exports_that_seller_alone(lina: User, seller: Seller) -> None:
    other = a_seller()
    other.members.create(user=lina, role="owner")
    lina.narrowed_to = other.number
    job = exported(lina, by_client=True)
    assert (job.sellers, job.rows_done) == ([other.number], 0)


@pytest.mark.parametrize(
    ("case", "kind", "form", "query", "by_client", "code", "field"),
    [
        ("an unknown list", "secrets", "csv", "", False, "unknown_list", "list"),
        ("an unknown format", "bills", "pdf", "", False, "unknown_format", "format"),
        ("a filter that cannot be read", "bills", "csv", "state=lost", False, "invalid_choice",
         "query.state"),
        ("a client's unknown filter", "bills", "csv", "colour=red", True, "unknown_parameter",
         "filters.colour"),
        ("a client's unreadable filter", "bills", "csv", "cycle=2026", True, "invalid_cycle",
         "filters.cycle"),
        ("an unknown filter of transactions", "transactions", "csv", "colour=red", True,
         "unknown_parameter", "filters.colour"),
        ("a client's unknown column", "bills", "csv", "columns=number&columns=colour", True,
         "unknown_column", "columns"),
        ("an ordering by what is not sorted by", "bills", "csv", "ordering=currency", True,
         "unknown_column", "ordering"),
        ("an ordering of transactions", "transactions", "csv", "ordering=kind", True,
         "unknown_column", "ordering"),
        ("an unreadable cycle of transactions", "transactions", "csv", "cycle=202613", True,
         "invalid", "filters.cycle"),
    ],
)  # fmt: skip
def test_what_cannot_be_exported_is_refused_before_it_is_queued(
    case: str, kind: str, form: str, query: str, by_client: bool, code: str, field: str, lina: User
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        jobs.request_export(kind, form, query, by_client=by_client, actor=lina)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert not ExportJob.objects.exists()


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {ORDER_MATCHES.name}))
def test_every_list_can_be_written_by_page_and_by_client(kind: str, seller: Seller) -> None:
    olga = an_operator()
    for form in ("csv", "xlsx"):
        job = jobs.request_export(kind, form, "", actor=olga, by_client=form == "csv")
        jobs.write_export(job.number)
        job.refresh_from_db()
        assert (job.state, job.reason) == ("ready", "")


def test_orders_and_transactions_say_what_they_wait_for(lina: User, seller: Seller) -> None:
    an_order(seller.products.get(), "300", None)
    orders = rows_of(exported(lina, "orders", "sort=placed_at"), lina)
    assert [(row["bill"] != "", row["unbilled_reasons"]) for row in orders] == [
        (True, ""),
        (True, ""),
        (False, "not_effective not_paid"),
    ]
    transactions = rows_of(exported(lina, "transactions", "billed=no"), lina)
    assert [(row["sales_amount"], row["bill"]) for row in transactions] == [("300.00", "")]
    assert transactions[0]["waiting_for"] != ""
    asked = f"billed=false&order={transactions[0]['order']}&seller="
    for number, expected in ((seller.number, transactions), ("S999999", [])):
        job = exported(lina, "transactions", asked + number, by_client=True)
        assert rows_of(job, lina) == expected


def test_only_so_many_at_once(lina: User, settings: Any) -> None:
    settings.EXPORTS_AT_ONCE = 1
    first = jobs.request_export("bills", "csv", "", actor=lina)
    with pytest.raises(Conflict) as refusal:
        jobs.request_export("bills", "csv", "", actor=lina)
    assert refusal.value.code == "too_many_exports"
    jobs.cancel_export(first.number, actor=lina)
    jobs.request_export("bills", "csv", "", actor=lina)


def test_a_cancelled_export_is_not_written(lina: User) -> None:
    job = jobs.request_export("bills", "csv", "", actor=lina)
    jobs.cancel_export(job.number, actor=lina)
    jobs.write_export(job.number)
    job.refresh_from_db()
    assert (job.state, job.file) == ("cancelled", "")
    with pytest.raises(DomainError):
        jobs.open_export(job.number, actor=lina)


def test_a_worker_that_is_told_to_stop_stops(lina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cancelled while it writes: it notices at its next sign of life, and leaves no file."""
    monkeypatch.setattr(jobs, "BEAT_SECONDS", -1.0)
    job = jobs.request_export("bills", "csv", "", actor=lina)
    whole = jobs.select

    def cancelled_meanwhile(*args: Any, **named: Any) -> Any:
        selection = whole(*args, **named)
        jobs.cancel_export(job.number, actor=lina)
        return selection

    monkeypatch.setattr(jobs, "select", cancelled_meanwhile)
    jobs.write_export(job.number)
    job.refresh_from_db()
    assert (job.state, job.file, job.rows_done) == ("cancelled", "", 0)


def test_a_silent_worker_is_given_up_and_its_late_file_is_dropped(lina: User) -> None:
    job = jobs.request_export("bills", "csv", "", actor=lina)
    late = uuid4()
    jobs._claim(job.number, late)
    long_ago = timezone.now() - timedelta(minutes=5)
    ExportJob.objects.filter(pk=job.pk).update(progressed_at=long_ago)

    assert jobs.unheard_exports() == [job.number]
    jobs.write_export(job.number)
    job.refresh_from_db()
    written = job.file
    with pytest.raises(jobs.Taken):
        jobs._finish(job, late, 0, io.BytesIO(b"late"))
    job.refresh_from_db()
    assert (job.state, job.file, job.attempts) == ("ready", written, 1)
    assert len(rows_of(job, lina)) == 2


def test_an_export_whose_workers_die_is_given_up_in_the_end(lina: User) -> None:
    job = jobs.request_export("bills", "csv", "", actor=lina)
    for _ in range(jobs.ATTEMPTS):
        jobs._claim(job.number, uuid4())
        long_ago = timezone.now() - timedelta(minutes=5)
        ExportJob.objects.filter(pk=job.pk).update(progressed_at=long_ago)
        jobs.unheard_exports()
    job.refresh_from_db()
    assert (job.state, job.reason) == (
        "failed",
        "Its worker stopped 3 times. Ask for fewer rows.",
    )


def test_a_file_expires(lina: User) -> None:
    job = exported(lina)
    storage = jobs._storage()
    assert storage.exists(job.file)
    ExportJob.objects.filter(pk=job.pk).update(expires_at=timezone.now())
    with pytest.raises(Conflict) as refusal:
        jobs.open_export(job.number, actor=lina)
    assert refusal.value.code == "no_file"
    assert jobs.expire_exports() == 1
    job.refresh_from_db()
    assert (job.state, storage.exists(job.file)) == ("expired", False)


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_claim_it_once(lina: User) -> None:
    job = jobs.request_export("bills", "csv", "", actor=lina)

    def claim(_: int) -> bool:
        try:
            return jobs._claim(job.number, uuid4()) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        assert sorted(workers.map(claim, range(4))) == [False, False, False, True]
