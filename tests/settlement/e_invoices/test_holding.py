"""An e-invoice beside its bill: equal, different and why, or impossible (R8.3)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from settlement.e_invoices.holding import Awaited, contradictions, facts_of, hold, refusals
from settlement.e_invoices.reader import Account, read_e_invoice
from settlement.rules.invoice_taxes import TaxedPart
from tests.settlement.e_invoices.samples import an_e_invoice, sample

AWAITED = Awaited(
    currency="USD",
    left=Decimal(1000),
    more_follow=False,
    buyer_name="Sparkoo Technologies Singapore Pte. Ltd.",
    buyer_vat="",
    seller_name="Contoso Cloud",
    seller_vat="",
    account=Account("003-912345-6", "Contoso Cloud", "EXMPSGSG"),
    today=date(2026, 3, 2),
)


def against(said: dict[str, str], **wanted: Any) -> dict[str, str]:
    """Term → the code of its refusal, or "different"; what is equal is left out."""
    compared = hold(read_e_invoice(an_e_invoice(**said)), replace(AWAITED, **wanted))
    return {
        each.term: each.refusal.code if each.refusal else "different"
        for each in compared
        if not each.holds
    }


BEFORE = {"net": "999.99", "tax": "90.00", "gross": "1089.99", "payable": "1089.99"}


@pytest.mark.parametrize(
    ("said", "wanted", "found"),
    [
        ({}, {}, {}),
        ({"seller": "CONTOSO CLOUD.", "account": "0039123456"}, {}, {}),
        ({"seller": "Contoso Ltd"}, {}, {"BT-27": "different"}),
        ({}, {"seller_vat": "SG 2012-34567"}, {}),
        ({}, {"seller_vat": "SG1"}, {"BT-31": "different"}),
        ({"account": "1"}, {}, {"BT-84": "different"}),
        ({"kind": "389"}, {}, {"BT-3": "self_billed_elsewhere"}),
        ({"day": "2026-03-03"}, {}, {"BT-2": "in_the_future"}),
        ({"currency": "EUR"}, {}, {"BT-5": "other_currency"}),
        ({"currency": "DKK"}, {}, {"BT-5": "other_currency"}),
        ({"buyer": "Contoso Cloud"}, {}, {"BT-44": "other_buyer"}),
        (BEFORE, {}, {"BT-109": "invoices_differ_from_net_payable"}),
        (BEFORE, {"more_follow": True}, {}),
        ({}, {"more_follow": True, "left": Decimal(999)},
         {"BT-109": "invoices_differ_from_net_payable"}),
        ({"tax": "90.01", "gross": "1090.01", "payable": "1090.01"}, {}, {"BG-23": "tax_differs"}),
        ({"gross": "1090.01", "payable": "1090.01"}, {}, {"BT-112": "totals_differ"}),
        ({"payable": "90.00"}, {}, {"BT-115": "paid_otherwise"}),
        (
            {"net": "-1000", "tax": "-90", "gross": "-1090", "payable": "-1090"},
            {},
            {"BT-109": "invoices_differ_from_net_payable", "BG-23": "invalid_net"},
        ),
    ],
)  # fmt: skip
def test_R8_3_each_term_is_equal_different_or_impossible(
    said: dict[str, str], wanted: dict[str, Any], found: dict[str, str]
) -> None:
    assert against(said, **wanted) == found


def test_R8_3_the_buyer_is_known_by_its_vat_number_where_both_say_it() -> None:
    read = replace(read_e_invoice(an_e_invoice(buyer="Sparkoo")), buyer_vat="SG 99")
    for number, found in (
        ("SG99", [("BT-44", None)]),
        ("SG98", [("BT-44", None), ("BT-48", "other_buyer")]),
        ("", [("BT-44", "other_buyer")]),
    ):
        compared = hold(read, replace(AWAITED, buyer_vat=number))
        assert [
            (each.term, each.refusal and each.refusal.code) for each in compared if not each.holds
        ] == found


def test_R8_3_of_several_accounts_the_certified_one_is_taken() -> None:
    read = read_e_invoice(sample("01.08a-INVOICE_ubl.xml"))
    assert [account.number[:4] for account in read.accounts] == ["DE79", "DE16", "DE03"]
    certified = Account("DE16 0000 0000 2345 6789 01", "", "")
    assert facts_of(read, certified)["account_number"] == "DE16000000002345678901"
    assert facts_of(read, AWAITED.account)["account_number"] == "DE79000000001234567890"


def test_R8_3_a_refusal_says_the_term_in_words_and_both_figures() -> None:
    compared = hold(read_e_invoice(an_e_invoice(**BEFORE)), AWAITED)
    [refusal] = refusals(compared)
    assert refusal.detail == (
        "BT-109 (total without VAT): it is 999.99 USD; 1,000.00 USD of the bill is still to be "
        "invoiced."
    )


def test_R8_3_nobody_contradicts_the_file_that_goes_with_it() -> None:
    read = read_e_invoice(an_e_invoice())
    facts = facts_of(read, AWAITED.account)

    def found(**given: Any) -> list[tuple[str, str]]:
        wrong = contradictions(facts, read.taxes, given)
        return [(each.field, each.code) for each in wrong]

    assert found(**facts, taxes=list(read.taxes), bank_name="Any") == []
    assert found(invoice_no="EI-2") == [("invoice_no", "differs_from_e_invoice")]
    assert found(amount=Decimal("999.99")) == [("amount", "differs_from_e_invoice")]
    zero = [TaxedPart(Decimal(0), Decimal(1000), Decimal(0))]
    assert found(taxes=zero) == [("taxes", "differs_from_e_invoice")]
