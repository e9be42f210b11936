"""What the database refuses of every column that has a vocabulary, whoever asks."""

from collections.abc import Iterator

import pytest
from django.apps import apps

from koogallery.kit.cycles import Cycle
from koogallery.models import User
from sellers.models import Member
from settlement.services.closing.runs import request_run
from tests import world
from tests.books import execute, refused_by, select

pytestmark = pytest.mark.django_db

#: The chart of accounts grows with the postings, which alone write it.
OPEN = {("settlement_ledgerentry", "account")}

DEFINITIONS = """
SELECT pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'c' AND conrelid = %(table)s::regclass
"""


def vocabularies() -> Iterator[tuple[str, str, list[str]]]:
    """Table, column, words."""
    for app in ("sellers", "settlement"):
        for model in apps.get_app_config(app).get_models():
            for field in model._meta.concrete_fields:
                where = (model._meta.db_table, str(field.column))
                if field.choices and where not in OPEN:
                    yield *where, [word for word, _ in field.flatchoices]


@pytest.mark.parametrize(("table", "column", "words"), [*vocabularies()], ids=str)
def test_a_check_names_every_word_of_the_vocabulary(
    table: str, column: str, words: list[str]
) -> None:
    checks = [check for check in select(DEFINITIONS, table=table) if column in check]
    assert any(all(f"'{word}'" in check for word in words) for check in checks), checks


@pytest.fixture
def _one_of_everything() -> None:
    """Of each table a row that may change; a product that is not sold, an order not billed."""
    seller = world.a_seller()
    product = world.a_product(seller)
    world.a_product(seller)
    Member.objects.create(seller=seller, user=User.objects.create_user("mia"))
    settled = world.an_order(product, "100", "2024-01-10")
    world.close("202401", seller)
    world.an_adjustment(world.the_bill(seller, "202401"), "1")
    world.a_refund(settled, "50", paid_out="2024-01-20")
    world.close("202402", seller)
    world.an_order(product, "100", "2024-03-10", number="unbilled")
    request_run(Cycle("202403"), [seller.number], actor=world.an_operator())


@pytest.mark.usefixtures("_one_of_everything")
@pytest.mark.parametrize(
    ("table", "column", "constraint"),
    [
        ("sellers_member", "role", "a_member_has_a_known_role"),
        ("sellers_product", "delivery_method", "a_product_has_a_known_delivery"),
        ("sellers_order", "order_type", "an_order_has_a_known_type"),
        ("sellers_order", "billing_mode", "an_order_has_a_known_billing_mode"),
        ("sellers_order", "supervision_status", "an_order_has_a_known_supervision"),
        ("settlement_bill", "state", "a_bill_is_in_a_known_state"),
        ("settlement_billrun", "state", "a_bill_run_is_in_a_known_state"),
        ("settlement_billrunseller", "state", "a_run_part_is_in_a_known_state"),
        ("settlement_recovery", "basis", "a_recovery_has_a_known_basis"),
        ("settlement_recovery", "state", "a_recovery_is_in_a_known_state"),
        ("settlement_receivable", "state", "a_receivable_is_in_a_known_state"),
    ],
)
def test_a_word_of_no_vocabulary_is_refused(table: str, column: str, constraint: str) -> None:
    which = {
        "sellers_order": "WHERE number = 'unbilled'",
        "sellers_product": "WHERE id NOT IN (SELECT product_id FROM sellers_order)",
    }.get(table, "")
    with refused_by(constraint):
        execute(f"UPDATE {table} SET {column} = 'gift' {which}")


@pytest.mark.usefixtures("_one_of_everything")
@pytest.mark.parametrize(
    ("table", "column", "constraint"),
    [
        ("settlement_adjustment", "kind", "an_adjustment_is_of_a_known_kind"),
        ("settlement_refund", "state", "a_refund_is_in_a_known_state"),
    ],
)
def test_a_new_row_speaks_the_vocabulary_too(table: str, column: str, constraint: str) -> None:
    """These rows are not changed in this way, whatever the word."""
    with refused_by(constraint):
        execute(
            f"INSERT INTO {table} SELECT (jsonb_populate_record(t, "
            f'\'{{"id": -1, "number": "x", "{column}": "gift", "refunded_at": null}}\''
            f"::jsonb)).* FROM {table} t"
        )
