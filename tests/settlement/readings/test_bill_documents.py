"""R3.2: a document once handed out is handed out the same ever after."""

import io
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import translation

from koogallery.kept_files import path_of
from koogallery.kit.errors import Conflict
from sellers.models import Seller
from sellers.services.companies.sellers import change_seller
from settlement.models import Bill, BillDocument
from settlement.readings.bill_files import FORMS, BeingMade, export_bill
from settlement.services.bills.approval import approve_bill
from settlement.tasks import make_document
from tests.books import execute, refused_by
from tests.callers import operator_caller
from tests.world import a_product, a_seller, an_operator, an_order, close, the_bill

pytestmark = pytest.mark.django_db


@pytest.fixture
def bill(settings: Any, tmp_path: Path) -> Bill:
    settings.ATTACHMENTS_DIR = tmp_path / "kept"
    seller = a_seller()
    product = a_product(seller)
    an_order(product, "100.00", "2024-01-10")
    an_order(product, "33.35", "2024-01-11")
    close("202401", seller)
    return the_bill(seller, "202401")


def exported(bill: Bill, form: str) -> bytes:
    return b"".join(export_bill(Bill.objects.get(pk=bill.pk), form).pieces)


def lose(bill: Bill, form: str) -> None:
    path_of(BillDocument.objects.get(bill=bill, form=form).digest).unlink()


@pytest.mark.parametrize("form", FORMS)
def test_R3_2_a_file_is_the_same_whatever_happens_later(bill: Bill, form: str) -> None:
    first = exported(bill, form)
    change_seller(bill.seller.number, {"company_name": "Beta Works"}, actor=None)
    approve_bill(bill.number, actor=an_operator())

    assert exported(bill, form) == first
    assert BillDocument.objects.count() == 1


@pytest.mark.parametrize("form", FORMS)
def test_R3_2_a_lost_file_is_made_again_as_the_same(bill: Bill, form: str) -> None:
    first = exported(bill, form)
    approve_bill(bill.number, actor=an_operator())
    lose(bill, form)
    with time_machine.travel("2031-05-06"):
        assert exported(bill, form) == first


@pytest.mark.parametrize("form", FORMS)
def test_R3_2_a_spoilt_file_is_never_sent(bill: Bill, form: str) -> None:
    first = exported(bill, form)
    path_of(BillDocument.objects.get().digest).write_bytes(first[:-1] + b"?")

    assert exported(bill, form) == first


def test_R3_2_what_cannot_be_made_again_as_it_was_is_refused(bill: Bill) -> None:
    exported(bill, "csv")
    lose(bill, "csv")
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    execute("ALTER TABLE settlement_billproduct DISABLE TRIGGER insert_only")
    execute("UPDATE settlement_billproduct SET name = 'Another'")

    with pytest.raises(Conflict) as refusal:
        exported(bill, "csv")
    assert refusal.value.code == "document_lost"
    answer = operator_caller(an_operator()).get(f"/bills/{bill.number}/export/?format=csv")
    assert (answer.status, answer.body["errors"][0]["code"]) == (409, "document_lost")


@pytest.mark.parametrize(
    "statement",
    ["UPDATE settlement_billdocument SET digest = 'other'", "DELETE FROM settlement_billdocument"],
)
def test_R3_2_the_digest_of_a_document_is_never_changed(bill: Bill, statement: str) -> None:
    exported(bill, "pdf")
    with refused_by("insert_only"):
        execute(statement)


def test_a_document_has_the_language_of_who_asks(bill: Bill) -> None:
    english = exported(bill, "pdf")
    with translation.override("zh-hans"):
        assert exported(bill, "pdf") != english
    assert exported(bill, "pdf") == english
    assert set(BillDocument.objects.values_list("form", "language")) == {
        ("pdf", "en"),
        ("pdf", "zh-hans"),
    }


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_a_long_bills_file_is_made_by_a_worker(bill: Bill, form: str, settings: Any) -> None:
    settings.BILL_DOCUMENT_LINES = 1
    address = f"/api/v1/bills/{bill.number}/export/?format={form}"
    client = operator_caller(an_operator()).client
    answer = client.get(address)
    assert (answer.status_code, answer.json()) == (202, {"state": "being_made"})
    assert answer["Retry-After"] == "5"
    with pytest.raises(BeingMade):
        exported(bill, form)
    make_document(bill.number, form, "en")
    sent = client.get(address)
    assert (sent.status_code, b"".join(sent)) == (200, exported(bill, form))


def test_a_letter_in_no_font_prevents_no_document(bill: Bill) -> None:
    product = a_product(bill.seller)
    name = "Żółć ภาษาไทย العربية 龘𠮷 😀 \u200b\u0301"
    change_seller(bill.seller.number, {"company_name": name}, actor=None)
    an_order(product, "1", "2024-02-01")
    close("202402", Seller.objects.get(pk=bill.seller_id))
    for form in FORMS:
        assert exported(the_bill(bill.seller, "202402"), form)


def test_files_are_compared_with_their_rows(bill: Bill) -> None:
    exported(bill, "csv")
    exported(bill, "pdf")
    out = io.StringIO()
    call_command("verify_files", stdout=out)
    assert out.getvalue() == "All 2 files are what they were.\n"
    lose(bill, "csv")
    altered = path_of(BillDocument.objects.get(form="pdf").digest)
    altered.write_bytes(altered.read_bytes() + b" ")
    out = io.StringIO()
    with pytest.raises(CommandError, match="2 of 2 files"):
        call_command("verify_files", stdout=out)
    assert f"lost or altered: {bill.number}.csv" in out.getvalue()
    assert f"lost or altered: {bill.number}.pdf en" in out.getvalue()
    altered.unlink()
