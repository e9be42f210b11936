"""The console's pages of delivery, against a real server of a seller (R9.4)."""

import pytest
from django.test import Client
from django.urls import reverse

from koogallery.models import Act, User
from sellers.choices import Role
from sellers.models import DeliveryInterface, DeliveryMessage, Product
from sellers.services.delivery.access_keys import access_key, secret_key
from tests.books import snapshot
from tests.sellers.delivery.builders import make_failed_message, make_interface
from tests.sellers.delivery.server import SellerServer, acts_but_signs_wrongly
from tests.settlement.builders import make_member, make_operator

pytestmark = pytest.mark.django_db


def page(name: str, number: str) -> str:
    return reverse(f"console:{name}", args=[number])


@pytest.fixture
def console(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def text(console: Client, name: str, number: str) -> str:
    return console.get(page(name, number)).content.decode()


def test_R9_4_an_owner_sets_up_tests_and_uses_an_interface(
    console: Client, product: Product, server: SellerServer
) -> None:
    number = product.number
    assert "Not set up" in text(console, "interface-detail", number)
    console.post(page("interface-propose", number), {"url": server.url})
    assert "To be tested" in text(console, "interface-detail", number)
    answer = console.post(page("interface-test", number), follow=True)
    assert "compare the access key" in answer.content.decode()
    assert not DeliveryInterface.objects.get().is_on
    server.keys.add(access_key("S-1", 1))
    server.faults.append(acts_but_signs_wrongly)
    answer = console.post(page("interface-test", number), follow=True)
    assert "does not fit the answer" in answer.content.decode()
    answer = console.post(page("interface-test", number), follow=True)
    assert "answered as agreed" in answer.content.decode()
    interface = DeliveryInterface.objects.get()
    assert (interface.url, interface.proposed_url, interface.is_on) == (server.url, "", True)
    assert [body["testFlag"] for body in server.seen] == ["1", "1", "1"]
    console.post(page("interface-switch", number))
    assert "Switched off" in text(console, "interface-detail", number)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://saas.seller.example/", "begins with https://"),
        ("https://127.0.0.1/", "private or local"),
        ("https://8.8.8.8/", "Write the name"),
        ("https://x.example/#a", "no fragment"),
    ],
)
def test_R9_4_an_address_that_is_never_called_is_refused(
    console: Client, product: Product, url: str, says: str
) -> None:
    answer = console.post(page("interface-propose", product.number), {"url": url})
    assert says in answer.content.decode()
    assert not DeliveryInterface.objects.exists()


def test_R9_4_the_key_is_shown_to_an_owner_on_demand_and_that_is_on_record(
    console: Client, product: Product
) -> None:
    key = access_key("S-1", 1)
    for name in ("interface-detail", "access-key", "product-detail"):
        assert key not in text(console, name, product.number)
    answer = console.post(page("access-key", product.number))
    shown = answer.content.decode()
    assert key in shown
    assert secret_key("S-1", 1) in shown
    assert answer["Cache-Control"] == "private, no-store"
    acts = Act.objects.filter(object_kind="access key")
    assert set(acts.values_list("verb", flat=True)) == {"shown"}
    assert key not in str(snapshot())


@pytest.mark.parametrize("role", [Role.OPERATIONS, Role.FINANCE, Role.VIEWER, None])
def test_R9_4_nobody_else_sees_or_replaces_the_key(
    client: Client, product: Product, role: Role | None
) -> None:
    """Operators neither, who open every page."""
    client.force_login(make_member(product.seller, "x", role) if role else make_operator())
    key = access_key("S-1", 1)
    before = snapshot()
    for name in ("access-key", "access-key-rotate"):
        answer = client.post(page(name, product.number))
        assert key not in answer.content.decode()
    assert snapshot() == before


def test_R9_4_a_new_key_signs_calls_once_a_test_with_it_has_passed(
    console: Client, interface: DeliveryInterface, server: SellerServer
) -> None:
    number = interface.product.number
    console.post(page("access-key-rotate", number))
    assert "Test the new one" in text(console, "interface-detail", number)
    console.post(page("interface-test", number))
    assert DeliveryInterface.objects.get().key_version == 1
    server.keys.add(access_key("S-1", 2))
    console.post(page("interface-test", number))
    assert DeliveryInterface.objects.get().key_version == 2


def test_R9_4_a_failed_message_says_why_and_is_sent_again(
    console: Client, product: Product
) -> None:
    make_interface(product)
    message = make_failed_message(product, "CS1-000001")
    shown = text(console, "message-detail", message.number)
    assert "mobile number is missing or taken" in shown
    assert "Send again" in shown
    listed = console.get(reverse("console:message-list"), {"state": "failed"}).content.decode()
    assert message.number in listed
    nothing = console.get(reverse("console:message-list"), {"is_test": "true"}).content.decode()
    assert message.number not in nothing
    console.post(page("message-resend", message.number))
    assert DeliveryMessage.objects.get().state == "queued"
