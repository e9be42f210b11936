"""Settlement's addresses of the API."""

from rest_framework.routers import SimpleRouter

from koogallery.api.reading import NUMBER
from settlement.api.adjustments import AdjustmentViewSet
from settlement.api.bank_statements import (
    BankLineViewSet,
    BankStatementViewSet,
    StatementLineViewSet,
)
from settlement.api.bill_previews import PreviewPartViewSet, StoredPreviewViewSet
from settlement.api.bill_reviews import BillLookViewSet, HoldViewSet
from settlement.api.bill_runs import BillRunViewSet
from settlement.api.bills import BillLineViewSet, BillViewSet
from settlement.api.deposits import DepositViewSet, MovementViewSet
from settlement.api.disputes import DisputeViewSet
from settlement.api.exits import ExitRequestViewSet, ExitViewSet
from settlement.api.forecasts import ForecastViewSet
from settlement.api.invoices import ConsentViewSet, InvoiceViewSet
from settlement.api.ledger import BalanceViewSet, EntryViewSet, InvariantViewSet
from settlement.api.orders import OrderViewSet
from settlement.api.payouts import PayoutBatchViewSet, PayoutViewSet
from settlement.api.recoveries import ReceivableViewSet, RecoveryViewSet
from settlement.api.refunds import RefundViewSet
from settlement.api.seals import SealRootViewSet
from settlement.api.statements import StatementViewSet
from settlement.api.transactions import TransactionViewSet
from settlement.api.working_days import WorkingDayViewSet
from settlement.api.yearly_statements import YearlyStatementViewSet

router = SimpleRouter()
router.register("orders", OrderViewSet, "order")
router.register("bill-runs", BillRunViewSet, "bill-run")
router.register("bill-previews", StoredPreviewViewSet, "bill-preview")
router.register(
    rf"bill-previews/(?P<preview>{NUMBER})/sellers", PreviewPartViewSet, "bill-preview-seller"
)
router.register("bill-holds", HoldViewSet, "bill-hold")
router.register("bill-looks", BillLookViewSet, "bill-look")
router.register("bills", BillViewSet, "bill")
router.register(rf"bills/(?P<bill>{NUMBER})/lines", BillLineViewSet, "bill-line")
router.register("adjustments", AdjustmentViewSet, "adjustment")
router.register("disputes", DisputeViewSet, "dispute")
router.register("invoices", InvoiceViewSet, "invoice")
router.register("payouts", PayoutViewSet, "payout")
router.register("payout-batches", PayoutBatchViewSet, "payout-batch")
router.register("bank-statements", BankStatementViewSet, "bank-statement")
router.register(
    rf"bank-statements/(?P<statement>{NUMBER})/lines", StatementLineViewSet, "bank-statement-line"
)
router.register("bank-lines", BankLineViewSet, "bank-line")
router.register("self-billing-consents", ConsentViewSet, "self-billing-consent")
router.register("refunds", RefundViewSet, "refund")
router.register("recoveries", RecoveryViewSet, "recovery")
router.register("deposits", DepositViewSet, "deposit")
router.register(rf"deposits/(?P<seller>{NUMBER})/movements", MovementViewSet, "deposit-movement")
router.register("exit-requests", ExitRequestViewSet, "exit-request")
router.register("sellers", ExitViewSet, "seller-exit")
router.register("sellers", StatementViewSet, "seller-statement")
router.register("sellers", YearlyStatementViewSet, "seller-year")
router.register("receivables", ReceivableViewSet, "receivable")
router.register("ledger/entries", EntryViewSet, "ledger-entry")
router.register("ledger/balances", BalanceViewSet, "ledger-balance")
router.register("ledger/invariants", InvariantViewSet, "ledger-invariant")
router.register("seals/roots", SealRootViewSet, "seal-root")
router.register("forecasts", ForecastViewSet, "forecast")
router.register("transactions", TransactionViewSet, "transaction")
router.register("working-days", WorkingDayViewSet, "working-day")
