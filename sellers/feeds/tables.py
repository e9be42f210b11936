"""The feeds of sellers, products, orders and usage: CSV whose columns are the REST fields."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from koogallery.api.reading import read_decimal, read_instant, read_number
from koogallery.kit.mail_addresses import LONGEST
from sellers.choices import BillingMode, DeliveryMethod, OrderType, Supervision
from sellers.feeds.cells import Cells, Column, flag, one_of, read_cells, text
from sellers.feeds.names import numbered_products, numbered_sellers
from sellers.rules.usage import METERING_SN_LENGTH
from sellers.services.companies.sellers import NewSeller, record_sellers
from sellers.services.intake import Outcome, Result
from sellers.services.orders.recording import NewOrder, record_orders
from sellers.services.orders.usage import NewUsage, record_usage
from sellers.services.products.catalogue import NewProduct, record_products

Row = TypeVar("Row")

optional = partial(Column, required=False)

a_name = partial(Column, text(200), is_name=True)


@dataclass(frozen=True, slots=True)
class TableFeed(Generic[Row]):
    """One row of the file is one row of the batch that `record` takes in."""

    columns: Mapping[str, Column]
    row: Callable[..., Row]
    record: Callable[[Sequence[Row]], list[Outcome]]
    ignores_other_columns: bool = False

    def take_in(self, rows: Sequence[Cells]) -> list[Outcome]:
        readings = [self._read(cells) for cells in rows]
        valid = [reading for reading in readings if not isinstance(reading, Outcome)]
        recorded = iter(self.record(valid))
        return [reading if isinstance(reading, Outcome) else next(recorded) for reading in readings]

    def report(self, _path: Path, _unreadable: int, /) -> Sequence[str]:
        return ()

    def _read(self, cells: Cells) -> Row | Outcome:
        values, wrong = read_cells(cells, self.columns)
        return Outcome("", Result.REFUSED, tuple(wrong)) if wrong else self.row(**values)


def _record_sellers(rows: Sequence[NewSeller]) -> list[Outcome]:
    return record_sellers(numbered_sellers(rows), actor=None)


def _record_products(rows: Sequence[NewProduct]) -> list[Outcome]:
    return record_products(numbered_products(rows), actor=None)


SELLERS: Mapping[str, Column] = {
    "number": optional(read_number),
    "company_name": a_name(),
    "country": Column(text(2)),
    "settlement_currency": Column(text(3)),
    "certified_at": optional(read_instant),
    "withholding_tax_rate": optional(read_decimal),
    "digital_service_tax_rate": optional(read_decimal),
    "required_deposit": optional(read_decimal),
}
PRODUCTS: Mapping[str, Column] = {
    "number": optional(read_number),
    "seller": Column(read_number),
    "name": a_name(),
    "delivery_method": Column(one_of(DeliveryMethod.values)),
    "supervised": Column(flag),
    "platform_fee_ratio": Column(read_decimal),
    "valid_from": optional(read_instant),
}
ORDERS: Mapping[str, Column] = {
    "number": Column(read_number),
    "product": Column(read_number),
    "order_type": Column(one_of(OrderType.values)),
    "billing_mode": Column(one_of(BillingMode.values)),
    "customer_name": a_name(),
    "customer_account": a_name(),
    "customer_email": optional(text(LONGEST)),
    "currency": Column(text(3)),
    "paid_amount": Column(read_decimal),
    "sales_amount": Column(read_decimal),
    "customer_wht": optional(read_decimal),
    "unit_price": optional(read_decimal),
    "placed_at": Column(read_instant),
    "paid_at": optional(read_instant),
    "effective_at": optional(read_instant),
    "term_ends_at": optional(read_instant),
    "supervision_status": Column(one_of(Supervision.values)),
    "supervision_completed_at": optional(read_instant),
    "cancelled_at": optional(read_instant),
    "ended_at": optional(read_instant),
}
USAGE: Mapping[str, Column] = {
    "metering_sn": Column(text(METERING_SN_LENGTH), is_name=True),
    "order": Column(read_number),
    "started_at": Column(read_instant),
    "ended_at": Column(read_instant),
    "quantity": Column(read_decimal),
    "sales_amount": optional(read_decimal),
    "customer_wht": optional(read_decimal),
    "package": optional(read_number),
}

TABLES: Mapping[str, TableFeed[Any]] = {
    "sellers": TableFeed(SELLERS, NewSeller, _record_sellers),
    "products": TableFeed(PRODUCTS, NewProduct, _record_products),
    "orders": TableFeed(ORDERS, NewOrder, partial(record_orders, actor=None)),
    "usage": TableFeed(USAGE, NewUsage, partial(record_usage, actor=None)),
}
