"""Sending what waits: e-mail to the seller's members, each notice exactly once (R10)."""

import logging
from collections import defaultdict
from smtplib import SMTPException

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from koogallery.languages import language_of_account
from koogallery.models import MailChoice, Notice, User
from koogallery.models.notices import NoticeQuerySet
from koogallery.notices import body_of, subject_of

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


def _waiting() -> NoticeQuerySet:
    return Notice.objects.of_sellers().filter(sent_at=None)


def _send(pk: int, outbox: BaseEmailBackend) -> bool:
    """Whether this call finished the notice; one that fails stays and is tried again."""
    try:
        while True:
            if (finished := _send_one_message(pk, outbox)) is not None:
                return finished
    except UNREACHABLE:
        logger.exception("Notice %s could not be sent; it stays waiting.", pk)
        return False


def _send_one_message(pk: int, outbox: BaseEmailBackend) -> bool | None:
    """One language, one message, one transaction: noted exactly if the mail server took it.

    True if it was the last, False if another worker holds the notice, None if there is more.
    """
    with transaction.atomic():
        notice = _waiting().select_for_update(skip_locked=True).filter(pk=pk).first()
        if notice is None:
            return False
        told = set(notice.mailed_in.split())
        left = {name: to for name, to in _addresses(notice).items() if name not in told}
        language = next(iter(left), "")
        is_last = len(left) <= 1
        notice.mailed_in = " ".join(filter(None, [notice.mailed_in, language]))
        notice.sent_at = timezone.now() if is_last else None
        notice.save(update_fields=["mailed_in", "sent_at"])
        if language:
            _mail(notice, language, left[language], outbox)
    return True if is_last else None


def _addresses(notice: Notice) -> dict[str, list[str]]:
    """By language: of members who want mail about it, or of who applied to be a seller.

    Without any it is read in the console.
    """
    concerned = Q(memberships__seller__number=notice.seller_number) | Q(
        seller_applications__number=notice.seller_number
    )
    members = User.objects.filter(concerned, is_active=True).exclude(email="").distinct()
    unwanted = MailChoice.objects.filter(
        seller_number=notice.seller_number, unwanted__contains=[notice.kind]
    )
    members = members.exclude(pk__in=unwanted.values("user"))
    found = defaultdict(list)
    for email, language in members.order_by("pk").values_list("email", "language"):
        found[language_of_account(language)].append(email)
    return found


def _mail(notice: Notice, language: str, to: list[str], outbox: BaseEmailBackend) -> None:
    with translation.override(language):
        EmailMessage(subject_of(notice), body_of(notice), to=to, connection=outbox).send()
