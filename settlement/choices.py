"""The vocabulary of settlement and the legal moves between states."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from koogallery.tones import State, Tone


class BillState(State):
    PENDING_APPROVAL = "pending_approval", Tone.OPERATORS_TURN, _("Pending approval")
    APPROVAL_REJECTED = "approval_rejected", Tone.WARNING, _("Approval rejected")
    PENDING_INVOICE = "pending_invoice", Tone.SELLERS_TURN, _("Pending invoice")
    INVOICE_UNDER_REVIEW = "invoice_under_review", Tone.OPERATORS_TURN, _("Invoice under review")
    PAYMENT_PROCESSING = "payment_processing", Tone.INFO, _("Payment processing")
    PAYMENT_FAILED = "payment_failed", Tone.ERROR, _("Payment failed")
    PAID = "paid", Tone.SUCCESS, _("Paid")
    CLOSED_WITHOUT_PAYMENT = "closed_without_payment", _("Closed without payment")


#: R3.3; a payment that the bank returns leaves its bills unpaid again, and what a reversed
#: statement said of one is taken back (R8.2).
BillState.PENDING_APPROVAL.becomes(
    BillState.PENDING_INVOICE, BillState.CLOSED_WITHOUT_PAYMENT, BillState.APPROVAL_REJECTED
)
BillState.APPROVAL_REJECTED.becomes(BillState.PENDING_APPROVAL)
BillState.PENDING_INVOICE.becomes(BillState.INVOICE_UNDER_REVIEW)
BillState.INVOICE_UNDER_REVIEW.becomes(BillState.PAYMENT_PROCESSING, BillState.PENDING_INVOICE)
BillState.PAYMENT_PROCESSING.becomes(BillState.PAID, BillState.PAYMENT_FAILED)
BillState.PAYMENT_FAILED.becomes(BillState.PAYMENT_PROCESSING, BillState.PAID)
BillState.PAID.becomes(BillState.PAYMENT_FAILED, BillState.PAYMENT_PROCESSING)


class LineKind(TextChoices):
    ORDER = "order", _("Order")
    USAGE = "usage", _("Usage")
    ADJUSTMENT = "adjustment", _("Adjustment")


class ChangeCause(TextChoices):
    """Why a bill pays another amount than the one before it (R2.5)."""

    SALES = "sales", _("Sales")
    CUSTOMER_WHT = "customer_wht", _("Customers’ withholding tax")
    PLATFORM_FEE = "platform_fee", _("Platform fee")
    WITHHOLDING_TAX = "withholding_tax", _("Your withholding tax")
    DIGITAL_SERVICE_TAX = "digital_service_tax", _("Your digital service tax")
    ADJUSTMENTS = "adjustments", _("Adjustments")
    NEGATIVE_BALANCE = "negative_balance", _("Negative amount carried on")
    RECOVERED = "recovered", _("Recovered for refunds")


class ListedAmount(TextChoices):
    """What the amounts of a seller's own list of orders are."""

    PAID = "paid_amount", _("What the customer paid, with VAT")
    SALES = "sales_amount", _("Sales amount, without VAT")
    SETTLEMENT = "settlement_amount", _("What the order settles")


class MatchResult(TextChoices):
    """A row of a seller's own list beside the orders on record, or an order that it lacks."""

    EQUAL = "equal", _("Equal")
    DIFFERENT = "different", _("Different amount")
    LISTED_TWICE = "listed_twice", _("Listed twice")
    NOT_ON_RECORD = "not_on_record", _("Only on your list")
    NOT_LISTED = "not_listed", _("Only on record here")


class TransactionKind(TextChoices):
    """A row of Transaction Details."""

    ORDER = "order", _("Order")
    USAGE = "usage", _("Usage")
    UNSUBSCRIPTION = "unsubscription", _("Unsubscription")


class AdjustmentKind(TextChoices):
    DIFFERENCE = "difference", _("Difference found later")
    CARRY_OVER = "carry_over", _("Negative amount carried over")


class DisputeState(State):
    OPEN = "open", Tone.OPERATORS_TURN, _("Waiting for an answer")
    ACCEPTED = "accepted", Tone.SUCCESS, _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


#: R3.4
DisputeState.OPEN.becomes(DisputeState.ACCEPTED, DisputeState.DECLINED, DisputeState.WITHDRAWN)


class ExitState(State):
    """Of a seller's wish to leave; granted: it has left."""

    REQUESTED = "requested", Tone.OPERATORS_TURN, pgettext_lazy("exit", "Requested")
    GRANTED = "granted", Tone.SUCCESS, pgettext_lazy("exit", "Granted")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REFUSED = "refused", Tone.ERROR, pgettext_lazy("exit", "Refused")


#: R6.3
ExitState.REQUESTED.becomes(ExitState.GRANTED, ExitState.WITHDRAWN, ExitState.REFUSED)


class InvoiceState(State):
    """Received: counted, but the bill's invoices do not add up to what is payable yet."""

    RECEIVED = "received", Tone.SELLERS_TURN, _("Received, more follow")
    UNDER_REVIEW = "under_review", Tone.OPERATORS_TURN, _("Under review")
    VERIFIED = "verified", Tone.SUCCESS, _("Verified")
    REJECTED = "rejected", Tone.ERROR, pgettext_lazy("invoice", "Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


#: R8.1; back to received when another invoice of the same bill is rejected or withdrawn.
InvoiceState.RECEIVED.becomes(InvoiceState.UNDER_REVIEW, InvoiceState.WITHDRAWN)
InvoiceState.UNDER_REVIEW.becomes(
    InvoiceState.VERIFIED, InvoiceState.REJECTED, InvoiceState.WITHDRAWN, InvoiceState.RECEIVED
)

#: What the invoices of a bill add up to.
COUNTED_INVOICES = (InvoiceState.RECEIVED, InvoiceState.UNDER_REVIEW, InvoiceState.VERIFIED)

UNDECIDED_INVOICES = (InvoiceState.RECEIVED, InvoiceState.UNDER_REVIEW)


class PayoutState(State):
    """Paid: the bank has moved the money. Returned: it came back after that."""

    PLANNED = "planned", Tone.INFO, _("Planned")
    IN_BATCH = "in_batch", Tone.OPERATORS_TURN, _("In a batch")
    SENT = "sent", Tone.INFO, _("Sent to the bank")
    PAID = "paid", Tone.SUCCESS, _("Paid")
    FAILED = "failed", Tone.ERROR, pgettext_lazy("payout", "Failed")
    RETURNED = "returned", Tone.ERROR, pgettext_lazy("payout", "Returned")


#: R8.2; a cancelled batch gives its payouts back, and what fails or returns is paid by another one.
#: What a reversed statement or a person said is taken back, and what was said to have failed may be
#: seen to leave.
PayoutState.PLANNED.becomes(PayoutState.IN_BATCH, PayoutState.PAID, PayoutState.FAILED)
PayoutState.IN_BATCH.becomes(PayoutState.PLANNED, PayoutState.SENT)
PayoutState.SENT.becomes(PayoutState.PAID, PayoutState.FAILED)
PayoutState.PAID.becomes(PayoutState.RETURNED, PayoutState.SENT, PayoutState.FAILED)
PayoutState.FAILED.becomes(PayoutState.SENT)
PayoutState.RETURNED.becomes(PayoutState.PAID)

#: Their bills are to be paid by another payout.
UNDONE_PAYOUTS = (PayoutState.FAILED, PayoutState.RETURNED)


class BatchState(State):
    DRAFT = "draft", Tone.OPERATORS_TURN, _("Waiting for approval")
    APPROVED = "approved", Tone.OPERATORS_TURN, _("Approved, to be sent to the bank")
    SENT = "sent", Tone.INFO, _("Sent to the bank")
    SETTLED = "settled", Tone.SUCCESS, _("Settled")
    CANCELLED = "cancelled", _("Cancelled")


#: R8.2; a settled one is open again with a payout of which the bank has said nothing after all.
BatchState.DRAFT.becomes(BatchState.APPROVED, BatchState.CANCELLED)
BatchState.APPROVED.becomes(BatchState.SENT, BatchState.CANCELLED)
BatchState.SENT.becomes(BatchState.SETTLED)
BatchState.SETTLED.becomes(BatchState.SENT)


class StatementFormat(TextChoices):
    """What a bank sends; statements alone say what lies on the account (R8.2)."""

    CAMT_052 = "camt.052", _("Account report (camt.052)")
    CAMT_053 = "camt.053", _("Statement (camt.053)")
    CAMT_054 = "camt.054", _("Debit and credit notification (camt.054)")
    MT940 = "mt940", _("Statement (MT940)")
    PAIN_002 = "pain.002", _("Answer to a payment file (pain.002)")


#: Of these the closing balance is what the ledger's bank account holds.
BALANCED_FORMATS = (StatementFormat.CAMT_053, StatementFormat.MT940)


class StatementState(State):
    """Reversed: two people say that it should not have been taken; it counts no more."""

    TAKEN = "taken", Tone.SUCCESS, pgettext_lazy("bank statement", "Taken")
    REVERSED = "reversed", Tone.WARNING, pgettext_lazy("bank statement", "Reversed")


#: R8.2
StatementState.TAKEN.becomes(StatementState.REVERSED)


class LineState(State):
    """Repeated: it says again what a notification or another statement said before it."""

    SUSPENSE = "suspense", Tone.OPERATORS_TURN, _("In suspense")
    MATCHED = "matched", Tone.SUCCESS, _("Matched")
    ATTRIBUTED = "attributed", Tone.SUCCESS, _("Attributed")
    REPEATED = "repeated", _("Known already")
    REVERSED = "reversed", Tone.WARNING, pgettext_lazy("bank statement", "Reversed")


#: R8.2; a line is matched as it comes, or by a person, and is reversed with its statement. Of money
#: that came and went back one half may be reversed; the other is nobody's again.
LineState.SUSPENSE.becomes(LineState.ATTRIBUTED, LineState.REVERSED)
LineState.MATCHED.becomes(LineState.REVERSED)
LineState.ATTRIBUTED.becomes(LineState.REVERSED, LineState.SUSPENSE)
LineState.REPEATED.becomes(LineState.REVERSED)


class LinePurpose(TextChoices):
    """What a line of a bank statement turned out to be."""

    PAYOUT = "payout", _("Payout")
    BATCH = "batch", _("Payouts of a batch in one booking")
    RETURN = "return", _("Payout that came back")
    RECEIVABLE = "receivable", _("Payment of a receivable")
    DEPOSIT = "deposit", _("Deposit top-up")
    ADJUSTMENT = "adjustment", _("Settled with the next bill")
    CHARGES = "charges", _("Bank charges")
    SENT_BACK = "sent_back", _("Money that went back to its payer")


class LineReason(TextChoices):
    """By what a line was matched, or why it was not."""

    END_TO_END = "end_to_end", _("By its end-to-end id")
    REFERENCE = "reference", _("By reference and amount")
    BATCH = "batch", _("By the batch's id and amount")
    CODE = "code", _("By the bank's code")
    NOTIFIED = "notified", _("It repeats another line")
    BY_HAND = "by_hand", _("By a person")
    UNKNOWN = "unknown", _("Nothing is known by its ids or its text")
    OTHER_AMOUNT = "other_amount", _("What it names is over another amount")
    NOT_EXPECTED = "not_expected", _("What it names is not expected (not sent, or paid already)")
    AMBIGUOUS = "ambiguous", _("It fits more than one")
    TWO_PEOPLE = "two_people", _("So much takes two people")
    REFUSED = "refused", _("What it names does not take it")


class RunState(State):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", Tone.INFO, _("Running")
    CLOSED = "closed", Tone.SUCCESS, _("Closed")
    FAILED = "failed", Tone.WARNING, _("Failed")


RunState.QUEUED.becomes(RunState.RUNNING)
RunState.RUNNING.becomes(RunState.CLOSED, RunState.FAILED)
RunState.FAILED.becomes(RunState.QUEUED)


class RunSellerState(TextChoices):
    PENDING = "pending", _("Pending")
    DONE = "done", _("Done")
    PARKED = "parked", _("Parked")


class PreviewState(State):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", Tone.INFO, _("Being computed")
    READY = "ready", Tone.OPERATORS_TURN, _("Ready")
    APPROVED = "approved", Tone.SUCCESS, _("Approved")


PreviewState.QUEUED.becomes(PreviewState.RUNNING)
PreviewState.RUNNING.becomes(PreviewState.READY)
PreviewState.READY.becomes(PreviewState.APPROVED)


class PreviewSellerState(TextChoices):
    """Blocked: the close itself would refuse this seller, for the reason given."""

    PENDING = "pending", _("Pending")
    DONE = "done", _("Previewed")
    BLOCKED = "blocked", _("Would be parked")


class Look(TextChoices):
    """Whether somebody has to look at a seller's preview before it is approved."""

    NOT_DUE = "not_due", _("Not due")
    DUE = "due", _("Due")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    HELD = "held", _("Held back")


class RefundState(State):
    SUBMITTED = "submitted", Tone.INFO, _("Submitted")
    SELLER_REVIEW = "seller_review", Tone.SELLERS_TURN, _("Waiting for the seller's review")
    OPERATOR_REVIEW = "operator_review", Tone.OPERATORS_TURN, _("Waiting for an operator")
    APPROVED = "approved", Tone.INFO, _("Approved")
    REFUNDED = "refunded", _("Refunded")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")


#: R4.3
RefundState.SUBMITTED.becomes(
    RefundState.SELLER_REVIEW, RefundState.OPERATOR_REVIEW, RefundState.WITHDRAWN
)
RefundState.SELLER_REVIEW.becomes(
    RefundState.OPERATOR_REVIEW, RefundState.REJECTED, RefundState.WITHDRAWN
)
RefundState.OPERATOR_REVIEW.becomes(
    RefundState.APPROVED, RefundState.REJECTED, RefundState.WITHDRAWN
)
RefundState.APPROVED.becomes(RefundState.REFUNDED)

UNDECIDED_REFUNDS = (
    RefundState.SUBMITTED,
    RefundState.SELLER_REVIEW,
    RefundState.OPERATOR_REVIEW,
)

#: A refund in one of these claims its amount of what the customer paid (R4.1).
CLAIMING = (*UNDECIDED_REFUNDS, RefundState.APPROVED, RefundState.REFUNDED)


class RecoveryBasis(TextChoices):
    REFUND_AMOUNT = "refund_amount", _("Refund amount")
    SELLER_SHARE = "seller_share", _("Seller's share")
    NEGATIVE_BALANCE = "negative_balance", _("Negative balance")


class RecoveryState(State):
    """Open: bills of the window are still to come. Receivable: the seller has to pay the rest."""

    OPEN = "open", Tone.INFO, pgettext_lazy("recovery", "Open")
    RECEIVABLE = "receivable", Tone.WARNING, _("Receivable")
    RECOVERED = "recovered", Tone.SUCCESS, _("Recovered")


class Source(TextChoices):
    BILL = "bill", _("Bill")
    DEPOSIT = "deposit", _("Deposit")
    PAYMENT = "payment", _("Payment")


class ReceivableState(State):
    OPEN = "open", Tone.WARNING, pgettext_lazy("receivable", "Open")
    MOVED_TO_BILL = "moved_to_bill", Tone.INFO, _("Moved to the next bill")
    PAID = "paid", Tone.SUCCESS, _("Paid")


class MovementKind(TextChoices):
    TOP_UP = "top_up", _("Top-up")
    REFUND_RECOVERY = "refund_recovery", _("Refund recovery")
    PENALTY = "penalty", _("Penalty")
    ADJUSTMENT = "adjustment", _("Adjustment")
    RETURN = "return", _("Return")
    REVERSAL = "reversal", _("Reversal of a top-up")


class MoneyAct(TextChoices):
    """What moves money by a person's will (R4.4)."""

    REFUND = "refund", _("Refund")
    ADJUSTMENT = "adjustment", _("Adjustment")
    DISPUTE = "dispute", _("Accepted dispute")
    TOP_UP = "top_up", _("Top-up")
    PENALTY = "penalty", _("Penalty")
    RETURN = "return", _("Return")
    EXIT = "exit", _("Exit of a seller")
    PAYMENT = "payment", _("Payment on a receivable")
    RECEIVABLE_MOVE = "receivable_move", _("Receivable moved to the next bill")
    BILL = "bill", _("Approval of a bill")
    INVOICE = "invoice", _("Invoice with another bank account")
    PAYOUT = "payout", _("Payout recorded as paid by hand")
    PAYOUT_FAILURE = "payout_failure", _("Payout recorded as failed by hand")
    PAYOUT_CORRECTION = "payout_correction", _("Payout recorded as paid by mistake")
    ATTRIBUTION = "attribution", _("Bank line attributed to a payout")


class Account(TextChoices):
    """The chart of accounts, kept per seller and currency. Debits are positive.

    `bank` moves by lines of bank statements alone; what is paid or received before its line comes
    is in transit. What belongs to no seller (yet) is kept without one: suspense, charges.
    """

    CUSTOMER_SALES = "customer_sales", _("Sales collected from customers")
    CUSTOMER_WHT = "customer_wht", _("Tax withheld by customers")
    PLATFORM_FEE = "platform_fee", _("Platform fee")
    WITHHOLDING_TAX = "withholding_tax", _("Seller's withholding tax")
    DIGITAL_SERVICE_TAX = "digital_service_tax", _("Seller's digital service tax")
    ADJUSTMENTS = "adjustments", _("Adjustments")
    CARRIED_OVER = "carried_over", _("Negative amounts carried to the next bill")
    SELLER_PAYABLE = "seller_payable", _("Payable to the seller")
    CUSTOMER_REFUNDS = "customer_refunds", _("Refunded to customers")
    RECOVERIES = "recoveries", _("To be recovered from the seller")
    RECEIVABLES = "receivables", _("Receivable from the seller")
    DEPOSIT = "deposit", _("Seller's deposit")
    IN_TRANSIT = "in_transit", _("Payments in transit")
    BANK = "bank", _("Bank")
    SUSPENSE = "suspense", _("Suspense")
    BANK_CHARGES = "bank_charges", _("Bank charges")
    OPENING_BALANCE = "opening_balance", _("Opening balance at the bank")
    INPUT_VAT = "input_vat", _("Tax paid on sellers' invoices")
    PENALTIES = "penalties", _("Penalties")
