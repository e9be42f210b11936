"""What can be exported: every list says its columns, and how its rows are chosen.

Apps register their kinds in a module `exports.py`, which is loaded once all apps are.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import QueryDict
from django.utils.translation import gettext as _

from koogallery.exports.files import Lines, Types, Values, by_python
from koogallery.exports.lines import formed, formed_types
from koogallery.exports.workbooks import Words
from koogallery.kit.errors import InvalidInput, Violation, refuse
from koogallery.languages import Text
from koogallery.models import User

ROWS_A_CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Selection:
    """The chosen rows: plain values in the order of the columns, read piece by piece.

    `count` is how many there are, None where counting would read them all. `lines` are the rows as
    a CSV has them, where the database writes them itself. `columns` are those chosen, else all;
    `types` what the database calls theirs.
    """

    rows: Callable[[], Iterator[Values]]
    count: Callable[[], int | None]
    lines: Lines = by_python
    columns: tuple[str, ...] = ()
    types: Types = by_python


@dataclass(frozen=True, slots=True)
class ExportKind:
    """One list. `in_console` reads a page's address, `by_client` what a program asks (`asked_of`).

    Both raise `InvalidInput` for what cannot be read, and choose among what the user may see.
    `amounts` are the columns that are written at the precision of the row's `currency`, `words`
    what the codes of a column mean. Not added up, or `together`, are rows in which the column
    `without` says anything.
    """

    name: str
    label: Text
    columns: tuple[str, ...]
    amounts: frozenset[str]
    in_console: Callable[[User, QueryDict], Selection]
    by_client: Callable[[User, QueryDict], Selection]
    words: Words = field(default_factory=dict)
    together: Text = ""
    without: str = ""


KINDS: dict[str, ExportKind] = {}
#: What each is called.
LABELS: dict[str, Text] = {}


def register(kind: ExportKind) -> None:
    KINDS[kind.name] = kind
    LABELS[kind.name] = kind.label


def kind_named(name: str) -> ExportKind:
    if name not in KINDS:
        raise InvalidInput(
            _("There is no list %(name)s; there is: %(lists)s.")
            % {"name": repr(name), "lists": ", ".join(sorted(KINDS))},
            code="unknown_list",
            field="list",
        )
    return KINDS[name]


def asked_of(query: QueryDict) -> tuple[list[str], str, dict[str, str]]:
    """What a program asks: columns, ordering, and the filters of the REST list."""
    filters: dict[str, Any] = query.dict()
    filters.pop("columns", None)
    return query.getlist("columns"), filters.pop("ordering", ""), filters


def refuse_unknown_names(field: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Columns that a list does not have, or cannot be ordered by."""
    known = sorted(known)
    detail = _("The list has no %(name)s for that; it has: %(names)s.")
    refuse(
        [
            Violation(
                field, "unknown_column", detail % {"name": repr(each), "names": ", ".join(known)}
            )
            for each in names
            if each not in known
        ]
    )


def refuse_unknown(filters: Iterable[str], known: Iterable[str]) -> None:
    """Every filter that a list does not have, named."""
    known = sorted(known)
    refuse(
        [
            Violation(
                f"filters.{name}",
                "unknown_parameter",
                _("There is no filter %(name)s; there is: %(filters)s.")
                % {"name": repr(name), "filters": ", ".join(known)},
            )
            for name in filters
            if name not in known
        ]
    )


def refuse_unread(form: BaseForm, where: str) -> None:
    """Everything that the filters of a list could not read, named."""
    refuse(
        [
            Violation(f"{where}.{name}", error.code or "invalid", message)
            for name, errors in form.errors.as_data().items()
            for error in errors
            for message in error.messages
        ]
    )


def words_of(model: type[Model], columns: Mapping[str, str]) -> Words:
    """What the codes of its columns mean, as the fields say that these lookups lead to."""
    found = {}
    for name, lookup in columns.items():
        field, owner = None, model
        for part in lookup.split("__"):
            field = next((each for each in owner._meta.get_fields() if each.name == part), None)
            owner = getattr(field, "related_model", None) or owner
        if choices := getattr(field, "flatchoices", None):
            found[name] = dict(choices)
    return found


def selected(
    rows: QuerySet[Any], columns: Mapping[str, str], amounts: Collection[str]
) -> Selection:
    """Rows of a query set, through a cursor of the server; `columns` are lookups by their names."""
    values = rows.values_list(*columns.values())
    return Selection(
        lambda: values.iterator(chunk_size=ROWS_A_CHUNK),
        rows.count,
        lambda: formed(rows, columns, amounts),
        types=lambda: formed_types(values),
    )
