"""Seals and their roots, to be read (R7.3)."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.admin import columns
from koogallery.admin.filters import DayFilter
from koogallery.admin.reading import LongReadOnlyAdmin, ReadOnlyAdmin, operator_of, page
from koogallery.duties import Duty
from koogallery.vocabulary import word
from settlement.admin.documents import document_of
from settlement.models import InvariantResult, Journal, LedgerEntry, Seal, SealRoot
from settlement.services.proving import request_proof
from settlement.tasks import dispatch_proof


@admin.register(Journal)
class JournalAdmin(LongReadOnlyAdmin):
    """One movement of money with its legs, which sum to zero (R7.1)."""

    reading = Duty.READ_BOOKS
    list_display = ["what", "seller", "subject", "effective_at", "recorded_at"]
    list_filter = ["seller", "effective_at", "recorded_at"]
    search_fields = ["key__startswith", "subject__exact"]
    search_help_text = _("What happened, or the number of what it is about")
    ordering = ["-pk"]
    fields = [
        "what",
        "seller",
        "document",
        "effective_at",
        "recorded_at",
        "reverses",
        "legs",
    ]

    @columns.shown(_("What"), ordering="kind")
    def what(self, journal: Journal) -> str:
        return capfirst(word(journal.kind))

    document = columns.told(_("Comes from"), document_of)

    @columns.shown(_("Entries; debits are positive"))
    def legs(self, journal: Journal) -> SafeString:
        entries = journal.entries.order_by("pk")
        return columns.table(
            [gettext("Account"), columns.amount_heading(gettext("Amount"))],
            [
                (each.get_account_display(), columns.amount_cell(each.amount, each.currency))
                for each in entries
            ],
        )


@admin.register(LedgerEntry)
class LedgerEntryAdmin(LongReadOnlyAdmin):
    reading = Duty.READ_BOOKS
    list_display = ["journal", "seller", "account", "amount", "effective_at", "recorded_at"]
    list_display_links = None
    list_filter = [
        "seller",
        "account",
        ("journal__effective_at", DayFilter),
        ("journal__recorded_at", DayFilter),
    ]
    ordering = ["-pk"]

    @columns.shown(_("Effective at"))
    def effective_at(self, entry: LedgerEntry) -> object:
        return entry.journal.effective_at

    @columns.shown(_("Recorded at"))
    def recorded_at(self, entry: LedgerEntry) -> object:
        return entry.journal.recorded_at


@admin.register(InvariantResult)
class InvariantResultAdmin(ReadOnlyAdmin):
    """The sentences the books are proven by, with their last result (R7.2)."""

    reading = Duty.READ_BOOKS
    list_display = ["told", "result", "checked", "difference", "at"]
    list_filter = ["holds"]
    list_before_template = "admin/settlement/books/prove.html"
    fields = ["told", "holds", "checked", "difference", "at"]

    @columns.shown(_("Sentence"), ordering="sentence")
    def told(self, found: InvariantResult) -> str:
        return gettext(found.sentence)

    @columns.shown(_("Result"), ordering="holds", tones={"holds": "success", "fails": "danger"})
    def result(self, found: InvariantResult) -> tuple[str, str]:
        return ("holds", gettext("Holds")) if found.holds else ("fails", gettext("Does not hold"))

    @page("prove/", "settlement_invariants_prove")
    def prove_view(self, request: HttpRequest) -> HttpResponse:
        """By a worker, over all books, not only what changed; asked for by a POST alone."""
        if request.method != "POST" or not self.has_view_permission(request):
            raise PermissionDenied
        with transaction.atomic():
            request_proof(actor=operator_of(request))
            transaction.on_commit(dispatch_proof)
        told = gettext(
            "A worker is proving every sentence over all books. Read this page again for it."
        )
        self.message_user(request, told, messages.SUCCESS)
        return redirect("admin:settlement_invariantresult_changelist")


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
