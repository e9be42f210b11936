"""Proving the books: by schedule, and when somebody asks for it (R7.2)."""

from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.duties import Duty, require_duty
from koogallery.models import User
from settlement.models import InvariantResult, Proof
from settlement.readings.invariants import Finding, check_books, invariants
from settlement.readings.seal_checks import Published, check_seals
from settlement.readings.touched import Mark, Touched, mark, proven


def request_proof(*, actor: User) -> None:
    """Ask for every sentence to be proven over all books; the work is a worker's."""
    require_duty(actor, Duty.READ_BOOKS, _("prove the books"), rule="R7.2")
    audit.record(actor, "asked to prove", "books", "books")


def prove_everything(published: Iterable[Published] = ()) -> list[Finding]:
    """Every invariant over all books, and every seal, also against the roots of `published`."""
    here = mark()
    with transaction.atomic():
        findings = [*check_books(), *check_seals(published)]
        known = [finding.name for finding in findings]
        InvariantResult.objects.exclude(name__in=known).delete()
        _store(findings, [*_marks(), here])
    return findings


def prove_what_changed() -> list[Finding]:
    """Every invariant, over what has changed since it was last proven (R7.2).

    One that failed, or has never been proven, is proven whole: what is wrong may be older.
    """
    here = mark()
    with transaction.atomic():
        marks = _marks()
        findings = _of_what_changed(marks)
        _store(findings, [*marks, here])
    return findings


@transaction.atomic
def prove_now() -> list[Finding]:
    """The same for somebody who waits for it; the next proof by schedule begins where it would."""
    return _of_what_changed(_marks())


def _of_what_changed(marks: list[Mark]) -> list[Finding]:
    held = set(InvariantResult.objects.filter(holds=True).values_list("name", flat=True))
    whole = {each.name for each in invariants()} - held
    return check_books(Touched(proven(marks)[0]) if marks else None, whole)


def _marks() -> list[Mark]:
    return [Mark(*row) for row in Proof.objects.values_list("change", "oldest", "newest")]


def _store(findings: Iterable[Finding], marks: list[Mark]) -> None:
    """How each invariant stands, to be seen; and from where the next proof goes on."""
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
    Proof.objects.all().delete()
    Proof.objects.bulk_create(Proof(**asdict(each)) for each in proven(marks)[1])
