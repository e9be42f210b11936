"""Previews of a month that are kept: computed by workers, looked at, approved, then issued (R1.6).

A preview survives restarts as a run does: its rows are the queue. Once ready nothing of it changes
but what operators made of the sellers that met a guard rail.

What a stored preview keeps of each seller, and the guard rails it met (R1.6).
"""

from collections.abc import Sequence
from functools import partial

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.clock import require_right_clock
from koogallery.dates import cycle_label
from koogallery.decided import how_it_stands
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict, Forbidden, InvalidInput, NotFound
from koogallery.kit.figures import money_text
from koogallery.models import User
from koogallery.numbering import next_number
from koogallery.own_hand import require_own_hand
from koogallery.settlement_time import has_ended
from koogallery.statements import run_statement
from settlement.choices import Look, PreviewSellerState, PreviewState
from settlement.models import ApprovalLimit, BillPreview, BillPreviewSeller, BillRun
from settlement.rules.looks import Trail, looks_due
from settlement.services.closing.attempts import Outcome, attempt_batch
from settlement.services.closing.batches import name_sellers
from settlement.services.closing.guard_rails import Wanted, rails, trails_of
from settlement.services.closing.holds import held_look, holds_of
from settlement.services.closing.runs import request_run, sellers_of
from settlement.services.closing.work import work_through
from settlement.services.previews.preview import SUMMED, SellerPreview, preview_batch, require_begun

#: What a row of the preview takes over as it is.
FIGURES = ("currency", *SUMMED, "previous_settlement")

KEPT = (
    "state",
    "reason",
    "bill",
    "bills",
    "issued",
    "held",
    "content",
    "looks",
    "look",
    "look_comment",
    "looked_by",
    "looked_at",
    *FIGURES,
)


def compute(preview: BillPreview, sellers: Sequence[int]) -> None:
    """What closing these sellers would issue, kept."""
    keep(preview, preview_batch(sellers, Cycle(preview.cycle), with_content=True))


def keep(preview: BillPreview, shown: Sequence[SellerPreview]) -> None:
    numbers = [each.seller for each in shown]
    parts = preview.parts.filter(seller__number__in=numbers, state=PreviewSellerState.PENDING)
    by_number = {part.seller.number: part for part in parts.select_related("seller")}
    sellers = [part.seller_id for part in by_number.values()]
    trails = trails_of(Wanted(id_, id_, through=preview.cycle) for id_ in sellers)
    holds = holds_of(sellers)
    kept = [
        _fill(by_number[each.seller], each, trails.get(by_number[each.seller].seller_id, Trail()))
        for each in shown
        if each.seller in by_number
    ]
    for part in kept:
        if hold := holds.get(part.seller_id):
            for name, value in held_look(hold).items():
                setattr(part, name, value)
    BillPreviewSeller.objects.bulk_update(kept, KEPT, batch_size=500)


def _fill(part: BillPreviewSeller, shown: SellerPreview, trail: Trail) -> BillPreviewSeller:
    for name in FIGURES:
        setattr(part, name, getattr(shown, name))
    part.state, part.reason = PreviewSellerState.DONE, ""
    part.bill, part.held = (
        shown.bill or "",
        [[each.told.message, dict(each.told.values)] for each in shown.held],
    )
    part.content = shown.content.digest
    part.bills, part.issued = shown.content.bills, shown.content.amount
    looks = looks_due(part.issued if part.bills else None, trail, part.currency, rails())
    part.looks = [look.as_stored() for look in looks]
    part.look = Look.DUE if looks else Look.NOT_DUE
    return part


@transaction.atomic
def request_preview(
    cycle: Cycle, seller_numbers: Sequence[str] | None, *, actor: User | None
) -> BillPreview:
    """Ask for what a run with the same arguments would issue; also for the running month."""
    require_duty(actor, Duty.RUN_BILLS, _("preview a cycle"), rule="R1.6")
    require_own_hand(actor)
    require_begun(cycle)
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
    require_ready(preview, actor)
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
    require_open(preview)
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
            % {"number": number, "cycle": cycle_label(preview.cycle)},
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
        raise NotFound(_("There is no preview %(number)s.") % {"number": number}, named=number)
    return preview


def require_another_approver(preview: BillPreview, actor: User) -> None:
    """Who asked for a preview approves none that pays as much as two have to (R4.4)."""
    if preview.requested_by_id != actor.pk:
        return
    issued = preview.parts.filter(issued__gt=0).order_by().values_list("currency")
    for currency, amount in dict(issued.annotate(Sum("issued"))).items():
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


def require_ready(preview: BillPreview, asks: User) -> None:
    if preview.state != PreviewState.READY:
        told = how_it_stands(preview, "bill preview", asks)
        raise Conflict(told, code="preview_not_ready", rule="R1.6")


def require_open(preview: BillPreview) -> None:
    """A month that was closed since is billed no more: what came late is on the next bill."""
    if not BillPreview.objects.of_open_months().filter(pk=preview.pk).exists():
        raise Conflict(
            _(
                "Cycle %(cycle)s is closed for every seller of this preview: nothing of it is left "
                "to issue. What came late is on their next bills."
            )
            % {"cycle": cycle_label(preview.cycle)},
            code="cycle_closed",
            rule="R1.7",
        )


def _require_ended(preview: BillPreview) -> None:
    if not has_ended(Cycle(preview.cycle)):
        raise Conflict(
            _("Cycle %(cycle)s has not ended; its preview cannot be approved yet.")
            % {"cycle": cycle_label(preview.cycle)},
            code="cycle_not_ended",
            rule="R1.6",
        )


def _require_looked_at(preview: BillPreview) -> None:
    due = preview.parts.filter(look=Look.DUE).order_by("seller__number")
    waiting = list(due.values_list("seller__number", flat=True)[:10])
    if waiting:
        raise Conflict(
            _("Look at %(waiting)s first: acknowledge each, or hold it back.")
            % {"waiting": _(", ").join(waiting)},
            code="looks_due",
            rule="R1.6",
        )
