"""Sending invitations: the link is made as it is sent, and kept nowhere but in that mail."""

import logging

from django.conf import settings
from django.core.mail import send_mail
from django.db import Error, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from koogallery.account_mail import ROUND_SECONDS
from koogallery.dates import instant_text
from koogallery.events.mail import STEPS, in_time
from koogallery.languages import language_of_account
from koogallery.settlement_time import ZONE
from sellers.models import Invitation
from sellers.services.members.invitations import digest_of, new_token

logger = logging.getLogger(__name__)


def send_invitations() -> int:
    """Those that are due; what goes wrong with one keeps no other waiting."""
    due = Invitation.objects.all().open().filter(mail_due_at__lte=timezone.now())
    invitations = list(due.order_by("mail_due_at").values_list("pk", flat=True))
    return sum(map(_send, in_time(invitations, ROUND_SECONDS)))


@transaction.atomic
def _send(pk: int) -> bool:
    """One message, one transaction: its token works exactly if the mail server took it."""
    rows = Invitation.objects.all().open().filter(pk=pk, mail_due_at__isnull=False)
    held = rows.select_for_update(of=("self",), skip_locked=True, no_key=True)
    invitation = held.select_related("seller", "invited_by").first()
    if invitation is None:
        return False
    token = new_token()
    attempts, now = invitation.mail_attempts + 1, timezone.now()
    try:
        with translation.override(language_of_account(invitation.invited_by.language)):
            send_mail(_subject(invitation), _text(invitation, token), None, [invitation.email])
    except Error:  # the database's
        raise
    except Exception:
        logger.exception("Invitation %s could not be sent.", invitation)
        wait = STEPS[min(attempts, len(STEPS)) - 1]
        rows.update(mail_attempts=attempts, mail_due_at=now + wait)
        return False
    rows.update(mail_attempts=attempts, mail_due_at=None, digest=digest_of(token), modified_at=now)
    return True


def _subject(invitation: Invitation) -> str:
    return _("You are invited to %(company)s on KooGallery") % {
        "company": invitation.seller.company_name
    }


def _text(invitation: Invitation, token: str) -> str:
    text = _(
        "%(inviter)s invites you to join %(company)s (%(seller)s) in the seller console, in the "
        "role %(role)s. Accept or decline here, until %(until)s:\n\n%(link)s\n\n"
        "The link is for you alone and works once. If you do not know this company, decline."
    )
    return text % {
        "inviter": invitation.invited_by.username,
        "company": invitation.seller.company_name,
        "seller": invitation.seller.number,
        "role": invitation.get_role_display(),
        "until": f"{instant_text(invitation.expires_at)} ({ZONE})",
        "link": settings.PORTAL_URL + reverse("invitation", args=[token]),
    }
