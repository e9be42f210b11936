"""The order to a bank to pay: pain.001.001.09, the same bytes for the same order."""

from datetime import UTC

from lxml import etree

from koogallery.kit.money import ZERO, format_amount

from .accounts import bare, is_iban, is_sepa
from .hardened_xml import Element
from .orders import Payment, PaymentOrder
from .payable import require_payable
from .texts import NAME, REMITTANCE, SEPA_NAME, cut, lines_of

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"

#: Where every transfer in euros between accounts with an IBAN is one of SEPA.
_SEPA_LEVEL, _OTHER_LEVEL = "SEPA", "NURG"
_SEPA_CHARGES, _OTHER_CHARGES = "SLEV", "SHAR"


def payment_file(order: PaymentOrder) -> bytes:
    """Raises InvalidInput for what no bank would take; texts too long are cut, ids never."""
    require_payable(order)
    root = f'<Document xmlns="{NAMESPACE}"/>'
    document = etree.fromstring(root)
    message = _add(document, "CstmrCdtTrfInitn")
    header = _add(message, "GrpHdr")
    _add(header, "MsgId", order.message_id)
    _add(header, "CreDtTm", f"{order.created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    _add_sums(header, order)
    _add(header, "InitgPty/Nm", cut(order.debtor_name, NAME))
    batch = _add(message, "PmtInf")
    # `BtchBookg` asks for a booking of each payment, so that each is found on the statement.
    _add(batch, "PmtInfId", order.message_id)
    _add(batch, "PmtMtd", "TRF")
    _add(batch, "BtchBookg", "false")
    _add_sums(batch, order)
    _add(batch, "ReqdExctnDt/Dt", order.executed_on.isoformat())
    is_any_sepa = any(_is_of_sepa(payment, order) for payment in order.payments)
    _add(batch, "Dbtr/Nm", cut(order.debtor_name, SEPA_NAME if is_any_sepa else NAME))
    account = _add_account(batch, "DbtrAcct", order.debtor_account)
    _add(account, "Ccy", order.currency)
    _add(batch, "DbtrAgt/FinInstnId/BICFI", bare(order.debtor_bic))
    for payment in order.payments:
        _add_payment(batch, payment, order)
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add_sums(parent: Element, order: PaymentOrder) -> None:
    total = sum((payment.amount for payment in order.payments), ZERO)
    _add(parent, "NbOfTxs", str(len(order.payments)))
    _add(parent, "CtrlSum", format_amount(total, order.currency))


def _add_payment(batch: Element, payment: Payment, order: PaymentOrder) -> None:
    is_of_sepa = _is_of_sepa(payment, order)
    element = _add(batch, "CdtTrfTxInf")
    ids = _add(element, "PmtId")
    _add(ids, "InstrId", payment.end_to_end_id)
    _add(ids, "EndToEndId", payment.end_to_end_id)
    if payment.uetr:
        _add(ids, "UETR", payment.uetr)
    _add(element, "PmtTpInf/SvcLvl/Cd", _SEPA_LEVEL if is_of_sepa else _OTHER_LEVEL)
    amount = _add(element, "Amt/InstdAmt", format_amount(payment.amount, order.currency))
    amount.set("Ccy", order.currency)
    _add(element, "ChrgBr", _SEPA_CHARGES if is_of_sepa else _OTHER_CHARGES)
    # By its BIC; a bank without one by name and address, the country always set apart.
    bank = _add(element, "CdtrAgt/FinInstnId")
    if payment.bic:
        _add(bank, "BICFI", bare(payment.bic))
    if name := cut(payment.bank_name, NAME):
        _add(bank, "Nm", name)
    lines = [] if payment.bic else lines_of(payment.bank_address)
    if payment.bank_country or lines:
        address = _add(bank, "PstlAdr")
        if payment.bank_country:
            _add(address, "Ctry", payment.bank_country)
        for line in lines:
            _add(address, "AdrLine", line)
    creditor = _add(element, "Cdtr")
    _add(creditor, "Nm", cut(payment.creditor_name, SEPA_NAME if is_of_sepa else NAME))
    if payment.creditor_country:
        _add(creditor, "PstlAdr/Ctry", payment.creditor_country)
    _add_account(element, "CdtrAcct", payment.account)
    if remittance := cut(payment.remittance, REMITTANCE):
        _add(element, "RmtInf/Ustrd", remittance)


def _is_of_sepa(payment: Payment, order: PaymentOrder) -> bool:
    both = (order.debtor_account, payment.account)
    return order.currency == "EUR" and all(map(is_sepa, both))


def _add_account(parent: Element, name: str, account: str) -> Element:
    element = _add(parent, name)
    if is_iban(account):
        _add(element, "Id/IBAN", bare(account))
    else:
        _add(element, "Id/Othr/Id", " ".join(account.split()))
    return element


def _add(parent: Element, path: str, text: str | None = None) -> Element:
    for name in path.split("/"):
        parent = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    parent.text = text
    return parent
