"""What the database refuses about the ledger, whoever asks (R7.1)."""

import pytest

from sellers.models import Seller
from tests.books import execute, refused_by
from tests.world import a_deposit, a_seller

pytestmark = pytest.mark.django_db

POST = """
WITH journal AS (
    INSERT INTO settlement_journal (key, seller_id, kind, subject, effective_at)
    VALUES (%(key)s, %(seller)s, 'by_hand', 'by hand', now()) RETURNING id
)
INSERT INTO settlement_ledgerentry (journal_id, seller_id, account, currency, amount)
SELECT id, %(owner)s, leg.account, leg.currency, leg.amount::numeric
FROM journal, (VALUES {legs}) leg (account, currency, amount)
"""
ADD = """
INSERT INTO settlement_ledgerentry (journal_id, seller_id, account, currency, amount)
SELECT id, seller_id, leg.account, 'USD', leg.amount::numeric
FROM settlement_journal, (VALUES {legs}) leg (account, amount)
"""


@pytest.fixture
def seller() -> Seller:
    """A deposit of 100.00 is all that was posted."""
    seller = a_seller()
    a_deposit(seller, "100.00")
    return seller


def post(seller: Seller, legs: str, *, key: str = "by hand", owner: Seller | None = None) -> None:
    execute(POST.format(legs=legs), key=key, seller=seller.pk, owner=(owner or seller).pk)


@pytest.mark.parametrize(
    "legs",
    [
        "('bank', 'USD', 5)",
        "('bank', 'USD', 5), ('deposit', 'USD', -4.999)",
        "('bank', 'USD', 5), ('deposit', 'EUR', -5)",
    ],
)
def test_R7_1_a_journal_balances_in_every_currency(seller: Seller, legs: str) -> None:
    with refused_by("journals_balance"):
        post(seller, legs)


def test_R7_1_nothing_is_added_to_a_posted_journal(seller: Seller) -> None:
    with refused_by("journals_are_posted_whole"):
        execute(ADD.format(legs="('adjustments', 5), ('receivables', -5)"))
    with refused_by("journals_balance"):
        execute(ADD.format(legs="('adjustments', 5)"))


def test_R7_1_an_account_is_moved_once_per_journal(seller: Seller) -> None:
    with refused_by("one_entry_per_journal_and_account"):
        execute(ADD.format(legs="('bank', 5), ('deposit', -5)"))


def test_R7_1_the_entries_of_a_journal_are_its_sellers(seller: Seller) -> None:
    with refused_by("entries_belong_to_journals"):
        post(seller, "('bank', 'USD', 5), ('deposit', 'USD', -5)", owner=a_seller())


def test_R7_1_what_happened_is_posted_once(seller: Seller) -> None:
    legs = "('bank', 'USD', 5), ('deposit', 'USD', -5)"
    post(seller, legs)
    with refused_by("settlement_journal_key_key"):
        post(seller, legs)


def test_R7_1_an_entry_moves_something(seller: Seller) -> None:
    with refused_by("an_entry_moves_something"):
        post(seller, "('bank', 'USD', 0)")


@pytest.mark.parametrize("table", ["settlement_journal", "settlement_ledgerentry"])
def test_R7_1_what_is_posted_is_never_changed_or_deleted(seller: Seller, table: str) -> None:
    with refused_by("insert_only"):
        execute(f"UPDATE {table} SET seller_id = seller_id")
    with refused_by("insert_only"):
        execute(f"DELETE FROM {table}")
