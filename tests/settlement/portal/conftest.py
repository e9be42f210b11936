import pytest
from django.test import Client

from koogallery.models import User
from sellers.models import Product, Seller
from tests.settlement.builders import make_member, make_product, make_seller


@pytest.fixture
def seller() -> Seller:
    return make_seller(company_name="Nordlicht Analytics")


@pytest.fixture
def member(seller: Seller) -> User:
    return make_member(seller, "lina")


@pytest.fixture
def product(seller: Seller) -> Product:
    return make_product(seller, ratio="0.15", name="Aurora Dashboards")


@pytest.fixture
def console(client: Client, member: User) -> Client:
    """A browser in which the seller's member is signed in."""
    client.force_login(member)
    return client
