"""The certificate of the tax that was withheld from a bill, for the seller's tax office (R2.2)."""

from decimal import Decimal
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from reportlab.lib.units import mm
from reportlab.platypus import Spacer, Table

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict
from koogallery.kit.figures import instant, percent_text
from koogallery.settlement_time import ZONE
from settlement.models import Bill
from settlement.readings.bill_documents import party, seal_lines
from settlement.readings.pdf import HEAD, SMALL, TITLE, compose, facts, terms, text


def certificate_number(bill: Bill) -> str:
    """`W202602-S000001` of bill `B202602-S000001`: a bill has one certificate."""
    return f"W{bill.number.removeprefix('B')}"


def require_withheld(bill: Bill) -> None:
    if bill.withholding_tax:
        return
    raise Conflict(
        _("No withholding tax was kept back from %(bill)s, so there is nothing to certify.")
        % {"bill": bill.number},
        code="nothing_withheld",
        rule="R2.2",
    )


def taxed_amount(bill: Bill) -> Decimal:
    """What the lines of the bill settle together, which the tax is taken from."""
    return bill.sales_amount - bill.customer_wht - bill.platform_fee


def certificate_document(file: IO[bytes], bill: Bill) -> None:
    """Of words and figures of the day of issue alone, so that it is the same ever after (R3.2)."""
    number = certificate_number(bill)
    title = _("Withholding tax certificate %(number)s") % {"number": number}
    parts = [
        text(_("Withholding tax certificate"), TITLE),
        text(f"KooGallery · {number}"),
        Spacer(1, 5 * mm),
        _facts(bill),
        text(_("Tax withheld, in %(currency)s") % {"currency": bill.currency}, HEAD),
        terms(_sum_of(bill), bill.currency),
        Spacer(1, 5 * mm),
        *seal_lines(bill),
        text(_remarks(bill), SMALL),
    ]
    compose(file, parts, title=title, foot=title)


def _facts(bill: Bill) -> Table:
    return facts(
        [
            *party(
                pgettext("tax", "Withheld from"),
                f"{bill.seller_name} ({bill.seller.number})",
                f"{bill.seller_address}, {bill.seller_country}".removeprefix(", "),
                bill.seller_tax_number,
            ),
            *party(
                pgettext("tax", "Withheld by"),
                f"{bill.issuer_name} (Huawei Cloud, KooGallery)",
                bill.issuer_address,
                bill.issuer_tax_number,
            ),
            (_("Bill"), bill.number),
            (_("Cycle"), Cycle(bill.cycle)),
            (pgettext("tax", "Withheld on"), f"{instant(bill.issued_at, ZONE)} ({ZONE.key})"),
            (_("Currency"), bill.currency),
        ]
    )


def _sum_of(bill: Bill) -> list[tuple[str, Decimal, bool]]:
    rate = {"rate": percent_text(bill.withholding_tax_rate)}
    return [
        (_("Sales amount (without VAT)"), bill.sales_amount, False),
        (_("Customers' withholding tax"), -bill.customer_wht, False),
        (_("Platform fee"), -bill.platform_fee, False),
        (_("Taxed amount"), taxed_amount(bill), True),
        (_("Withholding tax at %(rate)s") % rate, bill.withholding_tax, True),
    ]


def _remarks(bill: Bill) -> str:
    return _(
        "The tax is taken from what the transactions of the bill settle before that sum is "
        "rounded, and is then rounded half up. It was kept back from the settlement amount of bill "
        "%(bill)s, which is never rewritten. Days and cycles are in the time zone %(zone)s."
    ) % {"bill": bill.number, "zone": ZONE.key}
