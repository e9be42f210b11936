"""Who sells what to whom in the demo, read from data/*.csv."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"
FOCUS_SAMPLE = DATA / "focus_sample.csv"
FOCUS_CYCLE = "202409"


@dataclass(frozen=True, slots=True)
class Company:
    """A seller as the feed tells it, and how many orders the market brings it a month."""

    number: str
    currency: str
    feed: dict[str, str]
    monthly_orders: int


@dataclass(frozen=True, slots=True)
class Offer:
    """A product with its price: for the term, for one piece, or for one unit of usage."""

    number: str
    seller: str
    delivery_method: str
    supervised: bool
    billing_mode: str
    term_months: int
    price: Decimal
    subscribers: int
    feed: dict[str, str]


@dataclass(frozen=True, slots=True)
class Customer:
    """`vat` is charged on top of the price; `wht` is what the customer withholds abroad."""

    name: str
    account: str
    country: str
    vat: Decimal
    wht: Decimal
    on_credit: bool


def rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


@cache
def companies() -> dict[str, Company]:
    return {
        row["number"]: Company(
            number=row["number"],
            currency=row["settlement_currency"],
            monthly_orders=int(row.pop("monthly_orders")),
            feed=row,
        )
        for row in rows("sellers.csv")
    }


@cache
def offers() -> dict[str, Offer]:
    return {row["number"]: _offer(row) for row in rows("products.csv")}


def _offer(row: dict[str, str]) -> Offer:
    told = ("number", "seller", "name", "delivery_method", "supervised", "platform_fee_ratio")
    return Offer(
        number=row["number"],
        seller=row["seller"],
        delivery_method=row["delivery_method"],
        supervised=row["supervised"] == "true",
        billing_mode=row["billing_mode"],
        term_months=int(row["term_months"]),
        price=Decimal(row["price"]),
        subscribers=int(row["subscribers"]),
        feed={name: row[name] for name in told},
    )


@cache
def customers() -> dict[str, Customer]:
    return {
        row["account"]: Customer(
            name=row["name"],
            account=row["account"],
            country=row["country"],
            vat=Decimal(row["vat"]),
            wht=Decimal(row["wht"]),
            on_credit=row["on_credit"] == "true",
        )
        for row in rows("customers.csv")
    }
