from pathlib import Path
from typing import Any

import pytest

from koogallery.models import User
from sellers.models import Product, Seller
from tests.world import a_product, a_seller, an_operator


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, settings: Any) -> None:
    settings.ATTACHMENTS_DIR = tmp_path


@pytest.fixture
def operator(db: None) -> User:
    return an_operator()


@pytest.fixture
def seller(db: None) -> Seller:
    return a_seller("S-1")


@pytest.fixture
def product(seller: Seller) -> Product:
    """SaaS at a fee ratio of 0.15."""
    return a_product(seller)
