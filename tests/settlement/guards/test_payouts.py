"""What the database refuses about payouts and their batches, whoever asks (R8.2)."""

from copy import deepcopy
from dataclasses import replace

import pytest

from settlement.models import Payout, PayoutBatch
from settlement.services.payouts.batches import approve_batch, create_batch, send_batch
from settlement.services.payouts.outcomes import fail_by_hand
from tests.books import execute, refused_by
from tests.settlement.banking.statements import Row, statement
from tests.settlement.banking.test_taking import take
from tests.settlement.services.test_payouts import payable
from tests.standing import standing
from tests.world import a_certified_account, a_seller, an_operator

pytestmark = pytest.mark.django_db

INSERT = """
INSERT INTO {table} SELECT (jsonb_populate_record(r, %(changes)s::jsonb)).*
FROM {table} r ORDER BY id LIMIT 1
"""


@standing
def standing_payout() -> Payout:
    """One of A is planned; B, who has an account too, has another one."""
    for number in ("A", "B"):
        seller = a_seller(number)
        a_certified_account(seller)
        payable(seller)
    return Payout.objects.get(seller__number="A")


@pytest.fixture
def payout(standing_payout: Payout) -> Payout:
    return deepcopy(standing_payout)


def batch_of(payout: Payout, *, is_sent: bool = False) -> PayoutBatch:
    batch = create_batch("USD", sellers=[payout.seller.number], actor=an_operator())
    if is_sent:
        approve_batch(batch.number, actor=an_operator("oscar"))
        send_batch(batch.number, actor=an_operator())
    return batch


def without_triggers(*tables: str) -> None:
    execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in tables:
        execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("a_payout_keeps_what_it_pays", "seller_id = seller_id + 1"),
        ("a_payout_keeps_what_it_pays", "currency = 'EUR'"),
        ("a_payout_is_the_sum_of_its_items", "amount = amount + 1"),
        ("a_payout_in_a_batch_has_its_account", "state = 'in_batch'"),
        ("a_payout_is_paid_by_the_bank_or_a_person", "state = 'paid', paid_at = now()"),
        ("an_undone_payout_says_why", "state = 'failed'"),
        ("a_payout_is_in_a_known_state", "state = 'gone'"),
    ],
)
def test_R8_2_a_planned_payout_changes_by_its_moves_alone(
    payout: Payout, constraint: str, change: str
) -> None:
    if constraint.endswith(("account", "why", "state")):
        without_triggers("settlement_payout")
    with refused_by(constraint):
        execute(f"UPDATE settlement_payout SET {change} WHERE id = %(id)s", id=payout.pk)


def test_R8_2_a_payout_is_never_deleted(payout: Payout) -> None:
    with refused_by("a_payout_keeps_what_it_pays"):
        execute("DELETE FROM settlement_payout WHERE id = %(id)s", id=payout.pk)


def test_R8_2_a_payout_begins_as_planned(payout: Payout) -> None:
    changes = '{"id": -1, "number": "x", "state": "paid", "paid_at": "2024-03-01"}'
    with refused_by("a_payout_begins_as_planned"):
        execute(INSERT.format(table="settlement_payout"), changes=changes)
    assert payout.state == "planned"


@pytest.mark.parametrize(
    ("constraint", "changes"),
    [
        ("a_payout_item_is_what_is_owed", '{"id": -1, "net": 1}'),
        ("a_payout_item_is_what_is_owed", '{"id": -1, "is_open": false}'),
        ("a_bill_is_paid_by_one_payout", '{"id": -1}'),
    ],
)
def test_R8_2_an_item_is_what_is_owed_and_paid_once(
    payout: Payout, constraint: str, changes: str
) -> None:
    assert payout.items.count() == 1
    with refused_by(constraint):
        execute(INSERT.format(table="settlement_payoutitem"), changes=changes)


def test_R8_2_an_item_joins_the_amount(payout: Payout) -> None:
    """Of another bill that is to be paid, which its own payout no longer counts."""
    payable(a_seller("A"), "100.00", "202402")
    bill = payout.seller.bills.get(cycle="202402")
    without_triggers("settlement_payoutitem", "settlement_payout")
    execute("DELETE FROM settlement_payoutitem WHERE bill_id = %(bill)s", bill=bill.pk)
    execute("UPDATE settlement_payout SET amount = 850 WHERE id = %(id)s", id=payout.pk)
    execute("ALTER TABLE settlement_payoutitem ENABLE TRIGGER USER")
    changes = f'{{"id": -1, "bill_id": {bill.pk}, "net": {bill.net_payable}}}'
    with refused_by("a_payout_is_the_sum_of_its_items"):
        execute(INSERT.format(table="settlement_payoutitem"), changes=changes)


def test_R8_2_items_end_with_their_payout_alone(payout: Payout) -> None:
    with refused_by("a_payout_item_is_what_is_owed"):
        execute("UPDATE settlement_payoutitem SET is_open = false")
    with refused_by("a_payout_item_is_what_is_owed"):
        execute("DELETE FROM settlement_payoutitem")
    assert payout.items.filter(is_open=True).exists()


def test_R8_2_a_payout_goes_to_its_sellers_account_in_use(payout: Payout) -> None:
    batch = batch_of(payout)
    other = Payout.objects.get(seller__number="B")
    with refused_by("a_payout_goes_to_the_certified_account"):
        execute(
            "UPDATE settlement_payout SET state = 'in_batch', batch_id = %(batch)s, "
            "end_to_end_id = 'y', bank_account_id = (SELECT bank_account_id FROM "
            "settlement_payout WHERE batch_id = %(batch)s) WHERE id = %(id)s",
            batch=batch.pk,
            id=other.pk,
        )


def test_R8_2_a_payout_is_sent_with_its_batch(payout: Payout) -> None:
    batch_of(payout)
    with refused_by("a_payout_is_paid_by_the_bank_or_a_person"):
        execute("UPDATE settlement_payout SET state = 'sent', sent_at = now() WHERE batch_id > 0")


@pytest.mark.parametrize(
    "change",
    ["amount = amount", "end_to_end_id = 'x'", "sent_at = now() + interval '1 day'"],
)
def test_R8_2_what_is_sent_and_what_ended_stays(payout: Payout, change: str) -> None:
    batch_of(payout, is_sent=True)
    if change.startswith("amount"):
        fail_by_hand(payout.number, "AC04", actor=an_operator("oscar"))
    with refused_by("a_payout_keeps_what_it_pays"):
        execute(f"UPDATE settlement_payout SET {change} WHERE id = %(id)s", id=payout.pk)


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("a_batch_keeps_what_it_pays", "amount = amount + 1"),
        ("a_batch_keeps_what_it_pays", "payer_number = '1'"),
        ("a_batch_keeps_what_it_pays", "approvals_needed = 0"),
        ("a_batch_is_approved_by_enough", "state = 'approved'"),
        ("a_batch_ends_with_its_payouts", "state = 'cancelled'"),
        ("a_batch_ends_with_its_payouts", "state = 'settled'"),
    ],
)
def test_R8_2_a_batch_stays_and_is_approved(payout: Payout, constraint: str, change: str) -> None:
    batch = batch_of(payout)
    with refused_by(constraint):
        execute(f"UPDATE settlement_payoutbatch SET {change} WHERE id = %(id)s", id=batch.pk)


def test_R8_2_a_batch_is_the_sum_of_its_payouts(payout: Payout) -> None:
    batch = batch_of(payout)
    approve_batch(batch.number, actor=an_operator("oscar"))
    without_triggers("settlement_payout")
    execute("UPDATE settlement_payout SET state = 'planned' WHERE id = %(id)s", id=payout.pk)
    with refused_by("a_batch_is_the_sum_of_its_payouts"):
        execute("UPDATE settlement_payoutbatch SET state = 'sent', sent_at = now(), file = 'x'")


def test_R8_2_a_batch_begins_as_a_draft(payout: Payout) -> None:
    batch_of(payout)
    with refused_by("a_batch_begins_as_a_draft"):
        changes = '{"id": -1, "number": "x", "state": "approved"}'
        execute(INSERT.format(table="settlement_payoutbatch"), changes=changes)


def test_R4_4_who_puts_a_batch_together_does_not_approve_it(payout: Payout) -> None:
    batch, olga = batch_of(payout), an_operator()
    with refused_by("who_puts_a_batch_together_does_not_approve_it"):
        execute(
            "INSERT INTO settlement_payoutapproval (batch_id, operator_id, created_by_id, comment, "
            "at) VALUES (%(batch)s, %(olga)s, %(olga)s, '', now())",
            batch=batch.pk,
            olga=olga.pk,
        )
    with refused_by("a_batch_is_approved_by_enough"):
        execute(
            "INSERT INTO settlement_payoutapproval (batch_id, operator_id, created_by_id, comment, "
            "at) VALUES (%(batch)s, %(olga)s, %(oscar)s, '', now());"
            "UPDATE settlement_payoutbatch SET state = 'approved'",
            batch=batch.pk,
            olga=olga.pk,
            oscar=an_operator("oscar").pk,
        )


@pytest.mark.parametrize(
    ("row", "change"),
    [
        (Row("-850.00"), "state = 'sent', paid_at = NULL, bank_reference = ''"),
        (
            Row("850.00", reason="AC04"),
            "state = 'sent', failure_code = '', failure_detail = '', failed_at = NULL",
        ),
    ],
    ids=["paid", "failed"],
)
def test_R8_2_what_a_line_says_of_a_payout_stays_with_the_line(
    payout: Payout, row: Row, change: str
) -> None:
    batch_of(payout, is_sent=True)
    take(statement(replace(row, end_to_end_id=payout.number)))
    execute("UPDATE settlement_payoutbatch SET state = 'sent', settled_at = NULL")
    with refused_by("a_payout_keeps_what_it_pays"):
        execute(f"UPDATE settlement_payout SET {change} WHERE id = %(id)s", id=payout.pk)


@pytest.mark.parametrize("state", ["paid", "payment_failed"])
def test_R8_2_a_bill_is_paid_by_its_payout(payout: Payout, state: str) -> None:
    with refused_by("a_bill_is_paid_by_its_payout"):
        execute(
            "UPDATE settlement_bill SET state = %(state)s WHERE seller_id = %(seller)s",
            state=state,
            seller=payout.seller_id,
        )
