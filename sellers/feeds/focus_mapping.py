"""Which seller a publisher is, and at which ratio: said in a file, as FOCUS itself cannot.

A CSV file, or a JSON list of objects, of `publisher` with any of `service`, `currency` (for these
charges alone) and `seller`, `product`, `ratio`, `country`. What a narrower row leaves open is the
wider row's.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from koogallery.api.reading import read_decimal, read_number
from koogallery.kit.errors import InvalidInput, Violation
from koogallery.kit.money import minor_unit
from koogallery.kit.names import folded
from sellers.feeds.cells import Cells, Column, Read, read_cells, text
from sellers.feeds.csv_rows import CsvRows
from sellers.models import Product, Seller
from sellers.rules.figures import share_violations


class Scope(NamedTuple):
    """Whose charges; an empty service or currency is every one.

    A publisher is the same one however its name is written (R6.3): `folded` is what is compared.
    """

    publisher: str
    service: str = ""
    currency: str = ""

    def widening(self) -> Iterator["Scope"]:
        """Itself and what it lies in, the narrowest first."""
        yield self
        yield self._replace(currency="")
        yield self._replace(service="")
        yield self._replace(service="", currency="")

    @property
    def folded(self) -> "Scope":
        return self._replace(publisher=folded(self.publisher))

    def __str__(self) -> str:
        return ", ".join(filter(None, self))


@dataclass(frozen=True, slots=True)
class Terms:
    seller: str = ""
    product: str = ""
    ratio: Decimal | None = None
    country: str = ""

    def completed(self, wider: "Terms") -> "Terms":
        """With what is open here as it is there."""
        names = [each.name for each in fields(self)]
        open_here = {name for name in names if getattr(self, name) in ("", None)}
        return replace(self, **{name: getattr(wider, name) for name in open_here})


@dataclass(slots=True)
class FocusMapping:
    """The terms of each scope as folded, how it is written, and which of them a file has met."""

    terms: Mapping[Scope, Terms] = field(default_factory=dict)
    written: Mapping[Scope, Scope] = field(default_factory=dict)
    met: set[Scope] = field(default_factory=set)

    def of(self, scope: Scope) -> Terms:
        found = Terms()
        for each in dict.fromkeys(scope.folded.widening()):
            if terms := self.terms.get(each):
                self.met.add(each)
                found = found.completed(terms)
        return found

    def unmet(self) -> list[Scope]:
        return [scope for key, scope in self.written.items() if key not in self.met]


def read_mapping(path: Path) -> FocusMapping:
    """Refused with the place in the file: what cannot be read, or names what does not fit."""
    terms: dict[Scope, Terms] = {}
    written: dict[Scope, Scope] = {}
    for place, cells in _rows(path):
        scope, found = _read(place, cells)
        if scope.folded in terms:
            raise InvalidInput(
                _("%(place)s: %(scope)s stands there twice.") % {"place": place, "scope": scope}
            )
        terms[scope.folded], written[scope.folded] = found, scope
    mapping = FocusMapping(terms, written)
    for scope in written.values():
        _require_fit(scope, mapping.of(scope))
    mapping.met.clear()
    return mapping


def _rows(path: Path) -> Iterator[tuple[str, Cells]]:
    if path.suffix.lower() == ".json":
        yield from _objects(path)
        return
    with path.open("rb") as file:
        rows = CsvRows(file)
        for row in rows:
            place = f"Line {row.line}"
            if row.defect:
                raise InvalidInput(f"{place}: {row.defect}")
            named = zip(rows.header, row.cells, strict=True)
            yield place, {name: cell.strip() for name, cell in named if cell.strip()}


def _objects(path: Path) -> Iterator[tuple[str, Cells]]:
    try:
        found = json.loads(path.read_bytes(), parse_float=str, parse_int=str)
    except ValueError as error:
        raise InvalidInput(_("It is not JSON: %(error)s.") % {"error": error}) from None
    if not isinstance(found, list):
        raise InvalidInput(_("It is no list of objects."))
    for number, each in enumerate(found, 1):
        if not isinstance(each, dict) or not all(isinstance(v, str) for v in each.values()):
            raise InvalidInput(
                _("Object %(number)s is no object of texts and numbers.") % {"number": number}
            )
        yield f"Object {number}", {name: cell for name, cell in each.items() if cell}


def _read(place: str, cells: Cells) -> tuple[Scope, Terms]:
    unknown = [name for name in cells if name not in COLUMNS]
    values, wrong = read_cells(cells, COLUMNS)
    if unknown:
        offer = ", ".join(COLUMNS)
        wrong.append(
            Violation(
                unknown[0],
                "unknown",
                _("There is no such column, but %(offer)s.") % {"offer": offer},
            )
        )
    if "ratio" in values:
        wrong += share_violations("ratio", values["ratio"], rule="R2.6")
    if wrong:
        raise InvalidInput(f"{place}: " + "; ".join(f"{v.field}: {v.detail}" for v in wrong))
    return Scope(**_only(values, Scope._fields)), Terms(**_only(values, TERMS))


def _only(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in names}


def _require_fit(scope: Scope, terms: Terms) -> None:
    if not terms.seller:
        if terms.product:
            raise InvalidInput(
                _("%(scope)s: the seller of %(product)s has to be named.")
                % {"scope": scope, "product": terms.product}
            )
        return
    seller = Seller.objects.filter(number=terms.seller).first()
    if seller is None:
        raise InvalidInput(
            _("%(scope)s: there is no seller %(seller)s.")
            % {"scope": scope, "seller": terms.seller}
        )
    if scope.currency not in ("", seller.settlement_currency):
        raise InvalidInput(
            _(
                "%(scope)s: %(seller)s is settled in %(currency)s. "
                "No exchange rate is guessed (R2.8)."
            )
            % {"scope": scope, "seller": seller.number, "currency": seller.settlement_currency}
        )
    product = Product.objects.filter(number=terms.product).select_related("seller").first()
    if product and product.seller != seller:
        raise InvalidInput(
            _("%(scope)s: %(product)s is a product of %(seller)s.")
            % {"scope": scope, "product": product.number, "seller": product.seller.number}
        )


def _read_currency(cell: str) -> str:
    minor_unit(cell)
    return cell


def _optional(read: Read) -> Column:
    return Column(read, required=False)


TERMS = tuple(each.name for each in fields(Terms))
COLUMNS: Mapping[str, Column] = {
    "publisher": Column(text(200)),
    "service": _optional(text(200)),
    "currency": _optional(_read_currency),
    "seller": _optional(read_number),
    "product": _optional(read_number),
    "ratio": _optional(read_decimal),
    "country": _optional(text(2)),
}
