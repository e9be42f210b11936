"""Movements of a statement of ISO 20022, and the payments that one movement stands for."""

from dataclasses import replace
from decimal import Decimal

from koogallery.kit.language import gettext as _
from koogallery.kit.money import ZERO

from .hardened_xml import Element, amount_of, day_of, signed, text_of, texts_of, where
from .refusals import refused
from .statements import Entry

#: What a bank writes where the payer gave no end-to-end id.
NOT_PROVIDED = "NOTPROVIDED"

_PARTIES = {True: ("Dbtr", "Cdtr"), False: ("Cdtr", "Dbtr")}  # whose money came; whose went


def entries_of(element: Element) -> list[Entry]:
    """One, or one for each payment in it where their amounts add up to it."""
    whole = _whole(element)
    details = element.findall("NtryDtls/TxDtls")
    if len(details) == 1:
        return [_detailed(whole, details[0], _charged(whole, details[0], element))]
    amounts = [_own_amount(detail, whole) for detail in details]
    if details and None not in amounts and sum(filter(None, amounts)) == whole.amount:
        return [
            _detailed(replace(whole, amount=amount, charges=ZERO), detail, ZERO)
            for amount, detail in zip(amounts, details, strict=True)
            if amount is not None
        ]
    texts = [_remittance(detail) for detail in details]
    return [replace(whole, text=" / ".join(filter(None, [*texts, whole.text])))]


def _whole(element: Element) -> Entry:
    amount, currency = signed(element)
    status = text_of(element, "Sts/Cd", "Sts/Prtry", "Sts")
    if not status:
        detail = _("It is not said whether the entry is booked.")
        raise refused("no_status", detail, f"{where(element)}/Sts")
    return Entry(
        amount=amount,
        currency=currency,
        status=status,
        booked_on=day_of(element, "BookgDt"),
        value_on=day_of(element, "ValDt"),
        is_reversal=text_of(element, "RvslInd") in {"true", "1"},
        entry_reference=text_of(element, "AcctSvcrRef"),
        bank_reference=text_of(element, "AcctSvcrRef"),
        message_id=text_of(element, "NtryDtls/Btch/MsgId"),
        payment_information_id=text_of(element, "NtryDtls/Btch/PmtInfId"),
        text=text_of(element, "AddtlNtryInf"),
        transaction_code=_code(element),
    )


def _detailed(whole: Entry, detail: Element, charges: Decimal) -> Entry:
    end_to_end_id = text_of(detail, "Refs/EndToEndId")
    name, account = _counterparty(detail, is_credit=whole.amount > ZERO)
    return replace(
        whole,
        charges=charges,
        bank_reference=text_of(detail, "Refs/AcctSvcrRef") or whole.bank_reference,
        end_to_end_id="" if end_to_end_id == NOT_PROVIDED else end_to_end_id,
        instruction_id=text_of(detail, "Refs/InstrId"),
        message_id=text_of(detail, "Refs/MsgId") or whole.message_id,
        payment_information_id=text_of(detail, "Refs/PmtInfId") or whole.payment_information_id,
        uetr=text_of(detail, "Refs/UETR"),
        counterparty_name=name,
        counterparty_account=account,
        text=_remittance(detail) or text_of(detail, "AddtlTxInf") or whole.text,
        return_reason=text_of(detail, "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"),
        return_text=" ".join(texts_of(detail, "RtrInf/AddtlInf")),
        transaction_code=_code(detail) or whole.transaction_code,
    )


def _own_amount(detail: Element, whole: Entry) -> Decimal | None:
    """Signed, of one payment among several; None where it is given in another currency."""
    if detail.find("Amt") is not None:
        holder = detail
    elif (held := detail.find("AmtDtls/TxAmt")) is not None:
        holder = held
    else:
        return None
    amount, currency = amount_of(holder, "Amt")
    sign = text_of(detail, "CdtDbtInd")
    is_credit = sign == "CRDT" if sign else whole.amount > ZERO
    if currency != whole.currency:
        return None
    return amount if is_credit else -amount


def _charged(whole: Entry, detail: Element, element: Element) -> Decimal:
    """What of the entry the bank kept: as far as the difference to the payment says the same."""
    paid = _own_amount(detail, whole)
    if not paid or paid == whole.amount:
        return ZERO
    difference = whole.amount - paid
    stated = [_sum_of_charges(place, whole.currency) for place in (detail, element)]
    return difference if difference < ZERO and -difference in stated else ZERO


def _sum_of_charges(holder: Element, currency: str) -> Decimal:
    """In all versions: a total, or records (once `Chrgs` itself, then `Chrgs/Rcrd`)."""
    total = ZERO
    for charges in holder.iterfind("Chrgs"):
        records = charges.findall("Rcrd") or [charges]
        paths = ["TtlChrgsAndTaxAmt"] if charges.find("TtlChrgsAndTaxAmt") is not None else ["Amt"]
        for record in [charges] if paths == ["TtlChrgsAndTaxAmt"] else records:
            amount, charged_in = amount_of(record, paths[0])
            total += amount if charged_in == currency else ZERO
    return total


def _counterparty(detail: Element, *, is_credit: bool) -> tuple[str, str]:
    """The other side; a bank may name one side alone."""
    for role in _PARTIES[is_credit]:
        name = text_of(detail, f"RltdPties/{role}/Pty/Nm", f"RltdPties/{role}/Nm")
        path = f"RltdPties/{role}Acct/Id"
        account = text_of(detail, f"{path}/IBAN", f"{path}/Othr/Id")
        if name or account:
            return name, account
    return "", ""


def _remittance(detail: Element) -> str:
    free = texts_of(detail, "RmtInf/Ustrd")
    references = texts_of(detail, "RmtInf/Strd/CdtrRefInf/Ref")
    more = texts_of(detail, "RmtInf/Strd/AddtlRmtInf")
    return " ".join([*free, *references, *more])


def _code(element: Element) -> str:
    """PMNT-ICDT-ESCT, or the bank's own."""
    paths = ("BkTxCd/Domn/Cd", "BkTxCd/Domn/Fmly/Cd", "BkTxCd/Domn/Fmly/SubFmlyCd")
    domain = "-".join(filter(None, (text_of(element, path) for path in paths)))
    return domain or text_of(element, "BkTxCd/Prtry/Cd")
