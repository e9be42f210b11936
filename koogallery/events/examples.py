"""A made-up event of any kind: what an endpoint would be sent, to build its receiver with."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from koogallery.kinds import CURRENCY, CYCLE, FACTS, NUMBER, Form, Kind
from koogallery.models import Notice
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
