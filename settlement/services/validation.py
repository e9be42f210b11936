"""Refusals of what was entered wrongly, before anything is looked at."""

from decimal import Decimal

from django.utils.translation import gettext as _

from koogallery.kit.errors import InvalidInput, Violation, refuse
from koogallery.kit.money import ZERO
from koogallery.kit.names import name_violations, text_violations
from koogallery.vocabulary import word
from sellers.rules.figures import amount_violations

#: As wide as the column of a bank's or a contract's reference.
REFERENCE_LENGTH = 100


def require_positive(amount: Decimal, currency: str, *, rule: str) -> None:
    """More than nothing, and payable as it stands in its currency."""
    refuse(amount_violations("amount", amount, currency, rule=rule))
    if amount == ZERO:
        raise _invalid("amount", "not_positive", _("amount must be more than 0."), rule)


def require_signed(amount: Decimal, currency: str, *, rule: str) -> None:
    """Positive or negative, but not nothing, and payable as it stands in its currency."""
    if amount.is_finite():
        amount = abs(amount)
    refuse(amount_violations("amount", amount, currency, rule=rule))
    if amount == ZERO:
        raise _invalid("amount", "changes_nothing", _("amount must not be 0."), rule)


def require_text(field: str, text: str, *, rule: str) -> str:
    """The text without the blanks around it; refused if nothing is left."""
    return _required(field, optional_text(field, text), rule)


def optional_text(field: str, text: str) -> str:
    """The same where there need be none."""
    stripped = text.strip()
    refuse(text_violations(field, stripped))
    return stripped


def require_reference(text: str, *, rule: str) -> str:
    """Of a bank or a contract: one line."""
    reference = _required("reference", text.strip(), rule)
    refuse(name_violations("reference", reference))
    if len(reference) > REFERENCE_LENGTH:
        told = {"field": "reference", "length": REFERENCE_LENGTH}
        detail = _("%(field)s has more than %(length)s characters.") % told
        raise _invalid("reference", "too_long", detail, rule)
    return reference


def _required(field: str, text: str, rule: str) -> str:
    if not text:
        raise _invalid(field, "required", _("Give the %(field)s.") % {"field": word(field)}, rule)
    return text


def _invalid(field: str, code: str, detail: str, rule: str) -> InvalidInput:
    return InvalidInput.of([Violation(field, code, detail, rule)])
