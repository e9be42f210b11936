"""The seller's list of services to provide (R9.3)."""

import pytest
from django.test import Client

from sellers.choices import Role
from sellers.models import Order
from tests.settlement.builders import make_member
from tests.world import a_product, a_seller, an_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    product = a_product(a_seller(), delivery="license", supervised=True)
    return an_order(product, "100", "2024-03-05", supervision="waiting_for_service")


def test_R9_3_a_service_is_told_as_provided_after_a_question(client: Client, order: Order) -> None:
    client.force_login(make_member(order.seller, "mia", Role.OPERATIONS))
    page = f"/supervision/{order.number}/provide/"
    assert page in client.get("/supervision/").text
    assert "Has the service of this order been provided?" in client.get(page).text

    assert client.post(page)["Location"] == "/supervision/"
    order.refresh_from_db()
    assert order.supervision_status == "waiting_for_acceptance"
    assert page not in client.get("/supervision/").text
    assert client.post(page).context["form"].non_field_errors()


def test_R9_3_who_only_reads_is_not_offered_it(client: Client, order: Order) -> None:
    client.force_login(make_member(order.seller, "vera", Role.VIEWER))
    page = f"/supervision/{order.number}/provide/"

    assert page not in client.get("/supervision/").text
    assert client.post(page).status_code == 403
