"""A yearly statement as a file: PDF, a workbook or JSON, the same figures in each."""

from collections.abc import Callable, Mapping
from typing import IO

from django.utils.translation import gettext as _

from koogallery.downloads import Export, pieces_of
from koogallery.exports.files import MEDIA_TYPES as LIST_TYPES
from koogallery.kit.errors import InvalidInput
from settlement.readings.yearly_json import write_json
from settlement.readings.yearly_pdf import write_pdf
from settlement.readings.yearly_statements import YearlyStatement
from settlement.readings.yearly_workbooks import write_workbook

Write = Callable[[IO[bytes], YearlyStatement], None]

#: Form -> its media type, and who writes it.
FORMS: Mapping[str, tuple[str, Write]] = {
    "pdf": ("application/pdf", write_pdf),
    "xlsx": (LIST_TYPES["xlsx"], write_workbook),
    "json": ("application/json", write_json),
}


def export_year(statement: YearlyStatement, form: str) -> Export:
    """As `pdf`, `xlsx` or `json`; its reader was found to be allowed to see it."""
    if form not in FORMS:
        raise InvalidInput(
            _("A yearly statement is exported as %(forms)s.") % {"forms": ", ".join(FORMS)},
            code="unknown_format",
            field="format",
        )
    media_type, write = FORMS[form]
    name = f"yearly-statement-{statement.seller.number}-{statement.year}.{form}"
    return Export(name, media_type, pieces_of(lambda file: write(file, statement)))
