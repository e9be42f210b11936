"""Sending events to a webhook endpoint again, and testing it (R10)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery.events import queueing
from koogallery.events.streams import events_of, wanted_by
from koogallery.guards import as_refusals
from koogallery.kit.errors import IllegalTransition, InvalidInput, NotFound
from koogallery.models import User, WebhookDelivery, WebhookEndpoint
from koogallery.models.webhooks import Cause, DeliveryState, EndpointState
from sellers.services.access.webhooks import RULE, locked_endpoint, record_act

#: Events that one call replays; whoever needs more calls again from where this one ended.
MOST_REPLAYED = 10_000


@as_refusals()
@transaction.atomic
def send_test(number: str, *, actor: User) -> WebhookDelivery:
    """A `test.ping`, which is no event and has no place in the sequence; it is tried once."""
    endpoint = _awake(number, actor)
    (delivery,) = queueing.queue(endpoint, [None], Cause.TEST)
    record_act(endpoint, "tested", actor, delivery=delivery.number)
    return delivery


@as_refusals()
@transaction.atomic
def replay_events(  # three ways to say which
    number: str,
    *,
    sequence_from: int | None = None,
    sequence_to: int | None = None,
    since: datetime | None = None,
    actor: User,
) -> int:
    """Tell an endpoint again, in order, of what it subscribes to; how many events that is.

    One event is a range of one. An event that waits for this endpoint already is not added.
    """
    endpoint = _active(number, actor)
    if sequence_from is None and since is None:
        raise InvalidInput(_("Say from which sequence, or since when."), code="no_range", rule=RULE)
    rows = _range(endpoint, sequence_from, sequence_to, since)
    found = list(rows.order_by("place")[: MOST_REPLAYED + 1])
    if len(found) > MOST_REPLAYED:
        raise InvalidInput(
            _("That is more than %(most)s events; replay a smaller range.")
            % {"most": MOST_REPLAYED},
            code="too_many_events",
            rule=RULE,
        )
    queueing.queue(endpoint, found, Cause.REPLAY)
    record_act(endpoint, "replayed", actor, events=len(found))
    return len(found)


@as_refusals()
@transaction.atomic
def send_again(delivery_number: str, *, actor: User) -> WebhookDelivery:
    """One event once more, whatever became of it before."""
    visible = WebhookDelivery.objects.visible_to(actor)
    found = visible.select_related("endpoint", "notice").filter(number=delivery_number).first()
    if found is None:
        raise NotFound(_("There is no delivery %(number)s.") % {"number": delivery_number})
    endpoint = _awake(found.endpoint.number, actor)
    if found.state == DeliveryState.PENDING:
        found.due_at = timezone.now()
        found.save(update_fields=["due_at"])
        again = found
    else:
        cause = Cause.REPLAY if found.notice else Cause.TEST
        (again,) = queueing.queue(endpoint, [found.notice], cause)
    record_act(endpoint, "sent_again", actor, delivery=again.number)
    return again


def _range(
    endpoint: WebhookEndpoint,
    sequence_from: int | None,
    sequence_to: int | None,
    since: datetime | None,
) -> Any:
    rows = events_of(endpoint).filter(wanted_by(endpoint), place__lte=endpoint.read_through)
    bounds = {
        "place__gte": sequence_from,
        "place__lte": sequence_to,
        "created_at__gte": since,
    }
    rows = rows.filter(**{name: bound for name, bound in bounds.items() if bound is not None})
    waiting = endpoint.deliveries.filter(state=DeliveryState.PENDING, notice__isnull=False)
    return rows.exclude(pk__in=waiting.values("notice"))


def _awake(number: str, actor: User) -> WebhookEndpoint:
    """Whoever asks for a call does not wait for the end of a rest."""
    endpoint = _active(number, actor)
    endpoint.resting_until = None
    endpoint.save(update_fields=["resting_until"])
    return endpoint


def _active(number: str, actor: User) -> WebhookEndpoint:
    endpoint = locked_endpoint(number, actor)
    if endpoint.state != EndpointState.ACTIVE:
        raise IllegalTransition(
            _("The endpoint is disabled. Enable it first: nothing is sent to it until then."),
            rule=RULE,
        )
    return endpoint
