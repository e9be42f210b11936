"""The colour of each state, the same wherever it stands."""

from collections.abc import Mapping

from settlement.choices import (
    BillState,
    DisputeState,
    InvoiceState,
    PreviewState,
    ReceivableState,
    RecoveryState,
    RefundState,
    RunState,
)

BILL: Mapping[str, str] = {
    BillState.PENDING_APPROVAL: "info",
    BillState.APPROVAL_REJECTED: "warning",
    BillState.PENDING_INVOICE: "warning",
    BillState.INVOICE_UNDER_REVIEW: "info",
    BillState.PAYMENT_PROCESSING: "info",
    BillState.PAYMENT_FAILED: "danger",
    BillState.PAID: "success",
}
DISPUTE: Mapping[str, str] = {
    DisputeState.OPEN: "warning",
    DisputeState.ACCEPTED: "success",
    DisputeState.DECLINED: "danger",
}
INVOICE: Mapping[str, str] = {
    InvoiceState.RECEIVED: "info",
    InvoiceState.UNDER_REVIEW: "warning",
    InvoiceState.VERIFIED: "success",
    InvoiceState.REJECTED: "danger",
}
REFUND: Mapping[str, str] = {
    RefundState.SELLER_REVIEW: "info",
    RefundState.OPERATOR_REVIEW: "warning",
    RefundState.APPROVED: "info",
    RefundState.REFUNDED: "success",
    RefundState.REJECTED: "danger",
}
RECOVERY: Mapping[str, str] = {
    RecoveryState.OPEN: "info",
    RecoveryState.RECEIVABLE: "warning",
    RecoveryState.RECOVERED: "success",
}
RECEIVABLE: Mapping[str, str] = {
    ReceivableState.OPEN: "warning",
    ReceivableState.MOVED_TO_BILL: "info",
    ReceivableState.PAID: "success",
}
RUN: Mapping[str, str] = {
    RunState.RUNNING: "info",
    RunState.CLOSED: "success",
    RunState.FAILED: "warning",
}
PREVIEW: Mapping[str, str] = {
    PreviewState.RUNNING: "info",
    PreviewState.READY: "warning",
    PreviewState.APPROVED: "success",
}
