"""Sending what waits: e-mail to the seller's members, each notice exactly once (R10)."""

import logging
from smtplib import SMTPException

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from koogallery.models import Notice, User
from settlement.notices import SELLER, body_of

logger = logging.getLogger(__name__)

#: How a mail server says, in whatever way, that it did not take a message.
UNREACHABLE = (SMTPException, OSError)


def send_waiting_notices() -> int:
    """Send every notice that nobody else is sending just now; returns how many.

    Notices to customers are recorded and not sent from here: a customer is known by the account
    of the trading system, which reaches its owner; no e-mail address is kept in these books.
    """
    waiting = list(_waiting().order_by("created_at", "pk").values_list("pk", flat=True))
    if not waiting:
        return 0
    try:
        with get_connection() as outbox:
            return sum(_send(notice, outbox) for notice in waiting)
    except UNREACHABLE:
        logger.exception("The mail server is away; %s notices stay waiting.", len(waiting))
        return 0


def _waiting() -> QuerySet[Notice]:
    return Notice.objects.filter(sent_at=None, recipient=SELLER)


def _send(pk: int, outbox: BaseEmailBackend) -> bool:
    """One notice, one transaction: marked as sent exactly if the mail server took it.

    A notice that another worker holds is skipped; one that fails stays and is tried again.
    """
    try:
        with transaction.atomic():
            notice = _waiting().select_for_update(skip_locked=True).filter(pk=pk).first()
            if notice is None:
                return False
            notice.sent_at = timezone.now()
            notice.save(update_fields=["sent_at"])
            _mail(notice, outbox)
    except UNREACHABLE:
        logger.exception("Notice %s could not be sent; it stays waiting.", pk)
        return False
    return True


def _mail(notice: Notice, outbox: BaseEmailBackend) -> None:
    """A seller without a member to write to reads it in the console."""
    members = User.objects.filter(
        memberships__seller__number=notice.seller_number, is_active=True
    ).exclude(email="")
    addresses = list(members.order_by("pk").values_list("email", flat=True))
    if addresses:
        message = EmailMessage(notice.subject, body_of(notice), to=addresses, connection=outbox)
        message.send()
