"""Forecasts and simulations kept for the pages, so that no page closes a month (R1.6, R4.3).

A worker computes them; the page compares what they were computed from with what stands now.
"""

import json
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Generic, TypeVar, get_args, get_type_hints

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError
from django.utils import timezone

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Busy, DomainError
from koogallery.outages import is_outage, sqlstate_of
from koogallery.settlement_time import ZONE
from koogallery.statements import run_statement
from sellers.models import Seller
from settlement.models import KeptForecast, Refund
from settlement.services.previews.forecasts import Outlook, outlook_of
from settlement.services.previews.refunds import Simulation, simulate_refund
from settlement.services.previews.what_if import QUICK

Shown = TypeVar("Shown", Outlook, Simulation)

#: What was refused may be accepted after so long, though nothing of the seller changed.
REFUSED_FOR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a forecast follows from; `are_few` where it is computed at once."""

    digest: str
    are_few: bool


def facts_of(seller: int) -> Facts:
    today = timezone.now().astimezone(ZONE).date().isoformat()
    parameters = {"seller": seller, "most": QUICK, "today": today}
    [row] = run_statement("settlement/facts_of_forecast", parameters)
    return Facts(*row)


@dataclass(frozen=True, slots=True)
class Kept(Generic[Shown]):
    """What is kept, if anything could be computed; whether it still follows from the facts."""

    facts: Facts
    is_current: bool = False
    shown: Shown | None = None
    as_of: datetime | None = None
    refused: str = ""


def kept_outlook(seller: Seller) -> Kept[Outlook]:
    return _kept(Outlook, seller.pk)


def kept_simulation(refund: Refund) -> Kept[Simulation]:
    return _kept(Simulation, refund.seller_id, refund)


def _kept(kind: type[Shown], seller: int, refund: Refund | None = None) -> Kept[Shown]:
    facts = facts_of(seller)
    row = KeptForecast.objects.filter(seller=seller, refund=refund).first()
    if row is None:
        return Kept(facts)
    waits = bool(row.refused) and row.computed_at < timezone.now() - REFUSED_FOR
    shown = _read(kind, row.content) if row.content else None
    is_current = row.facts == facts.digest and not waits
    return Kept(facts, is_current, shown, row.computed_at, row.refused)


def renew(seller: Seller, refund: Refund | None = None) -> None:
    """Compute it, unless it still holds; while a bill run has the seller it stays as it is."""
    kept = kept_simulation(refund) if refund else kept_outlook(seller)
    if kept.is_current:
        return
    hurried = kept.facts.are_few
    content, refused = None, ""
    try:
        content = _written(
            simulate_refund(refund, hurried=hurried)
            if refund
            else outlook_of(seller, hurried=hurried)
        )
    except Busy:
        return
    except (DomainError, DatabaseError) as reason:
        if is_outage(reason):
            raise
        refused = (
            reason.code if isinstance(reason, DomainError) else sqlstate_of(reason) or "failed"
        )
    row = KeptForecast(
        seller=seller,
        refund=refund,
        facts=kept.facts.digest,
        content=content,
        refused=refused,
        computed_at=timezone.now(),
    )
    KeptForecast.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["seller", "refund"],
        update_fields=["facts", "content", "refused", "computed_at"],
    )


def _written(shown: Outlook | Simulation) -> Any:
    return json.loads(json.dumps(asdict(shown), cls=DjangoJSONEncoder))


def _read(kind: type[Any], content: dict[str, Any]) -> Any:
    """As it was before it was written."""
    hints = get_type_hints(kind)
    return kind(
        **{each.name: _typed(hints[each.name], content[each.name]) for each in fields(kind)}
    )


def _typed(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    kinds = get_args(hint) or (hint,)
    if isinstance(value, list):
        return tuple(_typed(kinds[0], each) for each in value)
    if is_dataclass(kinds[0]):
        return _read(kinds[0], value)  # type: ignore[arg-type]
    if datetime in kinds:
        return datetime.fromisoformat(value)
    read = next((kind for kind in (Decimal, Cycle) if kind in kinds), None)
    return read(value) if read else value
