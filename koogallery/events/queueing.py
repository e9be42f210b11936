"""Which endpoint is told of which event: events are read in their order, each endpoint at its own.

A seller's notices are counted without gaps in the order they commit, so an endpoint needs to know
only through which number it has been queued; the writers of notices know nothing of webhooks.
"""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from koogallery.events.streams import events_of, wants
from koogallery.models import Notice, NoticeCount, WebhookDelivery, WebhookEndpoint
from koogallery.models.notices import PLATFORM
from koogallery.models.webhooks import Cause, EndpointState
from koogallery.numbering import next_numbers

#: Events that one transaction queues for one endpoint.
BATCH = 1000


def queue_new_events() -> int:
    """Bring every active endpoint up to the last event of its sequence; how many were queued."""
    last = NoticeCount.objects.filter(seller_number=OuterRef("counter")).values("last")
    counter = Coalesce(NullIf("seller_number", Value("")), Value(PLATFORM))
    active = WebhookEndpoint.objects.filter(state=EndpointState.ACTIVE).alias(counter=counter)
    behind = active.alias(last=Subquery(last))
    behind = behind.filter(last__gt=F("read_through"))
    return sum(queue_events_of(pk) for pk in list(behind.values_list("pk", flat=True)))


def queue_events_of(pk: int) -> int:
    """The same for one endpoint; nothing where another worker is doing it just now."""
    queued = 0
    while True:
        with transaction.atomic():
            rows = WebhookEndpoint.objects.select_for_update(skip_locked=True, no_key=True)
            endpoint = rows.filter(pk=pk, state=EndpointState.ACTIVE).first()
            found = _following(endpoint) if endpoint else []
            if endpoint is None or not found:
                return queued
            wanted = [notice for notice in found if wants(endpoint, notice)]
            queue(endpoint, wanted, Cause.EVENT)
            queued += len(wanted)
            endpoint.read_through = found[-1].place
            endpoint.save(update_fields=["read_through"])


def _following(endpoint: WebhookEndpoint) -> list[Any]:
    rows = events_of(endpoint).filter(place__gt=endpoint.read_through)
    return list(rows.order_by("place")[:BATCH])


def queue(
    endpoint: WebhookEndpoint,
    notices: Sequence[Notice | None],
    cause: Cause,
    *,
    simulates: str = "",
) -> list[WebhookDelivery]:
    """Deliveries due at once, in this order; None is a test, maybe with a made-up event."""
    now = timezone.now()
    numbers = next_numbers("WD", len(notices))
    return WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            number=number,
            endpoint=endpoint,
            notice=notice,
            cause=cause,
            simulates=simulates,
            due_at=now,
        )
        for number, notice in zip(numbers, notices, strict=True)
    )
