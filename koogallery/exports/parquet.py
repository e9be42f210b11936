"""Rows as Parquet, for whoever computes with them: each column of one type, nothing rounded.

Amounts, rates and quantities are decimals of 12 places, instants know their zone, text is as it was
written. Of a group of rows a batch is in memory as Python has it, the rest in columns.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.util import find_spec
from itertools import chain, islice
from typing import IO, Any, Protocol, TypeVar

from django.utils.translation import gettext as _
from psycopg import adapters

from koogallery.kit.errors import Conflict
from koogallery.kit.money import EXACT
from koogallery.settlement_time import ZONE

ROWS_A_BATCH = 500
#: What is read at once.
BATCHES_A_GROUP = 4
#: Of PostgreSQL's numerics, which all fit.
PRECISION, SCALE = 38, 12

#: Type of a column by PostgreSQL's number of it -> by what Python reads it as.
READ_AS: dict[int, type] = {
    adapters.types[name].oid: read
    for name, read in {
        **dict.fromkeys(("int2", "int4", "int8"), int),
        **dict.fromkeys(("text", "varchar"), str),
        "bool": bool,
        "date": date,
        "numeric": Decimal,
        "timestamptz": datetime,
    }.items()
}


Part = TypeVar("Part")


class Typed(Protocol):
    """Rows of a list; `types` are those of the columns, where the database knows them."""

    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def rows(self) -> Iterator[Sequence[Any]]: ...
    def types(self) -> Sequence[int] | None: ...


@cache
def is_installed() -> bool:
    return find_spec("pyarrow") is not None


def require_installed() -> None:
    if not is_installed():
        raise Conflict(
            _("This portal writes no Parquet: %(package)s is not installed.")
            % {"package": "requirements-parquet.lock"},
            code="format_not_installed",
        )


def write_parquet(file: IO[bytes], table: Typed) -> None:
    import pyarrow as pa  # noqa: PLC0415  # large, and not in every portal
    from pyarrow.parquet import ParquetWriter  # noqa: PLC0415

    first = list(islice(table.rows, ROWS_A_BATCH))
    read_as = list(_read_as(table, first))
    types = {
        int: pa.int64(),
        str: pa.string(),
        bool: pa.bool_(),
        date: pa.date32(),
        Decimal: pa.decimal128(PRECISION, SCALE),
        datetime: pa.timestamp("us", tz=ZONE.key),
    }
    schema = pa.schema(
        [(name, types[kind]) for name, kind in zip(table.columns, read_as, strict=True)]
    )
    with ParquetWriter(pa.PythonFile(file, mode="w"), schema, compression="zstd") as writer:
        batches = (
            pa.record_batch(
                [
                    pa.array([_value(value, kind) for value in column], of.type)
                    for column, kind, of in zip(
                        zip(*rows, strict=True), read_as, schema, strict=True
                    )
                ],
                schema=schema,
            )
            for rows in chain([first] if first else [], _parts(table.rows, ROWS_A_BATCH))
        )
        for group in _parts(batches, BATCHES_A_GROUP):
            writer.write_table(pa.Table.from_batches(group))


def _parts(whole: Iterator[Part], most: int) -> Iterator[list[Part]]:
    return iter(lambda: list(islice(whole, most)), [])


def _read_as(table: Typed, first: Sequence[Sequence[Any]]) -> Iterator[type]:
    """As the database says; of rows that Python makes, by what they hold, or are called."""
    known = table.types()
    for place, name in enumerate(table.columns):
        if known is not None:
            yield READ_AS.get(known[place], str)
            continue
        found = {type(row[place]) for row in first} - {type(None)}
        kinds = [kind for kind in READ_AS.values() if found and all(map(_is(kind), found))]
        yield kinds[0] if kinds else str if found or not name.endswith("_at") else datetime


def _is(kind: type) -> Any:
    """A bool is an int to Python, and an instant a day."""
    return lambda found: (
        issubclass(found, kind)
        and not ((kind is int and found is bool) or (kind is date and issubclass(found, datetime)))
    )


def _value(value: Any, kind: type) -> Any:
    if value is None:
        return None
    if kind is str:
        return str(value)
    if kind is Decimal and value.as_tuple().exponent < -SCALE:
        return value.quantize(Decimal(1).scaleb(-SCALE), context=EXACT)
    return value
