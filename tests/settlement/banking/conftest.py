"""A seller whose account is certified, and money sent to it."""

import pytest

from sellers.models import Seller
from settlement.models import Payout
from tests.settlement.services.test_payouts import payable, sent
from tests.world import a_certified_account, a_seller


@pytest.fixture
def seller() -> Seller:
    seller = a_seller("S000001", currency="USD")
    a_certified_account(seller)
    return seller


@pytest.fixture
def payout(seller: Seller) -> Payout:
    """Sent to the bank: 850.00 USD."""
    payable(seller)
    return sent(Payout.objects.get())
