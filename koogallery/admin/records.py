"""What was done by whom, and what was told to whom."""

from django.contrib import admin

from koogallery.admin.reading import LongReadOnlyAdmin
from koogallery.duties import Duty
from koogallery.models import Act, Notice


@admin.register(Act)
class ActAdmin(LongReadOnlyAdmin):
    reading = Duty.READ_AUDIT
    list_display = ["at", "actor", "verb", "object_kind", "object_number", "seller_number"]
    list_filter = ["object_kind"]
    search_fields = ["object_number__exact", "seller_number__exact"]
    list_select_related = ["actor"]
    ordering = ["-pk"]
    fields = ["at", "actor", "verb", "object_kind", "object_number", "seller_number", "facts"]


@admin.register(Notice)
class NoticeAdmin(LongReadOnlyAdmin):
    list_display = ["created_at", "kind", "recipient", "seller_number", "subject", "sent_at"]
    list_filter = ["recipient", "kind"]
    search_fields = ["seller_number__exact", "subject"]
    ordering = ["-pk"]
    fields = [
        "kind",
        "recipient",
        "seller_number",
        "customer_account",
        "subject",
        "facts",
        "created_at",
        "sent_at",
    ]
