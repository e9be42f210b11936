"""Lists as Parquet: what the CSV says, with types."""

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from pyarrow.parquet import ParquetFile, read_table

from koogallery.exports import jobs, parquet
from koogallery.exports.files import Table, csv_text
from koogallery.exports.kinds import KINDS
from koogallery.kit.errors import Conflict
from koogallery.settlement_time import ZONE
from tests.settlement.api.world import World


def exported(world: World, kind: str, form: str) -> io.BytesIO:
    job = jobs.request_export(kind, form, "", by_client=True, actor=world.olga)
    jobs.write_export(job.number)
    with jobs.open_export(job.number, actor=world.olga) as file:
        return io.BytesIO(file.read())


def plain(text: str) -> str:
    """A CSV's mark of what a spreadsheet would take for a formula is not the text's own."""
    return text.removeprefix("'")


@pytest.mark.django_db
def test_a_list_reads_as_its_csv_does_and_keeps_its_types(world: World) -> None:
    with_rows = set()
    for name in sorted({*KINDS} - {"order-match", "exports", "acts"}):
        lines = exported(world, name, "csv").getvalue().decode("utf-8-sig")
        table, amounts = read_table(exported(world, name, "parquet")), KINDS[name].amounts
        said = [
            {
                column: plain(csv_text(value, row["currency"] if column in amounts else ""))
                for column, value in row.items()
            }
            for row in table.to_pylist()
        ]
        rows = [
            {column: plain(text) for column, text in row.items()}
            for row in csv.DictReader(io.StringIO(lines))
        ]
        assert said == rows, name
        if rows:
            with_rows.add(name)
        for column in table.schema:
            if column.name in amounts:
                assert column.type == pa.decimal128(38, 12), (name, column)
            if column.name.endswith("_at"):
                assert column.type == pa.timestamp("us", tz=ZONE.key), (name, column)
    assert {"bills", "bill-lines", "orders", "transactions", "notices"} <= with_rows


def test_a_group_of_rows_is_in_memory_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "ROWS_A_BATCH", 1)
    monkeypatch.setattr(parquet, "BATCHES_A_GROUP", 2)
    file, seen = io.BytesIO(), list[int]()

    def rows() -> Iterator[tuple[Any, ...]]:
        for each in range(5):
            seen.append(file.tell())
            yield f"B{each}", Decimal(each).scaleb(-1), None

    parquet.write_parquet(file, Table(("number", "amount", "paid_at"), frozenset(), rows()))
    read = ParquetFile(file)
    assert read.metadata.num_row_groups == 3
    assert read.read().column("amount").to_pylist() == [
        Decimal(each).scaleb(-1) for each in range(5)
    ]
    assert seen[4] > seen[2] > seen[0], "the first groups are written before the last row is read"


@pytest.mark.django_db
def test_where_it_is_not_installed_it_is_refused_and_says_what_is_missing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "is_installed", lambda: False)
    with pytest.raises(Conflict, match=r"requirements-parquet\.lock is not installed") as refusal:
        jobs.request_export("bills", "parquet", "", actor=world.olga)
    assert refusal.value.code == "format_not_installed"
