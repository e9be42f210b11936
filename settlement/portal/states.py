"""The colour of each state, once: wherever it is shown it looks the same."""

from collections.abc import Mapping

from koogallery.portal.tones import Tone
from settlement.choices import (
    DisputeState,
    InvoiceState,
    ReceivableState,
    RecoveryState,
    RefundState,
)

TONES: Mapping[str, Tone] = {
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


def tone_of_state(kind: str, state: str) -> Tone:
    return TONES[f"{kind}:{state}"]
