"""An event as programs read it: over REST and in webhooks the same (docs/api/events.md).

A made-up event of any kind: what an endpoint would be sent, to build its receiver with.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from koogallery.events.streams import type_of
from koogallery.kinds import CURRENCY, CYCLE, FACTS, KINDS, NUMBER, Form, Kind
from koogallery.kit.instants import utc_text
from koogallery.models import Notice, WebhookDelivery
from koogallery.models.webhooks import PING
from koogallery.settlement_time import ZONE, cycle_of

AMOUNT = "1250.00"
#: As public numbers and the rest of these names look.
KNOWN = {
    "adjustment": "AD00000001",
    "amount": AMOUNT,
    "bank_account": "BA00000001",
    "invoice": "IN00000001",
    "order": "CS2610050312ABCDE-000001",
    "payout": "PO00000001",
    "product": "P000001",
    "receivable": "RV00000001",
    "recovery": "RC00000001",
    "refund": "RF00000001",
}


def example_notice(kind: Kind, seller_number: str, at: datetime) -> Notice:
    """Never stored: nothing of it has happened."""
    facts = {name: _value(name, FACTS[name].form, seller_number, at) for name in kind.facts}
    money = {CURRENCY: "USD"} if kind.has_amounts else {}
    return Notice(
        kind=kind.name,
        recipient="seller",
        seller_number=seller_number,
        facts=facts | money,
        created_at=at,
    )


def _value(name: str, form: Form, seller_number: str, at: datetime) -> Any:
    if FACTS[name].page == "bill-detail":
        return f"B{cycle_of(at).previous}-{seller_number}"
    if form is CYCLE:
        return str(cycle_of(at).previous)
    plain = "EX00000001" if form is NUMBER else str(FACTS[name].label)
    return _of_schema(form.schema, KNOWN.get(name, plain), at)


def _of_schema(schema: Mapping[str, Any], plain: str, at: datetime) -> Any:
    """As the published description of the API has it."""
    if schema["type"] == "array":
        return [_of_schema(schema["items"], plain, at)]
    if schema["type"] == "object":
        parts = schema["properties"]
        return {
            name: _of_schema(parts[name], KNOWN.get(name, plain), at) for name in schema["required"]
        }
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("format") == "date-time":
        return at.isoformat()
    if schema.get("format") == "date":
        return (at.astimezone(ZONE).date() + timedelta(days=30)).isoformat()
    return AMOUNT if "pattern" in schema else plain


API = "/api/v1"


def event_of(notice: Notice) -> dict[str, Any]:
    """The event that a seller's notice is."""
    return {
        "id": notice.number,
        "sequence": notice.sequence,
        "type": notice.kind,
        "occurred_at": utc_text(notice.created_at),
        "seller": notice.seller_number,
        "data": data_of(notice),
    }


def platform_event_of(notice: Notice) -> dict[str, Any]:
    """The same for the platform's systems, which are told of every seller and customer."""
    return {
        "id": notice.platform_number,
        "sequence": notice.platform_sequence,
        "type": type_of(notice, for_platform=True),
        "occurred_at": utc_text(notice.created_at),
        "seller": notice.seller_number,
        "event": notice.number or None,
        "data": platform_data_of(notice),
    }


def platform_data_of(notice: Notice) -> dict[str, Any]:
    """Of what a customer is notified of: its kind, its place among those, and whom it is for."""
    if notice.recipient != "customer":
        return data_of(notice)
    whom = {
        "kind": notice.kind,
        "notice": notice.sequence,
        "customer_account": notice.customer_account,
        "customer_name": notice.customer_name,
    }
    return {**whom, **data_of(notice)}


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
    write = platform_event_of if delivery.endpoint.is_platforms else event_of
    event = write(delivery.notice) if delivery.notice else _test(delivery)
    return bytes_of(event)


def bytes_of(event: dict[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def example_event(kind: str, number: str, seller_number: str, at: datetime) -> dict[str, Any]:
    """Made up: like an event of this kind, but without a place in the sequence."""
    return {**event_of(example_notice(KINDS[kind], seller_number, at)), "id": number}


def _test(delivery: WebhookDelivery) -> dict[str, Any]:
    if not delivery.simulates:
        endpoint = delivery.endpoint
        return {
            "id": delivery.number,
            "sequence": None,
            "type": PING,
            "occurred_at": utc_text(delivery.created_at),
            "seller": endpoint.owner_number,
            "data": {
                "endpoint": endpoint.number,
                "links": {"endpoint": f"{API}/webhook-endpoints/{endpoint.number}/"},
            },
        }
    seller, at = delivery.endpoint.seller_number, delivery.created_at
    return example_event(delivery.simulates, delivery.number, seller, at)
