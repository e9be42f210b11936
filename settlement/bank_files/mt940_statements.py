"""Statements of SWIFT MT940, read by the library `mt-940`, statement by statement."""

import io
import logging
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import mt940

from koogallery.kit.language import gettext as _
from koogallery.kit.money import AMOUNT_LIMIT

from .encodings import plain_text
from .mt940_details import NARRATIVE, details_of
from .statements import Balance, Entry, Format, Statement
from .texts import refused

logging.getLogger("mt940").setLevel(logging.CRITICAL)  # it logs what stands on statements

_STARTS = re.compile(rb"(^|\n)[ \t]*(\{1:[^\n]*\n?)?:20:|\{4:\s*:20:")
_STATEMENTS = re.compile(r"(?m)^(?=:20:)")
_UNREADABLE = (RuntimeError, ValueError, ArithmeticError, LookupError, TypeError)

#: Fields that a statement has once; the library keeps the last of several.
_ONCE = (":25:", ":60F:", ":60M:", ":62F:", ":62M:")


class _Line(mt940.tags.Statement):
    """A reference may be an IBAN or an end-to-end id, longer than SWIFT allows.

    An amount begins with a digit: `Cx,00` would be read as nothing in the currency x.
    """

    pattern = (
        mt940.tags.Statement.pattern.replace(r"[^\n]){0,16}", r"[^\n]){0,35}")
        .replace(r"[\d,]{1,15}", r"\d{1,15},?\d{0,5}")
        .replace(r"[A-Z0-9 ]{3})?", r"[A-Z0-9 ]{3})")
    )


_TAGS: dict[int | str, mt940.tags.Tag] = {61: _Line()}


def looks_like_one(data: bytes) -> bool:
    return _STARTS.search(data[:4096]) is not None


def statements_of(data: bytes) -> Sequence[Statement]:
    text = plain_text(data).replace("\r\n", "\n")
    blocks = [block for block in _STATEMENTS.split(text) if block.startswith(":20:")]
    return [_statement(block, f":20:[{number}]") for number, block in enumerate(blocks, start=1)]


def _statement(block: str, place: str) -> Statement:
    for field in _ONCE:
        if block.count(f"\n{field}") > 1:
            detail = _("A statement has the field %(field)s once.") % {"field": field}
            raise refused("repeated_field", detail, place)
    try:
        # As a stream: a text that is the name of a file would be read as that file.
        found = mt940.parse(
            io.StringIO(block),
            tags=_TAGS,
            processors={"post_transaction_details": []},
            options=mt940.Options.all(),
        )
        if block.count("\n:61:") != len(found):
            raise ValueError(":61:")
        return _translated(found, place)
    except _UNREADABLE as error:
        said = str(error).strip().splitlines() or [type(error).__name__]
        detail = _("The file is not read as MT940: %(reason)s.") % {"reason": said[0][:200]}
        raise refused("no_mt940", detail, place) from error


def _translated(found: mt940.models.Transactions, place: str) -> Statement:
    account = str(found.data.get("account_identification") or "").replace(" ", "")
    if not account:
        raise refused("no_account", _("The statement names no account."), f"{place}/:25:")
    opening = _balance(found, ("final_opening_balance", "intermediate_opening_balance"))
    closing = _balance(found, ("final_closing_balance", "intermediate_closing_balance"))
    if opening is None or closing is None:
        detail = _("The statement lacks its opening or its closing balance.")
        raise refused("no_balance", detail, place)
    (opened, currency), (closed, other) = opening, closing
    if other != currency:
        detail = _("The account is kept in %(currency)s; the statement also counts %(other)s.")
        detail %= {"currency": currency, "other": other}
        raise refused("other_currency", detail, f"{place}/:62:")
    numbers = (found.data.get(key) for key in ("statement_number", "sequence_number"))
    return Statement(
        format=Format.MT940,
        reference=str(found.data.get("transaction_reference") or ""),
        sequence="/".join(str(number) for number in numbers if number),
        account=account,
        bic="",
        currency=currency,
        opening=opened,
        closing=closed,
        entries=tuple(_entry(each.data, currency) for each in found),
        where=place,
    )


def _balance(found: mt940.models.Transactions, names: Sequence[str]) -> tuple[Balance, str] | None:
    for name in names:
        if stated := found.data.get(name):
            return Balance(_bounded(stated.amount.amount), stated.date), stated.amount.currency
    return None


def _entry(data: dict[str, Any], currency: str) -> Entry:
    details = details_of(str(data.get("transaction_details") or ""))
    own = str(data.get("customer_reference") or "").strip()
    reference = "" if own == "NONREF" else own
    code = str(data.get("id") or "")
    return Entry(
        amount=_bounded(data["amount"].amount),
        currency=currency,
        booked_on=data.get("entry_date") or data["date"],
        value_on=data["date"],
        is_reversal=str(data.get("status") or "").upper().startswith("R"),
        entry_reference=str(data.get("bank_reference") or "").strip(),
        bank_reference=str(data.get("bank_reference") or "").strip(),
        end_to_end_id=details.end_to_end_id or reference,
        instruction_id=reference,
        counterparty_name=details.name,
        counterparty_account=details.account,
        text=details.text or str(data.get("extra_details") or "").strip(),
        # `RTI` is SWIFT's code of a returned item, which gives no reason.
        return_reason=details.return_reason or (NARRATIVE if code.endswith("RTI") else ""),
        transaction_code=code,
    )


def _bounded(amount: Decimal) -> Decimal:
    if not amount.is_finite() or abs(amount) >= AMOUNT_LIMIT:
        raise ValueError(str(amount))
    return amount
