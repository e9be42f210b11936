from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from koogallery.models import User
from sellers.models import DeliveryInterface, DeliveryMessage, Product, Seller
from sellers.services.delivery.access_keys import access_key
from tests.sellers.delivery.server import SellerServer, running_server
from tests.settlement.builders import make_member


@pytest.fixture
def server(settings: Settings) -> Iterator[SellerServer]:
    settings.OUTGOING_PRIVATE_TARGETS = True
    with running_server() as started:
        yield started


@pytest.fixture
def owner(seller: Seller) -> User:
    return make_member(seller, "mia")


@pytest.fixture
def interface(product: Product, server: SellerServer) -> DeliveryInterface:
    """Of `product`, verified; the server knows the seller's first access key."""
    server.keys.add(access_key("S-1", 1))
    return DeliveryInterface.objects.create(
        seller=product.seller,
        product=product,
        url=server.url,
        is_on=True,
        verified_at=timezone.now(),
    )


def make_due() -> None:
    """As if the next attempt's time had come."""
    DeliveryMessage.objects.exclude(next_attempt_at=None).update(
        next_attempt_at=timezone.now() - timedelta(seconds=1)
    )
