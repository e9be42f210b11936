"""The operators' pages of delivery: the failed first, sent again, frozen and unfrozen (R9.4)."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from koogallery.duties import OperatorRole
from sellers.models import DeliveryInterface, DeliveryMessage, Instance, Product
from sellers.services.delivery.calls import deliver_due
from sellers.services.orders.recording import record_order
from tests.sellers.delivery.builders import make_failed_message
from tests.sellers.facts import new_order
from tests.settlement.builders import make_operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_operator("otto"))
    return client


def address(page: str, *arguments: object) -> str:
    return reverse(f"admin:sellers_{page}", args=arguments)


@pytest.mark.usefixtures("interface")
def test_R9_4_failed_messages_wait_for_an_operator_who_sends_them_again(
    desk: Client, product: Product
) -> None:
    message = make_failed_message(product, "CS1-000001")
    assert message.number in desk.get(address("deliverymessage_changelist")).content.decode()
    page = desk.get(address("deliverymessage_change", message.pk)).content.decode()
    assert "Mobile number missing or in use" in page
    assert "Send again" in page
    question = address("deliverymessage_decide", message.pk, "resend")
    assert "told the same once more" in desk.get(question).content.decode()
    desk.post(question)
    assert DeliveryMessage.objects.get().state == "queued"
    order = desk.get(address("order_change", message.order_id)).content.decode()
    assert message.number in order


@pytest.mark.usefixtures("interface")
def test_R9_4_an_instance_is_frozen_and_unfrozen(desk: Client, product: Product) -> None:
    record_order(new_order("CS1-000001", product.number, effective_at=None), actor=None)
    deliver_due(time.monotonic() + 10)
    instance = Instance.objects.get()
    assert "Freeze" in desk.get(address("instance_change", instance.pk)).content.decode()
    for verb, state in (("freeze", "frozen"), ("unfreeze", "running")):
        question = address("instance_decide", instance.pk, verb)
        assert desk.get(question).status_code == 200
        desk.post(question)
        deliver_due(time.monotonic() + 10)
        assert Instance.objects.get().state == state


def test_R9_4_who_is_not_on_this_duty_only_reads(
    client: Client, product: Product, interface: DeliveryInterface
) -> None:
    vera = make_operator("vera")
    type(vera).objects.filter(pk=vera.pk).update(operator_roles=[OperatorRole.VIEWER])
    client.force_login(vera)
    message = make_failed_message(product, "CS1-000001")
    for page in ("deliverymessage", "instance", "deliveryinterface"):
        assert client.get(address(f"{page}_changelist")).status_code == 200
    assert client.get(address("deliveryinterface_change", interface.pk)).status_code == 200
    client.post(address("deliverymessage_decide", message.pk, "resend"))
    assert DeliveryMessage.objects.get().state == "failed"
