"""Self-billing in the console: agreed, shown, ended by who may (R8.3)."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from koogallery.models import User
from sellers.choices import Role
from sellers.models import Seller
from sellers.services.companies.certifications import approve_certification
from settlement.models import SelfBillingConsent
from tests.books import snapshot
from tests.sellers.applying import a_certification, a_member
from tests.settlement.builders import make_member, make_operator
from tests.world import a_certified_account, a_seller

pytestmark = pytest.mark.django_db

ADD = "/settings/self-billing/"


@pytest.fixture
def operator() -> User:
    return make_operator()


@pytest.fixture
def certified(seller: Seller, operator: User, tmp_path: Path, settings: Any) -> Seller:
    settings.ATTACHMENTS_DIR = tmp_path
    a_certified_account(seller)
    sent = a_certification(seller, a_member(seller, "mia"), company_name=seller.company_name)
    approve_certification(sent.number, actor=operator)
    return seller


def test_R8_3_a_seller_agrees_sees_and_ends_it(console: Client, certified: Seller) -> None:
    assert "Let the platform issue your invoices…" in console.get("/invoices/").text
    assert "May the platform issue your invoices for you?" in console.get(ADD).text
    agreed = console.post(ADD, {"vat_rate": "19", "exemption": ""})
    consent = SelfBillingConsent.objects.get()
    assert (agreed["Location"], consent.vat_rate, consent.seller) == (
        f"/self-billing/{consent.number}/",
        Decimal("0.19"),
        certified,
    )
    assert consent.number in console.get("/invoices/").text
    page = console.get(agreed["Location"]).text
    for shown in ("19%", str(consent.agreed_by), "End…", "None yet."):
        assert shown in page, shown

    end = f"/self-billing/{consent.number}/end/"
    assert "wait for the seller" in console.get(end).text
    console.post(end)
    consent.refresh_from_db()
    assert consent.ended_at
    page = console.get(agreed["Location"]).text
    assert "Ended by" in page
    assert "End…" not in page


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"vat_rate": "0", "exemption": ""}, "exemption"),
        ({"vat_rate": "19", "exemption": "abroad"}, "exemption"),
        ({"vat_rate": "119", "exemption": ""}, "vat_rate"),
        ({"vat_rate": "much", "exemption": ""}, "vat_rate"),
        ({"exemption": ""}, "vat_rate"),
    ],
)
def test_R8_3_what_cannot_be_agreed_is_said_beside_its_field(
    console: Client, certified: Seller, said: dict[str, str], field: str
) -> None:
    before = snapshot()
    form = console.post(ADD, said).context["form"]
    assert list(form.errors) == [field]
    assert snapshot() == before
    assert certified.self_billing_consents.count() == 0


def test_R8_3_who_is_not_certified_reads_what_is_missing(console: Client, seller: Seller) -> None:
    answer = console.post(ADD, {"vat_rate": "19", "exemption": ""})
    assert "It is not certified: " in answer.text
    assert seller.self_billing_consents.count() == 0


def test_R8_3_a_viewer_reads_and_a_stranger_does_not(
    client: Client, console: Client, certified: Seller
) -> None:
    console.post(ADD, {"vat_rate": "19", "exemption": ""})
    number = SelfBillingConsent.objects.get().number
    client.force_login(make_member(certified, "viewer", Role.VIEWER))
    assert client.get(ADD).status_code == 403
    assert "End…" not in client.get(f"/self-billing/{number}/").text
    assert client.post(f"/self-billing/{number}/end/").status_code == 403
    client.force_login(make_member(a_seller("S-2"), "stranger"))
    assert client.get(f"/self-billing/{number}/").status_code == 404
