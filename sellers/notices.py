"""What sellers are told about their side of the marketplace; sent with the others (R10)."""

from koogallery.models import Notice
from sellers.models import DeliveryMessage


def delivery_failed(message: DeliveryMessage) -> None:
    assert message.order is not None, "tests are not told"
    Notice.objects.bulk_create(
        [
            Notice(
                key=f"delivery_failed:{message.number}:{message.attempts_made}",
                kind="delivery_failed",
                recipient="seller",
                seller_number=message.seller.number,
                subject=f"Delivery message {message.number} failed",
                facts={
                    "message": message.number,
                    "order": message.order.number,
                    "reason": message.result,
                },
            )
        ],
        ignore_conflicts=True,
    )
