"""Seals and their roots, to be read (R7.3)."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.admin.reading import LongReadOnlyAdmin, ReadOnlyAdmin
from koogallery.duties import Duty
from settlement.models import Seal, SealRoot


@admin.register(Seal)
class SealAdmin(LongReadOnlyAdmin):
    """The links of all chains; one of no seller is that of what is nobody's."""

    reading = Duty.READ_BOOKS
    has_timeline = False
    list_display = ["hash", "seller", "place", "bill", "sealed_at", "root"]
    list_filter = ["seller", "sealed_at"]
    search_fields = ["hash__exact", "bill__number__exact"]
    search_help_text = _("A seal, or the number of a bill")
    ordering = ["-pk"]
    fields = [
        "hash",
        "seller",
        "place",
        "bill",
        "sealed_at",
        "root",
        columns.verbatim("content", _("Content")),
    ]


@admin.register(SealRoot)
class SealRootAdmin(ReadOnlyAdmin):
    """What is signed, published and mailed day by day."""

    reading = Duty.READ_BOOKS
    has_timeline = False
    list_display = ["place", "made_at", "seals", "merkle_root", "key"]
    list_filter = ["made_at"]
    ordering = ["-place"]
    fields = [
        "place",
        "made_at",
        "seals",
        "merkle_root",
        columns.verbatim("content", _("Content")),
        "hash",
        "key",
        "public_key",
        "signature",
    ]
