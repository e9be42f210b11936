"""What the platform may issue in a seller's name, and how it is numbered (R8.3)."""

from collections.abc import Mapping
from decimal import Decimal

from koogallery.kit.errors import Violation
from koogallery.kit.language import gettext as _
from koogallery.kit.money import ZERO, fits_scale, minor_unit
from koogallery.kit.names import plain_text
from settlement.rules.invoice_taxes import RATE_SCALE
from settlement.rules.invoices import TEXTS

RULE = "R8.3"
#: EN 16931 writes totals in two decimals.
MOST_DECIMALS = 2
#: What an invoice says that the platform does not know of itself.
WANTED = tuple(name for name in TEXTS if name != "invoice_no")


def series_of(seller_number: str) -> str:
    return f"SB-{seller_number}-"


def is_of_series(invoice_no: str, seller_number: str) -> bool:
    """However it is written."""
    return _letters(invoice_no).startswith(_letters(series_of(seller_number)))


def _letters(text: str) -> str:
    return "".join(sign for sign in plain_text(text) if sign.isalnum())


def number_of(seller_number: str, year: int, serial: int) -> str:
    """Counted without gaps per seller and year: SB-S000001-2026-00001."""
    return f"{series_of(seller_number)}{year}-{serial:05d}"


def consent_violations(vat_rate: Decimal, exemption: str) -> list[Violation]:
    found = []
    if not (ZERO <= vat_rate < 1 and fits_scale(vat_rate, RATE_SCALE)):
        detail = _("A rate of VAT is a share: at least 0 and less than 1.")
        found.append(Violation("vat_rate", "invalid_rate", detail, RULE))
    elif vat_rate and exemption:
        detail = _("Where VAT is charged there is no reason why it is not.")
        found.append(Violation("exemption", "not_exempt", detail, RULE))
    elif not vat_rate and not exemption:
        detail = _("Say why no VAT is charged, as your invoices have to say it.")
        found.append(Violation("exemption", "required", detail, RULE))
    return found


def why_not_issued(known: Mapping[str, str], currency: str) -> str:
    """Why the platform cannot issue an invoice of this seller now; nothing where it can."""
    lacking = [_(TEXTS[name][0]) for name in WANTED if not known.get(name)]
    if lacking:
        return _("It is not certified: %(lacking)s.") % {"lacking": _(", ").join(lacking)}
    if minor_unit(currency) > MOST_DECIMALS:
        detail = _("An e-invoice of EN 16931 has two decimals; %(currency)s has more.")
        return detail % {"currency": currency}
    return ""
