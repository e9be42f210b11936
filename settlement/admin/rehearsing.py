"""Acts whose effect on the seller is shown before they are confirmed, and then done exactly so."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypedDict

from koogallery.kit.seen import Seen
from koogallery.models import User
from settlement.services.previews.effects import act_as_rehearsed, rehearse

#: From the name by which an act knows its row to the number of the row's seller.
SellerOf = Callable[[str], str]


class Rehearsed(TypedDict):
    """Of a decision (koogallery.admin.deciding.Decision)."""

    foresee: Callable[..., Seen]
    act: Callable[..., Any]


def rehearsed(act: Callable[..., Any], seller_of: SellerOf) -> Rehearsed:
    """`act` first rolled back to be shown, then done if it still has the same effect."""

    def foresee(name: str, *, actor: User, **entered: Any) -> Seen:
        return rehearse(partial(act, name, **entered, actor=actor), seller_of(name), actor=actor)

    def confirm(name: str, *, seen: str, actor: User, **entered: Any) -> object:
        doing = partial(act, name, **entered, actor=actor)
        return act_as_rehearsed(doing, seller_of(name), seen, actor=actor)

    return {"foresee": foresee, "act": confirm}
