"""Parked sellers of a bill run, tried again once what was wrong is repaired (R1.7)."""

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.dates import cycle_label
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict, DomainError, InvalidInput, NotFound
from koogallery.models import User
from koogallery.statements import run_statement
from settlement.choices import PreviewState, RunSellerState, RunState
from settlement.models import BillPreview, BillRun, BillRunSeller
from settlement.services.closing.holds import held_back, holds_of
from settlement.services.previews.preview import SellerPreview, preview_batch


@as_refusals()
@transaction.atomic
def retry_run(
    number: str,
    sellers: Sequence[str] | None = None,
    *,
    seen: Mapping[str, str] | None = None,
    preview: str = "",
    actor: User,
) -> BillRun:
    """Queue parked sellers again: all who are not held back, or those named; others stay parked.

    A run with an approved preview issues approved content only. So each seller needs what it is to
    issue now: `seen` has the digest of what an operator looked at by the seller's number, or an
    approved `preview` shows it. Without either, what was approved at first is expected still.
    """
    require_duty(actor, Duty.RUN_BILLS, _("retry a bill run"), rule="R1.7")
    run = BillRun.objects.select_for_update(of=("self",)).filter(number=number).first()
    if run is None:
        raise NotFound(_("There is no bill run %(number)s.") % {"number": number})
    parts = _parked(run, sellers)
    shown = _approved(preview, run) if preview else None
    for part in parts:
        part.expected = _expected(part, seen or {}, shown)
    BillRunSeller.objects.bulk_update(parts, ["expected"], batch_size=500)
    run_statement(
        "settlement/queue_again",
        {
            "run": run.pk,
            "parts": [part.pk for part in parts],
            "members": settings.BILL_RUN_BATCH_SELLERS,
        },
    )
    run.move_to(RunState.QUEUED, reason="", finished_at=None, retried_at=timezone.now())
    audit.note(
        actor,
        "retried",
        run,
        sellers=[part.seller.number for part in parts],
        contents=[part.expected for part in parts if part.expected],
        preview=preview,
    )
    return run


def _parked(run: BillRun, sellers: Sequence[str] | None) -> list[BillRunSeller]:
    if run.state != RunState.FAILED:
        raise Conflict(
            _("Bill run %(number)s is %(state)s; only one that failed is tried again.")
            % {"number": run.number, "state": run.state_label.lower()},
            code="nothing_to_retry",
            rule="R1.7",
        )
    parked = run.parts.filter(state=RunSellerState.PARKED).select_related("seller")
    parts = list(parked if sellers is None else parked.filter(seller__number__in=sellers))
    if unknown := sorted(set(sellers or ()) - {part.seller.number for part in parts}):
        raise InvalidInput(
            _("Not parked in bill run %(number)s: %(unknown)s.")
            % {"number": run.number, "unknown": _(", ").join(unknown)},
            code="not_parked",
            rule="R1.7",
            field="sellers",
        )
    parts = _not_held(parts, named=sellers is not None)
    if not parts:
        raise InvalidInput(_("Name at least one parked seller."), rule="R1.7", field="sellers")
    return parts


def _not_held(parts: list[BillRunSeller], *, named: bool) -> list[BillRunSeller]:
    """Who is held back is never tried again with the others, and refused by name."""
    holds = holds_of(part.seller_id for part in parts)
    free = [part for part in parts if part.seller_id not in holds]
    if holds and (named or not free):
        raise held_back(next(iter(holds.values())))
    return free


def _approved(number: str, run: BillRun) -> BillPreview:
    preview = BillPreview.objects.filter(
        number=number, state=PreviewState.APPROVED, cycle=run.cycle
    ).first()
    if preview is None or run.preview_id is None:
        raise Conflict(
            _("%(preview)s is no approved preview that run %(run)s of %(cycle)s could issue.")
            % {"preview": number, "run": run.number, "cycle": cycle_label(run.cycle)},
            code="preview_not_approved",
            rule="R1.7",
            field="preview",
        )
    return preview


def _expected(part: BillRunSeller, seen: Mapping[str, str], preview: BillPreview | None) -> str:
    number = part.seller.number
    if number in seen:
        return seen[number]
    if preview is None:
        return part.expected
    shown = preview.parts.filter(seller=part.seller_id).exclude(content="").first()
    if shown is None:
        raise InvalidInput(
            _("Preview %(preview)s shows nothing for %(seller)s.")
            % {"preview": preview.number, "seller": number},
            code="unknown_seller",
            rule="R1.7",
            field="preview",
        )
    return shown.content


def look_again(run: BillRun, sellers: Sequence[str]) -> tuple[list[SellerPreview], dict[str, str]]:
    """What these parked sellers would be issued now; why not, for those who still are refused."""
    shown: list[SellerPreview] = []
    refused: dict[str, str] = {}
    parts = run.parts.filter(state=RunSellerState.PARKED, seller__number__in=sellers)
    for part in parts.select_related("seller").order_by("seller__number"):
        try:
            with as_refusals():
                shown += preview_batch([part.seller_id], Cycle(run.cycle), with_content=True)
        except DomainError as reason:
            refused[part.seller.number] = reason.detail
    return shown, refused
