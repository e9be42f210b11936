"""Papers: what a document says, declared as data, and composed as PDF in the reader's language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any, BinaryIO, cast

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from koogallery.papers import typesetting

#: Of the letters in a table, in pt; and how many of them its figures have room for in a row.
SIZE, FIGURES, WIDE_FIGURES = 8.0, 66, 105

#: A label and what it says.
Fact = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Party:
    """One side, by what it is to the paper: who sells, who pays."""

    role: str
    name: str
    facts: Sequence[Fact] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    rows: Sequence[Fact]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """Amounts that add up, downwards: (label, amount, whether it is a result)."""

    rows: Sequence[tuple[str, str, bool]]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """Of a table: its share of the width that is left by those as wide as what is in them (0)."""

    head: str
    share: float = 1
    is_figure: bool = False


def figures(*heads: str) -> list[Column]:
    return [Column(head, 0, is_figure=True) for head in heads]


@dataclass(frozen=True, slots=True)
class Table:
    """`totals` are rows, too; `results` are the places of rows that are set apart as they are.

    One that `is_wide` has pages of its own, turned.
    """

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    totals: Sequence[Sequence[str]] = ()
    results: Sequence[int] = ()
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """In small letters; `address` is where its `link` leads."""

    text: str
    link: str = ""
    address: str = ""
    title: str = ""


Part = Facts | Terms | Table | Text | Remark


@dataclass(frozen=True, slots=True)
class Paper:
    """`day` is the record's, so that the paper is the same whenever it is made."""

    title: str
    number: str
    day: date
    parties: Sequence[Party] = ()
    facts: Sequence[Fact] = ()
    parts: Sequence[Part] = field(default=())


def write_paper(file: IO[bytes], paper: Paper) -> None:
    said = {
        "language": get_language() or "en",
        "title": paper.title,
        "number": paper.number,
        "day": {"year": paper.day.year, "month": paper.day.month, "day": paper.day.day},
        "page": _("Page {n} of {m}"),
        "parties": [_said(each) for each in paper.parties],
        "parts": [_said(each) for each in (Facts(paper.facts), *paper.parts) if _says(each)],
        "is_first": True,
        "is_part": False,
        "feet": [],
    }
    typesetting.write(cast("BinaryIO", file), said)


def known(rows: Iterable[Fact]) -> list[Fact]:
    """What is not known takes no row."""
    return [row for row in rows if row[1]]


def _says(part: Part) -> bool:
    """A title without anything below it is left out."""
    return bool(part.text if isinstance(part, Text | Remark) else part.rows)


def _said(part: Part | Party | Column) -> dict[str, Any]:
    said = {name: getattr(part, name) for name in part.__slots__}
    if isinstance(part, Table):
        # Of its letters, in pt: as small as the longest figures need to stand beside each other.
        columns = zip(part.columns, *part.rows, *part.totals, strict=True)
        longest = sum(max(map(len, cells)) for column, *cells in columns if column.is_figure)
        said |= {
            "columns": [_said(each) for each in part.columns],
            "size": min(SIZE, SIZE * (WIDE_FIGURES if part.is_wide else FIGURES) / max(longest, 1)),
        }
    return {"kind": type(part).__name__.lower(), **said}
