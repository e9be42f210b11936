"""Sellers held back: issued nothing until somebody releases them, with a reason (R1.7)."""

from collections.abc import Iterable, Mapping

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import Said, Who, act
from koogallery.asks import REASON, Asks, Prose
from koogallery.duties import Duty
from koogallery.fields import AnyOf
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict
from koogallery.kit.language import Sentence
from koogallery.models import User
from koogallery.numbering import next_number
from sellers.models import Seller
from settlement.choices import Look, PreviewState, RunSellerState
from settlement.models import BillHold, BillPreview, BillPreviewSeller, BillRun
from settlement.services.validation import require_text

HOLDERS = Who(Duty.APPROVE_BILLS)
RELEASE = Asks(
    "ReleaseInput",
    (
        Prose(
            name="reason",
            label=gettext_lazy("Reason"),
            help=gettext_lazy("Why something may be issued to the seller again."),
        ),
    ),
)


def _not_held_yet(seller: Seller, _actor: User) -> None:
    if earlier := BillHold.objects.unreleased().filter(seller=seller).first():
        raise held_back(earlier)


@act(
    "hold",
    Seller.objects.all(),
    by=HOLDERS,
    rule="R1.7",
    unless=_not_held_yet,
    asks=REASON,
    said=Said(
        label=gettext_lazy("Hold back"),
        question=gettext_lazy("Issue nothing to this seller until it is released?"),
        done=gettext_lazy("The seller is held back."),
    ),
)
def hold_seller(
    seller: Seller, reason: str, *, preview: BillPreview | None = None, actor: User
) -> BillHold:
    """Every run parks the seller from now on; `preview` is where its figures were looked at."""
    reason = require_text("reason", reason, rule="R1.7")
    hold = BillHold.objects.create(
        number=next_number("BH"), seller=seller, preview=preview, reason=reason, held_by=actor
    )
    hold.refresh_from_db()
    _ready_parts(hold).update(**held_look(hold))
    audit.note(actor, "held back", hold, reason=reason, preview=preview or "")
    return hold


def _unreleased(hold: BillHold, _actor: User) -> None:
    if hold.released_at:
        raise Conflict(
            _("Hold %(hold)s was released by %(who)s.")
            % {"hold": hold.number, "who": hold.released_by},
            code="released_already",
            rule="R1.7",
        )


@act(
    "release",
    BillHold.objects.select_related("seller", "held_by"),
    by=HOLDERS,
    rule="R1.7",
    unless=_unreleased,
    asks=RELEASE,
    said=Said(
        label=gettext_lazy("Release"),
        question=gettext_lazy("Issue to this seller again?"),
        done=gettext_lazy("The seller is released."),
    ),
)
def release_hold(hold: BillHold, reason: str, *, actor: User) -> BillHold:
    """The next run, or a retry, issues again; previews not approved yet are looked at anew."""
    reason = require_text("reason", reason, rule="R1.7")
    hold.released_by, hold.released_at, hold.release_reason = actor, timezone.now(), reason
    hold.modified_at = hold.released_at
    hold.save(update_fields=["released_by", "released_at", "release_reason", "modified_at"])
    looks = {"look_comment": "", "looked_by": None, "looked_at": None}
    parts = _ready_parts(hold).filter(look=Look.HELD)
    parts.filter(looks=[]).update(look=Look.NOT_DUE, **looks)
    parts.exclude(looks=[]).update(look=Look.DUE, **looks)
    audit.note(
        actor, "released", hold, reason=reason, held_by=hold.held_by, held_because=hold.reason
    )
    return hold


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
    standing = BillHold.objects.unreleased().filter(AnyOf(models.F("seller"), sellers))
    return {hold.seller_id: hold for hold in standing.select_related("seller", "held_by")}


def park_held(run: BillRun, open_cycles: Mapping[int, Cycle | None]) -> frozenset[int]:
    """Park whoever of these locked sellers is held back; who has the cycle behind them is done."""
    to_close = [id_ for id_, open_ in open_cycles.items() if open_ is None or open_ <= run.cycle]
    held = holds_of(to_close)
    for seller, hold in held.items():
        run.parts.filter(seller=seller, state=RunSellerState.PENDING).update(
            state=RunSellerState.PARKED,
            reason=Sentence("Held back: %(reason)s", {"reason": hold.reason}).kept,
        )
    return frozenset(held)


def _ready_parts(hold: BillHold) -> models.QuerySet[BillPreviewSeller]:
    """Where it stands in previews that may still be approved; they are locked."""
    ready = BillPreview.objects.select_for_update(of=("self",)).filter(
        state=PreviewState.READY, parts__seller=hold.seller
    )
    ids = list(ready.order_by("pk").values_list("pk", flat=True))
    return BillPreviewSeller.objects.filter(preview__in=ids, seller=hold.seller)
