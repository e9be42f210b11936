"""What customers are told: the trading system passes it on, and says how far it has (R4.5)."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.duties import Duty, require_duty
from koogallery.kit.errors import InvalidInput
from koogallery.models import Notice, NoticeCount, User
from koogallery.models.notices import PLATFORM
from koogallery.notices import CUSTOMER

RULE = "R4.5"
#: The count of all customers' notices together stands under no seller's number.
CUSTOMERS = ""


@transaction.atomic
def acknowledge_notices(through: int, *, actor: User) -> int:
    """All up to this one have reached their customers; how many of them had not before.

    Safe to repeat. Refused for a sequence that nobody can have read yet.
    """
    require_duty(actor, Duty.PASS_ON_NOTICES, rule=RULE)
    # One after the other, so that each notice is acknowledged once; and while none is numbered.
    list(NoticeCount.objects.select_for_update(no_key=True).filter(pk=PLATFORM))
    count = NoticeCount.objects.select_for_update(no_key=True).filter(pk=CUSTOMERS).first()
    if through > (last := count.last if count else 0):
        raise InvalidInput(
            _("The last notice is %(last)s.") % {"last": last},
            code="not_noted_yet",
            rule=RULE,
            field="through",
        )
    open_ = Notice.objects.filter(recipient=CUSTOMER, sequence__lte=through, acknowledged_at=None)
    noted = open_.update(acknowledged_at=timezone.now(), acknowledged_by=actor)
    if noted:
        audit.record(
            actor, "acknowledged", "customer notices", str(through), through=through, notices=noted
        )
    return noted
