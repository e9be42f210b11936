"""The certificate of the tax that was withheld from a bill, for the seller's tax office (R2.2)."""

from decimal import Decimal
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from koogallery.dates import cycle_label, instant_text
from koogallery.kit.errors import Conflict
from koogallery.kit.figures import percent_text
from koogallery.papers import Paper, Remark, write_paper
from koogallery.settlement_time import ZONE
from settlement.models import Bill
from settlement.readings.paper_parts import seal_remark, sides_of, terms


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
    title = _("Tax withheld, in %(currency)s") % {"currency": bill.currency}
    paper = Paper(
        _("Withholding tax certificate"),
        certificate_number(bill),
        bill.issued_at.astimezone(ZONE).date(),
        sides_of(bill, pgettext("tax", "Withheld from"), pgettext("tax", "Withheld by")),
        [
            (_("Bill"), bill.number),
            (_("Cycle"), cycle_label(bill.cycle)),
            (pgettext("tax", "Withheld on"), f"{instant_text(bill.issued_at)} ({ZONE.key})"),
            (_("Currency"), bill.currency),
        ],
        [
            terms(title, _sum_of(bill), bill.currency),
            Remark(_remarks(bill)),
            seal_remark(bill),
        ],
    )
    write_paper(file, paper)


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
