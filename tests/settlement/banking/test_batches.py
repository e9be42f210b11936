"""Banks book a batch at once or payment by payment, and answer it as a whole or in parts (R8.2)."""

from copy import deepcopy
from decimal import Decimal

import pytest

from koogallery.kit.errors import Conflict, InvalidInput
from settlement.choices import Account, PayoutState
from settlement.models import BankLine, Payout, PayoutBatch
from settlement.readings.bank_lines import suggestions_for
from settlement.services.payouts.batches import approve_batch, create_batch, send_batch
from tests.books import execute, refused_by
from tests.settlement.services.test_payouts import payable, sent
from tests.standing import standing
from tests.world import a_certified_account, a_seller, an_operator

from .statements import Row, report, statement
from .test_attributing import attribute
from .test_taking import held, states, take, wrong

pytestmark = pytest.mark.django_db


@standing
def standing_batch() -> PayoutBatch:
    """Sent to the bank: 85.00, 170.00 and 255.00 USD."""
    for number in range(1, 4):
        seller = a_seller(f"S00000{number}", currency="USD")
        a_certified_account(seller)
        payable(seller, f"{100 * number}.00")
    batch = create_batch("USD", actor=an_operator())
    approve_batch(batch.number, actor=an_operator("oscar"))
    return send_batch(batch.number, actor=an_operator())


@pytest.fixture
def batch(standing_batch: PayoutBatch) -> PayoutBatch:
    return deepcopy(standing_batch)


def at_once(batch: PayoutBatch, **more: str) -> bytes:
    return statement(Row("-510.00", payment_information_id=batch.number), **more)


def after(*rows: Row) -> bytes:
    """The statement of the day after the batch was booked at once."""
    return statement(*rows, opening="99490.00", day="2024-03-06", name="2")


def first_of(batch: PayoutBatch) -> Payout:
    return batch.payouts.order_by("pk")[0]


def test_R8_2_what_left_with_its_batch_does_not_leave_again(batch: PayoutBatch) -> None:
    payout = first_of(batch)
    take(at_once(batch))
    again = take(after(Row("-85.00", payout.number)))
    assert states(again) == [("suspense", "not_expected")]
    assert suggestions_for(again.lines.get()) == []
    with pytest.raises(Conflict) as refusal:
        attribute(again.lines.get(), payout.number)
    assert refusal.value.code == "not_expected"
    assert held(Account.IN_TRANSIT) == 0
    assert wrong() == []


def test_R8_2_the_database_holds_that_it_leaves_once(batch: PayoutBatch) -> None:
    payout = first_of(batch)
    take(at_once(batch))
    line = take(after(Row("-85.00"))).lines.get()
    with refused_by("a_payout_leaves_the_bank_once"):
        execute(
            "INSERT INTO settlement_bankline SELECT (jsonb_populate_record(l, "
            "jsonb_build_object('id', -1, 'number', 'x', 'line_no', 9, 'state', 'matched', "
            "'purpose', 'payout', 'payout_id', %(payout)s::int, 'seller_id', %(seller)s::int))).* "
            "FROM settlement_bankline l WHERE id = %(id)s",
            id=line.pk,
            payout=payout.pk,
            seller=payout.seller_id,
        )


def test_R8_2_a_batch_that_is_booked_twice_waits_for_a_person(batch: PayoutBatch) -> None:
    take(at_once(batch))
    again = take(after(Row("-510.00", payment_information_id=batch.number)))
    assert states(again) == [("suspense", "not_expected")]
    assert held(Account.SUSPENSE) == 510
    assert wrong() == []


def test_R8_2_what_came_back_after_its_batch_does_not_leave_again(batch: PayoutBatch) -> None:
    payout = first_of(batch)
    take(at_once(batch))
    rows = Row("85.00", payout.number, reason="AC04"), Row("-85.00", payout.number)
    assert states(take(after(*rows))) == [("matched", "end_to_end"), ("suspense", "not_expected")]
    payout.refresh_from_db()
    assert payout.state == PayoutState.RETURNED
    assert held(Account.IN_TRANSIT) == 0
    assert wrong() == []


def test_R8_2_what_was_rejected_of_a_batch_may_be_booked_out_and_in(batch: PayoutBatch) -> None:
    """The rest of the batch left in one booking; it was no part of that."""
    payout = first_of(batch)
    take(report(batch.number, "RJCT", reason="AC01", end_to_end_id=payout.number))
    rest = Row("-425.00", payment_information_id=batch.number)
    rows = Row("-85.00", payout.number), Row("85.00", payout.number, reason="AC01")
    assert [state for state, _reason in states(take(statement(rest, *rows)))] == ["matched"] * 3
    assert held(Account.IN_TRANSIT) == 0
    assert wrong() == []


def test_R8_2_an_answer_is_about_the_file_that_it_names(batch: PayoutBatch) -> None:
    other = a_seller("S000009", currency="USD")
    a_certified_account(other)
    payable(other)
    theirs = sent(Payout.objects.get(seller=other))
    with pytest.raises(InvalidInput) as refusal:
        take(report(batch.number, "RJCT", reason="AC01", end_to_end_id=theirs.number))
    assert refusal.value.code == "unknown_batch"
    foreign = report(batch.number, "RJCT", end_to_end_id=first_of(batch).number)
    with pytest.raises(InvalidInput):
        take(foreign.replace(b"<OrgnlPmtInfId>PB", b"<OrgnlPmtInfId>XX"))
    assert set(Payout.objects.values_list("state", flat=True)) == {PayoutState.SENT}


def test_R8_2_what_is_rejected_and_accepted_at_once_is_refused(batch: PayoutBatch) -> None:
    """Failed here and paid there, it would be paid twice."""
    data = report(batch.number, "ACCP", end_to_end_id=first_of(batch).number)
    with pytest.raises(InvalidInput) as refusal:
        take(data.replace(b"</OrgnlMsgId>", b"</OrgnlMsgId><GrpSts>RJCT</GrpSts>"))
    assert refusal.value.code == "contradictory_answer"
    assert set(Payout.objects.values_list("state", flat=True)) == {PayoutState.SENT}


@pytest.mark.parametrize("whole", ["PART", "ACCP"])
def test_R8_2_of_what_is_accepted_in_part_one_fails(batch: PayoutBatch, whole: str) -> None:
    payout = first_of(batch)
    data = report(batch.number, "RJCT", reason="AC01", end_to_end_id=payout.number)
    group = f"</OrgnlMsgId><GrpSts>{whole}</GrpSts>".encode()
    take(data.replace(b"</OrgnlMsgId>", group))
    failed = Payout.objects.filter(state=PayoutState.FAILED)
    assert list(failed) == [payout]
    assert wrong() == []


def test_R8_2_accepted_then_rejected_then_accepted_has_failed(batch: PayoutBatch) -> None:
    number = first_of(batch).number
    take(report(batch.number, "ACCP", end_to_end_id=number))
    take(report(batch.number, "RJCT", reason="AC01", end_to_end_id=number))
    take(report(batch.number, "ACSC", end_to_end_id=number))
    assert first_of(batch).state == PayoutState.FAILED
    assert held(Account.IN_TRANSIT) == -Decimal(425)
    assert not BankLine.objects.exists()
    assert wrong() == []


def test_R8_2_a_reason_of_any_length_is_taken(batch: PayoutBatch) -> None:
    data = report(batch.number, "RJCT", reason="AC01", end_to_end_id=first_of(batch).number)
    more = b"</Rsn><AddtlInf>" + b"x" * 20_000 + b"</AddtlInf>"
    take(data.replace(b"</Rsn>", more))
    assert first_of(batch).failure_detail == "x" * 2000
