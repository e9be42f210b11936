"""Deliveries that were tried in vain, without any server: for pages, lists and permissions."""

from django.utils import timezone

from sellers.models import DeliveryInterface, DeliveryMessage, Product
from sellers.rules.answers import Judgement
from sellers.rules.deliveries import Verdict
from sellers.services.delivery.answers import Reply, record_answer
from sellers.services.delivery.calls import claim
from sellers.services.orders.recording import record_order
from tests.sellers.facts import new_order


def make_interface(product: Product, url: str = "https://saas.seller.example/koo") -> None:
    DeliveryInterface.objects.create(
        seller=product.seller,
        product=product,
        url=url,
        is_on=True,
        verified_at=timezone.now(),
    )


def make_failed_message(product: Product, number: str) -> DeliveryMessage:
    """Of a paid order, refused once by the seller's server, and so given up."""
    facts = {"effective_at": None, "currency": product.seller.settlement_currency}
    record_order(new_order(number, product.number, **facts), actor=None)
    message = DeliveryMessage.objects.get(order__number=number)
    call = claim(message.number)
    assert call
    judgement = Judgement(Verdict.REFUSED, "000101", "Mobile number missing or in use.")
    kept = '{"resultCode": "000101"}'
    record_answer(call.attempt.pk, Reply(judgement, timezone.now(), 231, 200, kept))
    return DeliveryMessage.objects.get(pk=message.pk)


def put_into_use(product: Product) -> None:
    """As a test call that has passed does."""
    interface = DeliveryInterface.objects.get(product=product)
    interface.url, interface.proposed_url = interface.proposed_url, ""
    interface.is_on, interface.verified_at = True, timezone.now()
    interface.save()


def succeed(number: str, instance_id: str) -> None:
    """The seller's server creates the instance at the next attempt."""
    call = claim(number)
    assert call
    told = {"resultCode": "000000", "instanceId": instance_id}
    judgement = Judgement(Verdict.SUCCEEDED, "000000", "Success.", told)
    record_answer(call.attempt.pk, Reply(judgement, timezone.now(), 180, 200, str(told)))
