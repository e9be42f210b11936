"""What lies on our accounts as banks say, and where their statements do not follow each other."""

from collections.abc import Collection
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum, Window
from django.db.models.functions import Lag

from koogallery.kit.money import ZERO
from settlement.choices import BALANCED_FORMATS, LineState
from settlement.models import BankLine, BankStatement


def balance_by_statements(currency: str) -> Decimal:
    """The last closing balances in a currency, and what notifications have told since."""
    last = last_statements().filter(currency=currency)
    closing = sum((statement.closing or ZERO for statement in last), ZERO)
    lines = notified_lines().filter(currency=currency)
    notified: Decimal = lines.aggregate(total=Sum("amount", default=ZERO))["total"]
    return closing + notified


def last_statements() -> QuerySet[BankStatement]:
    """The latest of each account, by the days they are of."""
    accounts = BankStatement.objects.balanced()
    latest = accounts.order_by("account", "currency", "-closed_on", "-opened_on", "-pk")
    return latest.distinct("account", "currency")


def notified_lines() -> QuerySet[BankLine]:
    """Told by a notification, and by no statement yet."""
    told = BankLine.objects.filter(
        Q(repeats=OuterRef("pk"))
        | Q(
            repeats__statement=OuterRef("statement"),
            repeats__entry_reference=OuterRef("entry_reference"),
        )
        & ~Q(repeats__entry_reference=""),
        statement__format__in=BALANCED_FORMATS,
        state=LineState.REPEATED,
    )
    posted = BankLine.objects.exclude(state__in=[LineState.REPEATED, LineState.REVERSED])
    return posted.exclude(statement__format__in=BALANCED_FORMATS).exclude(Exists(told))


def unconfirmed_lines() -> QuerySet[BankLine]:
    """Told by a notification, and not by the statements of its account, the last of a later day.

    What it moved may never have happened.
    """
    later = BankStatement.objects.balanced().filter(
        account=OuterRef("statement__account"),
        currency=OuterRef("currency"),
        closed_on__gt=OuterRef("booked_on"),
    )
    return notified_lines().filter(Exists(later))


def gaps_of(statements: Collection[BankStatement]) -> dict[int, Decimal]:
    """By statement: how its opening differs from the closing before it, by the days they are of.

    The first of an account has nothing before it.
    """
    accounts = {(each.account, each.currency) for each in statements if each.closing is not None}
    wanted = Q(pk=None)
    for account, currency in accounts:
        wanted |= Q(account=account, currency=currency)
    days = [F("closed_on").asc(), F("opened_on").asc(), F("pk").asc()]
    before = Window(Lag("closing"), [F("account"), F("currency")], order_by=days)
    rows = BankStatement.objects.balanced().filter(wanted).order_by()
    named = {each.pk for each in statements}
    return {
        pk: opening - closing
        for pk, opening, closing in rows.annotate(before=before).values_list(
            "pk", "opening", "before"
        )
        if pk in named and closing is not None and opening != closing
    }
