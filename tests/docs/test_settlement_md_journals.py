"""The journals that docs/settlement.md prints are those that are posted."""

from decimal import Decimal

import pytest
from django.db.models import QuerySet

from settlement.models import Journal
from settlement.services.bills.invoices import verify_invoice
from settlement.services.payouts.batches import approve_batch, create_batch, send_batch
from settlement.services.recoveries.receivables import pay_receivable
from tests import world
from tests.docs.test_settlement_md import TABLES

Journals = list[tuple[str, dict[str, Decimal]]]


def told(table: str) -> Journals:
    """In the order of posting. A journal has each account once, so a repetition begins another."""
    journals: Journals = []
    for row in TABLES[table]:
        kind, account, amount = row["Journal"], row["Account"], Decimal(row["Amount"])
        if not journals or journals[-1][0] != kind or account in journals[-1][1]:
            journals.append((kind, {}))
        journals[-1][1][account] = amount
    return journals


def posted(journals: QuerySet[Journal]) -> Journals:
    return [
        (journal.kind, dict(journal.entries.values_list("account", "amount")))
        for journal in journals.order_by("id")
    ]


@pytest.mark.django_db
def test_R7_1_the_ledger_of_a_bill() -> None:
    seller = world.a_seller(withholding_tax="0.147059", digital_service_tax="0.023529")
    world.an_order(world.a_product(seller, fee="0.15"), "850", "2024-03-04", wht="50")
    world.close("202403", seller)
    assert posted(Journal.objects.filter(kind="bill")) == told("ledger_of_a_bill")


@pytest.mark.django_db
def test_R8_2_the_ledger_of_a_payout() -> None:
    seller = world.a_seller()
    world.a_certified_account(seller)
    world.an_order(world.a_product(seller, fee="0.2"), "700", "2024-03-04")
    world.close("202403", seller)
    [invoice] = world.some_invoices(world.the_bill(seller, "202403"), "560.00")
    verify_invoice(invoice.number, actor=world.an_operator("oscar"))
    batch = create_batch("USD", actor=world.an_operator())
    approve_batch(batch.number, actor=world.an_operator("oscar"))
    send_batch(batch.number, actor=world.an_operator())
    assert posted(Journal.objects.exclude(kind="bill")) == told("ledger_of_a_payout")


@pytest.mark.django_db
def test_R5_5_the_ledger_of_a_recovery() -> None:
    seller = world.a_seller()
    product = world.a_product(seller, fee="0.2")
    order = world.an_order(product, "1500", "2024-02-05")
    world.an_order(product, "312.50", "2024-03-05")
    world.an_order(product, "500", "2024-04-05")
    world.a_deposit(seller, "200")
    world.close("202402", seller)
    refund = world.a_refund(order, "1000", paid_out="2024-03-18")
    world.close("202404", seller)
    pay_receivable(
        refund.number.replace("RF", "RV"), Decimal(60), "transfer 8", actor=world.an_operator()
    )
    assert posted(Journal.objects.exclude(kind="bill")) == told("ledger_of_a_recovery")


@pytest.mark.django_db
def test_R3_5_the_ledger_of_a_negative_balance() -> None:
    seller = world.a_seller()
    product = world.a_product(seller, fee="0")
    world.an_order(product, "100", "2024-01-05")
    world.close("202401", seller)
    world.a_deposit(seller, "40")
    world.an_adjustment(world.the_bill(seller, "202401"), "-150")
    world.close("202402", seller)
    world.an_order(product, "50", "2024-03-05")
    world.close("202403", seller)
    assert posted(Journal.objects.exclude(kind="bill")) == told("ledger_of_a_negative_balance")
