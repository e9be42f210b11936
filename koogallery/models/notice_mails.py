from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from koogallery import fields
from koogallery.models.notices import Notice
from koogallery.scoping import OperatorsQuerySet
from koogallery.states import StatefulModel
from koogallery.tones import State, Tone


class MailState(State):
    WAITING = "waiting", Tone.INFO, _("Waiting")
    SENT = "sent", Tone.SUCCESS, _("Sent")
    FAILED = "failed", Tone.ERROR, _("Given up")


MailState.WAITING.becomes(MailState.SENT, MailState.FAILED)
MailState.FAILED.becomes(MailState.WAITING)


class NoticeMailQuerySet(OperatorsQuerySet["NoticeMail"]):
    named_by: ClassVar[str] = "pk"


class NoticeMail(StatefulModel):
    """The message to one recipient of one notice (R10): sent, still tried, or given up.

    `reason` is why the last attempt failed; the next one is due at `due_at`.
    """

    STATES = MailState

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="mails")
    address = models.CharField(max_length=254)
    language = models.CharField(max_length=10, blank=True)
    state = fields.state(MailState.WAITING, max_length=10)
    attempts = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)
    due_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    objects = NoticeMailQuerySet.as_manager()

    class Meta:
        verbose_name = "message"
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state=MailState.WAITING), name="notice_mail_waiting"
            ),
        ]
        constraints = [
            fields.once("a_notice_is_mailed_once_to_each", "notice", "address"),
            fields.known(MailState, "a_notice_mail_is_in_a_known_state"),
            fields.holds(
                "a_sent_notice_mail_has_its_instant",
                Q(state=MailState.SENT, sent_at__isnull=False)
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notice}, {self.address}"
