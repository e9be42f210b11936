from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from sellers.models import Seller
from settlement.choices import Account
from settlement.models import Journal, LedgerEntry
from settlement.services.ledger import Legs, post
from tests.settlement.builders import at


def post_once(seller: Seller, legs: Legs, key: str = "payment:1") -> Journal:
    with transaction.atomic():
        post(
            key=key,
            kind="payment",
            seller_id=seller.pk,
            subject="RV1",
            effective_at=at(2, 10),
            currency="USD",
            legs=legs,
        )
    return Journal.objects.get(key=key)


BALANCED = {Account.BANK: Decimal(5), Account.RECEIVABLES: Decimal(-5), Account.DEPOSIT: Decimal()}


def test_R7_1_legs_of_zero_are_dropped_and_two_clocks_kept(seller: Seller) -> None:
    journal = post_once(seller, BALANCED)
    assert dict(journal.entries.values_list("account", "amount")) == {
        "bank": 5,
        "receivables": -5,
    }
    assert journal.effective_at == at(2, 10) < journal.recorded_at


def test_R7_1_the_database_refuses_a_journal_that_does_not_balance(seller: Seller) -> None:
    with pytest.raises(IntegrityError, match="does not balance"):
        post_once(seller, {Account.BANK: Decimal(5), Account.DEPOSIT: Decimal(-4)})
    assert not Journal.objects.exists()


def test_R7_1_the_same_event_is_posted_once(seller: Seller) -> None:
    post_once(seller, BALANCED)
    with pytest.raises(IntegrityError, match="settlement_journal_key"):
        post_once(seller, BALANCED)
    assert LedgerEntry.objects.count() == 2


@pytest.mark.parametrize("act", ["update", "delete"])
def test_R7_1_an_entry_is_never_changed_or_deleted(seller: Seller, act: str) -> None:
    post_once(seller, BALANCED)
    entries = LedgerEntry.objects.all()
    with pytest.raises(IntegrityError, match="never changed or deleted"), transaction.atomic():
        entries.update(amount=1) if act == "update" else entries.delete()
    assert sorted(entries.values_list("amount", flat=True)) == [-5, 5]
