"""An endpoint that is called no more until its owner says so; the seller is told (R10)."""

from django.utils import timezone

from koogallery import audit
from koogallery.models import WebhookEndpoint
from koogallery.models.webhooks import EndpointState, StopReason
from koogallery.notices import anew, tell


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
    tell(
        "webhook_disabled",
        endpoint,
        anew(endpoint),
        endpoint=endpoint,
        address=endpoint.url,
        cause=reason,
    )
