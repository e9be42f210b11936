"""What others have taken, by their own word.

The trading system passes on what customers are told (R4.5), the platform's systems read its events
(R10); each says how far it has come.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.duties import Duty, require_duty
from koogallery.events.streams import last_sequence
from koogallery.kit.errors import InvalidInput
from koogallery.models import Notice, NoticeCount, PlatformMark, User
from koogallery.models.notices import PLATFORM
from koogallery.notices import CUSTOMER

#: The count of all customers' notices together stands under no seller's number.
CUSTOMERS = ""


@transaction.atomic
def acknowledge_notices(through: int, *, actor: User) -> int:
    """All up to this one have reached their customers; how many of them had not before.

    Safe to repeat. Refused for a sequence that nobody can have read yet.
    """
    require_duty(actor, Duty.PASS_ON_NOTICES, rule="R4.5")
    # One after the other, so that each notice is acknowledged once; and while none is numbered.
    list(NoticeCount.objects.select_for_update(no_key=True).filter(pk=PLATFORM))
    count = NoticeCount.objects.select_for_update(no_key=True).filter(pk=CUSTOMERS).first()
    last = count.last if count else 0
    if through > last:
        raise InvalidInput(
            _("The last notice is %(last)s.") % {"last": last},
            code="not_noted_yet",
            rule="R4.5",
            field="through",
        )
    open_ = Notice.objects.filter(recipient=CUSTOMER, sequence__lte=through, acknowledged_at=None)
    noted = open_.update(acknowledged_at=timezone.now(), acknowledged_by=actor)
    if noted:
        audit.record(
            actor, "acknowledged", "customer notices", str(through), through=through, notices=noted
        )
    return noted


def mark_of(user: User) -> int:
    return PlatformMark.objects.filter(user=user).values_list("through", flat=True).first() or 0


@transaction.atomic
def acknowledge_events(through: int, *, actor: User) -> int:
    """The actor's system has taken all up to this one; how many it had not before.

    Safe to repeat; an earlier number changes nothing. Refused for a sequence that is not there yet.
    """
    require_duty(actor, Duty.CONNECT_SYSTEMS, rule="R10")
    last = last_sequence("")
    if through > last:
        raise InvalidInput(
            _("The last event is %(last)s.") % {"last": last},
            code="not_noted_yet",
            rule="R10",
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
