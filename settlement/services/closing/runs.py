"""Bill runs: asked for here, done by any number of workers, taken up again after any crash (R1.7).

The first worker plans it: the rows of `BillRunSeller` are the queue (batches.py). Nothing is done
twice, because a seller's lock and open cycle decide, not the queue. Where a preview was approved,
what a batch issues is compared with it in the batch's transaction: other content is never issued.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.clock import require_right_clock
from koogallery.dates import cycle_label, long_day_text
from koogallery.duties import Duty, require_duty
from koogallery.fields import AnyOf
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict, InvalidInput, NotFound
from koogallery.kit.figures import money_text
from koogallery.kit.language import Sentence, marked
from koogallery.models import User
from koogallery.numbering import next_number
from koogallery.settlement_time import ZONE, has_ended
from koogallery.statements import run_statement
from sellers.models import Seller
from sellers.services.closing import first_due, lock_sellers
from settlement.choices import RunSellerState, RunState
from settlement.models import BillPreview, BillRun, BillRunSeller
from settlement.services.closing.attempts import Outcome, SellersRefused, attempt_batch
from settlement.services.closing.batches import name_sellers
from settlement.services.closing.bill_reviews import flag_issued
from settlement.services.closing.cycles import close_through
from settlement.services.closing.digests import NOTHING, Content, Mark
from settlement.services.closing.holds import park_held
from settlement.services.closing.work import work_through


def request_run(
    cycle: Cycle,
    seller_numbers: Sequence[str] | None,
    *,
    actor: User | None,
    preview: BillPreview | None = None,
) -> BillRun:
    """Ask for a cycle to be closed: for everyone, or for named sellers; the work is a worker's.

    Refused: a cycle that has not ended, unknown sellers, and a named seller with an earlier cycle
    still open, or never closed with something due before (R1.6). Everyone: those who are behind are
    brought up to date in order. With an approved `preview` of the same sellers only what it shows
    is issued.
    """
    require_duty(actor, Duty.RUN_BILLS, _("close a cycle"), rule="R1.6")
    require_right_clock()
    if not has_ended(cycle):
        raise Conflict(
            _("Cycle %(cycle)s has not ended; it can be closed from %(day)s on.")
            % {"cycle": cycle_label(cycle), "day": _first_day_after(cycle)},
            code="cycle_not_ended",
            rule="R1.6",
            field="cycle",
        )
    with transaction.atomic():
        sellers = None if seller_numbers is None else sellers_of(seller_numbers, cycle)
        run = BillRun.objects.create(
            number=next_number("BR"),
            cycle=cycle,
            everyone=sellers is None,
            preview=preview,
            requested_by=actor,
        )
        name_sellers(run, sellers)
        audit.note(actor, "requested", run, cycle=cycle, preview=preview or "")
    return run


def _expect(run: BillRun) -> None:
    """Nothing is expected for who came after the preview; who is held back is parked at once."""
    if run.preview_id is None:
        return
    run.parts.update(expected=NOTHING.digest)
    run_statement("settlement/expect_content", {"run": run.pk, "preview": run.preview_id})


def _first_day_after(cycle: Cycle) -> str:
    return f"{long_day_text(cycle.end(ZONE).astimezone(ZONE))} ({ZONE})"


def sellers_of(numbers: Sequence[str] | None, cycle: Cycle) -> list[int]:
    """Ids of the sellers a run of `cycle` is for: everyone, or those named if their turn it is."""
    if numbers is None:
        return list(Seller.objects.order_by("id").values_list("id", flat=True))
    if not numbers:
        raise InvalidInput(_("Name at least one seller, or leave sellers out."), field="sellers")
    found = {seller.number: seller for seller in Seller.objects.filter(number__in=numbers)}
    if unknown := sorted(set(numbers) - set(found)):
        told = _("There is no seller %(number)s.") % {"number": _(", ").join(unknown)}
        raise NotFound(told, field="sellers")
    _require_their_turn(found.values(), cycle)
    return sorted(seller.pk for seller in found.values())


def _require_their_turn(sellers: Collection[Seller], cycle: Cycle) -> None:
    """The first cycle of a seller never closed is the earliest in which something is due (R1.6)."""
    due = first_due([seller.pk for seller in sellers if not seller.open_cycle])
    for seller in sellers:
        first = seller.open_cycle or due.get(seller.pk)
        if first and first < cycle:
            raise Conflict(
                _("Seller %(number)s has cycle %(first)s still open; close it first.")
                % {"number": seller.number, "first": cycle_label(first)},
                code="earlier_cycle_open",
                rule="R1.6",
                field="sellers",
            )


def work_on_run(
    number: str, *, wait: bool = False, on_progress: Callable[[], None] = lambda: None
) -> None:
    run = BillRun.objects.get(number=number)
    work_through(
        run,
        partial(close_next_batch, run),
        partial(_ended, run),
        on_planned=partial(_expect, run),
        wait=wait,
        on_progress=on_progress,
    )


def _ended(run: BillRun) -> dict[str, Any]:
    parked = run.parts.filter(state=RunSellerState.PARKED).count()
    return {
        "state": RunState.FAILED if parked else RunState.CLOSED,
        "reason": _parked(parked, run.sellers_total).kept if parked else "",
    }


def _parked(parked: int, sellers: int) -> Sentence:
    values = {"parked": str(parked), "sellers": str(sellers)}
    return Sentence("%(parked)s of %(sellers)s sellers parked", values)


def close_next_batch(run: BillRun) -> Outcome:
    """Claim and close one batch; a bad seller is parked in time, and the others go on."""
    return attempt_batch(run, partial(_close, run))


class DiffersFromPreview(SellersRefused, Conflict):
    """These sellers would be issued something else than was approved; nobody of the batch was."""

    default_code = "differs_from_preview"


def _close(run: BillRun, sellers: Sequence[int]) -> None:
    open_cycles = lock_sellers(sellers)
    held = park_held(run, open_cycles)
    to_close = {id_: open_cycles[id_] for id_ in sellers if id_ not in held}
    if to_close:
        _issue(run, list(to_close))
        flag_issued(run, to_close)


def _issue(run: BillRun, sellers: Sequence[int]) -> None:
    cycle, is_bound = Cycle(run.cycle), run.preview_id or run.retried_at
    mark = Mark.of(sellers) if is_bound else None
    closed = mark.closed_before(cycle) if mark else []
    billed = close_through(sellers, cycle, apart=_is_large(run, sellers))
    contents = mark.issued_since() if mark else {}
    _require_expected(run, [id_ for id_ in sellers if id_ not in closed], contents)
    run_statement(
        "settlement/finish_parts",
        {
            "run": run.pk,
            "sellers": list(sellers),
            "lines": [billed[id_] for id_ in sellers],
            "contents": [contents.get(id_, NO_PREVIEW).digest for id_ in sellers],
            "closed": closed,
            "why": marked("Closed before this run."),
        },
    )


def _is_large(run: BillRun, sellers: Sequence[int]) -> bool:
    weight = run.parts.filter(AnyOf(F("seller"), sellers)).aggregate(lines=Sum("weight", default=0))
    return bool(weight["lines"] >= settings.BILL_RUN_PARTITION_LINES)


#: Without a preview nothing is compared, but what was looked at before a retry.
NO_PREVIEW = Content("")


def _require_expected(
    run: BillRun, sellers: Sequence[int], contents: Mapping[int, Content]
) -> None:
    parts = (
        run.parts.filter(AnyOf(F("seller"), sellers)).exclude(expected="").select_related("seller")
    )
    other = {
        part.seller_id: _difference(part, contents[part.seller_id])
        for part in parts.select_related("seller")
        if contents[part.seller_id].digest != part.expected
    }
    if other:
        raise DiffersFromPreview(other, rule="R1.7")


def _difference(part: BillRunSeller, content: Content) -> Sentence:
    amount = money_text(content.amount, part.seller.settlement_currency)
    return Sentence(
        "Differs from the approved preview: now %(bills)s bills over %(amount)s.",
        {"bills": str(content.bills), "amount": amount},
    )
