"""Sending what waits: e-mail to the seller's members, each notice to each of them once (R10)."""

import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import takewhile
from typing import Final
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import Error, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import Said, Who, act
from koogallery.duties import Duty
from koogallery.kit.errors import Conflict
from koogallery.kit.mail_addresses import mask_address
from koogallery.languages import Language, language_of_account
from koogallery.leases import due
from koogallery.models import MailChoice, Notice, NoticeMail, User
from koogallery.models.notice_mails import MailState
from koogallery.models.notices import NoticeQuerySet
from koogallery.notices import CUSTOMER, address_of, body_of, customer_text_of, subject_of

logger = logging.getLogger(__name__)

#: From one attempt to the next; after the last of them a message is given up.
STEPS: Final = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 6 * 60, 12 * 60, 24 * 60)
)
#: Of the minute from one round to the next.
ROUND_SECONDS: Final = 50
REASON_LENGTH: Final = 500
#: The language of a message whose reader's is not known.
UNKNOWN: Final = ""
#: Why a message is given up whose address the trading system has taken back.
WITHDRAWN: Final = "The address was withdrawn."


def in_time(messages: list[int], seconds: float) -> Iterator[int]:
    """As many as there is time for: a round ends before the schedule begins the next.

    However slowly a mail server answers, no more messages are under way than there are senders.
    """
    end = time.monotonic() + seconds
    return takewhile(lambda _: time.monotonic() < end, messages)


def send_waiting_notices() -> int:
    """Send every message that is due and that nobody else is sending; returns how many were taken.

    A customer is mailed where the order said, if it did; the trading system passes all of them on.
    """
    address_notices()
    return send_messages()


def address_notices() -> None:
    """Write a message for each who is to be mailed about a notice that has none yet."""
    for notice in _unaddressed().order_by("created_at", "pk").values_list("pk", flat=True):
        _address(notice)


def send_messages(sender: int = 0, senders: int = 1) -> int:
    """The round of one of `senders` who work side by side; returns how many were taken."""
    due_now = due("due_at", timezone.now(), max(STEPS))
    mine = NoticeMail.objects.alias(share=F("pk") % senders).filter(share=sender)
    mails = mine.filter(due_now, state=MailState.WAITING).order_by("due_at", "pk")
    waiting = list(mails.values_list("pk", flat=True))
    return sum(_send_each(waiting)) if waiting else 0


def _with_an_address(mail: NoticeMail, actor: User) -> None:  # noqa: ARG001
    if mail.reason == WITHDRAWN:
        raise Conflict(_("Its address was withdrawn."), code="address_withdrawn", rule="R4.5")


@act(
    "resend",
    NoticeMail.objects.select_related("notice"),
    by=Who(Duty.MANAGE_NOTICES),
    rule="R10",
    to=MailState.WAITING,
    unless=_with_an_address,
    said=Said(
        label=gettext_lazy("Send again"),
        question=gettext_lazy("Try to send this message again?"),
        done=gettext_lazy("It is tried again within a minute."),
    ),
)
def send_again(mail: NoticeMail, *, actor: User) -> None:
    """A message that was given up gets all its attempts anew."""
    mail.move_to(MailState.WAITING, attempts=0, due_at=timezone.now())
    notice = mail.notice
    audit.record(actor, "sent_again", "message", str(notice), seller=notice.seller_number, row=mail)


def _unaddressed() -> NoticeQuerySet:
    return Notice.objects.filter(addressed_at=None)


@transaction.atomic
def _address(pk: int) -> None:
    """Who is written to is decided once; without anybody the notice is read in the console."""
    notice = _unaddressed().select_for_update(skip_locked=True).filter(pk=pk).first()
    if notice is None:
        return
    mails = [NoticeMail(notice=notice, address=to, language=tongue) for to, tongue in _to(notice)]
    NoticeMail.objects.bulk_create(mails, ignore_conflicts=True)
    notice.addressed_at = timezone.now()
    nobody_to_mail = not mails and notice.recipient != CUSTOMER
    notice.sent_at = notice.addressed_at if nobody_to_mail else None
    notice.save(update_fields=["addressed_at", "sent_at"])


def _to(notice: Notice) -> Iterator[tuple[str, str]]:
    """Of members who want mail about it, or of who applied to be a seller: address, language.

    Which language a customer reads is not known.
    """
    if notice.recipient == CUSTOMER:
        if notice.customer_email:
            yield notice.customer_email, UNKNOWN
        return
    concerned = Q(memberships__seller__number=notice.seller_number) | Q(
        seller_applications__number=notice.seller_number
    )
    members = User.objects.filter(concerned, is_active=True).exclude(email="").distinct()
    unwanted = MailChoice.objects.filter(
        seller_number=notice.seller_number, unwanted__contains=[notice.kind]
    )
    members = members.exclude(pk__in=unwanted.values("user"))
    for email, language in members.order_by("pk").values_list("email", "language"):
        yield email, language_of_account(language)


def _send_each(waiting: list[int]) -> Iterator[bool]:
    """Over one connection, made anew after a failure; while none can be made, all wait."""
    outbox = get_connection()
    try:
        for place, mail in enumerate(in_time(waiting, ROUND_SECONDS)):
            try:
                outbox.open()
            except Exception:
                left = len(waiting) - place
                logger.exception("The mail server is away; %s messages stay waiting.", left)
                return
            yield _send(mail, outbox)
    finally:
        outbox.close()


@transaction.atomic
def _send(pk: int, outbox: BaseEmailBackend) -> bool:
    """One message, one transaction: noted exactly if the mail server took it.

    Whatever goes wrong with it is its own fault, and keeps nobody else's message waiting.
    """
    rows = NoticeMail.objects.select_for_update(of=("self",), skip_locked=True)
    mail = rows.filter(pk=pk, state=MailState.WAITING).select_related("notice").first()
    if mail is None:
        return False
    try:
        message = EmailMessage(*_text_of(mail), to=[mail.address], connection=outbox)
        message.extra_headers["Message-ID"] = _message_id(mail)
        message.send()
    except Error:  # the database's
        raise
    except Exception as fault:  # noqa: BLE001  # logged, and tried again
        _log(mail, fault)
        outbox.close()
        _note_failure(mail, fault)
        return False
    now = timezone.now()
    mail.move_to(MailState.SENT, attempts=mail.attempts + 1, reason="", sent_at=now)
    unsent = NoticeMail.objects.exclude(state=MailState.SENT).filter(notice=mail.notice_id)
    Notice.objects.filter(pk=mail.notice_id).exclude(mails__in=unsent).update(sent_at=now)
    return True


def _message_id(mail: NoticeMail) -> str:
    """The same again where a process died between the mail server's answer and its note of it.

    Then the message leaves twice, and whoever stores mail knows the second for the first.
    """
    return f"<notice-{mail.pk}@{urlsplit(settings.PORTAL_URL).hostname}>"


def _text_of(mail: NoticeMail) -> tuple[str, str]:
    """Subject and body; a customer reads every language where theirs is not known."""
    body = customer_text_of if mail.notice.recipient == CUSTOMER else _letter
    texts = []
    for language in [mail.language] if mail.language else Language.values:
        with translation.override(language):
            texts.append((subject_of(mail.notice), body(mail.notice)))
    subjects, bodies = zip(*texts, strict=True)
    return " / ".join(subjects), "\n\n".join(bodies)


def _letter(notice: Notice) -> str:
    """To a seller's people: with where it leads, and which of their companies it is about."""
    number, lines = notice.seller_number, [body_of(notice), ""]
    lines.append(settings.PORTAL_URL + (address_of(notice) or reverse("console:notice-list")))
    members = User.objects.filter(memberships__seller__number=number)
    if company := members.values_list("memberships__seller__company_name", flat=True).first():
        choices = f"{settings.PORTAL_URL}{reverse('console:mail-choices')}?seller={quote(number)}"
        told = _("For %(company)s (%(seller)s). Choose your e-mail: %(address)s")
        lines += ["", told % {"company": company, "seller": number, "address": choices}]
    return "\n".join(lines)


def _log(mail: NoticeMail, fault: Exception) -> None:
    """Without the address of a customer, which the fault may repeat."""
    if mail.notice.recipient == CUSTOMER:
        to, kind = mask_address(mail.address), type(fault).__name__
        logger.error("Message %s to %s could not be sent: %s.", mail.pk, to, kind)
    else:
        logger.error("Message %s could not be sent.", mail.pk, exc_info=fault)


@transaction.atomic
def withdraw_address(order_number: str, address: str) -> None:
    """What still waits for a customer at an address that the order no longer has is not sent."""
    waiting = NoticeMail.objects.select_for_update(of=("self",)).filter(
        notice__recipient=CUSTOMER, notice__facts__order=order_number, state=MailState.WAITING
    )
    for mail in waiting.filter(address=address).order_by("pk"):
        mail.move_to(MailState.FAILED, reason=WITHDRAWN)


def _note_failure(mail: NoticeMail, fault: Exception) -> None:
    attempts, now = mail.attempts + 1, timezone.now()
    reason = f"{type(fault).__name__}: {fault}".replace("\0", " ")[:REASON_LENGTH]
    if attempts > len(STEPS):
        mail.move_to(MailState.FAILED, attempts=attempts, reason=reason)
        return
    due_at = now + STEPS[attempts - 1]
    NoticeMail.objects.filter(pk=mail.pk).update(attempts=attempts, reason=reason, due_at=due_at)
