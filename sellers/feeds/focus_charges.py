"""One row of FOCUS data, 1.0 to 1.3: a charge, if it is a sale that somebody pays for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from koogallery.api.reading import bounded, not_an_amount, read_instant
from koogallery.kit.errors import DomainError, Violation
from koogallery.kit.money import LINE_SCALE, ZERO, minor_unit, round_half_even, to_line_scale
from koogallery.kit.names import folded
from sellers.feeds.cells import Cells, Column, read_cells, text
from sellers.feeds.focus_identity import digest, identity
from sellers.rules.usage import METERING_SN_LENGTH

_NUMBER = re.compile(r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,4})?")

USAGE = "Usage"
PURCHASE = "Purchase"


@dataclass(frozen=True, slots=True)
class Charge:
    """`id` is the file's own, if it has one; `content` what is the row's alone without it."""

    id: str
    content: str
    is_purchase: bool
    publisher: str
    service: str
    account: str
    account_name: str
    currency: str
    period_start: datetime
    started_at: datetime
    ended_at: datetime
    quantity: Decimal
    cost: Decimal

    @property
    def known_since(self) -> datetime:
        return min(self.period_start, self.started_at)

    @property
    def amount(self) -> Decimal:
        """The cost as it is kept: usage to 12 decimals, a purchase as it can be paid."""
        decimals = minor_unit(self.currency) if self.is_purchase else LINE_SCALE
        return round_half_even(self.cost, decimals)

    def serial(self, occurrence: int) -> str:
        """Known by its `Id`, or by its content and the how manyth of that content it is."""
        return self.id or f"F-{self.content}-{occurrence}"

    def purchase_number(self, occurrence: int) -> str:
        return f"FB-{digest(self.id)}" if self.id else f"FB-{self.content}-{occurrence}"


def read_charge(cells: Cells) -> tuple[Charge | None, list[Violation]]:
    """The charge, or everything that keeps the row from being one."""
    values, wrong = read_cells(cells, COLUMNS)
    wrong = _no_sale(values) or wrong or _no_quantity(values)
    return (None, wrong) if wrong else (_charge(values, cells), [])


def read_cost(cells: Cells) -> Decimal | None:
    """What the row adds to the file's total, whatever else is wrong with it."""
    try:
        return read_number(cells["BilledCost"])
    except (KeyError, DomainError):
        return None


def publisher_of(cells: Cells) -> str:
    return next((cells[name] for name in (PUBLISHER, *PUBLISHER_SINCE_1_3) if name in cells), "")


def _no_sale(values: Mapping[str, Any]) -> list[Violation]:
    """Credits, taxes, adjustments, corrections and what costs nothing are no sales."""
    category, kind = values.get("ChargeCategory", USAGE), values.get("ChargeClass")
    if category not in (USAGE, PURCHASE):
        code = category.lower() if category.isalpha() else "no_sale"
        return [
            Violation(
                "ChargeCategory", code, _("%(category)s is no sale.") % {"category": category}
            )
        ]
    if kind is not None:
        return [
            Violation(
                "ChargeClass",
                "correction",
                _("%(kind)s of an earlier bill is no sale.") % {"kind": kind},
            )
        ]
    cost = values.get("BilledCost")
    if cost is not None and cost <= ZERO:
        code = "negative_cost" if cost < ZERO else "zero_cost"
        return [
            Violation(
                "BilledCost", code, _("A cost of %(cost)s is no sale.") % {"cost": f"{cost:f}"}
            )
        ]
    return []


def _no_quantity(values: Mapping[str, Any]) -> list[Violation]:
    if values["ChargeCategory"] == PURCHASE or "ConsumedQuantity" in values:
        return []
    detail = _("This cell must not be empty where PricingQuantity is.")
    return [Violation("ConsumedQuantity", "required", detail)]


def _charge(values: Mapping[str, Any], cells: Cells) -> Charge:
    """The quantity only explains the cost; finer than we keep it (a split month), it is rounded."""
    account = values.get("SubAccountId") or values["BillingAccountId"]
    publisher = folded(values[PUBLISHER])
    return Charge(
        id=values.get("Id", ""),
        content="" if "Id" in values else identity({**values, PUBLISHER: publisher}, cells),
        is_purchase=values["ChargeCategory"] == PURCHASE,
        publisher=values[PUBLISHER],
        service=values["ServiceName"],
        account=account,
        account_name=values.get("SubAccountName", account),
        currency=values["BillingCurrency"],
        period_start=values["BillingPeriodStart"],
        started_at=values["ChargePeriodStart"],
        ended_at=values["ChargePeriodEnd"],
        quantity=to_line_scale(values.get("ConsumedQuantity", ZERO)),
        cost=values["BilledCost"],
    )


def _read_currency(cell: str) -> str:
    minor_unit(cell)
    return cell


def _read_instant(cell: str) -> datetime:
    """UTC, which FOCUS 1.0 files may leave unmarked."""
    is_marked = any(mark in cell[10:] for mark in "Zz+-")
    return read_instant(cell if is_marked else f"{cell}Z")


def read_number(cell: str) -> Decimal:
    """FOCUS allows an exponent: 35.2E-7; as REST, no separators and no digits of other scripts."""
    if not _NUMBER.fullmatch(cell):
        raise not_an_amount("")
    return bounded(Decimal(cell))


NAME = text(200)
PUBLISHER = "PublisherName"
#: FOCUS 1.3 deprecates the publisher; who made the service available comes nearest to a seller.
PUBLISHER_SINCE_1_3 = ("ServiceProviderName", "HostProviderName")

COLUMNS: Mapping[str, Column] = {
    "Id": Column(text(METERING_SN_LENGTH), required=False),
    PUBLISHER: Column(NAME, instead=PUBLISHER_SINCE_1_3),
    "ServiceName": Column(NAME),
    "BillingAccountId": Column(NAME),
    "SubAccountId": Column(NAME, required=False),
    "SubAccountName": Column(NAME, required=False),
    "BillingCurrency": Column(_read_currency),
    "BillingPeriodStart": Column(_read_instant),
    "ChargePeriodStart": Column(_read_instant),
    "ChargePeriodEnd": Column(_read_instant),
    "ChargeCategory": Column(text(50)),
    "ChargeClass": Column(text(50), required=False),
    "ConsumedQuantity": Column(read_number, required=False, instead=("PricingQuantity",)),
    "BilledCost": Column(read_number),
}
