"""Documents of settlement's rows: who adds them while, who reads them."""

from django.utils.translation import gettext as _

from koogallery.attachments import Belonging, Holder, hold_attachments
from koogallery.kit.errors import Conflict
from koogallery.models import User
from settlement.choices import UNDECIDED_INVOICES, DisputeState, RefundState
from settlement.models import Dispute, Invoice, Refund
from settlement.services.authority import INVOICERS
from settlement.services.bills.disputes import OBJECTORS
from settlement.services.refunds.lifecycle import SPOKESMEN


def _while_it_is_open(dispute: Dispute, actor: User) -> None:
    """By the seller, or by an operator who records or answers it."""
    OBJECTORS.require(actor, dispute, rule="R3.4")
    if dispute.state != DisputeState.OPEN:
        detail = _("This dispute is %(state)s; its documents stay as they are.") % {
            "state": dispute.state_label.lower()
        }
        raise Conflict(detail, code="documents_stay", rule="R3.4")


def _until_it_is_decided(invoice: Invoice, actor: User) -> None:
    """By the seller, or by an operator who records the document."""
    INVOICERS.require(actor, invoice, rule="R8.1")
    if invoice.state not in UNDECIDED_INVOICES:
        detail = _("This invoice is %(state)s; its documents stay as they are.") % {
            "state": invoice.state_label.lower()
        }
        raise Conflict(detail, code="documents_stay", rule="R8.1")


def _while_the_seller_answers(refund: Refund, actor: User) -> None:
    """With the seller's answer, or until it is given (R4.3)."""
    SPOKESMEN.require(actor, refund, rule="R4.3")
    if refund.state != RefundState.SELLER_REVIEW:
        detail = _("This refund is %(state)s; its documents stay as they are.") % {
            "state": refund.state_label.lower()
        }
        raise Conflict(detail, code="documents_stay", rule="R4.3")


hold_attachments(
    "refund",
    Holder(
        rows=lambda: Refund.objects.select_related("seller"),
        belongs_to=lambda refund: Belonging(refund.seller.number),
        require_adding=_while_the_seller_answers,
    ),
)
hold_attachments(
    "invoice",
    Holder(
        rows=lambda: Invoice.objects.select_related("seller"),
        belongs_to=lambda invoice: Belonging(invoice.seller.number),
        require_adding=_until_it_is_decided,
    ),
)
hold_attachments(
    "dispute",
    Holder(
        rows=lambda: Dispute.objects.select_related("seller"),
        belongs_to=lambda dispute: Belonging(dispute.seller.number),
        require_adding=_while_it_is_open,
    ),
)
