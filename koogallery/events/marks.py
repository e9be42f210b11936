"""How far the platform's systems have come with its events, by their own word (R10)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.duties import Duty, require_duty
from koogallery.events.streams import last_sequence
from koogallery.kit.errors import InvalidInput
from koogallery.models import PlatformMark, User

RULE = "R10"


def mark_of(user: User) -> int:
    return PlatformMark.objects.filter(user=user).values_list("through", flat=True).first() or 0


@transaction.atomic
def acknowledge_events(through: int, *, actor: User) -> int:
    """The actor's system has taken all up to this one; how many it had not before.

    Safe to repeat; an earlier number changes nothing. Refused for a sequence that is not there yet.
    """
    require_duty(actor, Duty.CONNECT_SYSTEMS, rule=RULE)
    if through > (last := last_sequence("")):
        raise InvalidInput(
            _("The last event is %(last)s.") % {"last": last},
            code="not_noted_yet",
            rule=RULE,
            field="through",
        )
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    new = through - mark_of(actor)
    if new <= 0:
        return 0
    PlatformMark.objects.update_or_create(
        user=actor, defaults={"through": through, "at": timezone.now()}
    )
    audit.record(
        actor, "acknowledged", "platform events", str(through), through=through, events=new
    )
    return new
