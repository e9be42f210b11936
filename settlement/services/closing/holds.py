"""Sellers held back: issued nothing until somebody releases them, with a reason (R1.7)."""

from collections.abc import Iterable, Mapping

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict
from koogallery.models import User
from koogallery.numbering import next_number
from settlement.choices import Look, PreviewState, RunSellerState
from settlement.models import BillHold, BillPreview, BillPreviewSeller, BillRun
from settlement.services.locked import lock_visible_seller, read_locked
from settlement.services.validation import require_text


@as_refusals()
@transaction.atomic
def hold_seller(
    seller_number: str, reason: str, *, preview: BillPreview | None = None, actor: User
) -> BillHold:
    """Every run parks the seller from now on; `preview` is where its figures were looked at."""
    seller = lock_visible_seller(seller_number, actor)
    require_duty(actor, Duty.APPROVE_BILLS, _("hold a seller back"), rule="R1.7")
    reason = require_text("reason", reason, rule="R1.7")
    if earlier := BillHold.objects.unreleased().filter(seller=seller).first():
        raise held_back(earlier)
    hold = BillHold.objects.create(
        number=next_number("BH"), seller=seller, preview=preview, reason=reason, held_by=actor
    )
    hold.refresh_from_db()
    _ready_parts(hold).update(**held_look(hold))
    audit.record(
        actor,
        "held back",
        "bill hold",
        hold.number,
        seller=seller.number,
        reason=reason,
        preview=preview or "",
    )
    return hold


@as_refusals()
@transaction.atomic
def release_hold(number: str, reason: str, *, actor: User) -> BillHold:
    """The next run, or a retry, issues again; previews not approved yet are looked at anew."""
    hold = read_locked(BillHold.objects.select_related("seller", "held_by"), number, actor=actor)
    require_duty(actor, Duty.APPROVE_BILLS, _("release a seller"), rule="R1.7")
    reason = require_text("reason", reason, rule="R1.7")
    require_unreleased(hold, actor)
    hold.released_by, hold.released_at, hold.release_reason = actor, timezone.now(), reason
    hold.modified_at = hold.released_at
    hold.save(update_fields=["released_by", "released_at", "release_reason", "modified_at"])
    looks = {"look_comment": "", "looked_by": None, "looked_at": None}
    parts = _ready_parts(hold).filter(look=Look.HELD)
    parts.filter(looks=[]).update(look=Look.NOT_DUE, **looks)
    parts.exclude(looks=[]).update(look=Look.DUE, **looks)
    audit.record(
        actor,
        "released",
        "bill hold",
        number,
        seller=hold.seller.number,
        reason=reason,
        held_by=hold.held_by,
        held_because=hold.reason,
    )
    return hold


def require_unreleased(hold: BillHold, _actor: User) -> None:
    if hold.released_at:
        raise Conflict(
            _("Hold %(hold)s was released by %(who)s.")
            % {"hold": hold.number, "who": hold.released_by},
            code="released_already",
            rule="R1.7",
        )


def held_back(hold: BillHold) -> Conflict:
    """The refusal of what a hold stands against."""
    return Conflict(
        _("%(seller)s is held back by %(who)s (%(hold)s): %(reason)s Release the hold first.")
        % {
            "seller": hold.seller.number,
            "who": hold.held_by,
            "hold": hold.number,
            "reason": as_sentence(hold.reason),
        },
        code="held_back",
        rule="R1.7",
    )


def as_sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "。")) else f"{text}."


def held_look(hold: BillHold) -> dict[str, object]:
    """What a preview shows of a seller who is held back."""
    return {
        "look": Look.HELD,
        "look_comment": hold.reason,
        "looked_by": hold.held_by,
        "looked_at": hold.held_at,
    }


def holds_of(sellers: Iterable[int]) -> dict[int, BillHold]:
    """The holds that stand, by their sellers' ids."""
    standing = BillHold.objects.unreleased().filter(seller__in=list(sellers))
    return {hold.seller_id: hold for hold in standing.select_related("seller", "held_by")}


def park_held(run: BillRun, open_cycles: Mapping[int, Cycle | None]) -> frozenset[int]:
    """Park whoever of these locked sellers is held back; who has the cycle behind them is done."""
    to_close = [id_ for id_, open_ in open_cycles.items() if open_ is None or open_ <= run.cycle]
    held = holds_of(to_close)
    for seller, hold in held.items():
        run.parts.filter(seller=seller, state=RunSellerState.PENDING).update(
            state=RunSellerState.PARKED, reason=f"Held back: {hold.reason}"
        )
    return frozenset(held)


def _ready_parts(hold: BillHold) -> models.QuerySet[BillPreviewSeller]:
    """Where it stands in previews that may still be approved; they are locked."""
    ready = BillPreview.objects.select_for_update(of=("self",)).filter(
        state=PreviewState.READY, parts__seller=hold.seller
    )
    ids = list(ready.order_by("pk").values_list("pk", flat=True))
    return BillPreviewSeller.objects.filter(preview__in=ids, seller=hold.seller)
