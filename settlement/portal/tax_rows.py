"""The VAT of an invoice in a form: a row for each rate, kept as it was typed (R8.1)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from sellers.portal.applying_forms import PercentField
from settlement.rules.invoice_taxes import MOST_RATES, TaxedPart

#: Rows that an empty form offers.
OFFERED = 3


class Row(NamedTuple):
    """As it stands in the form: the rate in percent."""

    rate: str = ""
    net: str = ""
    tax: str = ""

    @property
    def is_empty(self) -> bool:
        return not any(self)


class TaxRows(forms.Widget):
    def value_from_datadict(
        self,
        data: Mapping[str, Any],
        files: Any,  # noqa: ARG002  # as Django calls it
        name: str,
    ) -> list[Row]:
        if not isinstance(data, MultiValueDict):
            return []
        columns = (data.getlist(f"{name}_{part}")[: MOST_RATES + 1] for part in Row._fields)
        return [Row(*(text.strip() for text in row)) for row in zip(*columns, strict=False)]

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_1"


class TaxesField(forms.Field):
    """Empty rows count for nothing; without any, the invoice charges no VAT."""

    widget = TaxRows

    def clean(self, value: Iterable[Row] | None) -> list[TaxedPart]:
        rows = enumerate(value or (), start=1)
        return [self._read(place, row) for place, row in rows if not row.is_empty]

    def _read(self, place: int, row: Row) -> TaxedPart:
        try:
            rate = PercentField().clean(row.rate.rstrip("%"))
            net, tax = (forms.DecimalField().clean(text) for text in (row.net, row.tax))
        except ValidationError as error:
            text = _("Row %(place)s: %(wrong)s") % {"place": place, "wrong": error.messages[0]}
            raise ValidationError(text) from None
        assert isinstance(rate, Decimal)
        assert isinstance(net, Decimal)
        assert isinstance(tax, Decimal)
        return TaxedPart(rate, net, tax)


def rows_of(value: Iterable[Row] | None) -> list[Row]:
    """Those that are filled in, and empty ones to fill in."""
    filled = [row for row in value or () if not row.is_empty]
    return filled + [Row()] * max(1, OFFERED - len(filled))
