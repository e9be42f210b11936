"""The record of acts: one call at the end of every service that changes something."""

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from koogallery.kit.mail_addresses import mask_address
from koogallery.kit.money import EXACT
from koogallery.models import Act, User
from koogallery.origin import current_origin
from koogallery.replica import on_primary
from koogallery.second_person import approval_under_way
from koogallery.vocabulary import kind_of

#: What a field was, and what it is now.
Changes = Mapping[str, tuple[Any, Any]]

#: A name of a person fits; a serial can be longer, and is cut.
NUMBER_LENGTH = 150

_SECRET = re.compile(r"password|secret|token_key|private_key|signing_key|credential", re.IGNORECASE)
_BANK = re.compile(r"iban|account_number|account_no|bank_account", re.IGNORECASE)
_HIDDEN = "••••"
_LAST = 4


def record(
    actor: User | None,
    verb: str,
    kind: str,
    number: str,
    *,
    seller: str = "",
    row: Any = None,
    changes: Any = None,
    **facts: Any,
) -> None:
    """Write who did what, from where.

    `row`, a `StatefulModel`, has moved: its change of state and whatever moved with it are among
    the changes; `changes` (`Changes`) are those that went another way. Amounts are written without
    trailing zeros, instants in ISO 8601, files by their digest; secrets are masked. What somebody
    else approved before says by which request.
    """
    origin, approval = current_origin(), approval_under_way()
    if approval:
        facts = {**facts, "approval": approval.number}
    changed = {**(row.take_moved() if row else {}), **(changes or {})}
    with on_primary():
        Act.objects.create(
            actor=actor,
            verb=verb,
            object_kind=kind,
            object_number=number[:NUMBER_LENGTH],
            seller_number=seller,
            changes={
                name: [_told(name, before), _told(name, after)]
                for name, (before, after) in changed.items()
            },
            facts={name: _told(name, value) for name, value in facts.items()},
            channel=origin.channel,
            token=origin.token,
            ip_address=origin.ip_address,
            request_id=origin.request_id,
        )


def note(
    actor: User | None, verb: str, row: Any, *, seller: Any = "", changes: Any = None, **facts: Any
) -> None:
    """`record` of a row that is called by its number, and of its seller if there is one.

    If it has moved, that is among the changes.
    """
    moved = row if hasattr(row, "take_moved") else None
    seller = seller or owner_of(row)
    kind = kind_of(type(row))
    record(actor, verb, kind, row.number, seller=seller, row=moved, changes=changes, **facts)


def owner_of(row: Any) -> str:
    """The number of the seller whose a row is, if it is one's."""
    owner = row if kind_of(type(row)) == "seller" else getattr(row, "seller", None)
    number: str = owner.number if owner else getattr(row, "seller_number", "")
    return number


def acts_of(person: User) -> list[dict[str, Any]]:
    """What somebody did, from where, as it is on record."""
    acts = Act.objects.filter(actor=person).order_by("pk")
    told = acts.values("at", "verb", "object_kind", "object_number", "channel", "ip_address")
    return [dict(each) for each in told]


def changes_of(row: Any, changed: Mapping[str, Any]) -> Changes:
    """Of a row that is about to get these values; None is told as what it is."""
    return {field: (getattr(row, field), value) for field, value in changed.items()}


def differences(**fields: tuple[Any, Any]) -> Changes:
    """Those that are no longer what they were."""
    return {name: values for name, values in fields.items() if values[0] != values[1]}


def _told(name: str, value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if _SECRET.search(name):
        return _HIDDEN
    if _BANK.search(name):
        # The end of a bank number tells accounts apart; what is short is hidden altogether.
        number = str(value)
        if not number:
            return ""
        return f"{_HIDDEN} {number[-_LAST:]}" if len(number) > 2 * _LAST else _HIDDEN
    if name == "customer_email":
        return mask_address(str(value))
    return _written(value)


def _written(value: Any) -> Any:
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Decimal):
        return f"{value.normalize(EXACT):f}"
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"SHA-256 {hashlib.sha256(value).hexdigest()}"
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_written(each) for each in value]
    return str(value)
