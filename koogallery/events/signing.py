"""The signatures of webhooks, by the Standard Webhooks scheme and its reference library."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

from koogallery.keys import derived_key
from koogallery.models import WebhookEndpoint

#: After a rotation the old secret signs beside the new one for so long.
OVERLAP = timedelta(hours=24)


def secret_of(endpoint: WebhookEndpoint, version: int | None = None) -> str:
    """`whsec_…`, as the scheme writes it; told when it is made, and stored nowhere."""
    key = derived_key("webhook", endpoint.number, version or endpoint.key_version)
    return f"whsec_{b64encode(key).decode()}"


def secrets_in_use(endpoint: WebhookEndpoint, now: datetime) -> list[str]:
    """The secret, and after a rotation the one before it for a while."""
    versions = [endpoint.key_version]
    if endpoint.rotated_at and now < endpoint.rotated_at + OVERLAP:
        versions.append(endpoint.key_version - 1)
    return [secret_of(endpoint, version) for version in versions]


def headers_of(
    endpoint: WebhookEndpoint, message_id: str, body: bytes, now: datetime
) -> dict[str, str]:
    """All that a call is made with."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "KooGallery-Webhooks/1",
        **signed_headers(endpoint, message_id, body, now),
    }


def signed_headers(
    endpoint: WebhookEndpoint, message_id: str, body: bytes, now: datetime
) -> dict[str, str]:
    """The three headers of the scheme; every secret in use adds its signature."""
    at = now.astimezone(UTC)
    signatures = [
        Webhook(secret).sign(message_id, at, body.decode())
        for secret in secrets_in_use(endpoint, now)
    ]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
