"""The colour of each state for sellers, once: wherever it is shown it looks the same."""

from collections.abc import Mapping
from typing import Any

from koogallery.portal.tones import Tone
from settlement.choices import (
    BillState,
    DisputeState,
    InvoiceState,
    ReceivableState,
    RecoveryState,
    RefundState,
)

TONES: Mapping[str, Tone] = {
    f"bill:{BillState.PENDING_APPROVAL}": Tone.INFO,
    f"bill:{BillState.APPROVAL_REJECTED}": Tone.WARNING,
    f"bill:{BillState.PENDING_INVOICE}": Tone.WARNING,
    f"bill:{BillState.INVOICE_UNDER_REVIEW}": Tone.INFO,
    f"bill:{BillState.PAYMENT_PROCESSING}": Tone.INFO,
    f"bill:{BillState.PAYMENT_FAILED}": Tone.ERROR,
    f"bill:{BillState.PAID}": Tone.SUCCESS,
    f"bill:{BillState.CLOSED_WITHOUT_PAYMENT}": Tone.NEUTRAL,
    f"refund:{RefundState.SUBMITTED}": Tone.INFO,
    f"refund:{RefundState.SELLER_REVIEW}": Tone.WARNING,
    f"refund:{RefundState.OPERATOR_REVIEW}": Tone.INFO,
    f"refund:{RefundState.APPROVED}": Tone.INFO,
    f"refund:{RefundState.REFUNDED}": Tone.NEUTRAL,
    f"refund:{RefundState.REJECTED}": Tone.NEUTRAL,
    f"refund:{RefundState.WITHDRAWN}": Tone.NEUTRAL,
    f"invoice:{InvoiceState.RECEIVED}": Tone.WARNING,
    f"invoice:{InvoiceState.UNDER_REVIEW}": Tone.INFO,
    f"invoice:{InvoiceState.VERIFIED}": Tone.SUCCESS,
    f"invoice:{InvoiceState.REJECTED}": Tone.ERROR,
    f"invoice:{InvoiceState.WITHDRAWN}": Tone.NEUTRAL,
    f"dispute:{DisputeState.OPEN}": Tone.INFO,
    f"dispute:{DisputeState.ACCEPTED}": Tone.SUCCESS,
    f"dispute:{DisputeState.DECLINED}": Tone.NEUTRAL,
    f"dispute:{DisputeState.WITHDRAWN}": Tone.NEUTRAL,
    f"recovery:{RecoveryState.OPEN}": Tone.INFO,
    f"recovery:{RecoveryState.RECEIVABLE}": Tone.WARNING,
    f"recovery:{RecoveryState.RECOVERED}": Tone.SUCCESS,
    f"receivable:{ReceivableState.OPEN}": Tone.WARNING,
    f"receivable:{ReceivableState.MOVED_TO_BILL}": Tone.INFO,
    f"receivable:{ReceivableState.PAID}": Tone.SUCCESS,
}


def tone_of(row: Any) -> Tone:
    return TONES[f"{row._meta.model_name}:{row.state}"]
