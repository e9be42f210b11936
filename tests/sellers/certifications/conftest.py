"""A company that is to be certified, and who decides it."""

import pytest

from koogallery.models import User
from sellers.models import Seller
from tests.sellers.applying import (
    a_member,
)
from tests.world import a_seller, an_operator


@pytest.fixture
def seller(db: None) -> Seller:
    return a_seller("S-1", certified=None)


@pytest.fixture
def mia(seller: Seller) -> User:
    return a_member(seller, "mia")


@pytest.fixture
def oscar(db: None) -> User:
    return an_operator("oscar")
