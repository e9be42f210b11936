"""What an act would change for its seller, told before it: the act itself, rolled back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum

from koogallery.approvals import ACTS, Facts
from koogallery.guards import as_refusals
from koogallery.kit.cycles import Cycle
from koogallery.kit.money import ZERO
from koogallery.kit.seen import Seen, require_seen
from koogallery.models import ApprovalRequest, User
from koogallery.portal.formats import money_text
from koogallery.second_person import rehearsal
from koogallery.settlement_time import current_cycle
from sellers.models import Seller
from sellers.services.closing import lock_sellers
from settlement.choices import RecoveryState
from settlement.models import Deposit, Recovery
from settlement.services.closing.cycles import next_cycle_of
from settlement.services.locked import lock_visible_seller
from settlement.services.previews.forecasts import PATIENCE, is_quick
from settlement.services.previews.preview import SellerPreview, preview_batch

Act = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a seller stands, and what the coming bills would make of it, if that can be told.

    `coming` are the bill of `next_cycle` and, as if nothing more was sold, the one after it, to
    which a negative amount is carried (R3.5).
    """

    deposit: Decimal
    receivable: Decimal
    to_be_recovered: Decimal
    next_cycle: Cycle
    coming: tuple[SellerPreview, ...]


def rehearse(act: Act, seller_number: str, *, actor: User) -> Seen:
    """Do it, look, and roll it back. What the act refuses is refused here."""
    with as_refusals(), transaction.atomic(), rehearsal():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        seller = lock_visible_seller(seller_number, actor)
        before = position_of(seller)
        act()
        after = position_of(Seller.objects.get(pk=seller.pk))
        transaction.set_rollback(True)
    return Seen.of(_changes(before, after, seller.settlement_currency))


def on_the_seller(request: ApprovalRequest) -> Facts:
    """What a requested act would change for its seller, tried now."""
    act = partial(ACTS[request.act].run, request)
    return rehearse(act, request.seller_number, actor=request.requested_by).facts


def act_as_rehearsed(act: Act, seller_number: str, seen: str | None, *, actor: User) -> Any:
    """Do exactly what was shown, or nothing: rehearsed again under the seller's lock."""
    with as_refusals(), transaction.atomic():
        lock_visible_seller(seller_number, actor)
        require_seen(seen, rehearse(act, seller_number, actor=actor), rule="R7.1")
        return act()


def position_of(seller: Seller) -> Position:
    owed = dict(
        Recovery.objects.filter(seller=seller)
        .order_by()
        .values_list("state")
        .annotate(Sum("outstanding"))
    )
    cycle = next_cycle_of(seller)
    return Position(
        deposit=_deposit(seller),
        receivable=owed.get(RecoveryState.RECEIVABLE, ZERO),
        to_be_recovered=owed.get(RecoveryState.OPEN, ZERO),
        next_cycle=cycle,
        coming=tuple(_coming(seller, cycle)),
    )


def _deposit(seller: Seller) -> Decimal:
    balances = Deposit.objects.filter(seller=seller).values_list("balance", flat=True)
    return balances.first() or ZERO


def _coming(seller: Seller, cycle: Cycle) -> Iterator[SellerPreview]:
    """None where a bill is too long to be tried while somebody waits, or nothing is to come."""
    if seller.left_at or cycle > current_cycle() or not is_quick([seller.pk]):
        return
    lock_sellers([seller.pk])
    for through in (cycle, cycle.following):
        yield from preview_batch([seller.pk], through)


def _changes(before: Position, after: Position, currency: str) -> Iterator[tuple[str, str]]:
    yield "Deposit", _step(before.deposit, after.deposit, currency)
    yield "Receivable from the seller", _step(before.receivable, after.receivable, currency)
    if before.to_be_recovered or after.to_be_recovered:
        recovered = _step(before.to_be_recovered, after.to_be_recovered, currency)
        yield "To be recovered from bills", recovered
    if before.coming and after.coming:
        yield from _coming_changes(before, after, currency)


def _coming_changes(before: Position, after: Position, currency: str) -> Iterator[tuple[str, str]]:
    """The next bill; what it carries on, and where that goes unless more is sold (R3.5)."""
    (old, old_after), (new, new_after) = before.coming, after.coming
    cycle, following = after.next_cycle, after.next_cycle.following

    def changed(of: str, was: SellerPreview, is_: SellerPreview) -> str:
        return _step(getattr(was, of), getattr(is_, of), currency)

    yield f"Settlement amount, bill of {cycle}", changed("settlement_amount", old, new)
    yield f"Next payment to the seller, bill of {cycle}", changed("net_payable", old, new)
    if not old.carried_over and not new.carried_over:
        return
    yield f"Carried on to the bill of {following}", changed("carried_over", old, new)
    yield (
        f"From the deposit by {following}, if nothing more is sold",
        changed("from_deposit", old_after, new_after),
    )
    yield (
        f"To a receivable by {following}, if nothing more is sold",
        changed("to_receivable", old_after, new_after),
    )


def _step(before: Decimal, after: Decimal, currency: str) -> str:
    if before == after:
        return f"{money_text(before, currency)}, unchanged"
    return f"{money_text(before, currency)} → {money_text(after, currency)}"
