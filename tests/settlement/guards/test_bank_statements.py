"""What the database refuses about bank statements and their lines, whoever asks (R8.2)."""

from copy import deepcopy

import pytest
from django.utils import timezone

from koogallery.models import Approval, ApprovalRequest
from settlement.models import BankLine, Payout
from settlement.services.banking.attributing import attribute_line
from settlement.services.banking.reversing import reverse_statement
from settlement.services.banking.taking import take_statement
from tests.books import execute, refused_by
from tests.settlement.banking.statements import Row, statement
from tests.settlement.banking.test_attributing import a_receivable
from tests.settlement.banking.test_taking import take
from tests.settlement.services.test_payouts import payable, sent
from tests.standing import standing
from tests.world import a_certified_account, a_seller, an_operator

pytestmark = pytest.mark.django_db

INSERT = """
INSERT INTO {table} SELECT (jsonb_populate_record(r, %(changes)s::jsonb)).*
FROM {table} r WHERE r.id = %(id)s
"""


@standing
def standing_payout() -> Payout:
    """850.00 to S000001, sent to the bank."""
    seller = a_seller("S000001", currency="USD")
    a_certified_account(seller)
    payable(seller)
    return sent(Payout.objects.get())


@pytest.fixture
def payout(standing_payout: Payout) -> Payout:
    return deepcopy(standing_payout)


@pytest.fixture
def line(payout: Payout) -> BankLine:
    """55.00 in suspense; on the same statement the payout has left."""
    rows = Row("55.00", text="who knows"), Row("-850.00", payout.number)
    take_statement(statement(*rows), actor=an_operator())
    return BankLine.objects.get(state="suspense")


@pytest.mark.parametrize(
    "change",
    [
        "amount = 56",
        "text = 'other'",
        "booked_on = booked_on + 1",
        "state = 'matched'",
        "comment = 'seen'",
        "state = 'attributed', amount = 56, purpose = 'charges'",
    ],
)
def test_R8_2_what_the_bank_said_stays(line: BankLine, change: str) -> None:
    with refused_by("a_bank_line_is_attributed_once"):
        execute(f"UPDATE settlement_bankline SET {change} WHERE id = %(id)s", id=line.pk)


def test_R8_2_a_line_is_attributed_once_and_never_deleted(line: BankLine) -> None:
    attribute_line(line.number, "deposit:S000001", "told by mail", actor=an_operator())
    with refused_by("a_bank_line_is_attributed_once"):
        execute(
            "UPDATE settlement_bankline SET state = 'suspense', purpose = '', movement_id = NULL, "
            "seller_id = NULL, attributed_by_id = NULL, attributed_at = NULL WHERE id = %(id)s",
            id=line.pk,
        )
    with refused_by("a_bank_line_is_attributed_once"):
        execute("DELETE FROM settlement_bankline WHERE id = %(id)s", id=line.pk)


ATTRIBUTE = """
UPDATE settlement_bankline
SET state = 'attributed', attributed_by_id = (SELECT min(id) FROM koogallery_user),
    attributed_at = now(), {change}
WHERE id = %(id)s
"""
PAYOUT = (
    "payout_id = (SELECT id FROM settlement_payout), seller_id = (SELECT id FROM sellers_seller)"
)


@pytest.mark.parametrize(
    "change",
    [
        f"purpose = 'payout', {PAYOUT}",
        "purpose = 'charges', seller_id = (SELECT id FROM sellers_seller)",
    ],
)
def test_R8_2_a_line_is_over_what_it_names(line: BankLine, change: str) -> None:
    with refused_by("a_bank_line_is_over_what_it_names"):
        execute(ATTRIBUTE.format(change=change), id=line.pk)


def test_R4_4_somebody_answers_for_an_attribution(payout: Payout) -> None:
    take_statement(statement(Row("-850.00", text="no id")), actor=an_operator())
    with refused_by("money_moves_by_authority"):
        execute(
            ATTRIBUTE.format(change=f"purpose = 'payout', {PAYOUT}"),
            id=BankLine.objects.get().pk,
        )


def test_R4_4_nor_for_a_payout_that_came_back_in_part(line: BankLine) -> None:
    with refused_by("money_moves_by_authority"):
        execute(ATTRIBUTE.format(change=f"purpose = 'return', {PAYOUT}"), id=line.pk)


@pytest.mark.parametrize("rows", [2, 1])
def test_R4_4_nobody_says_more_to_be_charges_alone(payout: Payout, rows: int) -> None:
    """Added up by the database: two of 6,000.00, or one beside what the service took."""
    told = Row("-6000.00", text="who knows"), Row("-6000.00", text="who knows")
    taken = take_statement(statement(*told), actor=an_operator()).statements[0]
    first = an_operator()
    if rows == 1:
        attribute_line(taken.lines.first().number, "charges", "seen", actor=first)  # type: ignore[union-attr]
    with refused_by("nobody_charges_more_alone"):
        execute(
            "UPDATE settlement_bankline SET state = 'attributed', attributed_by_id = %(who)s,"
            " attributed_at = now(), purpose = 'charges' WHERE state = 'suspense'",
            who=first.pk,
        )


@pytest.mark.parametrize(
    "changes",
    [
        '{"id": -1, "number": "x", "line_no": 9, "currency": "EUR"}',
        '{"id": -1, "number": "x", "line_no": 9, "taken_at": "2024-03-05T00:00:00Z"}',
        (
            '{"id": -1, "number": "x", "line_no": 9, "state": "attributed", "purpose": "charges",'
            ' "attributed_by_id": 1, "attributed_at": "2024-03-05T00:00:00Z"}'
        ),
    ],
)
def test_R8_2_a_line_comes_with_its_statement(line: BankLine, changes: str) -> None:
    with refused_by("a_bank_line_comes_with_its_statement"):
        execute(INSERT.format(table="settlement_bankline"), changes=changes, id=line.pk)


def test_R8_2_a_payout_leaves_the_bank_once(line: BankLine) -> None:
    left = BankLine.objects.get(purpose="payout")
    changes = '{"id": -1, "number": "x", "line_no": 9}'
    with refused_by("a_payout_leaves_the_bank_once"):
        execute(INSERT.format(table="settlement_bankline"), changes=changes, id=left.pk)


def test_R8_2_a_statement_that_does_not_add_up_is_not_kept(line: BankLine) -> None:
    changes = '{"id": -1, "number": "x", "content_digest": "x", "closing": 1}'
    with refused_by("a_bank_statement_adds_up"):
        execute(
            INSERT.format(table="settlement_bankstatement"), changes=changes, id=line.statement_id
        )
        execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_R8_2_a_payout_is_paid_by_the_bank_or_a_person(payout: Payout) -> None:
    with refused_by("a_payout_is_paid_by_the_bank_or_a_person"):
        execute("UPDATE settlement_payout SET state = 'paid', paid_at = now()")


def test_R8_2_a_statement_is_taken_once(line: BankLine) -> None:
    with refused_by("a_bank_statement_is_taken_once"):
        execute(
            INSERT.format(table="settlement_bankstatement"),
            changes='{"id": -1, "number": "x"}',
            id=line.statement_id,
        )


REVERSED = (
    "state = 'reversed', reversed_at = now(), reversal_reason = 'x',"
    " reversed_by_id = (SELECT min(id) FROM koogallery_user)"
)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("a_bank_statement_keeps_what_it_said", "UPDATE {table} SET closing = 1"),
        ("a_bank_statement_keeps_what_it_said", f"UPDATE {{table}} SET closing = 1, {REVERSED}"),
        ("a_bank_statement_keeps_what_it_said", "DELETE FROM {table}"),
        ("a_reversed_statement_says_who_and_why", "UPDATE {table} SET state = 'reversed'"),
        ("a_bank_statement_is_reversed_by_two", f"UPDATE {{table}} SET {REVERSED}"),
    ],
)
def test_R8_2_a_statement_never_changes_but_by_two(
    line: BankLine, constraint: str, change: str
) -> None:
    with refused_by(constraint):
        execute(change.format(table="settlement_bankstatement"))


def test_R8_2_a_statement_is_reversed_with_all_its_lines(line: BankLine) -> None:
    request = reverse_statement(line.statement.number, "forged", actor=an_operator("oscar"))
    assert isinstance(request, ApprovalRequest)
    Approval.objects.create(
        request=request, operator=an_operator("otto"), requested_by=request.requested_by
    )
    request.move_to("approved", closed_at=timezone.now(), closed_by=an_operator("otto"))
    with refused_by("a_bank_statement_is_reversed_whole"):
        execute(
            "UPDATE settlement_bankstatement SET state = 'reversed', reversed_at = now(),"
            " reversal_reason = 'x', reversed_by_id = %(who)s",
            who=request.requested_by_id,
        )


def test_R8_2_a_line_is_reversed_with_its_statement(line: BankLine) -> None:
    with refused_by("a_bank_line_is_attributed_once"):
        execute("UPDATE settlement_bankline SET state = 'reversed' WHERE id = %(id)s", id=line.pk)


@pytest.mark.parametrize(
    ("table", "columns", "values"),
    [
        (
            "settlement_depositmovement",
            "seller_id, kind, change, balance_after, reference, reason",
            "seller_id, 'reversal', -change, 0, reference, 'x'",
        ),
        (
            "settlement_receivablepayment",
            "receivable_id, seller_id, amount, reference, recorded_by_id, at, reverses_id",
            "receivable_id, seller_id, -amount, 'x', recorded_by_id, at, id",
        ),
    ],
)
def test_R4_4_only_what_a_reversed_line_brought_is_taken_back(
    table: str, columns: str, values: str
) -> None:
    seller = a_seller("S000009", currency="USD")
    a_certified_account(seller)
    if "receivable" in table:
        taken = take(statement(Row("10.00", text=a_receivable(seller).number)))
    else:
        taken = take(statement(Row("55.00")))
        attribute_line(taken.lines.get().number, "deposit:S000009", "seen", actor=an_operator())
    with refused_by("money_moves_by_authority"):
        execute(f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table}")
