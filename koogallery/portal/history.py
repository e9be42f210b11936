"""What happened to an object, as its seller reads it: when, what, by whom.

Facts and changed fields are the operators' to read, but for amounts; of Huawei's people the office
is named. What was only looked at by an operator is no news to the seller.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from koogallery.handing import INTERNAL
from koogallery.models import Act, User
from koogallery.telling import LOOKED_AT, called, last_looks

VERBS: Mapping[str, str | Promise] = {
    "recorded": pgettext_lazy("act", "Recorded"),
    "changed": pgettext_lazy("act", "Changed"),
    "requested": pgettext_lazy("act", "Requested"),
    "agreed": gettext_lazy("Agreed to"),
    "approved": gettext_lazy("Approved"),
    "rejected": gettext_lazy("Rejected"),
    "resubmitted": gettext_lazy("Submitted for approval again"),
    "withdrawn": gettext_lazy("Withdrawn"),
    "refunded": gettext_lazy("Paid back to the customer"),
    "opened": pgettext_lazy("act", "Opened"),
    "accepted": gettext_lazy("Accepted"),
    "declined": gettext_lazy("Declined"),
    "adjusted": gettext_lazy("Corrected by an adjustment on the next bill"),
    "paid": gettext_lazy("Paid"),
    "moved_to_bill": gettext_lazy("Moved to the next bill"),
    "attached": gettext_lazy("Document added"),
    "removed": gettext_lazy("Document removed"),
    "exported": gettext_lazy("Downloaded"),
    "downloaded": gettext_lazy("Document downloaded"),
    "top_up": gettext_lazy("Topped up"),
    "refund_recovery": gettext_lazy("Used for a refund"),
    "penalty": gettext_lazy("Penalty taken"),
    "adjustment": gettext_lazy("Adjusted"),
    "return": gettext_lazy("Returned"),
    "left": gettext_lazy("Left KooGallery"),
    "submitted": pgettext_lazy("act", "Submitted"),
    "verified": gettext_lazy("Verified"),
    "reminded": gettext_lazy("Reminded"),
    "unlocked": gettext_lazy("Unlocked"),
    "proposed": gettext_lazy("Proposed"),
    "stopped": gettext_lazy("Stopped"),
    "cancelled": gettext_lazy("Cancelled"),
    "retried": gettext_lazy("Tried again"),
    "added": pgettext_lazy("act", "Added"),
    "tested": pgettext_lazy("act", "Tested"),
    "acknowledged": pgettext_lazy("act", "Acknowledged"),
    "created": pgettext_lazy("act", "Created"),
    "disabled": pgettext_lazy("act", "Switched off"),
    "enabled": pgettext_lazy("act", "Switched on"),
    "discarded": pgettext_lazy("act", "Discarded"),
    "due_date_changed": pgettext_lazy("act", "Due date changed"),
    "issued": pgettext_lazy("act", "Issued"),
    "revoked": pgettext_lazy("act", "Revoked"),
    "rotated": pgettext_lazy("act", "Rotated"),
    "served": pgettext_lazy("act", "Service provided"),
    "shown": pgettext_lazy("act", "Shown"),
    "sent_again": pgettext_lazy("act", "Sent again"),
    "delisted": pgettext_lazy("act", "Delisted"),
    "relisted": pgettext_lazy("act", "Listed again"),
    "frozen": pgettext_lazy("act", "Frozen"),
    "unfrozen": pgettext_lazy("act", "Unfrozen"),
    "restored": pgettext_lazy("act", "Restored"),
    "overruled": pgettext_lazy("act", "Overruled"),
    "saved": pgettext_lazy("act", "Saved"),
    "certified": pgettext_lazy("act", "Certified"),
    "applied": pgettext_lazy("act", "Applied for"),
    "released": pgettext_lazy("act", "Released"),
    "executed": pgettext_lazy("act", "Put into effect"),
    "consented": pgettext_lazy("act", "Consented"),
    "ended": pgettext_lazy("act", "Ended"),
    "granted": pgettext_lazy("act", "Granted"),
    "refused": pgettext_lazy("act", "Refused"),
    "planned": pgettext_lazy("act", "Planned"),
    "planned_again": pgettext_lazy("act", "Planned again"),
    "failed": pgettext_lazy("act", "Failed"),
    "returned": pgettext_lazy("act", "Returned by the bank"),
    "sent": pgettext_lazy("act", "Sent to the bank"),
    "asked_for": pgettext_lazy("act", "Asked of a colleague"),
    "asked_to_prove": pgettext_lazy("act", "Proof asked for"),
    "attributed": pgettext_lazy("act", "Attributed"),
    "checked": pgettext_lazy("act", "Checked"),
    "chose_mail": pgettext_lazy("act", "E-mails chosen"),
    "cooled_down": pgettext_lazy("act", "Cooled down"),
    "delivered": pgettext_lazy("act", "Delivered"),
    "erased": pgettext_lazy("act", "Data erased"),
    "failed_to_sign_in": pgettext_lazy("act", "Signing in failed"),
    "held_back": pgettext_lazy("act", "Held back"),
    "invited": pgettext_lazy("act", "Invited"),
    "loaded": pgettext_lazy("act", "Loaded"),
    "looked_at": pgettext_lazy("act", "Looked at"),
    "rotated_secret": pgettext_lazy("act", "Secret replaced"),
    "set_status": pgettext_lazy("act", "Status changed"),
    "signed_in": pgettext_lazy("act", "Signed in"),
    "signed_out": pgettext_lazy("act", "Signed out"),
    "switched_off": pgettext_lazy("act", "Switched off"),
    "switched_on": pgettext_lazy("act", "Switched on"),
    "taken": pgettext_lazy("act", "Taken in"),
    "used": pgettext_lazy("act", "Used"),
    "noted": pgettext_lazy("act", "Noted"),
    "handed_over": pgettext_lazy("act", "Handed over"),
    "let_go": pgettext_lazy("act", "In nobody's hands"),
    "was_locked_out": pgettext_lazy("act", "Locked out"),
    "corrected": pgettext_lazy("act", "Corrected"),
    "put_back": pgettext_lazy("act", "Put back into suspense"),
    "replayed": pgettext_lazy("act", "Sent again"),
    "reversal": pgettext_lazy("act", "Top-up taken back"),
    "reversed": pgettext_lazy("act", "Reversed"),
}


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    what: str
    who: str
    amount: Decimal | None = None
    currency: str = ""


def history_of(kind: str, number: str, reader: User) -> list[Event]:
    """For a page whose object `reader` was let to; oldest first, one query."""
    acts = last_looks(Act.objects.of(kind, number))
    return [
        _event(act, reader)
        for act in acts
        if reader.is_operator or _is_sellers(act) or act.verb not in LOOKED_AT | INTERNAL
    ]


def _is_sellers(act: Act) -> bool:
    return act.actor is not None and not act.actor.is_staff


def _event(act: Act, reader: User) -> Event:
    verb = act.verb.replace(" ", "_")
    return Event(act.at, str(VERBS.get(verb, capfirst(act.verb))), _who(act, reader), *_amount(act))


def _amount(act: Act) -> tuple[Decimal | None, str]:
    """What the act moved, if it was money: the one fact that is its seller's to read, too."""
    amount, currency = act.facts.get("amount"), act.facts.get("currency")
    return (Decimal(amount), currency) if amount and currency else (None, "")


def _who(act: Act, reader: User) -> str:
    if act.actor is None:
        return "KooGallery"
    if _is_sellers(act) or reader.is_operator:
        return called(act.actor)
    return _("KooGallery operations")
