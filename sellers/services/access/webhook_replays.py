"""Sending events to a webhook endpoint again, and testing it (R10)."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery.acts import Said, act
from koogallery.events import queueing
from koogallery.events.streams import events_of, wanted_by
from koogallery.kinds import KINDS
from koogallery.kit.errors import IllegalTransition, InvalidInput
from koogallery.models import User, WebhookDelivery, WebhookEndpoint
from koogallery.models.webhooks import Cause, DeliveryState, EndpointState
from sellers.services.access.webhooks import HELPERS, RULE, by_helpers, record_act

#: Events that one call replays; whoever needs more calls again from where this one ended.
MOST_REPLAYED = 10_000


def _active(row: WebhookEndpoint | WebhookDelivery, actor: User) -> None:  # noqa: ARG001
    endpoint = row.endpoint if isinstance(row, WebhookDelivery) else row
    if endpoint.state != EndpointState.ACTIVE:
        raise IllegalTransition(
            _("The endpoint is disabled. Enable it first: nothing is sent to it until then."),
            rule=RULE,
        )


@by_helpers(
    "test",
    unless=_active,
    said=Said(
        label=gettext_lazy("Send a test"),
        question=gettext_lazy("Send a test?"),
        consequence=gettext_lazy(
            "The endpoint is called with a test.ping, which is no event and has no number."
        ),
        done=gettext_lazy(
            "The test is on its way. Load this page again in a few seconds to see the answer."
        ),
    ),
)
def send_test(endpoint: WebhookEndpoint, simulates: str = "", *, actor: User) -> WebhookDelivery:
    """A `test.ping`, or a made-up event of a kind; without a place in the sequence, tried once."""
    if simulates and (endpoint.is_platforms or simulates not in KINDS):
        raise InvalidInput(
            _("There is no kind of event %(kind)s.") % {"kind": simulates},
            code="unknown_kind",
            rule=RULE,
            field="kind",
        )
    _awake(endpoint)
    (delivery,) = queueing.queue(endpoint, [None], Cause.TEST, simulates=simulates)
    record_act(endpoint, "tested", actor, delivery=delivery.number)
    return delivery


@by_helpers(
    "replay",
    unless=_active,
    said=Said(
        label=gettext_lazy("Send again"),
        question=gettext_lazy("Send events again?"),
        consequence=gettext_lazy(
            "Events this endpoint subscribes to are sent again, in order, each under the "
            "webhook-id it had. A receiver that keeps those ids does nothing twice."
        ),
    ),
)
def replay_events(  # three ways to say which
    endpoint: WebhookEndpoint,
    *,
    sequence_from: int | None = None,
    sequence_to: int | None = None,
    since: datetime | None = None,
    actor: User,
) -> int:
    """Tell an endpoint again, in order, of what it subscribes to; how many events that is.

    One event is a range of one. An event that waits for this endpoint already is not added.
    """
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


@act(
    "resend",
    WebhookDelivery.objects.select_related("endpoint", "notice"),
    by=HELPERS,
    rule=RULE,
    unless=_active,
    said=Said(
        label=gettext_lazy("Send again"),
        question=gettext_lazy("Send it once more?"),
        consequence=gettext_lazy("It goes out now, under the webhook-id it had."),
        done=gettext_lazy(
            "It is on its way. Load this page again in a few seconds to see the answer."
        ),
    ),
)
def send_again(found: WebhookDelivery, *, actor: User) -> WebhookDelivery:
    """One event once more, whatever became of it before."""
    endpoint = found.endpoint
    _awake(endpoint)
    if found.state == DeliveryState.PENDING:
        found.due_at = timezone.now()
        found.save(update_fields=["due_at"])
        again = found
    else:
        cause = Cause.REPLAY if found.notice else Cause.TEST
        (again,) = queueing.queue(endpoint, [found.notice], cause, simulates=found.simulates)
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


def _awake(endpoint: WebhookEndpoint) -> None:
    """Whoever asks for a call does not wait for the end of a rest."""
    endpoint.resting_until = None
    endpoint.save(update_fields=["resting_until"])
