"""What the database refuses is told as the refusal it is."""

import re
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import translation
from django.utils.translation import gettext

from koogallery.guards import GUARDS, RECORDED_ONCE, as_refusals
from koogallery.kit.errors import Conflict, Forbidden, InvalidInput
from settlement.models import Adjustment, Refund, RefundApproval
from tests.settlement.builders import (
    at,
    make_operator,
    make_order,
    make_product,
    make_seller,
)

pytestmark = pytest.mark.django_db

_NAMES = """
SELECT conname FROM pg_constraint
UNION SELECT relname FROM pg_class WHERE relkind IN ('i', 'I')
UNION SELECT (regexp_matches(prosrc, 'CONSTRAINT = ''(\\w+)''', 'g'))[1] FROM pg_proc
"""


def test_every_guard_names_a_constraint_there_is() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_NAMES)
        existing = {name for (name,) in cursor.fetchall()}
    assert set(GUARDS) - existing == set()


def test_a_constraint_answers_with_its_rule() -> None:
    order = make_order(make_product(make_seller()), "100", at(1, 5))
    with pytest.raises(InvalidInput) as refusal, as_refusals(), transaction.atomic():
        Refund.objects.create(
            number="RF1",
            seller=order.seller,
            order=order,
            currency="USD",
            amount=101,
            reason="x",
            requested_by=make_operator(),
        )
    assert refusal.value.code == "refunds_stay_within_the_amount_paid"
    assert (refusal.value.rule, refusal.value.field) == ("R4.1", "amount")
    assert Refund.objects.count() == 0


def test_a_trigger_answers_with_its_rule() -> None:
    olga, order = make_operator(), make_order(make_product(make_seller()), "100", at(1, 5))
    refund = Refund.objects.create(
        number="RF1",
        seller=order.seller,
        order=order,
        currency="USD",
        amount=10,
        reason="x",
        requested_by=olga,
        state="operator_review",
    )
    with pytest.raises(Forbidden) as refusal, as_refusals(), transaction.atomic():
        RefundApproval.objects.create(refund=refund, operator=olga, requested_by=olga)
    assert (refusal.value.code, refusal.value.rule) == ("requester_is_not_approver", "R4.4")


def test_the_same_twice_is_a_conflict() -> None:
    make_operator("olga")
    with pytest.raises(Conflict) as refusal, as_refusals(), transaction.atomic():
        make_operator("olga")
    assert refusal.value.code == "already_recorded"


@pytest.mark.parametrize(
    ("taken", "key"),
    [({"number": "S999999"}, "sellers_seller_pkey"), ({"pk": 10**6}, "sellers_seller_number_key")],
)
def test_a_sequence_that_lags_behind_is_a_fault_and_no_repeated_call(
    taken: dict[str, Any], key: str, caplog: pytest.LogCaptureFixture
) -> None:
    seller = make_seller()
    again = {"pk": seller.pk, "number": seller.number, **taken}
    with pytest.raises(IntegrityError, match=key), as_refusals(), transaction.atomic():
        make_seller(**again)
    [alarm] = [each for each in caplog.records if each.levelname == "CRITICAL"]
    assert key in alarm.getMessage()


#: Keys that are no act of anybody's: numbers that the database gives, and what follows from others.
GIVEN = re.compile(
    r"(?!sellers_order|settlement_bill_)\w+_number_\w+|\w+_has_one_seller|\w+counted_once|line_numbers_\w+"
    r"|one_entry_per\w+|a_bill_names_a_product_once|a_key_is_derived_once|sellers_accesskey_\w+"
    r"|sellers_deliveryattempt_business_id_key|sellers_invitation_digest_key|\w+scheduledtask\w+"
    r"|sellers_sellerapplication_seller_id_key|settlement_(allocation|bankline)_(movement|payment)_id_key|settlement_selfbilledinvoice_invoice_id_key|a_line_has_its_place"
    r"|settlement_dispute_adjustment_id_key|settlement_invariantresult_name_key"
    r"|settlement_journal_reverses_id_key|settlement_seal_bill_id_key|settlement_sealroot_place_key"
    r"|koogallery_user_(groups|user_per)\w+"
)
UNIQUE_KEYS = """
SELECT i.relname FROM pg_index JOIN pg_class i ON i.oid = indexrelid
JOIN pg_class t ON t.oid = indrelid
WHERE indisunique AND NOT indisprimary AND NOT t.relispartition
    AND t.relname ~ '^(koogallery|sellers|settlement)_'
"""


def test_every_unique_key_is_a_guard_or_says_what_its_breach_means() -> None:
    with connection.cursor() as cursor:
        cursor.execute(UNIQUE_KEYS)
        keys = {key for (key,) in cursor.fetchall()}
    unnamed = {key for key in keys if key not in {*GUARDS, *RECORDED_ONCE}}
    assert {key for key in unnamed if not GIVEN.fullmatch(key)} == set()
    assert RECORDED_ONCE <= keys
    assert not {key for key in RECORDED_ONCE if GIVEN.fullmatch(key)}


def test_a_value_that_does_not_fit_is_bad_input() -> None:
    with pytest.raises(InvalidInput) as refusal, as_refusals(), transaction.atomic():
        make_seller(number="S" * 61)
    assert refusal.value.code == "unstorable"
    assert isinstance(refusal.value.__cause__, DataError)


def test_a_fault_of_ours_stays_a_fault() -> None:
    with pytest.raises(IntegrityError), as_refusals(), transaction.atomic():
        Adjustment.objects.create(number="AD1", amount=1)


def test_every_guard_speaks_its_readers_language() -> None:
    with translation.override("zh-hans"):
        assert {
            name for name, guard in GUARDS.items() if gettext(guard.detail) == guard.detail
        } == set()
