"""Looks at a preview's sellers: acknowledged where a guard rail was met, or held back (R1.6)."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.dates import cycle_label
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, InvalidInput
from koogallery.models import User
from sellers.services.closing import lock_sellers
from settlement.choices import Look
from settlement.models import BillPreviewSeller
from settlement.services.closing.holds import held_back, hold_seller, holds_of
from settlement.services.previews.stored import locked_preview, require_ready
from settlement.services.validation import optional_text, require_text


def decide_look(
    number: str,
    seller_number: str,
    comment: str = "",
    *,
    hold: bool = False,
    seen: str | None = None,
    actor: User,
) -> BillPreviewSeller:
    """As `decide_looks`, of one seller; without `seen` it is of what is kept."""
    [part] = decide_looks(number, {seller_number: seen}, comment, hold=hold, actor=actor)
    return part


@as_refusals()
@transaction.atomic
def decide_looks(
    number: str,
    seen: Mapping[str, str | None],
    comment: str = "",
    *,
    hold: bool = False,
    actor: User,
) -> list[BillPreviewSeller]:
    """Acknowledge sellers that met a guard rail, or hold sellers back with a reason; all or none.

    `seen` has the digest of the content each was shown with, by the seller's number.
    """
    require_duty(actor, Duty.APPROVE_BILLS, _("look at a preview"), rule="R1.6")
    comment = optional_text("comment", comment)
    parts = _locked_parts(number, seen, actor)
    for part in parts:
        _require_seen(part, seen[part.seller.number])
    if hold:
        return [_hold_back(part, comment, actor) for part in parts]
    return [_acknowledge(part, comment, actor) for part in parts]


@as_refusals()
@transaction.atomic
def decide_table(
    number: str,
    acknowledged: Mapping[str, str],
    held: Mapping[str, str],
    comment: str = "",
    *,
    actor: User,
) -> list[BillPreviewSeller]:
    """Both at once, as `decide_looks` of each: of sellers whose look is still due; all or none."""
    require_duty(actor, Duty.APPROVE_BILLS, _("look at a preview"), rule="R1.6")
    for part in _locked_parts(number, {**acknowledged, **held}, actor):
        if part.look != Look.DUE:
            raise Conflict(
                _("%(seller)s was looked at already.") % {"seller": part.seller.number},
                code="no_look_due",
                rule="R1.6",
                field="seller",
            )
    done = decide_looks(number, acknowledged, comment, actor=actor) if acknowledged else []
    return done + (decide_looks(number, held, comment, hold=True, actor=actor) if held else [])


def _locked_parts(
    number: str, sellers: Mapping[str, str | None], actor: User
) -> list[BillPreviewSeller]:
    shown = BillPreviewSeller.objects.filter(
        preview__number=number, seller__number__in=list(sellers)
    )
    lock_sellers(list(shown.values_list("seller", flat=True)))
    require_ready(locked_preview(number), actor)
    parts = list(shown.select_related("seller", "preview").order_by("seller__number"))
    if unknown := sorted(set(sellers) - {part.seller.number for part in parts}):
        raise InvalidInput(
            _("Preview %(preview)s does not show a seller %(sellers)s.")
            % {"preview": number, "sellers": _(", ").join(unknown)},
            code="unknown_seller",
            field="seller",
        )
    if not parts:
        raise InvalidInput(_("Name at least one seller."), rule="R1.6", field="seller")
    return parts


def _require_seen(part: BillPreviewSeller, seen: str | None) -> None:
    if seen is not None and seen != part.content:
        raise Conflict(
            _("This is not what the preview shows for %(seller)s; read it again.")
            % {"seller": part.seller.number},
            code="not_what_is_previewed",
            rule="R1.6",
            field="seen",
        )


def _acknowledge(part: BillPreviewSeller, comment: str, actor: User) -> BillPreviewSeller:
    if part.look == Look.HELD:
        raise held_back(holds_of([part.seller_id])[part.seller_id])
    if not part.looks:
        raise Conflict(
            _("%(seller)s met no guard rail; there is nothing to acknowledge.")
            % {"seller": part.seller.number},
            code="no_look_due",
            rule="R1.6",
            field="seller",
        )
    part.look, part.look_comment = Look.ACKNOWLEDGED, comment
    part.looked_by, part.looked_at = actor, timezone.now()
    part.save(update_fields=["look", "look_comment", "looked_by", "looked_at"])
    _record(part, "acknowledged", comment, actor)
    return part


def _hold_back(part: BillPreviewSeller, comment: str, actor: User) -> BillPreviewSeller:
    """A hold of its own, which outlives the preview."""
    seller, cycle = part.seller, part.preview.cycle
    if seller.open_cycle and seller.open_cycle > cycle:
        raise Conflict(
            _("Cycle %(cycle)s of seller %(seller)s is closed already.")
            % {"cycle": cycle_label(cycle), "seller": seller.number},
            code="cycle_closed",
            rule="R1.7",
            field="seller",
        )
    comment = require_text("comment", comment, rule="R1.7")
    hold = hold_seller(seller.number, comment, preview=part.preview, actor=actor)
    part.refresh_from_db()
    _record(part, "held back", comment, actor, hold=hold.number)
    return part


def _record(part: BillPreviewSeller, verb: str, comment: str, actor: User, **facts: str) -> None:
    audit.note(
        actor,
        verb,
        part.preview,
        seller=part.seller.number,
        comment=comment,
        issued=part.issued,
        currency=part.currency,
        content=part.content,
        **facts,
    )
