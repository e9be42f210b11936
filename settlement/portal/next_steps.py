"""What a bill's or a refund's state means: what happens next, and who acts (R3.3, R4.3)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from koogallery.languages import Text
from settlement.choices import BillState, DisputeState, InvoiceState, PayoutState, RefundState
from settlement.models import Bill


@dataclass(frozen=True, slots=True)
class NextStep:
    """`actor` has the next move; `seller_acts` marks what would stand still without the seller."""

    actor: Text
    what: Text
    seller_acts: bool = False


STEPS: Mapping[str, NextStep] = {
    BillState.PENDING_APPROVAL: NextStep(
        _("Huawei operations"),
        _("Huawei checks the bill and approves it. You need not confirm it."),
    ),
    BillState.APPROVAL_REJECTED: NextStep(
        _("Huawei operations"),
        _("Huawei clears up the reason below and submits the bill for approval again."),
    ),
    BillState.PENDING_INVOICE: NextStep(
        _("You, the seller"),
        _(
            "Submit an invoice over exactly the amount to be paid, within one month of the "
            "invoicing notice. The bill is paid once it is verified."
        ),
        seller_acts=True,
    ),
    BillState.INVOICE_UNDER_REVIEW: NextStep(
        _("Huawei’s invoice team"), _("Huawei compares your invoice with this bill.")
    ),
    BillState.PAYMENT_PROCESSING: NextStep(
        _("Huawei finance"),
        _("The invoice is verified; the amount goes to your certified bank account."),
    ),
    BillState.PAYMENT_FAILED: NextStep(
        _("You, the seller, and Huawei finance"),
        _("The bank refused the payment. Check your bank details; Huawei then pays again."),
        seller_acts=True,
    ),
    BillState.PAID: NextStep(_("Nobody"), _("The amount has been paid to you.")),
    BillState.CLOSED_WITHOUT_PAYMENT: NextStep(
        _("Nobody"),
        _("Nothing is left to be paid on this bill; no invoice is needed."),
    ),
}


def next_step(bill: Bill) -> NextStep:
    return STEPS[bill.state]


REFUND_STEPS: Mapping[str, NextStep] = {
    RefundState.SUBMITTED: NextStep(_("Huawei operations"), _("The application has just arrived.")),
    RefundState.SELLER_REVIEW: NextStep(
        _("You, the seller"),
        _("Agree, or reject and say why. The refund waits for your answer."),
        seller_acts=True,
    ),
    RefundState.OPERATOR_REVIEW: NextStep(
        _("Huawei operations"),
        _("Huawei decides. From a certain amount on two people have to approve."),
    ),
    RefundState.APPROVED: NextStep(
        _("Huawei’s payment system"),
        _(
            "Approved. The customer is about to get the money back; an order not yet billed waits "
            "until then."
        ),
    ),
    RefundState.REFUNDED: NextStep(_("Nobody"), _("The customer has got the money back.")),
    RefundState.REJECTED: NextStep(_("Nobody"), _("Rejected. The customer may apply again.")),
    RefundState.WITHDRAWN: NextStep(_("Nobody"), _("The customer has withdrawn the application.")),
}

DISPUTE_STEPS: Mapping[str, NextStep] = {
    DisputeState.OPEN: NextStep(
        _("Huawei operations"),
        _("Huawei looks into it and answers; you are told. You may withdraw it until then."),
    ),
    DisputeState.ACCEPTED: NextStep(
        _("Nobody"), _("Huawei agrees with you. The bill stays as it is.")
    ),
    DisputeState.DECLINED: NextStep(
        _("Nobody"),
        _(
            "Huawei holds the bill to be right; the answer says why. You may dispute it again with "
            "new reasons."
        ),
    ),
    DisputeState.WITHDRAWN: NextStep(_("Nobody"), _("You have withdrawn it.")),
}

INVOICE_STEPS: Mapping[str, NextStep] = {
    InvoiceState.RECEIVED: NextStep(
        _("You, the seller"),
        _("Submit the invoices for the rest of the bill; then all of them are reviewed."),
        seller_acts=True,
    ),
    InvoiceState.UNDER_REVIEW: NextStep(
        _("Huawei’s invoice team"),
        _("Huawei compares it with the bill, usually within two working days."),
    ),
    InvoiceState.VERIFIED: NextStep(
        _("Nobody"),
        _("Once all invoices of the bill are verified, the amount goes to your bank account."),
    ),
    InvoiceState.REJECTED: NextStep(
        _("You, the seller"),
        _("Submit a corrected invoice for the bill. This one stays on record."),
        seller_acts=True,
    ),
    InvoiceState.WITHDRAWN: NextStep(_("Nobody"), _("You have withdrawn it.")),
}

PAYOUT_STEPS: Mapping[str, NextStep] = {
    PayoutState.PLANNED: NextStep(
        _("Huawei finance"),
        _(
            "It goes into the next batch for the bank. Bills that become payable until then are "
            "paid with it."
        ),
    ),
    PayoutState.IN_BATCH: NextStep(
        _("Huawei finance"), _("It is in a batch that other people of Huawei approve and send.")
    ),
    PayoutState.SENT: NextStep(
        _("The bank"),
        _("The bank has the order to pay. It usually arrives within two banking days."),
    ),
    PayoutState.PAID: NextStep(
        _("Nobody"),
        _("It has left Huawei’s account. If it is not on yours, ask your bank with the IDs below."),
    ),
    PayoutState.FAILED: NextStep(
        _("You, the seller, and Huawei finance"),
        _(
            "The bank could not pay. Check your bank account under Company, and have another one "
            "certified if it is wrong; Huawei then pays again."
        ),
        seller_acts=True,
    ),
    PayoutState.RETURNED: NextStep(
        _("You, the seller, and Huawei finance"),
        _(
            "Your bank sent it back. Check your bank account under Company, and have another one "
            "certified if it is wrong; Huawei then pays again."
        ),
        seller_acts=True,
    ),
}
