import pytest

from koogallery.models import User
from sellers.choices import Role
from sellers.models import Member, Product, Seller
from tests.callers import Caller, operator_caller, seller_caller
from tests.world import a_product, a_seller


@pytest.fixture
def olga(operator: User) -> Caller:
    return operator_caller(operator)


@pytest.fixture
def owner(seller: Seller) -> User:
    user = User.objects.create_user("mia")
    Member.objects.create(seller=seller, user=user, role=Role.OWNER)
    return user


@pytest.fixture
def reader(owner: User) -> Caller:
    return seller_caller(owner, "S-1")


@pytest.fixture
def writer(owner: User) -> Caller:
    return seller_caller(owner, "S-1", may_write=True)


@pytest.fixture
def theirs(db: None) -> Product:
    """A product of another seller."""
    return a_product(a_seller("S-2"))
