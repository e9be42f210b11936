"""Rows without a number are known by their names, so that a feed read again finds what it made."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from django.db.models import QuerySet

from sellers.models import Product, Seller
from sellers.services.companies.sellers import NewSeller
from sellers.services.numbers import numbered
from sellers.services.products.catalogue import NewProduct

Row = TypeVar("Row", bound=NewSeller | NewProduct)
Name = TypeVar("Name", bound=Hashable)


def numbered_sellers(rows: Sequence[NewSeller]) -> list[NewSeller]:
    """A seller without a number is the one of the same company name, if there is one."""
    names = {row.company_name for row in rows if not row.number}
    known = Seller.objects.filter(company_name__in=names).order_by("-number")
    numbers = {seller.company_name: seller.number for seller in known}
    return _completed(rows, numbers, lambda row: row.company_name, Seller.objects.all(), "S")


def numbered_products(rows: Sequence[NewProduct]) -> list[NewProduct]:
    """A product without a number is the seller's of the same name, if there is one."""
    names = {row.name for row in rows if not row.number}
    known = Product.objects.filter(name__in=names).select_related("seller").order_by("-number")
    numbers = {(product.seller.number, product.name): product.number for product in known}
    return _completed(rows, numbers, lambda row: (row.seller, row.name), Product.objects.all(), "P")


def _completed(
    rows: Sequence[Row],
    known: Mapping[Name, str],
    name_of: Callable[[Row], Name],
    taken_by: QuerySet[Any],
    prefix: str,
) -> list[Row]:
    """Rows of one name share a number: one that is known, given to one of them, or free."""
    new = {name_of(row): row for row in rows if not row.number and name_of(row) not in known}
    given = [row for row in rows if row.number]
    fresh = numbered([*new.values(), *given], taken_by, prefix)
    numbers = {**{name_of(row): row.number for row in fresh}, **known}
    return [row if row.number else replace(row, number=numbers[name_of(row)]) for row in rows]
