"""What still keeps a transaction from a bill, condition by condition, and when it is expected."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _

from koogallery.kit.cycles import Cycle
from koogallery.kit.language import marked
from koogallery.languages import Text
from koogallery.settlement_time import ZONE, cycle_of
from sellers.choices import Supervision
from settlement.readings.calendar import run_days_of
from settlement.rules.billability import TransactionFacts, unbilled_reasons


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of R1.3 or a hold of R4.6: whether it holds, since when, or what is missing.

    `headline` says in few words what is waited for while it does not hold. `comes_by_itself`: it
    is not a fault of anybody, but holds once the month is over.
    """

    label: str
    holds: bool
    rule: str
    at: datetime | None = None
    missing: str = ""
    headline: str = ""
    comes_by_itself: bool = False


@dataclass(frozen=True, slots=True)
class Outlook:
    """`cycle` is the cycle whose bill it is expected on, None if that cannot be said yet.

    `is_certain`: nothing is open but the end of the month. `never`: it will be on no
    bill, by `rule`.
    """

    conditions: tuple[Condition, ...]
    open: tuple[Condition, ...]
    cycle: str | None
    run_day: date | None
    is_certain: bool
    never: str = ""
    rule: str = ""
    is_overdue: bool = False


#: Why something is never billed, in words, and by which rule.
NEVER_BILLED: Mapping[tuple[str, ...], tuple[str, str]] = {
    ("fully_refunded",): (
        marked("The customer has been refunded in full, so it never reaches a bill."),
        "R4.6",
    ),
    ("cancelled",): (marked("It was cancelled before it was paid."), "R1.3"),
}


#: What is waited for, in few words; files tell it by the same names.
HEADLINES: Mapping[str, str] = {
    "not_enabled": marked("It is waiting to be enabled."),
    "takes_effect_later": marked("It takes effect later."),
    "not_paid": marked("It is waiting for the customer’s payment."),
    "waiting_for_service": marked("It is waiting for your service."),
    "waiting_for_acceptance": marked("It is waiting for the customer’s acceptance."),
    "seller_not_certified": marked("It is waiting for your certification."),
    "refund_pending": marked("It is waiting for a refund to be paid out."),
}

#: Every reason why something is on no bill, by its name in files.
REASONS: Mapping[str, Text] = {
    name: gettext_lazy(text)
    for name, text in (
        *HEADLINES.items(),
        *((reason, text) for (reason,), (text, _rule) in NEVER_BILLED.items()),
    )
}


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
    if reasons[:1] in NEVER_BILLED:
        never, rule = NEVER_BILLED[reasons[:1]]
        return Outlook((), (), None, None, is_certain=True, never=gettext(never), rule=rule)
    conditions = _conditions(transaction, now)
    cycle = _expected(facts, now)
    day = days[cycle]
    waiting = tuple(each for each in conditions if not (each.holds or each.comes_by_itself))
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
    consumed = Condition(_("It has been consumed"), True, "R1.2")
    return (
        consumed if transaction.is_usage else _effective(facts, now),
        _paid(facts, now),
        _supervised(facts),
        _certified(facts, now),
        _ended(facts, now),
        *_refunds(facts),
    )


def _effective(facts: TransactionFacts, now: datetime) -> Condition:
    label, at = _("It has taken effect"), facts.effective_at
    if at is None:
        missing = _("The product, or the renewed term, has not been enabled yet.")
        return Condition(label, False, "R1.2", None, missing, _headline("not_enabled"))
    if at > now:
        missing = _("The day is known already.")
        return Condition(label, False, "R1.2", at, missing, _headline("takes_effect_later"))
    return Condition(label, True, "R1.2", at)


def _paid(facts: TransactionFacts, now: datetime) -> Condition:
    label, at = _("The customer has paid"), facts.paid_at
    if at is not None and at <= now:
        return Condition(label, True, "R1.3", at)
    missing = _("A customer on credit first repays all credit of that month.")
    return Condition(label, False, "R1.3", at, missing, _headline("not_paid"))


def _supervised(facts: TransactionFacts) -> Condition:
    if facts.supervision_status == Supervision.NOT_APPLICABLE:
        return Condition(_("It needs no service supervision"), True, "R1.3")
    label = _("Its service supervision is completed")
    if facts.supervision_status == Supervision.COMPLETED:
        return Condition(label, True, "R1.3")
    if facts.supervision_status == Supervision.WAITING_FOR_SERVICE:
        missing, headline = _("You have to provide the service."), "waiting_for_service"
    else:
        missing, headline = _("The customer has to accept the service."), "waiting_for_acceptance"
    return Condition(label, False, "R1.3", None, missing, _headline(headline))


def _certified(facts: TransactionFacts, now: datetime) -> Condition:
    label, at = _("Your business information is certified"), facts.seller_certified_at
    if at is not None and at <= now:
        return Condition(label, True, "R1.3", at)
    missing = _("Until then nothing of yours is billed; nothing is lost.")
    headline = _headline("seller_not_certified")
    return Condition(label, False, "R1.3", at, missing, headline)


def _ended(facts: TransactionFacts, now: datetime) -> Condition:
    label = _("Its cycle has ended")
    if facts.due_cycle is None:
        missing = _(
            "Its cycle is the month in which the last of the conditions above becomes true."
        )
        return Condition(label, False, "R1.4", None, missing, comes_by_itself=True)
    end = Cycle(facts.due_cycle).end(ZONE)
    missing = "" if end <= now else _("It is still running.")
    return Condition(label, end <= now, "R1.6", end, missing, comes_by_itself=True)


def _refunds(facts: TransactionFacts) -> tuple[Condition, ...]:
    """Told only where it matters: most orders have no refund."""
    if not facts.refund_pending:
        return ()
    label = _("No approved refund waits to be paid out")
    missing = _("A refund is approved and not paid out yet; it holds the order back until then.")
    headline = _headline("refund_pending")
    return (Condition(label, False, "R4.6", None, missing, headline),)


def _headline(condition: str) -> str:
    return gettext(HEADLINES[condition])
