"""Deliveries that were tried in vain, without any server: for pages, lists and permissions."""

from django.utils import timezone

from sellers.models import DeliveryInterface, DeliveryMessage, Product
from sellers.rules.answers import Judgement
from sellers.rules.deliveries import Verdict
from sellers.services.answers import Reply, record_answer
from sellers.services.delivering import claim
from sellers.services.orders import record_order
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
