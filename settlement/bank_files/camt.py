"""Statements of ISO 20022: camt.052, camt.053 and camt.054 of every version.

Versions moved elements one level down (a name below `Pty`, a code below `Cd`); both places are
looked at, so no version has to be known.

Movements of a statement of ISO 20022, and the payments that one movement stands for.
"""

from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from koogallery.kit.language import gettext as _
from koogallery.kit.money import ZERO

from .hardened_xml import (
    Element,
    amount_of,
    day_of,
    signed,
    text_of,
    texts_of,
    where,
)
from .statements import BOOKED, Balance, Entry, Format, Statement
from .texts import refused

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


#: The message, the element of one statement in it, and what it is.
MESSAGES = {
    "BkToCstmrAcctRpt": ("Rpt", Format.CAMT_052),
    "BkToCstmrStmt": ("Stmt", Format.CAMT_053),
    "BkToCstmrDbtCdtNtfctn": ("Ntfctn", Format.CAMT_054),
}


class _Stated(NamedTuple):
    code: str
    balance: Balance
    currency: str


def statements_of(message: Element) -> list[Statement]:
    name, kind = MESSAGES[str(message.tag)]
    found = message.findall(name)
    if not found:
        detail = _("The file holds no statement.")
        raise refused("no_statement", detail, where(message))
    place = f"{where(message)}/{name}"
    if len(found) == 1:
        return [_statement(found[0], kind, place)]
    return [
        _statement(element, kind, f"{place}[{number}]")
        for number, element in enumerate(found, start=1)
    ]


def _statement(element: Element, kind: Format, place: str) -> Statement:
    balances = [_stated(found) for found in element.iterfind("Bal")]
    opening, closing = _opening_and_closing(balances)
    entries = [entry for found in element.iterfind("Ntry") for entry in entries_of(found)]
    account = text_of(element, "Acct/Id/IBAN", "Acct/Id/Othr/Id").replace(" ", "")
    if not account or "{" in account:
        detail = _("The statement names no account.")
        raise refused("no_account", detail, f"{where(element)}/Acct/Id")
    return Statement(
        format=kind,
        reference=text_of(element, "Id"),
        sequence=text_of(element, "LglSeqNb", "ElctrncSeqNb"),
        account=account,
        bic=text_of(element, "Acct/Svcr/FinInstnId/BICFI", "Acct/Svcr/FinInstnId/BIC"),
        currency=_currency(element, [opening, closing], entries),
        opening=opening and opening.balance,
        closing=closing and closing.balance,
        entries=tuple(entry for entry in entries if entry.status == BOOKED),
        where=place,
    )


def _stated(element: Element) -> _Stated:
    amount, currency = signed(element)
    code = text_of(element, "Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry", "Tp/Cd")
    return _Stated(code, Balance(amount, day_of(element, "Dt")), currency)


def _opening_and_closing(balances: list[_Stated]) -> tuple[_Stated | None, _Stated | None]:
    """A page in the middle begins and ends with an interim balance (ITBD)."""
    by_code = {stated.code: stated for stated in reversed(balances)}
    interim = [stated for stated in balances if stated.code == "ITBD"]
    opening = by_code.get("OPBD") or by_code.get("PRCD")
    closing = by_code.get("CLBD")
    if opening is None and interim and (closing or len(interim) > 1):
        opening = interim.pop(0)
    if closing is None and interim:
        closing = interim[-1]
    return opening, closing


def _currency(element: Element, balances: list[_Stated | None], entries: list[Entry]) -> str:
    """The account's; everything on it is in it."""
    named = text_of(element, "Acct/Ccy")
    stated = [balance.currency for balance in balances if balance]
    booked = [entry.currency for entry in entries if entry.status == BOOKED]
    used = [currency for currency in (named, *stated, *booked) if currency]
    if not used:
        detail = _("The statement names no currency.")
        raise refused("no_currency", detail, where(element))
    if other := next((currency for currency in used if currency != used[0]), None):
        detail = _("The account is kept in %(currency)s; the statement also counts %(other)s.")
        detail %= {"currency": used[0], "other": other}
        raise refused("other_currency", detail, _place_of(other, element))
    return used[0]


def _place_of(currency: str, element: Element) -> str:
    found = [each for tag in ("Bal", "Ntry") for each in element.iterfind(f"{tag}/Amt")]
    return next((where(each) for each in found if each.get("Ccy") == currency), where(element))
