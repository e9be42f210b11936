"""Rows as lines of a CSV, formed by PostgreSQL: byte for byte what `files.csv_pieces` makes."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from psycopg import ClientCursor, adapters

from koogallery.exports.files import FORMULA, LONGEST_START, UNSEEN_FIRST
from koogallery.settlement_time import ZONE
from koogallery.statements import MINOR_UNITS

LINES_A_CHUNK = 5_000

#: Marked as text where a spreadsheet would take it for a formula; quoted where the format asks.
_MARK = (
    f"CASE WHEN left(regexp_replace(left({{0}}, {LONGEST_START}), %(unseen)s, ''), 1) ~ %(formula)s"
    " OR {0} ~ '^[\\t\\r\\n]' THEN '''' ELSE '' END"
)
_QUOTED = "strpos({0}, ',') + strpos({0}, '\"') + strpos({0}, E'\\r') + strpos({0}, E'\\n') > 0"
_TEXT = (
    "CASE WHEN {0} IS NULL THEN ''"
    f" WHEN NOT {_QUOTED} AND (ascii({{0}}) BETWEEN 65 AND 122 OR ascii({{0}}) BETWEEN 48 AND 57)"
    f" THEN {{0}} WHEN {_QUOTED}"
    f" THEN concat('\"', {_MARK}, replace({{0}}, '\"', '\"\"'), '\"')"
    f" ELSE concat({_MARK}, {{0}}) END"
)
_OFFSET = "({0} AT TIME ZONE %(zone)s - {0} AT TIME ZONE 'UTC')"
_SECOND = """'YYYY-MM-DD"T"HH24:MI:SS'"""
_INSTANT = (
    "CASE WHEN {0} >= %(lately)s"
    f" THEN to_char({{0}} AT TIME ZONE %(offset)s::interval, {_SECOND}) || %(offset)s"
    f" ELSE to_char({{0}} AT TIME ZONE %(zone)s, {_SECOND}) || CASE"
    f" WHEN {_OFFSET} < '0' THEN to_char(-{_OFFSET}, '-HH24:MI')"
    f" ELSE to_char({_OFFSET}, '+HH24:MI') END END"
)
#: Since when China's clocks are not changed; a zone whose clocks are has its offset worked out.
_LATELY = datetime(1992, 1, 1, tzinfo=ZONE)
_OFFSETS = {
    _LATELY.replace(year=year, month=month).isoformat()[-6:]
    for year in range(1992, 2038)
    for month in range(1, 13)
}
_AMOUNT = (
    "CASE WHEN scale(trim_scale({0})) > digits THEN trim_scale({0}) ELSE round({0}, digits) END"
)
_NUMERIC = adapters.types["numeric"].oid
#: Type of a column by PostgreSQL's number of it -> its cell as `files.csv_text` writes it.
_CELLS = {
    adapters.types[name].oid: cell
    for name, cell in {
        **dict.fromkeys(("int2", "int4", "int8", "date"), "{0}"),
        **dict.fromkeys(("text", "varchar"), _TEXT),
        "bool": "{0}::text",
        "timestamptz": _INSTANT,
        "numeric": "trim_scale({0})",
    }.items()
}
_LINES = """
SELECT concat({cells}, E'\\r\\n') FROM (
    SELECT *, (%(minor_units)s::jsonb ->> {currency})::int AS digits FROM ({rows}) AS list ({names})
    OFFSET 0  -- or each cell would work out again what it names
) AS listed
"""
_GIVEN = {
    "unseen": UNSEEN_FIRST,
    "formula": FORMULA,
    "minor_units": MINOR_UNITS,
    "zone": ZONE.key,
    "lately": _LATELY if len(_OFFSETS) == 1 else None,
    "offset": min(_OFFSETS),
}


def formed(
    rows: QuerySet[Any], columns: Mapping[str, str], amounts: Collection[str]
) -> Iterator[bytes] | None:
    """`lines_of` a query set; `columns` are lookups by their names in the file."""
    try:
        query, parameters = rows.values_list(*columns.values()).query.sql_with_params()
    except EmptyResultSet:
        return iter(())
    return lines_of(query, parameters, tuple(columns), amounts)


def formed_types(rows: QuerySet[Any]) -> list[int] | None:
    """`types_of` a query set; None where Django knows that it has no rows."""
    try:
        return types_of(*rows.query.sql_with_params())
    except EmptyResultSet:
        return None


def lines_of(
    query: str, parameters: Any, columns: Collection[str], amounts: Collection[str]
) -> Iterator[bytes] | None:
    """The rows' lines, one after the other; None where a column is of a type that it cannot write.

    Those `columns` that are `amounts` are written at the precision of the one called `currency`.
    """
    places = [f"c{place}" for place in range(len(columns))]
    names = ", ".join(places)
    cells = [
        _cell(type_, place, is_amount=name in amounts)
        for name, type_, place in zip(columns, types_of(query, parameters), places, strict=True)
    ]
    if "" in cells:
        return None
    currency = dict(zip(columns, places, strict=True)).get("currency", "NULL")
    around = _LINES.format(
        cells=", ',', ".join(cells), currency=currency, rows="{rows}", names=names
    )
    return _lines(around, query, parameters)


def types_of(query: str, parameters: Any) -> list[int]:
    """Of its columns, by PostgreSQL's numbers."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({query}) AS list LIMIT 0", parameters)  # noqa: S608
        return [column.type_code for column in cursor.description]


def values_of(query: str, parameters: Any) -> Iterator[tuple[Any, ...]]:
    """A query's rows, through a cursor of the server."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, parameters)
        while some := cursor.fetchmany(LINES_A_CHUNK):
            yield from some


def _lines(around: str, query: str, parameters: Any) -> Iterator[bytes]:
    connection.ensure_connection()
    told = ClientCursor(connection.connection)
    chosen, around_it = told.mogrify(query, parameters), told.mogrify(around, _GIVEN)
    yield from (line.encode() for (line,) in values_of(around_it.replace("{rows}", chosen), None))


def _cell(type_: int, place: str, *, is_amount: bool) -> str:
    """Empty for a type that has none."""
    form = _AMOUNT if is_amount and type_ == _NUMERIC else _CELLS.get(type_, "")
    return form.format(place)
