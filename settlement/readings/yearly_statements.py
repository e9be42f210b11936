"""The year of one seller in figures, with what DAC7 asks for (Directive 2021/514, Annex V).

A year is its twelve cycles: months in the settlement time zone (R1.1), each by its bill, so that
what is caught up counts where it is billed. Orders say nothing of the customer's country; figures
are therefore told apart by the seller's country and the currency that each bill was issued with.

All of it is read from stored rows, a few statements for each statement, however many transactions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery.fields import amount
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import NotFound
from koogallery.kit.money import ZERO
from koogallery.models import User
from koogallery.settlement_time import current_cycle, cycle_of
from sellers.models import BankAccount, Seller
from sellers.services.authority import may_read_accounts
from settlement.choices import AdjustmentKind, PayoutState, Source
from settlement.models import Adjustment, Allocation, Bill, Invoice, Payout, PayoutItem
from settlement.readings.yearly_parties import (
    Party,
    Registration,
    accounts_of,
    first_cycle,
    in_cycles,
    last_cycle,
    platform_of,
    registrations_of,
    within_year,
)

QUARTERS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one bill, of a quarter or of the year: they add up alike (R2.5, R3.5, R8.1).

    sales − customer WHT − platform fee − withholding tax − digital service tax + adjustments
    = consideration; + carried in (0 or below) = settlement amount; + not covered (what of it lies
    below 0) − recovered = net payable; + tax − paid = unpaid.
    """

    transactions: int = 0
    sales_amount: Decimal = ZERO
    customer_wht: Decimal = ZERO
    platform_fee: Decimal = ZERO
    withholding_tax: Decimal = ZERO
    digital_service_tax: Decimal = ZERO
    adjustments: Decimal = ZERO
    carried_in: Decimal = ZERO
    settlement_amount: Decimal = ZERO
    not_covered: Decimal = ZERO
    recovered: Decimal = ZERO
    net_payable: Decimal = ZERO
    tax: Decimal = ZERO
    paid: Decimal = ZERO

    @property
    def consideration(self) -> Decimal:
        """What was credited, net of what the platform kept: a debt carried over is no income."""
        return self.settlement_amount - self.carried_in

    @property
    def unpaid(self) -> Decimal:
        return self.net_payable + self.tax - self.paid

    def __add__(self, other: Self) -> "Figures":
        names = [field.name for field in fields(self)]
        return Figures(**{name: getattr(self, name) + getattr(other, name) for name in names})


def total_of(several: Iterable[Figures]) -> Figures:
    return sum(several, Figures())


@dataclass(frozen=True, slots=True)
class Month:
    """A bill of the year; with what has been paid of it until now."""

    bill: str
    cycle: Cycle
    figures: Figures

    @property
    def quarter(self) -> int:
        return (self.cycle.month + 2) // 3


@dataclass(frozen=True, slots=True)
class Part:
    """What was sold as registered in one country and settled in one currency."""

    country: str
    currency: str
    months: tuple[Month, ...]

    @property
    def year(self) -> Figures:
        return total_of(month.figures for month in self.months)

    @property
    def quarters(self) -> list[Figures]:
        return [
            total_of(month.figures for month in self.months if month.quarter == quarter)
            for quarter in QUARTERS
        ]


@dataclass(frozen=True, slots=True)
class Recovered:
    """What came back from the seller in the year, by where it came from (R5.2)."""

    currency: str
    from_bills: Decimal = ZERO
    from_deposit: Decimal = ZERO
    from_payments: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class YearlyStatement:
    """`through` is the last closed cycle of the year; None before the first is closed.

    Who reads account numbers whole, reads them whole here, as tax offices ask for them.
    """

    seller: Seller
    year: int
    through: Cycle | None
    known_at: datetime
    platform: Party
    registrations: tuple[Registration, ...]
    accounts: tuple[BankAccount, ...]
    parts: tuple[Part, ...]
    payouts: tuple[Payout, ...]
    recovered: tuple[Recovered, ...]
    reads_accounts: bool

    def number_of(self, account: BankAccount) -> str:
        return account.account_number if self.reads_accounts else account.masked_account_number

    @property
    def is_complete(self) -> bool:
        return self.through == last_cycle(self.year)

    @property
    def paid_out(self) -> Mapping[str, Decimal]:
        """Together, by currency: what arrived in the year, of whichever year's bills."""
        totals: dict[str, Decimal] = {}
        for payout in self.payouts:
            totals[payout.currency] = totals.get(payout.currency, ZERO) + payout.amount
        return totals


def years_of(seller: Seller) -> Sequence[int]:
    """Latest first: from the first bill, or else the registration, to the running year."""
    first = seller.bills.aggregate(first=Min("cycle"))["first"]
    began = min(Cycle(first) if first else current_cycle(), cycle_of(seller.created_at))
    return range(current_cycle().year, began.year - 1, -1)


def yearly_statement_of(
    seller: Seller, year: int, *, reader: User | None = None
) -> YearlyStatement:
    """A year without bills has a statement, too: that there was nothing."""
    if year not in years_of(seller):
        raise NotFound(
            _("There is no yearly statement of %(year)s.") % {"year": year}, code="no_such_year"
        )
    now, bills = timezone.now(), list(_bills_of(seller, year))
    # What arrived in the year, and stayed.
    paid = seller.payouts.filter(within_year(year, "paid_at"), state=PayoutState.PAID)
    payouts = tuple(paid.select_related("bank_account").order_by("paid_at", "pk"))
    carried = _carried_into(bills)
    found: dict[tuple[str, str], list[Month]] = {}
    for bill in bills:
        month = Month(bill.number, Cycle(bill.cycle), _figures_of(bill, carried.get(bill.pk, ZERO)))
        found.setdefault((bill.seller_country, bill.currency), []).append(month)
    return YearlyStatement(
        seller=seller,
        year=year,
        through=_closed_through(seller, year),
        known_at=now,
        platform=platform_of(bills),
        registrations=registrations_of(seller, year),
        accounts=accounts_of(seller, year, payouts, now),
        parts=tuple(Part(*key, tuple(months)) for key, months in sorted(found.items())),
        payouts=payouts,
        recovered=_recovered_of(seller, year),
        reads_accounts=reader is not None and may_read_accounts(reader, seller),
    )


def _closed_through(seller: Seller, year: int) -> Cycle | None:
    if seller.open_cycle is None or seller.open_cycle <= first_cycle(year):
        return None
    return min(Cycle(seller.open_cycle).previous, last_cycle(year))


def _bills_of(seller: Seller, year: int) -> QuerySet[Bill]:
    counted = Invoice.objects.all().counted().filter(bill=OuterRef("pk"))
    paid = PayoutItem.objects.filter(bill=OuterRef("pk"), payout__state=PayoutState.PAID)
    return (
        seller.bills.filter(in_cycles(year))
        .order_by("cycle")
        .annotate(
            invoiced_tax=_sum_of(counted, F("tax")),
            paid=_sum_of(paid, F("net") + F("tax")),
        )
    )


def _sum_of(rows: QuerySet[Any], summed: Any) -> Subquery:
    """Of the rows of one bill; None where there are none."""
    total = rows.order_by().values("bill").annotate(total=Sum(summed, output_field=amount()))
    return Subquery(total.values("total"))


def _carried_into(bills: Sequence[Bill]) -> Mapping[int, Decimal]:
    """What each bill took over of a negative one before it, by the bill's id (R3.5)."""
    carried = Adjustment.objects.filter(
        kind=AdjustmentKind.CARRY_OVER, seller__in={bill.seller_id for bill in bills}
    )
    rows = carried.filter(bill_lines__bill__in=bills).values_list("bill_lines__bill", "amount")
    return dict(rows)


def _figures_of(bill: Any, carried_in: Decimal) -> Figures:
    return Figures(
        transactions=bill.line_count,
        sales_amount=bill.sales_amount,
        customer_wht=bill.customer_wht,
        platform_fee=bill.platform_fee,
        withholding_tax=bill.withholding_tax,
        digital_service_tax=bill.digital_service_tax,
        adjustments=bill.adjustments - carried_in,
        carried_in=carried_in,
        settlement_amount=bill.settlement_amount,
        not_covered=max(-bill.settlement_amount, ZERO),
        recovered=bill.recovered,
        net_payable=bill.net_payable,
        tax=bill.invoiced_tax or ZERO,
        paid=bill.paid or ZERO,
    )


def _recovered_of(seller: Seller, year: int) -> tuple[Recovered, ...]:
    """From a bill in its month; from the deposit or a payment on the day of it."""
    allocations = Allocation.objects.filter(
        in_cycles(year, "bill__") | Q(bill=None) & within_year(year, "at"), seller=seller
    )
    rows = allocations.order_by().values_list("recovery__currency", "source")
    found: dict[str, dict[str, Decimal]] = {}
    for currency, source, total in rows.annotate(total=Sum("amount")):
        found.setdefault(currency, {})[source] = total
    return tuple(
        Recovered(
            currency,
            by_source.get(Source.BILL, ZERO),
            by_source.get(Source.DEPOSIT, ZERO),
            by_source.get(Source.PAYMENT, ZERO),
        )
        for currency, by_source in sorted(found.items())
    )
