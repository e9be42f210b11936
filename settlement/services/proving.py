"""Proving the books: by schedule, and when somebody asks for it (R7.2)."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.duties import Duty, require_duty
from koogallery.models import User
from koogallery.settlement_time import current_cycle
from settlement.models import InvariantResult
from settlement.readings.invariants import Finding, check_books
from settlement.readings.seal_checks import SENTENCES, Published, check_seals

#: Cycles that the schedule looks at: every bill that can still be new, and what it was made from.
RECENT_CYCLES = 3


def request_proof(*, actor: User) -> None:
    """Ask for every sentence to be proven over all books; the work is a worker's."""
    require_duty(actor, Duty.READ_BOOKS, _("prove the books"), rule="R7.2")
    audit.record(actor, "asked to prove", "books", "books")


def store_results(
    cycles: int | None = RECENT_CYCLES, published: Iterable[Published] = ()
) -> list[Finding]:
    """Prove the last cycles, and keep how each invariant stands, to be seen.

    None for all cycles: then every seal is checked, too, also against the roots of `published`.
    """
    since = current_cycle().plus(-cycles) if cycles else None
    findings = check_books(since)
    if cycles is None:
        findings += check_seals(published)
    for finding in findings:
        InvariantResult.objects.update_or_create(
            name=finding.name,
            defaults={
                "sentence": finding.sentence,
                "holds": finding.holds,
                "checked": finding.checked,
                "difference": finding.difference,
            },
        )
    known = {*SENTENCES, *(finding.name for finding in findings)}
    InvariantResult.objects.exclude(name__in=known).delete()
    return findings
