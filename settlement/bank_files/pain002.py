"""A bank's answer to an order to pay: pain.002 of every version."""

from collections.abc import Iterator

from koogallery.kit.language import gettext as _

from .hardened_xml import Element, text_of, texts_of, where
from .statements import PaymentStatus, StatusReport
from .texts import refused

MESSAGE = "CstmrPmtStsRpt"


def report_of(message: Element) -> StatusReport:
    statuses = tuple(_statuses(message))
    if not statuses:
        detail = _("The file holds no status of any payment.")
        raise refused("no_status", detail, where(message))
    return StatusReport(text_of(message, "GrpHdr/MsgId"), statuses)


def _statuses(message: Element) -> Iterator[PaymentStatus]:
    """From the whole to the single payment; only what is said, not what follows from it."""
    group = message.find("OrgnlGrpInfAndSts")
    message_id = "" if group is None else text_of(group, "OrgnlMsgId")
    if group is not None and (status := text_of(group, "GrpSts")):
        yield _status(group, status, message_id)
    for batch in message.iterfind("OrgnlPmtInfAndSts"):
        batch_id = text_of(batch, "OrgnlPmtInfId")
        if status := text_of(batch, "PmtInfSts"):
            yield _status(batch, status, message_id, batch_id)
        for payment in batch.iterfind("TxInfAndSts"):
            if status := text_of(payment, "TxSts"):
                yield _status(payment, status, message_id, batch_id)


def _status(
    element: Element, status: str, message_id: str, payment_information_id: str = ""
) -> PaymentStatus:
    reasons = [
        reason
        for found in element.iterfind("StsRsnInf")
        if (reason := text_of(found, "Rsn/Cd", "Rsn/Prtry"))
    ]
    return PaymentStatus(
        status=status,
        message_id=message_id,
        payment_information_id=payment_information_id,
        end_to_end_id=text_of(element, "OrgnlEndToEndId"),
        instruction_id=text_of(element, "OrgnlInstrId"),
        uetr=text_of(element, "OrgnlUETR"),
        reasons=tuple(reasons),
        text=" ".join(texts_of(element, "StsRsnInf/AddtlInf")),
    )
