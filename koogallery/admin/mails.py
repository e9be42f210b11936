"""What is mailed to whom, opened with what was given up."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.admin.deciding import DecidingAdmin, QueueFilter, by_verb, decision_of
from koogallery.duties import Duty
from koogallery.events.mail import send_again
from koogallery.models import NoticeMail, User
from koogallery.models.notice_mails import MailState
from koogallery.notices import subject_of


class StateFilter(QueueFilter):
    states = MailState
    waiting = MailState.FAILED


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
    list_filter = [StateFilter]
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
