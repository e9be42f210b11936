"""Bills that met a guard rail unseen: flagged by the run, looked at, then approved (R1.6)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import Said, Who, act
from koogallery.asks import COMMENT, Asks
from koogallery.duties import Duty
from koogallery.fields import AnyOf
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict
from koogallery.kit.language import paragraph
from koogallery.models import User
from koogallery.statements import run_statement
from settlement.models import Bill, BillLook, BillRun
from settlement.rules.looks import Trail, looks_due
from settlement.rules.standards import detail_of
from settlement.services.closing.guard_rails import Wanted, rails, trails_of
from settlement.services.validation import optional_text


class Unseen(NamedTuple):
    """An issued bill that no approved preview had shown."""

    bill: int
    seller: int
    cycle: str
    currency: str
    settlement_amount: Decimal


def flag_issued(run: BillRun, open_cycles: Mapping[int, Cycle | None]) -> None:
    """After a batch of `run`, whose sellers' open cycles were these before, and are locked.

    A seller without a bill has none to be flagged; what it met stands on its part of the run.
    """
    sellers = list(open_cycles)
    parameters = {
        "run": run.pk,
        "cycle": run.cycle,
        "sellers": sellers,
        "since": [open_cycles[id_] or "" for id_ in sellers],
    }
    unseen = [Unseen(*row) for row in run_statement("settlement/unseen_bills", parameters)]
    _flag_bills(unseen)
    if run.preview_id is None:
        billed = {each.seller for each in unseen}
        closed = {
            id_: open_ for id_, open_ in open_cycles.items() if not open_ or open_ <= run.cycle
        }
        _flag_parts(run, [id_ for id_ in closed if id_ not in billed])


def _flag_bills(unseen: list[Unseen]) -> None:
    trails = trails_of(
        Wanted(each.bill, each.seller, through=each.cycle, before=each.cycle) for each in unseen
    )
    found = [
        (
            each.bill,
            looks_due(
                each.settlement_amount, trails.get(each.bill, Trail()), each.currency, rails()
            ),
        )
        for each in unseen
    ]
    BillLook.objects.bulk_create(
        BillLook(bill_id=bill, looks=[look.as_stored() for look in looks])
        for bill, looks in found
        if looks
    )


def _flag_parts(run: BillRun, sellers: list[int]) -> None:
    trails = trails_of(Wanted(id_, id_, through=run.cycle) for id_ in sellers)
    parts = run.parts.filter(AnyOf(F("seller"), trails)).select_related("seller")
    flagged = []
    for part in parts:
        currency = part.seller.settlement_currency
        looks = looks_due(None, trails[part.seller_id], currency, rails())
        part.looks = [look.as_stored() for look in looks]
        if looks:
            flagged.append(part)
    run.parts.bulk_update(flagged, ["looks"], batch_size=500)


LOOK = Asks("BillLookInput", COMMENT.asks)


def _look_due(bill: Bill, _actor: User) -> None:
    _due(bill)


@act(
    "look",
    Bill.objects.select_related("seller"),
    by=Who(Duty.APPROVE_BILLS),
    rule="R1.6",
    unless=_look_due,
    asks=LOOK,
    said=Said(
        label=gettext_lazy("Record the look"),
        question=gettext_lazy("Is this bill right?"),
        done=gettext_lazy("Your look is recorded; the bill can be approved."),
    ),
)
def look_at_bill(bill: Bill, comment: str = "", *, actor: User) -> BillLook:
    """Say by name that a bill which met a guard rail is right; it can be approved then."""
    look = _due(bill)
    look.looked_by, look.looked_at = actor, timezone.now()
    look.comment = optional_text("comment", comment)
    look.modified_at = look.looked_at
    look.save(update_fields=["looked_by", "looked_at", "comment", "modified_at"])
    audit.note(
        actor,
        "looked at",
        bill,
        reasons=[each["detail"] for each in look.looks],
        comment=look.comment,
    )
    return look


def _due(bill: Bill) -> BillLook:
    look = BillLook.objects.filter(bill=bill).first()
    if look is None or not look.is_due:
        raise Conflict(
            _("Nothing stands against bill %(bill)s that is still to be looked at.")
            % {"bill": bill.number},
            code="no_look_due",
            rule="R1.6",
        )
    return look


def require_looked_at(bill: Bill, _actor: User | None = None) -> None:
    """Asked before a bill is approved."""
    look = BillLook.objects.due().filter(bill=bill).first()
    if look:
        raise Conflict(
            _("Look at bill %(bill)s first: %(reasons)s")
            % {"bill": bill.number, "reasons": paragraph(map(detail_of, look.looks))},
            code="look_due",
            rule="R1.6",
        )
