"""What sellers are told about their side of the marketplace (R10)."""

from koogallery.notices import notify
from sellers.models import DeliveryMessage


def delivery_failed(message: DeliveryMessage) -> None:
    """Each time it is given up: again if it was sent again in vain."""
    assert message.order is not None, "who makes a test sees its result"
    notify(
        key=f"delivery_failed:{message.number}:{message.attempts_made}",
        kind="delivery_failed",
        seller=message.seller,
        message=message.number,
        order=message.order.number,
        reason=message.result,
    )
