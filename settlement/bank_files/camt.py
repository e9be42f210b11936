"""Statements of ISO 20022: camt.052, camt.053 and camt.054 of every version.

Versions moved elements one level down (a name below `Pty`, a code below `Cd`); both places are
looked at, so no version has to be known.
"""

from typing import NamedTuple

from koogallery.kit.language import gettext as _

from .camt_entries import entries_of
from .hardened_xml import Element, day_of, signed, text_of, where
from .refusals import refused
from .statements import BOOKED, Balance, Entry, Format, Statement

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
    return Statement(
        format=kind,
        reference=text_of(element, "Id"),
        sequence=text_of(element, "LglSeqNb", "ElctrncSeqNb"),
        account=_account(element),
        bic=text_of(element, "Acct/Svcr/FinInstnId/BICFI", "Acct/Svcr/FinInstnId/BIC"),
        currency=_currency(element, [opening, closing], entries),
        opening=opening and opening.balance,
        closing=closing and closing.balance,
        entries=tuple(entry for entry in entries if entry.status == BOOKED),
        where=place,
    )


def _account(element: Element) -> str:
    account = text_of(element, "Acct/Id/IBAN", "Acct/Id/Othr/Id").replace(" ", "")
    if not account or "{" in account:
        detail = _("The statement names no account.")
        raise refused("no_account", detail, f"{where(element)}/Acct/Id")
    return account


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
