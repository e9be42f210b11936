"""The demo's facts as CSV files, taken in by the same code as `manage.py import_feed`."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from shutil import copyfile

from koogallery.demo.catalogue import FOCUS_SAMPLE
from koogallery.kit.errors import Conflict
from sellers.feeds.focus import FocusFeed
from sellers.feeds.importing import Feed, Tally, import_feed
from sellers.feeds.tables import TABLES


def feed(kind: str, path: Path, rows: Iterable[Mapping[str, object]]) -> Tally:
    """Write the rows to `path` and import it; the demo's own rows are all good."""
    write_csv(path, list(TABLES[kind].columns), rows)
    tally = _import(TABLES[kind], path)
    if tally.rejected:
        listed = tally.rejected_file.path
        raise Conflict(f"{tally.rejected} rows of {path} were rejected: see {listed}")
    return tally


def feed_focus_sample(directory: Path) -> Tally:
    """From a copy, because the rejected rows are listed beside the file."""
    path = directory / FOCUS_SAMPLE.name
    copyfile(FOCUS_SAMPLE, path)
    return _import(FocusFeed(), path)


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """An empty cell is an absent value."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([_cell(row.get(name)) for name in columns] for row in rows)


def _import(kind: Feed, path: Path) -> Tally:
    with path.open("rb") as file:
        return import_feed(kind, path, file, lambda _: None)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
