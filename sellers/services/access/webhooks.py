"""A seller's webhook endpoints: its owners decide who is told of what (R10, ADR 0012).

Where a seller's events go, and the secret that signs them, are its owners' matter alone. Operators
keep a channel going: they test, send again, disable and enable. Whatever is changed of an endpoint
is an event itself, so that the company hears of it where it has always heard.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import ActsOn, Said, Who
from koogallery.duties import Duty, require_duty
from koogallery.events.signing import secret_of
from koogallery.events.streams import CUSTOMER_NOTICE, last_sequence
from koogallery.guards import as_refusals
from koogallery.kinds import KINDS
from koogallery.kit.errors import Conflict, InvalidInput, NotFound
from koogallery.models import User, WebhookEndpoint
from koogallery.models.webhooks import Cause, DeliveryState, EndpointState, StopReason
from koogallery.numbering import next_number
from koogallery.outgoing import require_allowed_target
from sellers import notices
from sellers.models import Seller
from sellers.services.authority import OWNERS

RULE = "R10"
#: Endpoints that a seller can have at a time.
MOST_ENDPOINTS = 10
URL_LENGTH, DESCRIPTION_LENGTH = 500, 200


@dataclass(frozen=True)
class OfItsOwner(Who):
    """Of a seller's endpoint these; the platform's is for who connects its systems."""

    def duty_for(self, row: Any) -> Duty | None:
        return self.duty if row.seller_number else Duty.CONNECT_SYSTEMS


ENDPOINTS = WebhookEndpoint.objects.all()
KEEPERS = OfItsOwner(roles=OWNERS.roles, named=OWNERS.named, code=OWNERS.code)
by_keepers = ActsOn(ENDPOINTS, by=KEEPERS, rule=RULE)
#: Operators keep a channel going.
HELPERS = KEEPERS | Duty.MANAGE_NOTICES
by_helpers = ActsOn(ENDPOINTS, by=HELPERS, rule=RULE)


@as_refusals()
@transaction.atomic
def create_endpoint(
    seller_number: str | None,
    url: str,
    description: str = "",
    kinds: Sequence[str] | None = None,
    *,
    actor: User,
) -> tuple[WebhookEndpoint, str]:
    """The endpoint, and its secret, which is shown now only; it is told of what happens from now.

    Without `kinds` it is told of everything; without a seller it is the platform's.
    """
    owner = _future_owner(seller_number, actor)
    chosen = _valid({"url": url, "description": description, "kinds": kinds}, owner)
    mine = WebhookEndpoint.objects.exclude(state=EndpointState.REMOVED)
    if mine.filter(seller_number=owner).count() >= MOST_ENDPOINTS:
        raise Conflict(
            _("There are at most %(most)s endpoints; remove one first.") % {"most": MOST_ENDPOINTS},
            code="too_many_endpoints",
            rule=RULE,
        )
    endpoint = WebhookEndpoint(
        number=next_number("WE"), seller_number=owner, created_by=actor, **chosen
    )
    notices.webhook_changed(endpoint, "created", actor)
    endpoint.read_through = last_sequence(owner)
    endpoint.save()
    record_act(endpoint, "created", actor, url=endpoint.url)
    return endpoint, secret_of(endpoint)


@by_keepers(
    "change",
    said=Said(
        label=gettext_lazy("Save"),
        question=gettext_lazy("Change the endpoint"),
        consequence=gettext_lazy("The secret stays. What waits is sent to the new address."),
        done=gettext_lazy("The endpoint is changed."),
    ),
)
def change_endpoint(
    endpoint: WebhookEndpoint, changes: Mapping[str, Any], *, actor: User
) -> WebhookEndpoint:
    """Another address, description or choice of kinds; what is not named stays."""
    chosen = _valid(changes, endpoint.seller_number)
    moves = chosen.get("url", endpoint.url) != endpoint.url
    for name, value in chosen.items():
        setattr(endpoint, name, value)
    endpoint.save(update_fields=[*chosen, "modified_at"])
    if moves:
        notices.webhook_changed(endpoint, "moved", actor)
    record_act(endpoint, "changed", actor, url=endpoint.url)
    return endpoint


@by_keepers(
    "rotate_secret",
    said=Said(
        label=gettext_lazy("Make a new secret"),
        question=gettext_lazy("Make a new secret?"),
        consequence=gettext_lazy(
            "It is shown once. For 24 hours the old secret signs beside it, so that your "
            "server can change over without refusing a call."
        ),
    ),
)
def rotate_secret(endpoint: WebhookEndpoint, *, actor: User) -> tuple[WebhookEndpoint, str]:
    """A new secret. For a day the old one signs beside it, so that no call is refused meanwhile."""
    endpoint.key_version += 1
    endpoint.rotated_at = timezone.now()
    endpoint.save(update_fields=["key_version", "rotated_at", "modified_at"])
    notices.webhook_changed(endpoint, "new_secret", actor)
    record_act(endpoint, "rotated_secret", actor, version=endpoint.key_version)
    return endpoint, secret_of(endpoint)


@by_helpers(
    "disable",
    to=EndpointState.DISABLED,
    said=Said(
        label=gettext_lazy("Disable"),
        question=gettext_lazy("Disable the endpoint?"),
        consequence=gettext_lazy(
            "It is not called until you enable it again. What happens meanwhile is kept."
        ),
        done=gettext_lazy("The endpoint is disabled."),
    ),
)
def disable_endpoint(endpoint: WebhookEndpoint, *, actor: User) -> WebhookEndpoint:
    """It is not called until it is enabled; what happens meanwhile is kept for it."""
    endpoint.move_to(
        EndpointState.DISABLED,
        disabled_reason=StopReason.BY_HAND,
        disabled_at=timezone.now(),
    )
    record_act(endpoint, "disabled", actor)
    return endpoint


@by_helpers(
    "enable",
    to=EndpointState.ACTIVE,
    said=Said(
        label=gettext_lazy("Enable"),
        question=gettext_lazy("Enable the endpoint?"),
        consequence=gettext_lazy("It is called again, from now on."),
        done=gettext_lazy("The endpoint is enabled."),
    ),
)
def enable_endpoint(
    endpoint: WebhookEndpoint, *, skip_missed: bool = False, actor: User
) -> WebhookEndpoint:
    """Call it again, and tell it what it missed, in order; or, with `skip_missed`, only what comes.

    What had been given up since its last success is tried anew.
    """
    if skip_missed:
        missed = _missed(endpoint).filter(state=DeliveryState.PENDING)
        missed.update(state=DeliveryState.FAILED, finished_at=timezone.now())
    else:
        _missed(endpoint).update(
            state=DeliveryState.PENDING, attempts=0, due_at=timezone.now(), finished_at=None
        )
    through = last_sequence(endpoint.seller_number)
    endpoint.move_to(
        EndpointState.ACTIVE,
        disabled_reason="",
        disabled_at=None,
        failing_since=None,
        unanswered=0,
        resting_until=None,
        read_through=through if skip_missed else endpoint.read_through,
    )
    record_act(endpoint, "enabled", actor, skip_missed=skip_missed)
    return endpoint


@by_keepers(
    "remove",
    to=EndpointState.REMOVED,
    said=Said(
        label=gettext_lazy("Remove"),
        question=gettext_lazy("Remove the endpoint?"),
        consequence=gettext_lazy(
            "For good: it is never called again, and its log is no longer shown. Events "
            "stay, here and under Notices."
        ),
        done=gettext_lazy("The endpoint is removed."),
    ),
)
def remove_endpoint(endpoint: WebhookEndpoint, *, actor: User) -> None:
    """For good. Its log stays with the operators."""
    endpoint.move_to(EndpointState.REMOVED)
    waiting = endpoint.deliveries.filter(state=DeliveryState.PENDING)
    waiting.update(state=DeliveryState.FAILED, finished_at=timezone.now())
    notices.webhook_changed(endpoint, "removed", actor)
    record_act(endpoint, "removed", actor)


def _missed(endpoint: WebhookEndpoint) -> Any:
    rows = endpoint.deliveries.exclude(cause=Cause.TEST)
    waiting = rows.filter(state=DeliveryState.PENDING)
    if endpoint.failing_since is None:
        return waiting
    given_up = rows.filter(state=DeliveryState.FAILED, finished_at__gte=endpoint.failing_since)
    return waiting | given_up


def _valid(chosen: Mapping[str, Any], owner: str) -> dict[str, Any]:
    valid = dict(chosen)
    if "url" in valid:
        valid["url"] = _text(valid["url"], "url", URL_LENGTH)
        require_allowed_target(valid["url"], field="url", rule=RULE)
    if "description" in valid:
        valid["description"] = _text(valid["description"], "description", DESCRIPTION_LENGTH)
    if valid.get("kinds") is not None:
        valid["kinds"] = _known(valid["kinds"], [*KINDS, *([] if owner else [CUSTOMER_NOTICE])])
    return valid


def _text(value: str, field: str, longest: int) -> str:
    text = value.strip()
    if len(text) > longest:
        raise InvalidInput(
            _("%(field)s has more than %(most)s characters.") % {"field": field, "most": longest},
            code="too_long",
            rule=RULE,
            field=field,
        )
    return text


def _known(kinds: Sequence[str], catalogue: Sequence[str]) -> list[str]:
    """In the order of the catalogue, each once."""
    unknown = sorted(set(kinds) - set(catalogue))
    if unknown:
        raise InvalidInput(
            _("There is no kind of event called %(kind)s.") % {"kind": unknown[0]},
            code="unknown_kind",
            rule=RULE,
            field="kinds",
        )
    if not kinds:
        raise InvalidInput(
            _("Choose at least one kind of event, or all of them."),
            code="no_kind",
            rule=RULE,
            field="kinds",
        )
    return [kind for kind in catalogue if kind in set(kinds)]


def _future_owner(seller_number: str | None, actor: User) -> str:
    """The seller's number; empty for the platform's own."""
    if not seller_number:
        if not actor.is_operator and Seller.objects.visible_to(actor).exists():
            raise InvalidInput(_("Name the seller."), code="required", rule=RULE, field="seller")
        require_duty(actor, Duty.CONNECT_SYSTEMS, rule=RULE)
        return ""
    seller = Seller.objects.visible_to(actor).filter(number=seller_number).first()
    if seller is None:
        detail = _("There is no seller %(number)s.") % {"number": seller_number}
        raise NotFound(detail, field="seller")
    OWNERS.require(actor, seller, rule=RULE)
    return seller.number


def record_act(endpoint: WebhookEndpoint, verb: str, actor: User, **facts: Any) -> None:
    audit.record(
        actor,
        verb,
        "webhook",
        endpoint.number,
        seller=endpoint.seller_number,
        row=endpoint,
        **facts,
    )
