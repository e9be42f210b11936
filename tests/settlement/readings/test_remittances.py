"""The remittance advice says what was paid, and of what came back that it did (R8.2)."""

import pytest

from settlement.models import Payout
from settlement.readings.remittances import export_remittance
from settlement.services.payouts.outcomes import fail_by_hand
from tests.papers import said
from tests.settlement.services.test_payouts import payable, sent
from tests.world import a_certified_account, a_seller, an_operator

pytestmark = pytest.mark.django_db

BACK = "850.00 USD went back to your balance"


@pytest.fixture
def payout() -> Payout:
    """850.00 of January, in the bank's hands."""
    seller = a_seller("S000001", currency="USD")
    a_certified_account(seller)
    payable(seller)
    return sent(seller.payouts.get())


def written(payout: Payout, form: str) -> bytes:
    return b"".join(export_remittance(Payout.objects.get(pk=payout.pk), form).pieces)


def paper_of(payout: Payout) -> str:
    return " ".join(said(written(payout, "pdf")).split())


def test_R8_2_a_row_for_each_bill(payout: Payout) -> None:
    heads, row = written(payout, "csv").decode("utf-8-sig").splitlines()
    assert dict(zip(heads.split(","), row.split(","), strict=True)) == {
        "payout": payout.number,
        "state": "sent",
        "kind": "bill",
        "document": "B202401-S000001",
        "cycle": "202401",
        "currency": "USD",
        "net": "850.00",
        "tax": "0.00",
        "amount": "850.00",
    }


def test_R8_2_what_came_back_says_so_and_why(payout: Payout) -> None:
    assert BACK not in paper_of(payout)
    fail_by_hand(payout.number, "AC04", "since May", actor=an_operator("oscar"))
    paper = paper_of(payout)
    assert BACK in paper
    assert "AC04 The account is closed. since May" in paper
    assert ",failed," in written(payout, "csv").decode()
