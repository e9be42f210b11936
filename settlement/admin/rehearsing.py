"""Acts whose effect on the seller is shown before they are confirmed, and then done exactly so."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypedDict

from koogallery.acts import Act
from koogallery.kit.seen import Seen
from koogallery.models import User
from settlement.services.previews.effects import act_as_rehearsed, rehearse


class Rehearsed(TypedDict):
    """Of a decision (koogallery.admin.deciding.Decision)."""

    foresee: Callable[..., Seen]
    act: Callable[..., Any]


def rehearsed(act: Act[..., Any], do: Callable[..., Any] | None = None) -> Rehearsed:
    """`act` first rolled back to be shown, then done if it still has the same effect.

    `do` calls it with what the form of a page does not ask.
    """
    do = do or act

    def foresee(name: str, *, actor: User, **entered: Any) -> Seen:
        return rehearse(partial(do, name, **entered, actor=actor), seller_of(name), actor=actor)

    def confirm(name: str, *, seen: str, actor: User, **entered: Any) -> object:
        doing = partial(do, name, **entered, actor=actor)
        return act_as_rehearsed(doing, seller_of(name), seen, actor=actor)

    def seller_of(name: str) -> str:
        row = act.rows.get(number=name)
        return str(getattr(row, "seller", row).number)

    return {"foresee": foresee, "act": confirm}
