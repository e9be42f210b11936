"""What still keeps a transaction from a bill, condition by condition, and when it is expected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from koogallery.kit.cycles import Cycle
from koogallery.settlement_time import ZONE, cycle_of
from sellers.choices import Supervision
from settlement.rules.billability import TransactionFacts, unbilled_reasons
from settlement.services.working_days import run_days_of

#: Not a fault of anybody: it holds by itself once the month is over.
CYCLE_ENDED = "Its cycle has ended"


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of R1.3 or a hold of R4.6: whether it holds, since when, or what is missing.

    `headline` says in few words what is waited for while it does not hold.
    """

    label: str
    holds: bool
    rule: str
    at: datetime | None = None
    missing: str = ""
    headline: str = ""


@dataclass(frozen=True, slots=True)
class Outlook:
    """`cycle` is the cycle whose bill it is expected on, None if that cannot be said yet.

    `is_certain`: nothing is open but the end of the month. `never`: it will be on no bill.
    """

    conditions: tuple[Condition, ...]
    open: tuple[Condition, ...]
    cycle: str | None
    run_day: date | None
    is_certain: bool
    never: str = ""
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class Unbilled:
    """An order on no bill, or usage with its order's payment and supervision."""

    facts: TransactionFacts
    is_usage: bool = False


def outlooks(transactions: Iterable[Unbilled], now: datetime) -> list[Outlook]:
    """Of several transactions at once, with one query for their run days."""
    several = list(transactions)
    days = run_days_of({_expected(each.facts, now) for each in several})
    return [_outlook(each, days, now) for each in several]


def _expected(facts: TransactionFacts, now: datetime) -> str:
    """Its due cycle; before it has one, nothing earlier than the month that is running."""
    return facts.due_cycle or cycle_of(now)


def _outlook(transaction: Unbilled, days: Mapping[str, date], now: datetime) -> Outlook:
    facts = transaction.facts
    reasons = unbilled_reasons(facts, now=now, zone=ZONE)
    if "fully_refunded" in reasons:
        never = "The customer has been refunded in full, so it never reaches a bill."
        return Outlook((), (), None, None, is_certain=True, never=never)
    conditions = _conditions(transaction, now)
    cycle = _expected(facts, now)
    day = days[cycle]
    waiting = tuple(each for each in conditions if not each.holds and each.label != CYCLE_ENDED)
    return Outlook(
        conditions,
        waiting,
        cycle,
        day,
        is_certain=not waiting,
        is_overdue=not waiting and day < now.astimezone(ZONE).date(),
    )


def _conditions(transaction: Unbilled, now: datetime) -> tuple[Condition, ...]:
    facts = transaction.facts
    consumed = Condition("It has been consumed", True, "R1.2")
    return (
        consumed if transaction.is_usage else _effective(facts, now),
        _paid(facts, now),
        _supervised(facts),
        _certified(facts, now),
        _ended(facts, now),
        *_refunds(facts),
    )


def _effective(facts: TransactionFacts, now: datetime) -> Condition:
    label, at = "It has taken effect", facts.effective_at
    if at is None:
        missing = "The product, or the renewed term, has not been enabled yet."
        return Condition(label, False, "R1.2", None, missing, "It is waiting to be enabled.")
    if at > now:
        missing = "The day is known already."
        return Condition(label, False, "R1.2", at, missing, "It takes effect later.")
    return Condition(label, True, "R1.2", at)


def _paid(facts: TransactionFacts, now: datetime) -> Condition:
    label, at = "The customer has paid", facts.paid_at
    if at is not None and at <= now:
        return Condition(label, True, "R1.3", at)
    missing = "A customer on credit first repays all credit of that month."
    return Condition(label, False, "R1.3", at, missing, "It is waiting for the customer’s payment.")


def _supervised(facts: TransactionFacts) -> Condition:
    if facts.supervision_status == Supervision.NOT_APPLICABLE:
        return Condition("It needs no service supervision", True, "R1.3")
    label = "Its service supervision is completed"
    if facts.supervision_status == Supervision.COMPLETED:
        return Condition(label, True, "R1.3")
    if facts.supervision_status == Supervision.WAITING_FOR_SERVICE:
        missing, headline = "You have to provide the service.", "It is waiting for your service."
    else:
        missing = "The customer has to accept the service."
        headline = "It is waiting for the customer’s acceptance."
    return Condition(label, False, "R1.3", None, missing, headline)


def _certified(facts: TransactionFacts, now: datetime) -> Condition:
    label, at = "Your business information is certified", facts.seller_certified_at
    if at is not None and at <= now:
        return Condition(label, True, "R1.3", at)
    missing = "Until then nothing of yours is billed; nothing is lost."
    return Condition(label, False, "R1.3", at, missing, "It is waiting for your certification.")


def _ended(facts: TransactionFacts, now: datetime) -> Condition:
    label = CYCLE_ENDED
    if facts.due_cycle is None:
        missing = "Its cycle is the month in which the last of the conditions above becomes true."
        return Condition(label, False, "R1.4", None, missing)
    end = Cycle(facts.due_cycle).end(ZONE)
    return Condition(label, end <= now, "R1.6", end, "" if end <= now else "It is still running.")


def _refunds(facts: TransactionFacts) -> tuple[Condition, ...]:
    """Told only where it matters: most orders have no refund."""
    if not facts.refund_pending:
        return ()
    label = "No approved refund waits to be paid out"
    missing = "A refund is approved and not paid out yet; it holds the order back until then."
    headline = "It is waiting for a refund to be paid out."
    return (Condition(label, False, "R4.6", None, missing, headline),)
