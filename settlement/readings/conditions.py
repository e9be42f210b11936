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
from settlement.rules.billability import TransactionFacts, unbilled_reasons, waits_for


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


#: What is missing or comes, by what is waited for.
MISSING: Mapping[str, str] = {
    "not_enabled": marked("The product, or the renewed term, has not been enabled yet."),
    "takes_effect_later": marked("The day is known already."),
    "not_paid": marked("A customer on credit first repays all credit of that month."),
    "waiting_for_service": marked("You have to provide the service."),
    "waiting_for_acceptance": marked("The customer has to accept the service."),
    "seller_not_certified": marked("Until then nothing of yours is billed; nothing is lost."),
    "refund_pending": marked(
        "A refund is approved and not paid out yet; it holds the order back until then."
    ),
}


def _conditions(transaction: Unbilled, now: datetime) -> tuple[Condition, ...]:
    facts = transaction.facts
    waits = waits_for(facts, now=now, zone=ZONE)

    def condition(label: str, rule: str, at: datetime | None, *reasons: str) -> Condition:
        reason = next((each for each in reasons if each in waits), None)
        if reason is None:
            return Condition(label, True, rule, at)
        missing, headline = gettext(MISSING[reason]), gettext(HEADLINES[reason])
        return Condition(label, False, rule, at, missing, headline)

    if transaction.is_usage:
        effective = Condition(_("It has been consumed"), True, "R1.2")
    else:
        came = _("It has taken effect")
        at = facts.effective_at
        effective = condition(came, "R1.2", at, "not_enabled", "takes_effect_later")
    supervised = (
        _("It needs no service supervision")
        if facts.supervision_status == Supervision.NOT_APPLICABLE
        else _("Its service supervision is completed")
    )
    certified = _("Your business information is certified")
    conditions = (
        effective,
        condition(_("The customer has paid"), "R1.3", facts.paid_at, "not_paid"),
        condition(supervised, "R1.3", None, "waiting_for_service", "waiting_for_acceptance"),
        condition(certified, "R1.3", facts.seller_certified_at, "seller_not_certified"),
        _ended(facts, now),
    )
    if not facts.refund_pending:  # most orders have no refund
        return conditions
    paid_out = _("No approved refund waits to be paid out")
    return (*conditions, condition(paid_out, "R4.6", None, "refund_pending"))


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
