"""An endpoint that is called no more until its owner says so; the seller is told (R10)."""

from dataclasses import dataclass

from django.utils import timezone

from koogallery import audit
from koogallery.models import WebhookEndpoint
from koogallery.models.webhooks import EndpointState, StopReason
from koogallery.notices import notify


@dataclass(frozen=True, slots=True)
class _Owner:
    number: str


def disable(endpoint: WebhookEndpoint, reason: StopReason) -> None:
    """By the system. What waits stays, and goes out once the endpoint is enabled again."""
    now = timezone.now()
    endpoint.move_to(
        EndpointState.DISABLED, disabled_reason=reason, disabled_at=now, modified_at=now
    )
    audit.record(
        None,
        "disabled",
        "webhook",
        endpoint.number,
        seller=endpoint.seller_number,
        disabled_reason=reason,
    )
    if endpoint.is_platforms:
        return  # its own systems see it in the list of endpoints; there is no seller to notify
    notify(
        key=f"webhook_disabled:{endpoint.number}:{now.isoformat()}",
        kind="webhook_disabled",
        seller=_Owner(endpoint.seller_number),
        endpoint=endpoint.number,
        address=endpoint.url,
        cause=str(reason),
    )
