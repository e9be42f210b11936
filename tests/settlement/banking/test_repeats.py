"""What a bank tells twice is booked once, and two payments that look alike are two (R8.2)."""

import pytest

from koogallery.kit.errors import InvalidInput
from sellers.models import Seller
from settlement.choices import Account, PayoutState
from settlement.models import BankStatement, Payout, Receivable
from settlement.services.banking.taking import take_statement
from tests.world import an_operator

from .statements import Row, notification, statement
from .test_attributing import a_receivable
from .test_taking import held, states, take, wrong

pytestmark = pytest.mark.django_db

MT940 = """:20:STARTUMS
:25:BANK/0039000840
:28C:1/1
:60F:C240304USD1000,00
:61:2403050305D850,00NTRF{number}//B1
:86:{text}
:62F:C240305USD150,00
-"""


def test_R8_2_the_same_statement_in_another_format_is_taken_once(payout: Payout) -> None:
    first = take(MT940.format(number=payout.number, text="KooGallery").encode())
    camt = statement(Row("-850.00", payout.number, reference="BANK-17"), opening="1000.00")
    again = take_statement(camt, actor=an_operator())
    assert (again.is_new, again.statements) == (False, [first])
    assert held(Account.SUSPENSE) == 0
    assert wrong() == []


def test_R8_2_the_same_statement_exported_once_more_is_taken_once(seller: Seller) -> None:
    receivable = a_receivable(seller)
    rows = Row("10.00", text=receivable.number), Row("-3.50", code="NCHG")
    first = take(statement(*rows))
    assert take(statement(*rows, name="another id")) == first
    assert take(statement(*rows).replace(b"3.50<", b"3.500<")) == first
    assert Receivable.objects.get().recovery.outstanding == 340
    assert held(Account.BANK_CHARGES) == 3.5
    assert held(Account.OPENING_BALANCE) == -100000
    assert wrong() == []


def test_R8_2_a_statement_that_names_others_is_another_one(payout: Payout) -> None:
    """Who forges one beside the bank's does not hide the bank's."""
    take(statement(Row("-850.00", "PO99999999")))
    second = take(statement(Row("-850.00", payout.number), name="2"))
    assert states(second) == [("matched", "end_to_end")]
    assert BankStatement.objects.count() == 2
    assert wrong() == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Row("10.00", text="A1"), Row("10.00", text="A2")),
        (Row("10.00", reference="A1"), Row("10.00", reference="A2")),
    ],
    ids=["text", "reference"],
)
def test_R8_2_alike_but_for_its_text_or_its_reference_is_another_one(
    seller: Seller, one: Row, other: Row
) -> None:
    take(statement(one))
    assert states(take(statement(other, name="2"))) == [("suspense", "unknown")]
    assert held(Account.SUSPENSE) == -20
    assert wrong() == []


def test_R8_2_pages_of_a_day_that_look_alike_are_all_taken(seller: Seller) -> None:
    take(statement(Row("10.00"), opening="100"))
    take(statement(Row("-10.00"), opening="110", name="2"))
    third = take(statement(Row("10.00"), opening="100", name="3"))
    assert states(third) == [("suspense", "unknown")]
    assert held(Account.SUSPENSE) == -10
    assert held(Account.BANK) == 110
    assert wrong() == []


def test_R8_2_a_statement_over_days_that_others_told_books_what_is_new(payout: Payout) -> None:
    paid = Row("-850.00", payout.number, reference="B1")
    charged = Row("-3.50", code="NCHG", reference="B2")
    came = Row("10.00", text="who knows", reference="B3")
    take(notification(came, day="2024-03-05"))
    take(statement(paid, charged))
    take(statement(came, opening="99146.50", name="2"))
    more = Row("10.00", text="who knows", reference="B4")
    whole = take(statement(paid, charged, came, more, name="the week's"))
    assert states(whole) == [("repeated", "notified")] * 3 + [("suspense", "unknown")]
    assert Payout.objects.get().state == PayoutState.PAID
    assert held(Account.BANK_CHARGES) == 3.5
    assert held(Account.SUSPENSE) == -20
    assert wrong() == []


def test_R8_2_without_ids_what_looks_alike_is_booked(seller: Seller) -> None:
    take(statement(Row("10.00", text="who knows")))
    second = statement(Row("10.00", text="who knows"), Row("7.00"), opening="1.00", name="2")
    assert states(take(second)) == [("suspense", "unknown")] * 2
    assert held(Account.SUSPENSE) == -27
    assert wrong() == []


def test_R8_2_a_number_within_one_file_knows_nothing_again(seller: Seller) -> None:
    def numbered(data: bytes) -> bytes:
        return data.replace(b"<AcctSvcrRef></AcctSvcrRef>", b"<NtryRef>1</NtryRef>")

    take(numbered(notification(Row("-10.00", text="a"), Row("-20.00", text="b"))))
    other = take(numbered(statement(Row("-30.00", text="c"), day="2024-04-05")))
    assert states(other) == [("suspense", "unknown")]
    assert held(Account.SUSPENSE) == 60
    assert wrong() == []


@pytest.mark.parametrize("day", ["2099-03-05", "9999-12-31"])
@pytest.mark.parametrize("file", [statement, notification])
def test_R1_8_what_a_bank_booked_has_happened(file: object, day: str) -> None:
    """Else the account would be for good as that statement says."""
    assert callable(file)
    with pytest.raises(InvalidInput) as refusal:
        take(file(Row("-3.50", code="NCHG"), day=day))
    assert (refusal.value.code, refusal.value.rule) == ("in_the_future", "R8.2")
    assert not BankStatement.objects.exists()


@pytest.mark.parametrize(
    "day", ["0001-01-01", "1969-12-31", "2024-W10-2", "20240305", "٢٠٢٤-٠٣-٠٥"]
)
def test_R8_2_a_day_is_one_as_the_schema_has_it(day: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        take(statement(Row("-3.50", code="NCHG"), day=day))
    assert refusal.value.code == "no_day"


def test_R8_2_an_amount_is_written_in_plain_digits() -> None:
    with pytest.raises(InvalidInput) as refusal:
        take(statement().replace(b">100000.00", ">١٠٠".encode(), 1))
    assert refusal.value.code == "no_amount"


@pytest.mark.parametrize(
    "text", ["a\x00b", "a\x01b", "x" * 50_000, "\u202eOP", "\ud83d", "a\u2028b"]
)
def test_R8_2_whatever_a_bank_writes_the_statement_is_taken(payout: Payout, text: str) -> None:
    data = MT940.format(number=payout.number, text=text).replace("//B1", f"//B{text[0]}1")
    assert states(take(data.encode("utf-8", "surrogatepass")))[0][0] == "matched"
    assert wrong() == []


def test_R8_2_a_reason_of_any_length_is_taken(payout: Payout) -> None:
    rows = Row("-850.00", payout.number), Row("850.00", payout.number, reason="AC04" * 9)
    more = b"</Rsn><AddtlInf>" + b"x" * 20_000 + b"</AddtlInf>"
    take(statement(*rows).replace(b"</Rsn>", more))
    payout.refresh_from_db()
    assert (payout.state, payout.failure_code) == (PayoutState.RETURNED, "AC04AC04AC")
    assert payout.failure_detail == "x" * 2000
    assert wrong() == []
