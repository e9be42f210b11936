from decimal import Decimal

import pytest

from koogallery.kit.errors import InvalidInput
from settlement.bank_files.statements import Format

from .files import balance, camt, details, entries, entry, only

FIFTY_TWO = {"message": "BkToCstmrAcctRpt", "name": "Rpt"}


@pytest.mark.parametrize("version", range(1, 15))
@pytest.mark.parametrize(
    ("message", "name", "form"),
    [
        ("BkToCstmrAcctRpt", "Rpt", Format.CAMT_052),
        ("BkToCstmrStmt", "Stmt", Format.CAMT_053),
        ("BkToCstmrDbtCdtNtfctn", "Ntfctn", Format.CAMT_054),
    ],
)
def test_R8_2_every_version_is_read(message: str, name: str, form: Format, version: int) -> None:
    """The code of a status and the name of a party moved down one level."""
    is_new = version >= 8
    status = "<Cd>BOOK</Cd>" if is_new else "BOOK"
    party = "<Dbtr><Pty><Nm>Payer</Nm></Pty></Dbtr>" if is_new else "<Dbtr><Nm>Payer</Nm></Dbtr>"
    inner = (
        balance("OPBD", "10")
        + balance("CLBD", "15")
        + entry("5", details(f"<RltdPties>{party}</RltdPties>"), status=status)
    )
    statement = only(camt(inner, message=message, name=name, version=version))
    assert statement.format == form
    assert [(each.amount, each.counterparty_name) for each in statement.entries] == [(5, "Payer")]


@pytest.mark.parametrize("status", ["<Cd>PDNG</Cd>", "INFO", "<Cd>FUTR</Cd>", "<Prtry>X</Prtry>"])
def test_R8_2_only_what_is_booked_counts(status: str) -> None:
    inner = balance("OPBD", "10") + balance("CLBD", "10") + entry("5", status=status)
    assert only(camt(inner)).entries == ()


@pytest.mark.parametrize(
    ("balances", "opening", "closing"),
    [
        ([("OPBD", "1"), ("PRCD", "9"), ("CLBD", "6")], "1", "6"),
        ([("PRCD", "1"), ("CLBD", "6")], "1", "6"),
        ([("OPBD", "1"), ("ITBD", "6")], "1", "6"),
        ([("ITBD", "1"), ("ITBD", "6")], "1", "6"),
        ([("ITBD", "1"), ("CLBD", "6"), ("CLAV", "9")], "1", "6"),
    ],
)
def test_R8_2_a_statement_begins_and_ends_with_booked_balances(
    balances: list[tuple[str, str]], opening: str, closing: str
) -> None:
    inner = "".join(balance(code, amount) for code, amount in balances) + entry("5")
    statement = only(camt(inner))
    assert statement.opening and statement.opening.amount == Decimal(opening)
    assert statement.closing and statement.closing.amount == Decimal(closing)


def test_R8_2_an_overdrawn_account_adds_up_too() -> None:
    inner = balance("OPBD", "10") + balance("CLBD", "5", "DBIT") + entry("15", sign="DBIT")
    statement = only(camt(inner))
    assert statement.closing and statement.closing.amount == -5
    assert [each.amount for each in statement.entries] == [-15]


def test_R8_2_a_statement_that_does_not_add_up_is_refused() -> None:
    inner = balance("OPBD", "10") + balance("CLBD", "15.01") + entry("5")
    with pytest.raises(InvalidInput, match=r"10 and 5 booked make no 15\.01 EUR") as refusal:
        only(camt(inner))
    assert (refusal.value.code, refusal.value.rule) == ("does_not_add_up", "R8.2")


@pytest.mark.parametrize(
    ("inner", "code", "where"),
    [
        (balance("OPBD", "{{bal.amount}}"), "no_amount", "Bal/Amt"),
        (balance("OPBD", "NaN"), "no_amount", "Bal/Amt"),
        (balance("OPBD", "Infinity"), "no_amount", "Bal/Amt"),
        (balance("OPBD", "1e5"), "no_amount", "Bal/Amt"),
        (balance("OPBD", "-5"), "no_amount", "Bal/Amt"),
        (balance("OPBD", "1,50"), "no_amount", "Bal/Amt"),
        (balance("OPBD", "1234567890123456"), "no_amount", "Bal/Amt"),
        (balance("OPBD", "1.000001"), "no_amount", "Bal/Amt"),
        (balance("OPBD", ""), "no_amount", "Bal/Amt"),
        (balance("OPBD", "5", currency="euro"), "no_currency", "Bal/Amt"),
        (balance("OPBD", "5", currency=""), "no_currency", "Bal/Amt"),
        (balance("OPBD", "5", sign="PLUS"), "no_direction", "Bal/CdtDbtInd"),
        (balance("OPBD", "5", currency="USD"), "other_currency", "Bal/Amt"),
        (entry("1") + entry("x"), "no_amount", "Ntry[2]/Amt"),
        (entry("1", status=""), "no_status", "Ntry/Sts"),
        (entry("1", "<ValDt><Dt>2026-02-30</Dt></ValDt>"), "no_day", "Ntry/ValDt"),
    ],
)
def test_R8_2_what_cannot_be_read_is_named_with_its_place(
    inner: str, code: str, where: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        only(camt(inner))
    assert refusal.value.code == code
    assert refusal.value.field == f"BkToCstmrStmt/Stmt/{where}"


@pytest.mark.parametrize("account", ["", "<Acct><Id><IBAN>{{ iban }}</IBAN></Id></Acct>"])
def test_R8_2_a_statement_names_its_account(account: str) -> None:
    text = camt(balance("OPBD", "1")).replace(
        "<Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>", account
    )
    with pytest.raises(InvalidInput) as refusal:
        only(text)
    assert refusal.value.code == "no_account"


def transaction(end_to_end_id: str, amount: str, sign: str = "DBIT", currency: str = "EUR") -> str:
    return (
        f"<Refs><EndToEndId>{end_to_end_id}</EndToEndId></Refs>"
        f"<Amt Ccy='{currency}'>{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>"
    )


RECORD = "<Rcrd><Amt Ccy='EUR'>{}</Amt></Rcrd>"


def test_R8_2_one_booking_of_several_payments_is_split() -> None:
    inner = "<AcctSvcrRef>R1</AcctSvcrRef>" + details(
        transaction("A", "30"), transaction("B", "20.5"), transaction("C", "0.5", "CRDT")
    )
    found = entries(entry("50", inner, sign="DBIT"))
    assert [(each.end_to_end_id, each.amount) for each in found] == [
        ("A", -30),
        ("B", Decimal("-20.5")),
        ("C", Decimal("0.5")),
    ]
    assert {each.entry_reference for each in found} == {"R1"}


@pytest.mark.parametrize(
    "transactions",
    [
        [transaction("A", "30"), transaction("B", "19")],
        [transaction("A", "30"), transaction("B", "20", currency="USD")],
        [transaction("A", "30"), "<Refs><EndToEndId>B</EndToEndId></Refs>"],
    ],
)
def test_R8_2_otherwise_the_booking_stays_whole(transactions: list[str]) -> None:
    (found,) = entries(entry("50", details(*transactions), sign="DBIT"))
    assert (found.amount, found.end_to_end_id) == (-50, "")


@pytest.mark.parametrize(
    ("own", "outer", "charges"),
    [
        ("<Chrgs><Amt Ccy='EUR'>15</Amt></Chrgs>", "", -15),
        (
            f"<Chrgs>{RECORD.format(10)}{RECORD.format(5)}</Chrgs>",
            "",
            -15,
        ),
        ("", "<Chrgs><TtlChrgsAndTaxAmt Ccy='EUR'>15</TtlChrgsAndTaxAmt></Chrgs>", -15),
        ("<Chrgs><Amt Ccy='EUR'>14</Amt></Chrgs>", "", 0),
        ("", "", 0),
    ],
)
def test_R8_2_charges_are_told_from_the_payment(own: str, outer: str, charges: int) -> None:
    inner = outer + details(transaction("A", "800") + own)
    (found,) = entries(entry("815", inner, sign="DBIT"))
    assert (found.amount, found.charges) == (-815, charges)
    assert found.paid == -815 - charges


def test_R8_2_not_provided_is_no_id() -> None:
    (found,) = entries(entry("5", details(transaction("NOTPROVIDED", "5", "CRDT"))))
    assert found.end_to_end_id == ""


def test_R8_2_a_reversal_keeps_its_direction() -> None:
    (found,) = entries(entry("5", "<RvslInd>true</RvslInd>", sign="DBIT"))
    assert (found.amount, found.is_reversal) == (-5, True)
