"""Tables of a Markdown file, each named by the comment `<!-- table: name -->` above it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"

Row = dict[str, str]

_NAMED = re.compile(r"<!-- table: (?P<name>\w+) -->\n(?P<table>(?:\|.*\n)+)")


@dataclass(frozen=True, slots=True)
class Document:
    text: str

    @property
    def tables(self) -> dict[str, list[Row]]:
        return {match["name"]: list(_rows(match["table"])) for match in _NAMED.finditer(self.text)}

    @property
    def prose(self) -> str:
        """What is left without tables, code, headings and rule numbers."""
        prose = _NAMED.sub("", self.text)
        prose = re.sub(r"^#.*$", "", prose, flags=re.MULTILINE)
        prose = re.sub(r"`[^`]*`", "", prose)
        return re.sub(r"\bR\d+(\.\d+)?\b", "", prose)


def read(name: str) -> Document:
    return Document((DOCS / name).read_text(encoding="utf-8"))


def _rows(table: str) -> Iterator[Row]:
    header, _, *lines = (_cells(line) for line in table.splitlines())
    for cells in lines:
        yield dict(zip(header, cells, strict=True))


def _cells(line: str) -> list[str]:
    return [
        cell.strip().strip("`").replace("\N{MINUS SIGN}", "-") for cell in line.split("|")[1:-1]
    ]
