"""What was told to whom."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.admin.filters import in_words
from koogallery.admin.reading import LongReadOnlyAdmin
from koogallery.kinds import KINDS
from koogallery.models import Notice
from koogallery.notices import body_of, subject_of


def _label_of(kind: str) -> str:
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
    list_filter = ["recipient", ("kind", in_words(_label_of))]
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

    @columns.shown(_("Told"))
    def told(self, notice: Notice) -> str:
        return subject_of(notice)

    @columns.shown(_("Text"))
    def text(self, notice: Notice) -> str:
        return body_of(notice)
