"""An event as programs read it: over REST and in webhooks the same (docs/api/events.md)."""

import json
from datetime import UTC, datetime
from typing import Any

from koogallery.kinds import FACTS
from koogallery.models import Notice, WebhookDelivery
from koogallery.models.webhooks import PING

API = "/api/v1"


def event_of(notice: Notice) -> dict[str, Any]:
    """The event that a seller's notice is."""
    return {
        "id": notice.number,
        "sequence": notice.sequence,
        "type": notice.kind,
        "occurred_at": _instant(notice.created_at),
        "seller": notice.seller_number,
        "data": data_of(notice),
    }


def data_of(notice: Notice) -> dict[str, Any]:
    """The facts of its kind, and where the API has what they name."""
    return {**notice.facts, "links": links_of(notice)}


def links_of(notice: Notice) -> dict[str, str]:
    """By the name of the fact."""
    links = {"seller": f"{API}/sellers/{notice.seller_number}/"}
    for name, number in notice.facts.items():
        fact = FACTS.get(name)
        if fact and fact.collection:
            links[name] = f"{API}/{fact.collection}/{number}/"
    return links


def body_of(delivery: WebhookDelivery) -> bytes:
    """The same bytes at every attempt: what is signed is what is sent."""
    event = event_of(delivery.notice) if delivery.notice else _ping(delivery)
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def _ping(delivery: WebhookDelivery) -> dict[str, Any]:
    endpoint = delivery.endpoint
    return {
        "id": delivery.number,
        "sequence": None,
        "type": PING,
        "occurred_at": _instant(delivery.created_at),
        "seller": endpoint.seller_number,
        "data": {
            "endpoint": endpoint.number,
            "links": {"endpoint": f"{API}/webhook-endpoints/{endpoint.number}/"},
        },
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
