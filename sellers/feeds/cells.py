"""What a cell says, read as the REST interface reads the field of the same name."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from koogallery.api.reading import read_flag
from koogallery.kit.errors import DomainError, InvalidInput, Violation

Cells = Mapping[str, str]
Read = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """`instead` names columns whose cell counts where this one is absent or empty."""

    read: Read
    required: bool = True
    instead: tuple[str, ...] = ()
    is_name: bool = False  # any word is one, also NULL


def read_cells(
    cells: Cells, columns: Mapping[str, Column]
) -> tuple[dict[str, Any], list[Violation]]:
    """The values of the cells that are there, and everything that is wrong with them."""
    values: dict[str, Any] = {}
    wrong: list[Violation] = []
    for name, column in columns.items():
        text = next((cells[each] for each in (name, *column.instead) if each in cells), None)
        if text is None:
            if column.required:
                wrong.append(Violation(name, "required", _("This cell must not be empty.")))
            continue
        try:
            values[name] = column.read(text)
        except DomainError as error:
            wrong.append(Violation(name, error.code, error.detail, error.rule))
    return values, wrong


def text(length: int) -> Read:
    def read(cell: str) -> str:
        if len(cell) > length:
            raise InvalidInput(
                _("It has more than %(length)s characters.") % {"length": length}, code="too_long"
            )
        return cell

    return read


def one_of(words: Collection[str]) -> Read:
    def read(cell: str) -> str:
        if cell not in words:
            raise InvalidInput(
                _("It is none of %(words)s.") % {"words": ", ".join(words)}, code="invalid_choice"
            )
        return cell

    return read


def flag(cell: str) -> bool:
    """Spreadsheets write TRUE and FALSE."""
    return read_flag(cell.lower())
