from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from settlement.rules.invoices import (
    InvoiceFacts,
    invoice_checks,
    invoice_due,
    invoice_violations,
    tidied,
    total_violation,
)

TODAY = date(2026, 3, 2)
FACTS = InvoiceFacts(
    company_name="Contoso Cloud",
    vat_number="SG 2012",
    account_number="003-9",
    account_holder="Contoso Cloud",
    bank_name="Bank of Examples",
    bank_address="1 Raffles Place",
    swift_code="EXMPSGSG",
    invoice_no="INV-1",
    invoice_date=TODAY,
    currency="USD",
    bill_to="Huawei",
    amount=Decimal(560),
)


@pytest.mark.parametrize(
    ("opened_on", "due_on"),
    [
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 1, 28), date(2026, 2, 28)),
        (date(2026, 3, 31), date(2026, 4, 30)),
        (date(2026, 11, 30), date(2026, 12, 30)),
        (date(2026, 12, 9), date(2027, 1, 9)),
    ],
)
def test_R8_1_an_invoice_is_due_one_month_after_the_notice(opened_on: date, due_on: date) -> None:
    assert invoice_due(opened_on) == due_on


def test_R8_1_what_is_typed_with_blanks_is_tidied() -> None:
    typed = replace(FACTS, swift_code=" exmp sgsg ", bank_name="Bank  of\tExamples ")
    assert tidied(typed) == FACTS


def violations(**changes: object) -> list[tuple[str, str]]:
    facts = replace(FACTS, **changes)  # type: ignore[arg-type]
    found = invoice_violations(facts, currency="USD", today=TODAY)
    return [(violation.field, violation.code) for violation in found]


@pytest.mark.parametrize(
    "name", ["company_name", "vat_number", "account_number", "invoice_no", "swift_code"]
)
def test_R8_1_an_invoice_lacks_nothing(name: str) -> None:
    assert violations(**{name: ""}) == [(name, "required")]
    assert (name, "too_long") in violations(**{name: "X" * 301})


@pytest.mark.parametrize("swift_code", ["DEUTDEFF", "DEUTDEFF500"])
def test_R8_1_a_swift_code_has_eight_or_eleven_characters(swift_code: str) -> None:
    assert violations(swift_code=swift_code) == []
    assert violations(swift_code=swift_code[:-1]) == [("swift_code", "invalid_swift_code")]


def test_R8_1_an_invoice_is_in_the_bills_currency_and_not_of_tomorrow() -> None:
    assert violations() == []
    assert violations(currency="EUR") == [("currency", "other_currency")]
    assert violations(invoice_date=date(2026, 3, 3)) == [("invoice_date", "in_the_future")]


@pytest.mark.parametrize(
    ("amount", "more_follow", "fits"),
    [
        ("560.00", False, True),
        ("559.99", False, False),
        ("560.01", False, False),
        ("559.99", True, True),
        ("560.00", True, True),
        ("560.01", True, False),
    ],
)
def test_R8_1_invoices_ask_for_exactly_what_is_payable(
    amount: str, more_follow: bool, fits: bool
) -> None:
    wrong = total_violation(Decimal(amount), Decimal(560), "USD", more_follow=more_follow)
    assert (wrong is None) is fits


def test_R8_1_what_is_certified_is_compared_without_regard_to_signs() -> None:
    expected = {"company_name": "CONTOSO CLOUD.", "account_number": "0039", "vat_number": "DE 1"}
    checks = invoice_checks(replace(FACTS, account_holder="Somebody"), expected)
    assert [(check.label, check.holds, check.detail) for check in checks] == [
        ("Company is the certified one", True, ""),
        ("Account holder is the company", False, "Contoso Cloud"),
        ("VAT number is the certified one", False, "DE 1"),
        ("Account number is the certified one", True, ""),
    ]
