"""R2.2: what was withheld from a bill is certified, the same ever after, to who sees the bill."""

from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from koogallery.duties import OperatorRole
from koogallery.kept_files import path_of
from koogallery.kit.errors import Conflict
from koogallery.models import Act, User
from sellers.services.companies.sellers import change_seller
from settlement.models import Bill, BillDocument
from settlement.readings.bill_files import export_certificate
from settlement.readings.seal_checks import seal_of
from tests.callers import operator_caller, seller_caller
from tests.papers import said
from tests.settlement.builders import make_member
from tests.world import (
    a_product,
    a_seller,
    an_adjustment,
    an_operator,
    an_order,
    close,
    the_bill,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept_apart(settings: Any, tmp_path: Path) -> None:
    settings.ATTACHMENTS_DIR = tmp_path / "kept"


def a_bill(sales: str = "1000", tax: str = "0.1", currency: str = "USD", wht: str = "0") -> Bill:
    seller = a_seller(withholding_tax=tax, currency=currency)
    an_order(a_product(seller), sales, "2024-01-10", wht=wht)
    close("202401", seller)
    return the_bill(seller, "202401")


def certified(bill: Bill) -> bytes:
    return b"".join(export_certificate(Bill.objects.get(pk=bill.pk)).pieces)


def test_R2_2_a_certificate_names_both_parties_the_base_the_rate_and_the_tax() -> None:
    bill = a_bill(wht="200")
    paper = said(certified(bill))
    seal = seal_of(bill)
    assert seal is not None
    for words in (
        f"W202401-{bill.seller.number}",
        bill.number,
        "Contoso Cloud",
        bill.issuer_name,
        "202401",
        "680.00",  # (1000 - 200) x (1 - 0.15)
        "Withholding tax at 10%",
        "68.00",
        "USD",
        seal.seal.hash,
    ):
        assert words in paper


@pytest.mark.parametrize(
    ("currency", "sales", "base", "tax"),
    [("JPY", "1000", "850", "85"), ("KWD", "1000", "850.000", "85.000")],
)
def test_the_amounts_have_the_decimals_of_their_currency(
    currency: str, sales: str, base: str, tax: str
) -> None:
    words = said(certified(a_bill(sales, currency=currency))).split()
    assert {base, tax, currency} <= set(words) | {word.strip(",") for word in words}


def test_R3_2_a_certificate_is_the_same_whatever_happens_later() -> None:
    bill = a_bill()
    first = certified(bill)
    change_seller(bill.seller.number, {"company_name": "Beta Works"}, actor=None)
    assert certified(bill) == first
    path_of(BillDocument.objects.get(form="wht").digest).unlink()
    with time_machine.travel("2031-05-06"):
        assert certified(bill) == first
    with translation.override("zh-hans"):
        assert certified(bill) != first
    assert BillDocument.objects.count() == 2


def test_R2_2_the_tax_of_a_bill_that_adjustments_make_negative_is_certified_all_the_same() -> None:
    """It was taken from what the lines settle, not from what is paid."""
    seller = a_seller(withholding_tax="0.1")
    product = a_product(seller)
    an_order(product, "100", "2024-01-10")
    close("202401", seller)
    an_adjustment(the_bill(seller, "202401"), "-500")
    an_order(product, "200", "2024-02-10")
    close("202402", seller)
    bill = the_bill(seller, "202402")
    assert bill.settlement_amount < 0
    assert "17.00" in said(certified(bill))


@pytest.mark.parametrize(("tax", "sales"), [("0", "1000"), ("0.01", "0.10")])
def test_R2_2_where_nothing_was_withheld_there_is_nothing_to_certify(tax: str, sales: str) -> None:
    """At a rate of 0 %, or of so little that it rounds to nothing."""
    bill = a_bill(sales, tax)
    with pytest.raises(Conflict) as refusal:
        export_certificate(bill)
    assert (refusal.value.code, refusal.value.rule) == ("nothing_withheld", "R2.2")
    answer = operator_caller(an_operator()).get(f"/bills/{bill.number}/wht-certificate/")
    assert (answer.status, answer.errors) == (409, [("", "nothing_withheld", "R2.2")])
    assert not BillDocument.objects.exists()


def test_a_certificate_is_fetched_by_its_seller_alone_and_that_is_on_record() -> None:
    mine, theirs = a_bill(), a_bill()
    mia = make_member(mine.seller, "mia")
    reader = seller_caller(mia, mine.seller.number)
    answer = reader.get(f"/bills/{mine.number}/wht-certificate/")
    assert (answer.status, answer.media_type) == (200, "application/pdf")
    assert answer.content == certified(mine)
    taken = Act.objects.latest("pk")
    assert (taken.verb, taken.object_number, taken.actor) == ("exported", mine.number, mia)
    assert taken.facts["file"] == f"W202401-{mine.seller.number}.pdf"
    assert reader.get(f"/bills/{theirs.number}/wht-certificate/").status == 404


def test_the_page_of_a_bill_offers_its_certificate(client: Client) -> None:
    mine, theirs = a_bill(), a_bill()
    client.force_login(make_member(mine.seller, "mia"))
    address = reverse("console:bill-certificate", args=[mine.number])
    page = client.get(reverse("console:bill-detail", args=[mine.number]))
    assert address in page.content.decode()
    sent: Any = client.get(address)
    assert sent.getvalue() == certified(mine)
    assert client.get(reverse("console:bill-certificate", args=[theirs.number])).status_code == 404


def test_the_page_of_an_untaxed_bill_offers_none_and_its_address_says_why(client: Client) -> None:
    bill = a_bill(tax="0")
    client.force_login(make_member(bill.seller, "mia"))
    page = client.get(reverse("console:bill-detail", args=[bill.number]))
    address = reverse("console:bill-certificate", args=[bill.number])
    assert address not in page.content.decode()
    answer = client.get(address)
    assert answer.status_code == 409
    assert "nothing to certify" in answer.content.decode()


def test_an_operator_fetches_it_in_the_admin(client: Client) -> None:
    taxed, untaxed = a_bill(), a_bill(tax="0")
    client.force_login(
        User.objects.create_user("ada", is_staff=True, operator_roles=[OperatorRole.AUDITOR])
    )
    address = reverse("admin:settlement_bill_certificate", args=[taxed.pk])
    page = client.get(reverse("admin:settlement_bill_change", args=[taxed.pk]))
    assert address in page.content.decode()
    sent: Any = client.get(address)
    assert sent.getvalue() == certified(taxed)
    address = reverse("admin:settlement_bill_certificate", args=[untaxed.pk])
    page = client.get(reverse("admin:settlement_bill_change", args=[untaxed.pk]))
    assert address not in page.content.decode()
    assert client.get(address).status_code == 302
