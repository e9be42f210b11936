"""What an order must say before a bank is asked to pay."""

import re
from collections.abc import Iterator

from koogallery.kit.errors import Violation, refuse
from koogallery.kit.language import gettext as _
from koogallery.kit.money import ZERO, fits_minor_unit

from .accounts import bare
from .orders import Payment, PaymentOrder
from .texts import NAME, RULE, cut

#: In every bank's character set; an id is never cut, nor written otherwise.
_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.,'()+?:/ -]{0,33}[A-Za-z0-9])?")
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
_ACCOUNT = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9./ -]{0,33})")
_COUNTRY = re.compile(r"[A-Z]{2}")
_UETR = re.compile(r"[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}")


def require_payable(order: PaymentOrder) -> None:
    """Everything wrong with it at once."""
    refuse(list(_violations(order)))


def _violations(order: PaymentOrder) -> Iterator[Violation]:
    yield from _form("message_id", order.message_id, _ID)
    yield from _form("debtor_bic", bare(order.debtor_bic), _BIC)
    yield from _form("debtor_account", order.debtor_account, _ACCOUNT)
    yield from _form("debtor_name", cut(order.debtor_name, NAME))
    if not order.payments:
        detail = _("There is nothing to pay.")
        yield Violation("payments", "nothing_to_pay", detail, RULE)
    ids = [payment.end_to_end_id for payment in order.payments]
    for position, payment in enumerate(order.payments):
        yield from _of_payment(payment, f"payments.{position}", order.currency)
        if ids.index(payment.end_to_end_id) != position:
            detail = _("%(id)s stands for two payments.") % {"id": payment.end_to_end_id}
            yield Violation(f"payments.{position}.end_to_end_id", "duplicate", detail, RULE)


def _of_payment(payment: Payment, field: str, currency: str) -> Iterator[Violation]:
    if not fits_minor_unit(payment.amount, currency) or payment.amount <= ZERO:
        detail = _("%(amount)s %(currency)s cannot be paid.")
        detail %= {"amount": payment.amount, "currency": currency}
        yield Violation(f"{field}.amount", "not_payable", detail, RULE)
    yield from _form(f"{field}.end_to_end_id", payment.end_to_end_id, _ID)
    yield from _form(f"{field}.creditor_name", cut(payment.creditor_name, NAME))
    yield from _form(f"{field}.account", payment.account, _ACCOUNT)
    optional = (
        ("bic", bare(payment.bic), _BIC),
        ("bank_country", payment.bank_country, _COUNTRY),
        ("creditor_country", payment.creditor_country, _COUNTRY),
        ("uetr", payment.uetr, _UETR),
    )
    for name, text, form in optional:
        if text:
            yield from _form(f"{field}.{name}", text, form)
    if not payment.bic and not payment.bank_name:
        detail = _("The creditor's bank has neither a BIC nor a name.")
        yield Violation(f"{field}.bic", "required", detail, RULE)


def _form(field: str, text: str, form: re.Pattern[str] = re.compile(r".+")) -> Iterator[Violation]:
    if not form.fullmatch(text):
        detail = _("No bank takes %(text)s as %(field)s.") % {
            "text": repr(text[:60]),
            "field": field.rpartition(".")[2],
        }
        yield Violation(field, "unfit_for_bank", detail, RULE)
