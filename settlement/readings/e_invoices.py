"""What a bill wants of an e-invoice, and how one stands against it (R8.3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from koogallery.kit.errors import Violation
from koogallery.settlement_time import ZONE
from settlement.e_invoices.holding import Awaited, Compared, hold, refusals
from settlement.e_invoices.reader import Account, EInvoice, read_e_invoice
from settlement.models import Bill
from settlement.readings.invoice_facts import expected_of, invoiced


@dataclass(frozen=True, slots=True)
class Held:
    """A file that was read, beside what its bill wants."""

    read: EInvoice
    compared: Sequence[Compared]
    certified: Account

    @property
    def refusals(self) -> list[Violation]:
        return refusals(self.compared)


def held_against(bill: Bill, content: bytes, *, more_follow: bool = False) -> Held:
    """Refused where it cannot be read at all."""
    read, awaited = read_e_invoice(content), awaited_of(bill, more_follow=more_follow)
    return Held(read, hold(read, awaited), awaited.account)


def awaited_of(bill: Bill, *, more_follow: bool) -> Awaited:
    expected = expected_of(bill)
    account = Account(
        expected.get("account_number", ""),
        expected.get("account_holder", ""),
        expected.get("swift_code", ""),
    )
    return Awaited(
        currency=bill.currency,
        left=bill.net_payable - invoiced(bill),
        more_follow=more_follow,
        buyer_name=bill.issuer_name,
        buyer_vat=bill.issuer_tax_number,
        seller_name=expected["company_name"],
        seller_vat=expected.get("vat_number", ""),
        account=account,
        today=timezone.now().astimezone(ZONE).date(),
    )
