"""The queue of orders that are paid and not in effect: what each waits for, and going on (R9.4)."""

import pytest
from django.test import Client
from django.urls import reverse

from sellers.models import DeliveryMessage, Order
from sellers.services.orders.recording import record_order
from tests import world
from tests.sellers.delivery.builders import make_failed_message, make_interface
from tests.sellers.facts import new_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting(db: None) -> Order:
    """Refused by the seller's server."""
    product = world.a_product(world.a_seller("S-1"))
    record_order(new_order("O-2", product.number), actor=None)  # in effect
    make_interface(product)
    make_failed_message(product, "O-1")
    return Order.objects.get(number="O-1")


def test_R9_4_the_queue_says_what_each_waits_for(desk: Client, waiting: Order) -> None:
    home = desk.get(reverse("admin:index")).content.decode()
    assert "Orders paid, not enabled" in home
    page = desk.get(reverse("admin:sellers_order_changelist"), {"enabling": "waiting"})
    text = page.content.decode()
    assert "O-1" in text and "O-2" not in text
    assert "Mobile number missing or in use." in text


def test_R9_4_an_order_is_delivered_from_its_page(desk: Client, waiting: Order) -> None:
    address = reverse("admin:sellers_order_decide", args=[waiting.pk, "deliver"])
    assert "Ask the seller’s server for this order now?" in desk.get(address).content.decode()
    assert desk.post(address).status_code == 302
    assert DeliveryMessage.objects.get().state == "queued"
