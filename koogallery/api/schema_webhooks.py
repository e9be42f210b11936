"""The `webhooks` section of the published description: the body of every kind of event (R10)."""

from typing import Any

from koogallery.events.streams import CUSTOMER_NOTICE
from koogallery.kinds import CURRENCY, FACTS, KINDS, Kind
from koogallery.models.webhooks import PING

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TAG = "webhooks"
#: The three headers of the Standard Webhooks scheme, described once.
HEADERS = {
    "WebhookId": ("webhook-id", "The same for every attempt and replay of an event."),
    "WebhookTimestamp": ("webhook-timestamp", "Seconds since 1970, at this attempt."),
    "WebhookSignature": ("webhook-signature", "`v1,` and an HMAC-SHA256, one for each secret."),
}
EVENT: Schema = {
    "type": "object",
    "description": "What a webhook is sent; an endpoint of the platform gets `PE-…` and `event`.",
    "required": ["id", "sequence", "type", "occurred_at", "seller", "data"],
    "properties": {
        "id": TEXT,
        "sequence": {"type": ["integer", "null"], "description": "Without gaps; null: a test."},
        "type": TEXT,
        "occurred_at": {"type": "string", "format": "date-time"},
        "seller": {"type": ["string", "null"]},
        "event": {"type": ["string", "null"], "description": "To the platform: its seller's id."},
        "data": {
            "type": "object",
            "properties": {"links": {"type": "object", "additionalProperties": TEXT}},
        },
    },
}


def describe_webhooks(result: Schema, **_: Any) -> Schema:
    """One of each kind, with its facts; the headers and what is common stand once."""
    parts = result["components"]
    parts["schemas"]["Event"] = EVENT
    parts["parameters"] = {
        name: {
            "name": header,
            "in": "header",
            "required": True,
            "schema": TEXT,
            "description": told,
        }
        for name, (header, told) in HEADERS.items()
    }
    facts = {name: {**FACTS[name].form.schema, "title": str(FACTS[name].label)} for name in FACTS}
    parts["schemas"]["EventFacts"] = {
        "type": "object",
        "description": "Every fact that an event can carry, by its name.",
        "properties": {**facts, CURRENCY: TEXT},
    }
    told = {name: _webhook(name, str(kind.label), _body(kind)) for name, kind in KINDS.items()}
    told[CUSTOMER_NOTICE] = _webhook(
        CUSTOMER_NOTICE,
        "A customer is notified (to the platform)",
        _of_type(CUSTOMER_NOTICE, ["kind", "notice", "customer_account", "customer_name"]),
    )
    told[PING] = _webhook(PING, "A test, which is no event", _of_type(PING, ["endpoint"]))
    result["webhooks"] = told
    result["tags"] = [*result["tags"], {"name": TAG, "description": "What endpoints are sent."}]
    return result


def _body(kind: Kind) -> Schema:
    always = [name for name in kind.facts if name not in kind.optional]
    return _of_type(kind.name, [*always, *([CURRENCY] if kind.has_amounts else [])])


def _of_type(name: str, required: list[str]) -> Schema:
    data: Schema = {"allOf": [_ref("schemas", "EventFacts"), {"required": required}]}
    return {
        "allOf": [
            _ref("schemas", "Event"),
            {"properties": {"type": {"const": name}, "data": data}},
        ]
    }


def _webhook(name: str, summary: str, body: Schema) -> Schema:
    return {
        "post": {
            "operationId": f"webhook_{name.replace('.', '_')}",
            "summary": summary,
            "tags": [TAG],
            "parameters": [_ref("parameters", each) for each in HEADERS],
            "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
            "responses": {"2XX": {"description": "Taken; anything else is tried again."}},
            "security": [],
        }
    }


def _ref(place: str, name: str) -> Schema:
    return {"$ref": f"#/components/{place}/{name}"}
