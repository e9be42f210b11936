"""Who leaves, and what was sold before."""

import pytest

from koogallery.approvals import done
from koogallery.models import User
from sellers.choices import Role
from sellers.models import Member, Order, Product, Seller
from sellers.services.companies.sellers import change_seller
from sellers.services.products.catalogue import change_product
from settlement.services.exits import exit_seller
from tests import world
from tests.settlement.exits.building import everything_paid


@pytest.fixture
def olga() -> User:
    return world.an_operator()


@pytest.fixture
def seller() -> Seller:
    """Has sold nothing yet."""
    return world.a_seller("S-1")


@pytest.fixture
def product(seller: Seller) -> Product:
    """Delisted already."""
    product = world.a_product(seller)
    return change_product(product.number, {"listed": False}, actor=None)


@pytest.fixture
def settled(product: Product) -> Order:
    """100, on January's bill, which is paid."""
    order = world.an_order(product, "100", "2024-01-10", number="O-1")
    world.close("202401", product.seller)
    everything_paid()
    return order


@pytest.fixture
def in_euros(seller: Seller) -> Seller:
    """The same company, registered in another currency and spelling."""
    again = world.a_seller("S-2", currency="EUR")
    return done(change_seller(again.number, {"company_name": "CONTOSOCLOUD"}, actor=None))


@pytest.fixture
def gone(settled: Order, olga: User) -> Order:
    """The settled order of a seller who has left."""
    exit_seller("S-1", actor=olga)
    settled.refresh_from_db()
    return settled


@pytest.fixture
def mia(seller: Seller) -> User:
    """An owner of the seller."""
    mia = User.objects.create_user("mia")
    Member.objects.create(seller=seller, user=mia, role=Role.OWNER)
    return mia
