"""What an invoice says otherwise than what is certified, and who has to look at it (R8.1)."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.utils.translation import gettext as _

from koogallery.approvals import Facts
from koogallery.kit.errors import InvalidInput
from koogallery.kit.language import Sentence
from koogallery.kit.money import format_amount
from koogallery.kit.seen import Fact
from koogallery.models import ApprovalRequest, User
from koogallery.second_person import NeedsSecondPerson, approval_under_way, is_rehearsal
from settlement.choices import MoneyAct
from settlement.models import Invoice
from settlement.readings.invoice_facts import checks_of
from settlement.rules.invoices import InvoiceCheck
from settlement.services.authorisations import Moved, authorise


def differences_of(invoice: Invoice) -> Sequence[InvoiceCheck]:
    return [check for check in checks_of(invoice) if not check.holds]


def names_certified_account(invoice: Invoice) -> bool:
    """As the database sees it, which refuses by the same."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT names_certified_account(i) FROM settlement_invoice i WHERE id = %s",
            [invoice.pk],
        )
        return bool(cursor.fetchone()[0])


def require_reason_to_differ(invoice: Invoice, reason: str) -> None:
    found = differences_of(invoice)
    if found and not reason:
        told = "; ".join(check.label for check in found)
        raise InvalidInput(
            _("Say why it is right all the same. This does not hold: %(differences)s.")
            % {"differences": told},
            code="differs_without_reason",
            rule="R8.1",
            field="reason",
        )


def authorise_account(invoice: Invoice, actor: User) -> None:
    """Another bank account than the certified one takes two, whatever it asks for."""
    if names_certified_account(invoice):
        return
    about = ("invoice", invoice.number)
    moved = Moved(
        MoneyAct.INVOICE, invoice.number, invoice.seller, invoice.gross, invoice.currency, about
    )
    if not (approval_under_way() or is_rehearsal()):
        raise NeedsSecondPerson(
            Sentence(
                "It names another bank account than the certified one; that takes two people."
            ),
            about=about,
            seller=invoice.seller.number,
            amount=invoice.gross,
            currency=invoice.currency,
            rule="R8.1",
        )
    authorise(moved, actor=actor)


def what_differs(request: ApprovalRequest) -> Facts:
    invoice = Invoice.objects.get(number=request.object_number)
    yield Fact("bill", invoice.bill.number)
    for name in ("amount", "tax", "gross"):
        yield Fact(name, format_amount(getattr(invoice, name), invoice.currency))
    for name in ("account_number", "bank_name", "swift_code", "account_holder"):
        yield Fact(name, getattr(invoice, name))
    for check in differences_of(invoice):
        yield Fact(f"expected_{check.field}", check.detail)
    yield Fact("state", invoice.state)


def who_recorded(request: ApprovalRequest) -> Iterable[int]:
    return [Invoice.objects.get(number=request.object_number).submitted_by_id]
