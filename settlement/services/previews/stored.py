"""Previews of a month that are kept: computed by workers, looked at, approved, then issued (R1.6).

A preview survives restarts as a run does: its rows are the queue. Once ready nothing of it changes
but what operators made of the sellers that met a guard rail.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.clock import require_right_clock
from koogallery.decided import how_it_stands
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict, Forbidden, InvalidInput, NotFound
from koogallery.kit.figures import money_text
from koogallery.models import User
from koogallery.numbering import next_number
from koogallery.own_hand import require_own_hand
from koogallery.settlement_time import current_cycle, has_ended
from koogallery.statements import run_statement
from settlement.choices import Look, PreviewState
from settlement.models import ApprovalLimit, BillPreview, BillRun
from settlement.services.closing.attempts import Outcome, attempt_batch
from settlement.services.closing.batches import name_sellers
from settlement.services.closing.runs import request_run, sellers_of
from settlement.services.closing.work import work_through
from settlement.services.previews.sellers import compute


@transaction.atomic
def request_preview(
    cycle: Cycle, seller_numbers: Sequence[str] | None, *, actor: User | None
) -> BillPreview:
    """Ask for what a run with the same arguments would issue; also for the running month."""
    require_duty(actor, Duty.RUN_BILLS, _("preview a cycle"), rule="R1.6")
    require_own_hand(actor)
    if cycle > current_cycle():
        raise Conflict(
            _("Cycle %(cycle)s has not begun.") % {"cycle": cycle},
            code="cycle_not_begun",
            rule="R1.6",
            field="cycle",
        )
    sellers = None if seller_numbers is None else sellers_of(seller_numbers, cycle)
    preview = BillPreview.objects.create(
        number=next_number("BP"), cycle=cycle, everyone=sellers is None, requested_by=actor
    )
    name_sellers(preview, sellers)
    audit.note(actor, "requested", preview, cycle=cycle)
    return preview


def work_on_preview(number: str) -> None:
    """Compute batches until none is free: who finds all done makes it ready."""
    preview = BillPreview.objects.get(number=number)
    work_through(preview, partial(compute_next_batch, preview), partial(_ended, preview))


def compute_next_batch(preview: BillPreview) -> Outcome:
    """Claim one batch and keep what closing it would issue; whose close is refused is blocked."""
    return attempt_batch(preview, partial(compute, preview))


def _ended(preview: BillPreview) -> dict[str, str]:
    [[digest]] = run_statement("settlement/digest_of_preview", {"preview": preview.pk})
    return {"state": PreviewState.READY, "digest": digest}


@as_refusals()
@transaction.atomic
def approve_preview(number: str, seen: str | None = None, *, actor: User) -> BillPreview:
    """`seen` is the digest of what the approver was shown; any other is refused.

    Refused also while a seller that met a guard rail was not looked at, before the cycle has
    ended, and once another run closed it.
    """
    require_duty(actor, Duty.APPROVE_BILLS, _("approve a preview"), rule="R1.6")
    require_right_clock()
    preview = locked_preview(number)
    require_ready(preview)
    require_own_hand(actor)
    require_another_approver(preview, actor)
    if seen is not None and seen != preview.digest:
        raise Conflict(
            _("This is not the content that is previewed; read the preview again."),
            code="not_what_is_previewed",
            rule="R1.6",
            field="seen",
        )
    _require_ended(preview)
    _require_looked_at(preview)
    preview.move_to(PreviewState.APPROVED, approved_by=actor, approved_at=timezone.now())
    audit.note(actor, "approved", preview, cycle=preview.cycle, digest=preview.digest)
    return preview


@as_refusals()
@transaction.atomic
def run_preview(
    number: str,
    cycle: Cycle | None = None,
    sellers: Sequence[str] | None = None,
    *,
    actor: User | None,
) -> BillRun:
    """Ask for the run that issues what this preview shows, once it is approved.

    A caller who names a cycle or sellers has to name the preview's.
    """
    preview = locked_preview(number)
    shown = (
        None if preview.everyone else sorted(preview.parts.values_list("seller__number", flat=True))
    )
    if cycle not in (None, preview.cycle) or (sellers is not None and sorted(sellers) != shown):
        raise InvalidInput(
            _("Preview %(number)s is of other sellers, or of cycle %(cycle)s.")
            % {"number": number, "cycle": preview.cycle},
            code="preview_of_others",
            rule="R1.6",
            field="preview",
        )
    _require_runnable(preview)
    return request_run(Cycle(preview.cycle), shown, actor=actor, preview=preview)


def _require_runnable(preview: BillPreview) -> None:
    if preview.state != PreviewState.APPROVED:
        raise Conflict(
            _("Preview %(number)s is %(state)s; a run needs an approved one.")
            % {"number": preview.number, "state": preview.state_label.lower()},
            code="preview_not_approved",
            rule="R1.6",
            field="preview",
        )
    earlier = BillRun.objects.filter(preview=preview).first()
    if earlier:
        raise Conflict(
            _("Bill run %(run)s issues preview %(preview)s already.")
            % {"run": earlier.number, "preview": preview.number},
            code="preview_run_already",
            rule="R1.7",
            field="preview",
        )


def preview_to_run(cycle: Cycle) -> BillPreview | None:
    """The latest approved preview of everyone's cycle that waits for its run."""
    waiting = BillPreview.objects.filter(
        cycle=cycle, everyone=True, state=PreviewState.APPROVED, run=None
    )
    return waiting.order_by("-approved_at").first()


def locked_preview(number: str) -> BillPreview:
    preview = BillPreview.objects.select_for_update(of=("self",)).filter(number=number).first()
    if preview is None:
        raise NotFound(_("There is no preview %(number)s.") % {"number": number})
    return preview


def require_another_approver(preview: BillPreview, actor: User) -> None:
    """Who asked for a preview approves none that pays as much as two have to (R4.4)."""
    if preview.requested_by_id != actor.pk:
        return
    for currency, amount in _payable(preview).items():
        limit = ApprovalLimit.objects.get(currency=currency)
        if amount >= limit.amount:
            raise Forbidden(
                _(
                    "You asked for this preview, which pays %(amount)s; from %(limit)s on "
                    "another operator has to approve it."
                )
                % {
                    "amount": money_text(amount, currency),
                    "limit": money_text(limit.amount, currency),
                },
                code="a_preview_takes_two",
                rule="R4.4",
            )


def _payable(preview: BillPreview) -> dict[str, Decimal]:
    issued = preview.parts.filter(issued__gt=0).order_by().values_list("currency")
    return dict(issued.annotate(Sum("issued")))


def require_ready(preview: BillPreview) -> None:
    if preview.state != PreviewState.READY:
        told = how_it_stands(preview, "bill preview")
        raise Conflict(told, code="preview_not_ready", rule="R1.6")


def _require_ended(preview: BillPreview) -> None:
    if not has_ended(Cycle(preview.cycle)):
        raise Conflict(
            _("Cycle %(cycle)s has not ended; its preview cannot be approved yet.")
            % {"cycle": preview.cycle},
            code="cycle_not_ended",
            rule="R1.6",
        )


def _require_looked_at(preview: BillPreview) -> None:
    due = preview.parts.filter(look=Look.DUE).order_by("seller__number")
    waiting = list(due.values_list("seller__number", flat=True)[:10])
    if waiting:
        raise Conflict(
            _("Look at %(waiting)s first: acknowledge each, or hold it back.")
            % {"waiting": ", ".join(waiting)},
            code="looks_due",
            rule="R1.6",
        )
