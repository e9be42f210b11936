"""What the database never lets be false about deliveries, asked by direct SQL."""

import time

import pytest

from sellers.models import DeliveryInterface, Product
from sellers.services.delivery.calls import claim, deliver_due
from sellers.services.orders.recording import record_order
from tests.books import execute, refused_by
from tests.sellers.facts import new_order
from tests.world import a_product, a_seller

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_delivered")]

THEIRS = "(SELECT id FROM sellers_product WHERE seller_id <> i.seller_id)"
STRANGER = "(SELECT id FROM sellers_seller WHERE number = 'S-2')"


@pytest.fixture
def _delivered(product: Product, interface: DeliveryInterface) -> None:
    """One instance, told in one attempt; another whose message waits; a seller besides."""
    record_order(new_order("O-1", product.number, effective_at=None), actor=None)
    deliver_due(time.monotonic() + 10)
    record_order(new_order("O-2", product.number, effective_at=None), actor=None)
    a_product(a_seller("S-2"))


@pytest.mark.parametrize(
    ("constraint", "statement"),
    [
        ("an_instance_is_enabled_once", "UPDATE sellers_instance SET enabled_at = now()"),
        ("an_instance_is_enabled_once", "UPDATE sellers_instance SET instance_id = 'other'"),
        ("an_instance_is_enabled_once", "DELETE FROM sellers_instance"),
        ("a_message_keeps_what_it_says", "UPDATE sellers_deliverymessage SET key = number"),
        ("a_message_keeps_what_it_says", "UPDATE sellers_deliverymessage SET failures = 3"),
        ("a_message_keeps_what_it_says", "DELETE FROM sellers_deliverymessage"),
        ("an_attempt_is_answered_once", "UPDATE sellers_deliveryattempt SET outcome = 'lost'"),
        ("an_attempt_is_answered_once", "DELETE FROM sellers_deliveryattempt"),
        (
            "a_waiting_message_has_its_time",
            "UPDATE sellers_deliverymessage SET next_attempt_at = NULL WHERE state = 'queued'",
        ),
        (
            "a_message_being_sent_is_leased",
            (
                "UPDATE sellers_deliverymessage SET state = 'sending', next_attempt_at = NULL "
                "WHERE state = 'queued'"
            ),
        ),
        (
            "an_instance_in_use_has_its_id",
            "UPDATE sellers_instance SET state = 'running' WHERE instance_id = ''",
        ),
        (
            "an_instance_id_names_one_instance_of_its_seller",
            (
                "UPDATE sellers_instance SET instance_id = "
                "(SELECT max(instance_id) FROM sellers_instance) WHERE instance_id = ''"
            ),
        ),
        (
            "an_interface_in_use_has_passed_its_test",
            "UPDATE sellers_deliveryinterface SET verified_at = NULL",
        ),
        (
            "an_interface_is_of_its_products_seller",
            (
                "INSERT INTO sellers_deliveryinterface SELECT (jsonb_populate_record(i, "
                f"jsonb_build_object('id', -1, 'product_id', {THEIRS}))).* "
                "FROM sellers_deliveryinterface i"
            ),
        ),
        (
            "a_new_key_has_its_instant",
            f"INSERT INTO sellers_accesskey (seller_id, version) SELECT {STRANGER}, 2",
        ),
    ],
)
def test_R9_4_the_database_refuses(constraint: str, statement: str) -> None:
    with refused_by(constraint):
        execute(statement)


COPY = (
    "INSERT INTO sellers_deliverymessage SELECT (jsonb_populate_record(m, "
    """'{"id": -1, "number": "x"%s}'::jsonb)).* FROM sellers_deliverymessage m """
    "WHERE state = 'sending'"
)


def test_R9_4_what_happened_is_told_by_one_message() -> None:
    assert claim()
    with refused_by("sellers_deliverymessage_key_key"):
        execute(COPY % "")


def test_R9_4_two_messages_of_one_instance_are_never_under_way_together() -> None:
    assert claim()
    with refused_by("messages_of_an_instance_are_sent_one_by_one"):
        execute(COPY % ', "key": "other"')
