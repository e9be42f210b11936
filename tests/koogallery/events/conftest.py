from collections.abc import Iterator
from typing import Any

import pytest

from koogallery.events.signing import secret_of
from koogallery.models import User, WebhookEndpoint
from koogallery.notices import notify
from sellers.models import Seller
from tests.koogallery.events.receiver import Receiver, receiver
from tests.settlement.builders import make_endpoint, make_member, make_seller


@pytest.fixture
def seller() -> Seller:
    return make_seller()


@pytest.fixture
def owner(seller: Seller) -> User:
    return make_member(seller, "anna")


@pytest.fixture
def server(settings: Any) -> Iterator[Receiver]:
    settings.OUTGOING_PRIVATE_TARGETS = True
    settings.WEBHOOK_TIMEOUT = 1
    with receiver() as got:
        yield got


@pytest.fixture
def secret_and_endpoint(
    seller: Seller, owner: User, server: Receiver
) -> tuple[str, WebhookEndpoint]:
    endpoint, secret = quietly_made(seller, owner, server.url)
    return secret, endpoint


@pytest.fixture
def secret(secret_and_endpoint: tuple[str, WebhookEndpoint]) -> str:
    return secret_and_endpoint[0]


@pytest.fixture
def endpoint(secret_and_endpoint: tuple[str, WebhookEndpoint]) -> WebhookEndpoint:
    return secret_and_endpoint[1]


def quietly_made(
    seller: Seller, owner: User, url: str, **fields: Any
) -> tuple[WebhookEndpoint, str]:
    """Without the event that it was made; and its secret."""
    endpoint = make_endpoint(seller, owner, url, **fields)
    return endpoint, secret_of(endpoint)


def happen(seller: Seller, *numbers: int, kind: str = "receivable_paid") -> None:
    """Something happens to the seller, once for every number."""
    for number in numbers:
        notify(
            key=f"{kind}:{seller.number}:{number}",
            kind=kind,
            seller_number=seller.number,
            receivable=f"RV{number}",
            recovery=f"RC{number}",
            amount="1.00",
            currency="USD",
        )
