"""One row of FOCUS 1.0 data: a charge, if it is usage that somebody pays for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

from koogallery.api.reading import bounded, not_an_amount, read_instant
from koogallery.kit.errors import Violation
from koogallery.kit.money import ZERO, minor_unit, to_line_scale
from sellers.feeds.cells import Cells, Column, read_cells, text
from sellers.rules.usage import METERING_SN_LENGTH


@dataclass(frozen=True, slots=True)
class Charge:
    """The names it leads to, and what is settled."""

    metering_sn: str
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
    def seller(self) -> str:
        return _digest("FS", self.publisher)

    @property
    def product(self) -> str:
        return _digest("FP", self.publisher, self.service)

    @property
    def order(self) -> str:
        """With its currency: an amount in another one must not land on the same order (R2.8)."""
        return _digest("FO", self.publisher, self.service, self.account, self.currency)

    @property
    def known_since(self) -> datetime:
        return min(self.period_start, self.started_at)


def read_charge(cells: Cells) -> tuple[Charge | None, list[Violation]]:
    """The charge, or everything that keeps the row from being one."""
    values, wrong = read_cells(cells, COLUMNS)
    wrong = _no_usage(values) or wrong
    return (None, wrong) if wrong else (_charge(values), [])


def _no_usage(values: Mapping[str, Any]) -> list[Violation]:
    """Credits, adjustments, corrections and what costs nothing are not settled as usage."""
    category, kind = values.get("ChargeCategory", "Usage"), values.get("ChargeClass")
    if category != "Usage":
        return [Violation("ChargeCategory", "no_usage", f"{category} is no usage.")]
    if kind is not None:
        return [Violation("ChargeClass", "no_usage", f"{kind} of an earlier bill is no usage.")]
    cost = values.get("BilledCost")
    if cost is not None and cost <= ZERO:
        detail = f"A cost of {cost:f} is no usage to be paid for."
        return [Violation("BilledCost", "no_usage", detail)]
    return []


def _charge(values: Mapping[str, Any]) -> Charge:
    """The quantity only explains the cost; finer than we keep it (a split month), it is rounded."""
    account = values.get("SubAccountId") or values["BillingAccountId"]
    return Charge(
        metering_sn=values["Id"],
        publisher=values["PublisherName"],
        service=values["ServiceName"],
        account=account,
        account_name=values.get("SubAccountName", account),
        currency=values["BillingCurrency"],
        period_start=values["BillingPeriodStart"],
        started_at=values["ChargePeriodStart"],
        ended_at=values["ChargePeriodEnd"],
        quantity=to_line_scale(values["ConsumedQuantity"]),
        cost=values["BilledCost"],
    )


def _digest(prefix: str, *names: str) -> str:
    """The same names lead to the same number, in every file."""
    digest = sha256("\0".join(names).encode()).hexdigest()
    return f"{prefix}-{digest[:16]}"


def _read_currency(cell: str) -> str:
    minor_unit(cell)
    return cell


def _read_instant(cell: str) -> datetime:
    """UTC, which FOCUS 1.0 files may leave unmarked."""
    is_marked = any(mark in cell[10:] for mark in "Zz+-")
    return read_instant(cell if is_marked else f"{cell}Z")


def _read_number(cell: str) -> Decimal:
    """FOCUS allows an exponent: 35.2E-7."""
    try:
        return bounded(Decimal(cell))
    except InvalidOperation:
        raise not_an_amount("") from None


NAME = text(200)

COLUMNS: Mapping[str, Column] = {
    "Id": Column(text(METERING_SN_LENGTH)),
    "PublisherName": Column(NAME),
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
    "ConsumedQuantity": Column(_read_number),
    "BilledCost": Column(_read_number),
}
