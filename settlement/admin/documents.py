"""What journals came from: the documents they name, as links."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from settlement.models import (
    BankLine,
    BankStatement,
    Bill,
    Deposit,
    Journal,
    Payout,
    Receivable,
    Recovery,
)

#: Kind of a journal -> the rows that its subject is the number of.
DOCUMENTS: Mapping[str, type[Model]] = {
    "bill": Bill,
    "carry_over": Bill,
    "allocation": Recovery,
    "recovery": Recovery,
    "negative_balance": Recovery,
    "receivable": Receivable,
    "receivable_moved": Receivable,
    "payment": Receivable,
    "payout": Payout,
    "payout_undone": Payout,
    "payout_restored": Payout,
    "bank_balance": BankStatement,
    "bank_line_reversed": BankLine,
    "bank_line": BankLine,
    "bank_line_cleared": BankLine,
    "bank_charges": BankLine,
}
#: How numbers begin: of a recovery, which a deposit names when it was drawn on; of a statement.
RECOVERY, STATEMENT = "RC", "BS"


def documents_of(journals: Iterable[Journal]) -> dict[int, SafeString | str]:
    """Of each journal by its id; one query for each kind of document, however many they are."""
    several = list(journals)
    wanted: dict[type[Model], set[str]] = {}
    for journal in several:
        if kind := _kind_of(journal):
            wanted.setdefault(kind, set()).add(journal.subject)
    found = {kind: _ids_of(kind, numbers) for kind, numbers in wanted.items()}
    return {journal.pk: _link(journal, found) for journal in several}


def document_of(journal: Journal) -> SafeString | str:
    return documents_of([journal])[journal.pk]


def _kind_of(journal: Journal) -> type[Model] | None:
    if journal.kind == "deposit":  # its subject is the seller, or the recovery that drew on it
        return Recovery if journal.subject.startswith(RECOVERY) else Deposit
    if journal.subject.startswith(STATEMENT):  # also what is reversed of it, beside its lines
        return BankStatement
    return DOCUMENTS.get(journal.kind)


def _ids_of(kind: Any, numbers: set[str]) -> dict[str, int]:
    path = "seller__number" if kind is Deposit else "number"
    return dict(kind.objects.filter(**{f"{path}__in": numbers}).values_list(path, "pk"))


def _link(journal: Journal, found: Mapping[type[Model], Mapping[str, int]]) -> SafeString | str:
    kind = _kind_of(journal)
    pk = found.get(kind, {}).get(journal.subject) if kind else None
    if kind is None or pk is None:
        return journal.subject
    page = reverse(f"admin:settlement_{kind._meta.model_name}_change", args=[pk])
    shown = (
        gettext("Deposit of %(seller)s") % {"seller": journal.subject}
        if kind is Deposit
        else journal.subject
    )
    return format_html('<a class="link" href="{}">{}</a>', page, shown)
