"""What was told to whom.

What is mailed to whom, opened with what was given up.
"""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, by_verb, decision_of, opens_with
from koogallery.admin.filters import in_words
from koogallery.admin.reading import LongReadOnlyAdmin
from koogallery.duties import Duty
from koogallery.events.mail import send_again
from koogallery.kinds import KINDS
from koogallery.models import Notice, NoticeMail, User
from koogallery.models.notice_mails import MailState
from koogallery.notices import body_of, subject_of


@admin.register(NoticeMail)
class NoticeMailAdmin(DecidingAdmin):
    reading = Duty.MANAGE_NOTICES
    has_timeline = False
    decisions = by_verb(decision_of(send_again))
    list_display = [
        "told",
        "address",
        columns.state(MailState),
        "attempts",
        "reason",
        "due_at",
        "sent_at",
    ]
    list_display_links = ["told"]
    list_filter = [opens_with(MailState.FAILED)]
    search_fields = ["address", "notice__seller_number__exact"]
    search_help_text = _("A piece of the address, or the number of a seller")
    list_select_related = ["notice"]
    ordering = ["-pk"]

    @columns.shown(_("What"))
    def told(self, mail: NoticeMail) -> str:
        return subject_of(mail.notice)

    def name_of(self, row: NoticeMail) -> str:
        return str(row.pk)

    def page_context(self, row: NoticeMail, user: User) -> dict[str, Any]:
        return {"told": subject_of(row.notice)}


def label_of(kind: str) -> str:
    return str(KINDS[kind].label) if kind in KINDS else kind


@admin.register(Notice)
class NoticeAdmin(LongReadOnlyAdmin):
    list_display = [
        "created_at",
        "seller_number",
        "sequence",
        "recipient",
        "told",
        "sent_at",
    ]
    list_filter = ["recipient", ("kind", in_words(label_of))]
    search_fields = ["seller_number__exact"]
    search_help_text = _("Number of a seller")
    ordering = ["-pk"]
    fields = [
        "told",
        "seller_number",
        "sequence",
        "recipient",
        "customer_account",
        "customer_email",
        "text",
        "created_at",
        "sent_at",
    ]

    told = columns.told(_("Told"), subject_of)

    text = columns.told(_("Text"), body_of)
