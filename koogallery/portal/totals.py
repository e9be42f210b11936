"""How many rows a list has, and what their amounts come to, as far as that is quick to know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import OperationalError, connection, transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from koogallery.languages import Text
from koogallery.outages import CANCELED, sqlstate_of
from koogallery.portal.cells import Amount
from koogallery.portal.tables import Column


class Reach(NamedTuple):
    """How many rows are counted, and for how long."""

    rows: int
    patience: str


#: Whoever looks at a page does not wait for more, unless they ask for it.
AT_ONCE, WHEN_ASKED = Reach(5_000, "100ms"), Reach(10_000_000, "10s")


OF_ALL = _("Sum of all rows")


@dataclass(frozen=True, slots=True)
class Sums:
    """What a list's amounts come to, below them, in its workbook, too.

    Rows `without` count and are not added: those in which this column says anything.
    """

    label: Text = OF_ALL
    without: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """`count` rows, or more than those; else what the columns come to, by currency and field."""

    count: int
    is_more: bool = False
    sums: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    label: Text = OF_ALL


def reach_of(query: QueryDict) -> Reach:
    """`?totals=all` asks for all there is."""
    return WHEN_ASKED if query.get("totals") == "all" else AT_ONCE


def totals_of(
    rows: QuerySet[Any],
    columns: Sequence[Column],
    sums: Sums | None = None,
    reach: Reach = AT_ONCE,
) -> Totals | None:
    sums = sums or Sums()
    amounts = [each for each in columns if isinstance(each, Amount) and each.adds_up]
    read: list[Any] = [each.field for each in amounts]
    added = read
    if sums.without:
        added = [Case(When(**{sums.without: ""}, then=F(each))) for each in read]
    asked = rows.order_by().values_list(amounts[0].currency if amounts else Value(""), *added)
    statement, parameters = asked[: reach.rows + 1].query.sql_with_params()
    found = counted(statement, parameters, read, reach)
    return found and replace(found, label=sums.label)


def counted(
    statement: str, parameters: Any, fields: Sequence[str], reach: Reach = AT_ONCE
) -> Totals | None:
    """Of rows of a currency and the amounts of these fields; None where it takes too long."""
    places = [f"c{place}" for place in range(len(fields))]
    sums = "".join(f", sum({place})" for place in places)
    names = ", ".join(["currency", *places])
    statement = (
        f"SELECT currency, count(*){sums} FROM ({statement}) AS listed ({names})"  # noqa: S608
        " GROUP BY currency ORDER BY currency"
    )
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [reach.patience])
            cursor.execute(statement, parameters)
            found = cursor.fetchall()
            transaction.set_rollback(True)  # the patience ends here, too
    except OperationalError as error:
        if sqlstate_of(error) != CANCELED:
            raise
        return None
    count = sum(each[1] for each in found)
    if count > reach.rows:
        return Totals(reach.rows, is_more=True)
    sums_of = {currency: dict(zip(fields, summed, strict=True)) for currency, _, *summed in found}
    return Totals(count, sums=sums_of if fields else {})
