from datetime import date
from decimal import Decimal

import pytest

from koogallery.kit.errors import InvalidInput
from settlement.bank_files.reading import read
from settlement.bank_files.statements import Statement, StatusReport

from .files import only


def mt940(*lines: str, opening: str = "C260302USD100,00", closing: str = "C260302USD100,00") -> str:
    head = (":20:S1", ":25:KOODSGSG/0039123457", ":28C:5/1", f":60F:{opening}")
    return "\r\n".join([*head, *lines, f":62F:{closing}", "-"])


def test_R8_2_entries_and_balances_of_MT940_are_read() -> None:
    statement = only(
        mt940(":61:2603020303D40,50NTRFP2026-1//BANK1", ":86:just words", closing="C260302USD59,50")
    )
    assert (statement.account, statement.sequence) == ("KOODSGSG/0039123457", "5/1")
    (entry,) = statement.entries
    assert (entry.amount, entry.value_on, entry.booked_on) == (
        Decimal("-40.50"),
        date(2026, 3, 2),
        date(2026, 3, 3),
    )
    assert (entry.end_to_end_id, entry.bank_reference, entry.text) == (
        "P2026-1",
        "BANK1",
        "just words",
    )


@pytest.mark.parametrize(
    ("mark", "amount", "is_reversal"),
    [("C", 40, False), ("D", -40, False), ("RC", -40, True), ("RD", 40, True)],
)
def test_R8_2_reversals_turn_the_sign(mark: str, amount: int, *, is_reversal: bool) -> None:
    closing = f"C260302USD{100 + amount},00"
    (entry,) = only(mt940(f":61:260302{mark}40,00NTRFNONREF", closing=closing)).entries
    assert (entry.amount, entry.is_reversal) == (amount, is_reversal)
    assert entry.end_to_end_id == ""


@pytest.mark.parametrize(
    ("field", "end_to_end_id", "text", "reason"),
    [
        (
            ":86:166?00CREDIT?20EREF+PO000001-S00?210001 ?22SVWZ+Bill B202601?32CLOUD?33 LTD",
            "PO000001-S000001",
            "Bill B202601",
            "",
        ),
        (":86:166?20EREF+PO1SVWZ+glued on", "PO1", "glued on", ""),
        (":86:159?20EREF+PO1?21RTRN+AC04 closed", "PO1", "EREF+PO1RTRN+AC04 closed", "AC04"),
        (":86:159?20EREF+PO1?21SVWZ+RETURN", "PO1", "RETURN", "NARR"),
        (":86:/EREF/PO1/RTRN/AC04/REMI/came back", "PO1", "came back", "AC04"),
        (":86:/EREF/NOTPROVIDED/REMI/words", "REF", "words", ""),
    ],
)
def test_R8_2_field_86_is_read_as_banks_write_it(
    field: str, end_to_end_id: str, text: str, reason: str
) -> None:
    lines = (":61:260302C40,00NTRFREF", field)
    (entry,) = only(mt940(*lines, closing="C260302USD140,00")).entries
    assert (entry.end_to_end_id, entry.text) == (end_to_end_id, text)
    assert entry.return_reason == reason


def test_R8_2_a_returned_item_without_a_reason_is_one() -> None:
    (entry,) = only(mt940(":61:260302C40,00NRTIPO1", closing="C260302USD140,00")).entries
    assert entry.return_reason == "NARR"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (mt940(":61:260302C40,00NTRFREF"), "does_not_add_up"),
        (mt940(":61:260302Cx,00NTRFREF"), "no_mt940"),
        (mt940(":61:260302C4,0,0NTRFREF"), "no_mt940"),
        (mt940(":61:261302C0,00NTRFREF"), "no_mt940"),
        (mt940().replace(":25:KOODSGSG/0039123457\r\n", ""), "no_account"),
        (mt940(":25:another"), "repeated_field"),
        (mt940(closing="C260302EUR100,00"), "other_currency"),
        (mt940().replace(":60F:C260302USD100,00", ":13D:2603021200+0000"), "no_balance"),
    ],
)
def test_R8_2_what_is_wrong_with_MT940_is_refused(text: str, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read(text.encode())
    assert (refusal.value.code, refusal.value.rule) == (code, "R8.2")


def test_R8_2_each_statement_of_a_file_keeps_its_own_balances() -> None:
    found = read(
        "\r\n".join([mt940(), mt940(opening="D260303USD5,00", closing="D260303USD5,00")]).encode()
    )
    assert not isinstance(found, StatusReport)
    assert [amounts(each) for each in found] == [(100, 100), (-5, -5)]


def amounts(statement: Statement) -> tuple[Decimal, Decimal]:
    assert statement.opening and statement.closing
    return statement.opening.amount, statement.closing.amount
