"""Real files of banks: each is read right, or refused with its reason."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from koogallery.kit.errors import InvalidInput
from settlement.bank_files.reading import read
from settlement.bank_files.statements import Entry, Statement, StatusReport

SAMPLES = Path(__file__).parents[2] / "data" / "bank"

Told = tuple[str, str, str, str, str | None, str | None, int]

#: Of each statement: format, account, bank's id, currency, opening, closing, entries.
READ: dict[str, list[Told]] = {
    "genkgo-camt053.v2.multi.statement.xml": [
        ("camt.053", "NL26VAYB8060476890", "253EURNL26VAYB8060476890", "EUR", "18.15", "27.00", 1),
        ("camt.053", "NL26VAYB8060476890", "254EURNL26VAYB8060476890", "EUR", "27.00", "20.00", 1),
    ],
    "genkgo-camt53.only-Dt-with-DtTm.xml": [
        (
            "camt.053",
            "GB33BUKB20201555555555",
            "I38y0h4YyLnQiOV6P7nEd44r2",
            "RON",
            "5442.09000",
            None,
            0,
        ),
    ],
    "prowide-camt053-07.xml": [("camt.053", "2345234534", "SDFSDF", "USD", None, "234299", 0)],
    "srousseau-camt053-04.xml": [
        (
            "camt.053",
            "50000000054910000003",
            "AAAASESS-FP-STAT001",
            "SEK",
            "500000",
            "435678.50",
            3,
        ),
    ],
    "srousseau-camt054-04.xml": [
        ("camt.054", "50000000054910000003", "AAAASESS-FP-CN-98765", "SEK", None, None, 1),
    ],
    "srousseau-statement-ac04-returned-payment.xml": [
        ("camt.053", "GB29NWBK60161331926819", "STMT-0001", "EUR", None, "10000.00", 3),
    ],
    "genkgo-camt054.v8.xml": [
        ("camt.054", "CH2801234000123456789", "AAAASESS-FP-ACCR001", "SEK", None, None, 1),
    ],
    "genkgo-camt054.v8-with-UETR.xml": [
        ("camt.054", "CH2801234000123456789", "AAAASESS-FP-ACCR001", "SEK", None, None, 1),
    ],
    "wolph-betterplace-with_binary_character.sta": [
        ("mt940", "51230800/0000007055", "STAR1ÜTßUMS", "EUR", "380115.77", "199929.02", 3),
        ("mt940", "51230800/0000007304", "STAR1ÜTUMS", "EUR", "130073.19", "131193.19", 1),
    ],
}

#: The code of the refusal, the place it names, a part of what it says.
REFUSED = {
    "genkgo-camt053.v2.all-balance-types.xml": (
        "does_not_add_up",
        "BkToCstmrStmt/Stmt",
        "1.01 and 8.850 booked make no 4.04 EUR",
    ),
    "genkgo-camt053.v2.minimal.xml": (
        "other_currency",
        "BkToCstmrStmt/Stmt/Bal[2]/Amt",
        "kept in EUR; the statement also counts SEK",
    ),
    "genkgo-camt053.v2.with-party-ids.xml": (
        "other_currency",
        "BkToCstmrStmt/Stmt/Bal[2]/Amt",
        "SEK",
    ),
    "genkgo-camt053.v3.xml": ("other_currency", "BkToCstmrStmt/Stmt/Bal[2]/Amt", "SEK"),
    "genkgo-camt053.v4.xml": ("other_currency", "BkToCstmrStmt/Stmt/Bal[2]/Amt", "SEK"),
    "genkgo-camt053.v2.wrong.xml": ("no_statement", "BkToCstmrStmt", "holds no statement"),
    "pain001-03-tests.xml": ("unknown_message", "file", "Document/CstmrCdtTrfInitn"),
    "pain001-03.xml": ("unknown_message", "file", "Document/CstmrCdtTrfInitn"),
    "pain001-08.xml": ("unknown_message", "file", "Document/CstmrCdtTrfInitn"),
    "pain001-09.xml": ("unknown_message", "file", "Document/CstmrCdtTrfInitn"),
    "wolph-betterplace-sepa_snippet_broken.sta": ("repeated_field", ":20:[1]", ":25:"),
}

ANSWERED = {"corporate-pain002-0.xml", "corporate-pain002-1.xml"}


def statements(name: str) -> list[Statement]:
    found = read((SAMPLES / name).read_bytes())
    assert not isinstance(found, StatusReport)
    return list(found)


def told(statement: Statement) -> Told:
    opening, closing = statement.opening, statement.closing
    return (
        str(statement.format),
        statement.account,
        statement.reference,
        statement.currency,
        str(opening.amount) if opening else None,
        str(closing.amount) if closing else None,
        len(statement.entries),
    )


@pytest.mark.parametrize("name", READ)
def test_R8_2_a_banks_statement_is_read(name: str) -> None:
    assert [told(statement) for statement in statements(name)] == READ[name]


@pytest.mark.parametrize("name", REFUSED)
def test_R8_2_what_is_no_right_statement_is_refused_with_its_reason(name: str) -> None:
    code, where, says = REFUSED[name]
    with pytest.raises(InvalidInput) as refusal:
        read((SAMPLES / name).read_bytes())
    assert (refusal.value.code, refusal.value.field, refusal.value.rule) == (code, where, "R8.2")
    assert says in refusal.value.detail


def test_R8_2_every_sample_is_in_one_of_the_tables() -> None:
    files = {path.name for path in SAMPLES.iterdir() if "LICENSE" not in path.name}
    assert files - {"SOURCES.md"} == {*READ, *REFUSED, *ANSWERED, "wolph-ASNB-mt940.txt"}


def test_R8_2_thirty_one_days_of_MT940_follow_each_other() -> None:
    days = statements("wolph-ASNB-mt940.txt")
    assert [day.sequence for day in days] == [f"{number}/1" for number in range(1, 32)]
    for day, following in pairwise(days):
        assert day.closing and following.opening
        assert day.closing.amount == following.opening.amount
    entries = [entry for day in days for entry in day.entries]
    assert len(entries) == 8
    assert entries[0] == Entry(
        amount=Decimal("-65.00"),
        currency="EUR",
        booked_on=date(2020, 1, 1),
        value_on=date(2020, 1, 1),
        end_to_end_id="NL47INGB9999999999",
        instruction_id="NL47INGB9999999999",
        text="NL47INGB9999999999 hr test persoon Betaling sieraden",
        transaction_code="NOVB",
    )


def test_R8_2_a_returned_payment_says_why() -> None:
    first, second, third = statements("srousseau-statement-ac04-returned-payment.xml")[0].entries
    assert (first.end_to_end_id, first.return_reason) == ("E2E-0001", "AC04")
    assert (first.return_text, first.counterparty_name) == (
        "Beneficiary account closed",
        "Globex SA",
    )
    assert first.counterparty_account == "DE89370400440532013000"
    assert (second.end_to_end_id, second.return_reason) == ("E2E-0002", "AC06")
    assert (third.amount, third.return_reason, third.booked_on) == (Decimal(-42), "", None)


def test_R8_2_ids_and_texts_of_a_payment_are_read() -> None:
    (entry,) = statements("genkgo-camt053.v2.multi.statement.xml")[0].entries
    assert entry == Entry(
        amount=Decimal("8.85"),
        currency="EUR",
        booked_on=date(2014, 12, 31),
        value_on=date(2015, 1, 2),
        end_to_end_id="000000001",
        counterparty_name="Company Name 1",
        counterparty_account="NL56AGDH9619008421",
        text="Transaction Description 1",
        transaction_code="544",
    )
    (traced,) = statements("genkgo-camt054.v8-with-UETR.xml")[0].entries
    assert traced.uetr == "255ae394-9965-4438-ac86-f406feada396"


def test_R8_2_payments_that_do_not_add_up_to_their_entry_are_not_split() -> None:
    (entry,) = statements("genkgo-camt054.v8.xml")[0].entries
    assert (entry.amount, entry.end_to_end_id) == (Decimal(-200000), "")
    assert entry.payment_information_id == "UXC06170000006PI00001"
    assert "ISR ref number V2" in entry.text


@pytest.mark.parametrize(
    ("name", "status", "reasons", "says"),
    [
        ("corporate-pain002-0.xml", "ACTC", (), ""),
        ("corporate-pain002-1.xml", "RJCT", ("NARR",), "'4847,37' is not a valid value"),
    ],
)
def test_R8_2_a_banks_answer_is_read(
    name: str, status: str, reasons: tuple[str, ...], says: str
) -> None:
    report = read((SAMPLES / name).read_bytes())
    assert isinstance(report, StatusReport)
    (group,) = report.statuses
    assert (group.status, group.message_id) == (status, "20110102-0000001")
    assert group.reasons == reasons
    assert says in group.text
