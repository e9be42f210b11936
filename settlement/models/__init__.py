"""What sales mean in money: computed, posted, recovered."""

from settlement.models.authorisations import ApprovalLimit, Authorisation
from settlement.models.bank_statements import BankLine, BankStatement
from settlement.models.batched import Batched, BatchedSeller
from settlement.models.bill_looks import BillLook
from settlement.models.bills import (
    Adjustment,
    Bill,
    BillDocument,
    BilledAdjustment,
    BillLine,
    BillProduct,
)
from settlement.models.deposits import Deposit, DepositMovement
from settlement.models.disputes import Dispute
from settlement.models.exits import ExitRequest
from settlement.models.holds import BillHold
from settlement.models.invoices import Invoice, InvoiceTax, InvoicingList
from settlement.models.ledger import AccountBalance, InvariantResult, Journal, LedgerEntry, Proof
from settlement.models.payouts import Payout, PayoutApproval, PayoutBatch, PayoutItem
from settlement.models.previews import BillPreview, BillPreviewSeller, KeptForecast
from settlement.models.recoveries import Allocation, Receivable, ReceivablePayment, Recovery
from settlement.models.refunds import Refund, RefundApproval
from settlement.models.runs import BillRun, BillRunSeller
from settlement.models.seals import Seal, SealedChange, SealRoot
from settlement.models.self_billing import SelfBilledInvoice, SelfBillingConsent
from settlement.models.working_days import CalendarDay

__all__ = [
    "AccountBalance",
    "Adjustment",
    "Allocation",
    "ApprovalLimit",
    "Authorisation",
    "BankLine",
    "BankStatement",
    "Batched",
    "BatchedSeller",
    "Bill",
    "BillDocument",
    "BillHold",
    "BillLine",
    "BillLook",
    "BillPreview",
    "BillPreviewSeller",
    "BillProduct",
    "BillRun",
    "BillRunSeller",
    "BilledAdjustment",
    "CalendarDay",
    "Deposit",
    "DepositMovement",
    "Dispute",
    "ExitRequest",
    "InvariantResult",
    "Invoice",
    "InvoiceTax",
    "InvoicingList",
    "Journal",
    "KeptForecast",
    "LedgerEntry",
    "Payout",
    "PayoutApproval",
    "PayoutBatch",
    "PayoutItem",
    "Proof",
    "Receivable",
    "ReceivablePayment",
    "Recovery",
    "Refund",
    "RefundApproval",
    "Seal",
    "SealRoot",
    "SealedChange",
    "SelfBilledInvoice",
    "SelfBillingConsent",
]
