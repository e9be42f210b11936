"""What an approver of a refund is shown, so that it can be compared: its facts and its cost."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from koogallery.attachments import attachments_of
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, DomainError
from koogallery.kit.seen import Fact, Seen, money, money_change, require_seen
from koogallery.models import User
from koogallery.outages import sqlstate_of
from sellers.services.closing import lock_sellers
from settlement.models import Refund
from settlement.services.previews.refunds import (
    Simulation,
    in_turn,
    simulate_in_turn,
    simulate_refund,
)
from settlement.services.refunds.lifecycle import approve_refund
from settlement.services.refunds.standards import standing_of

#: Closing months with and without each refund takes a moment; a batch stays within a few seconds.
MOST_AT_ONCE = 50


def effect_of_approval(refund: Refund, simulation: Simulation) -> Seen:
    """The instant of the simulation is left out: the months it falls in are what decides."""
    return Seen.of([*_facts(refund), *_costs(simulation)])


@dataclass(frozen=True, slots=True)
class ShownRefund(Seen):
    """What the approver of one refund is shown, and the simulation of it if there could be one."""

    simulation: Simulation | None = None
    unavailable: str = ""


def shown_now(refund: Refund) -> ShownRefund:
    """A refund whose cost cannot be simulated may be approved all the same; that is shown."""
    try:
        simulation = simulate_refund(refund)
    except (DomainError, DatabaseError) as reason:
        [told, *_] = str(reason).splitlines()
        code = reason.code if isinstance(reason, DomainError) else sqlstate_of(reason)
        facts = Seen.of([*_facts(refund), Fact("cannot_be_simulated", code)]).facts
        return ShownRefund(facts, unavailable=told)
    return ShownRefund(effect_of_approval(refund, simulation).facts, simulation)


@as_refusals()
@transaction.atomic
def approve_as_seen(number: str, comment: str = "", *, seen: str | None, actor: User) -> Refund:
    """Approve exactly what was shown: refused, with nothing done, if anything is different now."""
    refund = Refund.objects.visible_to(actor).filter(number=number).first()
    if refund is not None and seen is not None:
        lock_sellers([refund.seller_id])
        refund.refresh_from_db()
        require_seen(seen, shown_now(refund), rule="R4.3")
    return approve_refund(number, comment, actor=actor)


@dataclass(frozen=True, slots=True)
class Effect:
    """One refund of a batch, simulated after those of its seller before it."""

    refund: Refund
    simulation: Simulation
    seen: Seen


def effects_in_turn(refunds: Sequence[Refund]) -> list[Effect]:
    """Seller by seller; no money of a seller is counted for two of its refunds."""
    if len(refunds) > MOST_AT_ONCE:
        raise Conflict(
            _("%(count)s refunds are too many to be looked at; take %(most)s at most.")
            % {"count": len(refunds), "most": MOST_AT_ONCE},
            code="too_many_at_once",
            rule="R4.3",
        )
    return [effect for group in _by_seller(refunds).values() for effect in _in_turn(group)]


def _in_turn(refunds: Iterable[Refund]) -> Iterator[Effect]:
    ordered = in_turn(refunds)
    for refund, simulation in zip(ordered, simulate_in_turn(ordered), strict=True):
        yield Effect(refund, simulation, effect_of_approval(refund, simulation))


@as_refusals()
@transaction.atomic
def approve_of_seller(
    numbers: Sequence[str], seen: Mapping[str, str], comment: str = "", *, actor: User
) -> list[Refund]:
    """Approve one seller's refunds together, each exactly as it was shown, or none of them."""
    rows = Refund.objects.visible_to(actor).filter(number__in=numbers).select_related("order")
    sellers = sorted({refund.seller_id for refund in rows})
    lock_sellers(sellers)
    effects = list(_in_turn(rows))
    for effect in effects:
        require_seen(seen.get(effect.refund.number, ""), effect.seen, rule="R4.3")
    return [approve_refund(each.refund.number, comment, actor=actor) for each in effects]


def _by_seller(refunds: Sequence[Refund]) -> dict[int, list[Refund]]:
    groups: dict[int, list[Refund]] = {}
    for refund in sorted(refunds, key=lambda each: (each.seller.number, each.number)):
        groups.setdefault(refund.seller_id, []).append(refund)
    return groups


def _facts(refund: Refund) -> Iterator[Fact]:
    order = refund.order
    approvals = refund.approvals.select_related("operator").order_by("pk")
    yield Fact("refund", refund.number)
    yield Fact("amount", money(refund.amount, refund.currency))
    yield Fact("order", order.number)
    yield Fact("paid", money(order.paid_amount, order.currency))
    yield Fact("state", refund.state)
    yield Fact("reason", refund.reason)
    yield Fact("special_agreement", refund.special_agreement)
    yield Fact("answer_of_the_seller", refund.seller_comment)
    yield Fact("supervision", order.supervision_status)
    for check in standing_of(refund).checks:
        yield Fact(f"standard_{check['code']}", check["holds"])
    # Another document of the same name is another one.
    evidence = attachments_of("refund", refund.number)
    yield Fact("evidence", [f"{each.name} {each.digest}" for each in evidence])
    yield Fact("approved_by", [str(each.operator) for each in approvals])


def _costs(simulation: Simulation) -> Iterator[Fact]:
    currency = simulation.currency
    yield Fact("settled", simulation.settled)
    yield Fact("taken_from_the_seller", money(simulation.amount, currency))
    settles = simulation.order_settlement_before, simulation.order_settlement_after
    if settles[0] is not None and settles[1] is not None:
        yield Fact("the_order_settles", money_change(settles[0], settles[1], currency))
    for step in simulation.steps:
        yield Fact(f"from_{step.source}", money(step.amount, currency), step.cycle or "")
    payments = simulation.next_payment_before, simulation.next_payment_after
    yield Fact("next_payment_with_bill", money_change(*payments, currency), simulation.next_cycle)
    deposits = simulation.deposit_before, simulation.deposit_after
    yield Fact("deposit", money_change(*deposits, currency))
    yield Fact("receivable_from_the_seller", money(simulation.receivable, currency))
