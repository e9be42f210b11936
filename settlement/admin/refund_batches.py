"""Several refunds approved with one confirmation, each exactly as it is shown there (R4.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from koogallery.kit.errors import DomainError
from koogallery.kit.money import ZERO
from koogallery.kit.seen import Changed, ChangedSinceSeen, Seen
from koogallery.models import User
from settlement.models import Refund
from settlement.services.refunds import lifecycle
from settlement.services.refunds.approvals import approvals_due
from settlement.services.refunds.effects import Effect, approve_of_seller, effects_in_turn
from settlement.services.refunds.standards import standing_of


@dataclass(frozen=True, slots=True)
class Shown:
    """One refund of the confirmation, and what changed since it was shown before."""

    effect: Effect
    changes: Sequence[Changed] = ()

    @property
    def is_final_approval(self) -> bool:
        refund = self.effect.refund
        return refund.approvals.count() + 1 >= approvals_due(refund)

    @property
    def failing(self) -> Sequence[Mapping[str, Any]]:
        """The standards that do not hold: what the special agreement has to carry."""
        return standing_of(self.effect.refund).failing


@dataclass(frozen=True, slots=True)
class OfSeller:
    """One seller's part: what all its refunds together would come to."""

    seller: object
    currency: str
    shown: Sequence[Shown]

    @property
    def returned(self) -> Decimal:
        return sum((each.effect.refund.amount for each in self.shown), ZERO)

    @property
    def recovered(self) -> Decimal:
        return sum((each.effect.simulation.amount for each in self.shown), ZERO)

    @property
    def receivable(self) -> Decimal:
        return sum((each.effect.simulation.receivable for each in self.shown), ZERO)

    @property
    def first(self) -> Effect:
        return self.shown[0].effect

    @property
    def last(self) -> Effect:
        return self.shown[-1].effect


@dataclass(slots=True)
class Batch:
    """What is asked, and what became of it once it was answered."""

    sellers: list[OfSeller] = field(default_factory=list)
    skipped: list[tuple[Refund, str]] = field(default_factory=list)
    approved: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def batch_of(selected: Sequence[Refund], user: User, sent: QueryDict) -> Batch:
    """Every selected refund that this user may approve, simulated one after another."""
    batch = Batch()
    mine = []
    for refund in selected:
        try:
            lifecycle.approve_refund.require(refund, user)
            mine.append(refund)
        except DomainError as refusal:
            batch.skipped.append((refund, refusal.detail))
    for effect in effects_in_turn(mine):
        earlier = sent.get(f"shown-{effect.refund.number}")
        shown = Shown(effect, (effect.seen.changes_since(Seen.read(earlier)) if earlier else ()))
        of = batch.sellers[-1] if batch.sellers else None
        if of and of.seller == effect.refund.seller:
            batch.sellers[-1] = OfSeller(of.seller, of.currency, [*of.shown, shown])
        else:
            batch.sellers.append(OfSeller(effect.refund.seller, effect.refund.currency, [shown]))
    return batch


def approve(batch: Batch, sent: QueryDict, user: User) -> None:
    """Seller by seller: all of a seller's refunds as they were shown, or none of them."""
    for of in batch.sellers:
        numbers = [each.effect.refund.number for each in of.shown]
        try:
            done = approve_of_seller(
                numbers,
                {number: sent.get(f"seen-{number}", "") for number in numbers},
                sent.get("comment", ""),
                actor=user,
            )
        except ChangedSinceSeen:
            batch.refused.append((str(of.seller), _("Something changed since you were shown it.")))
        except DomainError as refusal:
            batch.refused.append((str(of.seller), refusal.detail))
        else:
            batch.approved += [refund.number for refund in done]
