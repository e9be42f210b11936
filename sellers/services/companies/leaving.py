"""What sellers who have left no longer get: new business, and a second beginning (R6.3)."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet, Value

from koogallery.fields import AnyOf, FoldedName
from koogallery.kit.names import folded
from sellers.models import Seller
from sellers.models.sellers import SellerQuerySet


def sellers_that_left() -> Mapping[str, Seller]:
    """By their folded names: a name alone decides who comes back, whatever the country."""
    return {folded(each.company_name): each for each in Seller.objects.exclude(left_at=None)}


def registrations_of(seller: Seller) -> SellerQuerySet:
    """As what else the seller's company is registered and has not left, in another currency say."""
    named = Seller.objects.alias(folded=FoldedName("company_name"))
    same = named.filter(folded=FoldedName(Value(seller.company_name)), country=seller.country)
    return same.filter(left_at=None).exclude(pk=seller.pk)


def keep_registrations_out() -> None:
    """Until this transaction ends: nobody registers beside a company that leaves."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT keep_registrations_out()")


def unrecorded(rows: QuerySet[Any], numbers: Iterable[str]) -> set[str]:
    """Those of the numbers that no row has yet: a repeat of what is recorded is nothing new."""
    asked = set(numbers)
    if not asked:
        return asked
    return asked - set(rows.filter(AnyOf(F("number"), asked)).values_list("number", flat=True))
