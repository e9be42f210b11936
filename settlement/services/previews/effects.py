"""What an act would change for its seller, told before it: the act itself, rolled back."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django.db import transaction

from koogallery.approvals import ACTS, Facts
from koogallery.guards import as_refusals
from koogallery.kit.cycles import Cycle
from koogallery.kit.seen import Fact, Seen, money_change, require_seen
from koogallery.models import ApprovalRequest, User
from koogallery.settlement_time import current_cycle
from sellers.models import Seller
from sellers.services.locks import visible_seller
from settlement.services.closing.cycles import next_cycle_of
from settlement.services.previews.forecasts import Outlook, outlook_of
from settlement.services.previews.preview import SellerPreview
from settlement.services.previews.what_if import Position, is_quick, positions_of, what_if

Act = Callable[[], Any]


def rehearse(act: Act, seller_number: str, *, actor: User) -> Seen:
    """Do it, look, and roll it back. What the act refuses is refused here."""
    seller = visible_seller(seller_number, actor)
    with what_if([seller.pk], hurried=True) as before:
        coming = _coming(seller)
        act()
        seller.refresh_from_db()
        after, then = positions_of([seller.pk]), _coming(seller)
        currency, cycle = seller.settlement_currency, next_cycle_of(seller)
        changes = [
            *_changes(before[seller.pk], after[seller.pk], currency),
            *_coming_changes(coming, then, cycle, currency),
        ]
    return Seen.of(changes)


def on_the_seller(request: ApprovalRequest) -> Facts:
    """What a requested act would change for its seller, tried now."""
    act = partial(ACTS[request.act].run, request)
    return rehearse(act, request.seller_number, actor=request.requested_by).facts


def act_as_rehearsed(act: Act, seller_number: str, seen: str | None, *, actor: User) -> Any:
    """Do exactly what was shown, or nothing: rehearsed again under the seller's lock."""
    with as_refusals(), transaction.atomic():
        Seller.objects.held(seller_number, actor=actor)
        require_seen(seen, rehearse(act, seller_number, actor=actor), rule="R7.1")
        return act()


def _coming(seller: Seller) -> Outlook:
    """Nothing where it cannot be told while one waits."""
    if seller.left_at or next_cycle_of(seller) > current_cycle() or not is_quick([seller.pk]):
        return Outlook(())
    return outlook_of(seller)


def _changes(before: Position, after: Position, currency: str) -> Iterator[Fact]:
    changed = partial(money_change, currency=currency)
    yield Fact("deposit", changed(before.deposit, after.deposit))
    yield Fact("receivable_from_the_seller", changed(before.receivable, after.receivable))
    if before.to_be_recovered or after.to_be_recovered:
        recovered = changed(before.to_be_recovered, after.to_be_recovered)
        yield Fact("to_be_recovered_from_bills", recovered)


def _coming_changes(before: Outlook, after: Outlook, cycle: Cycle, currency: str) -> Iterator[Fact]:
    """The next bill; what it carries on, and where that goes unless more is sold (R3.5)."""
    if not (before.bills and after.bills):
        return
    (old, old_after), (new, new_after) = (
        [each.preview for each in outlook.bills] for outlook in (before, after)
    )

    def changed(of: str, was: SellerPreview, is_: SellerPreview) -> dict[str, object]:
        return money_change(getattr(was, of), getattr(is_, of), currency)

    yield Fact("settlement_amount_of_bill", changed("settlement_amount", old, new), cycle)
    yield Fact("next_payment_with_bill", changed("net_payable", old, new), cycle)
    if not old.carried_over and not new.carried_over:
        return
    following, unless_sold = cycle.following, "if_nothing_more_is_sold_by"
    yield Fact("carried_on_to_bill", changed("carried_over", old, new), following)
    drawn = changed("from_deposit", old_after, new_after)
    yield Fact(f"from_the_deposit_{unless_sold}", drawn, following)
    owed = changed("to_receivable", old_after, new_after)
    yield Fact(f"to_a_receivable_{unless_sold}", owed, following)
