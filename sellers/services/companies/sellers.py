"""Registering sellers, and changing what is known of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from koogallery import audit
from koogallery.acts import Said, TwoPeople, Who, act_of_two
from koogallery.approvals import Facts as Effect
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, Violation, refuse
from koogallery.kit.language import Sentence
from koogallery.kit.money import ZERO
from koogallery.kit.names import folded
from koogallery.kit.seen import Fact, change
from koogallery.models import Act, ApprovalRequest, User
from koogallery.second_person import NeedsSecondPerson, approval_under_way
from sellers.choices import BankAccountState
from sellers.models import Seller
from sellers.rules.bank_accounts import same_name
from sellers.rules.figures import instant_violations
from sellers.rules.sellers import left_violation, seller_violations
from sellers.services.changes import changed_fields
from sellers.services.companies.leaving import sellers_that_left, unrecorded
from sellers.services.intake import Facts, Outcome, require_accepted
from sellers.services.locks import lock_seller
from sellers.services.numbers import numbered

CHANGEABLE = frozenset(
    {
        "company_name",
        "country",
        "settlement_currency",
        "certified_at",
        "withholding_tax_rate",
        "digital_service_tax_rate",
        "required_deposit",
    }
)
#: What certification certifies, and itself.
CERTIFIED = CHANGEABLE - {"settlement_currency", "required_deposit"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSeller:
    """A seller as it is registered; without a number it gets the next free one."""

    number: str = ""
    company_name: str
    country: str
    settlement_currency: str
    certified_at: datetime | None = None
    withholding_tax_rate: Decimal = ZERO
    digital_service_tax_rate: Decimal = ZERO
    required_deposit: Decimal = ZERO


SELLERS = Facts(NewSeller, "sellers", kind="seller", key="number", rule="R9.1")


@as_refusals()
@transaction.atomic
def register_seller(new: NewSeller, *, actor: User | None) -> tuple[Seller, bool]:
    """The seller, and whether it is new: the same number and content again changes nothing."""
    [outcome] = record_sellers([new], actor=actor)
    require_accepted(outcome)
    return Seller.objects.get(number=outcome.key), outcome.is_recorded


@as_refusals()
@transaction.atomic
def record_sellers(rows: Sequence[NewSeller], *, actor: User | None) -> list[Outcome]:
    """Register many at once; a refused one does not hinder the others."""
    require_duty(actor, Duty.MANAGE_SELLERS, _("register sellers"))
    rows = numbered(rows, Seller.objects.all(), "S")
    back = _coming_back(rows)
    return SELLERS.take_in(rows, [_violations_of_new(row, back) for row in rows], actor=actor)


def _what_changes(request: ApprovalRequest) -> Effect:
    """Each field as it is and as it would be, and an account that would be another's (R9.1)."""
    seller = Seller.objects.get(number=request.object_number)
    changed = changed_fields(seller, _read(request.arguments["changes"]), CHANGEABLE)
    for field, value in sorted(changed.items()):
        yield Fact(field, change(getattr(seller, field), value))
    name = changed.get("company_name", seller.company_name)
    for account in seller.bank_accounts.filter(state=BankAccountState.APPROVED):
        if not same_name(account.account_holder, name):
            yield Fact("holder_of_bank_account", account.account_holder, account.number)


@act_of_two(
    "change",
    Seller.objects.all(),
    TwoPeople("seller_change", gettext_lazy("Change a certified seller"), _what_changes),
    by=Who(Duty.MANAGE_SELLERS),
    said=Said(
        label=pgettext_lazy("act", "Change"),
        question=gettext_lazy("What of this seller is different?"),
        done=gettext_lazy("The seller is changed."),
    ),
)
def change_seller(seller: Seller, changes: Mapping[str, Any], *, actor: User | None) -> Seller:
    """Change business data; the currency only while nothing was sold in it (R2.8).

    What was certified is changed by two (R9.1, R4.4): 202, and another operator approves it.
    """
    changed = changed_fields(seller, _read(changes), CHANGEABLE)
    if actor and approval_under_way() is None:
        _require_two(seller, changed)
    return _change(seller, changed, actor)


def take_over_certified(number: str, certified: Mapping[str, Any], *, actor: User) -> Seller:
    """What was sent in and certified: two people had a hand in it already (R9.1)."""
    seller = lock_seller(number=number)
    return _change(seller, changed_fields(seller, certified, CHANGEABLE), actor)


def _read(changes: Mapping[str, Any]) -> dict[str, Any]:
    """As the columns have them, also of a request that kept them as texts."""
    columns = {each.name: each for each in Seller._meta.concrete_fields if each.name in CHANGEABLE}
    return {
        name: columns[name].to_python(value) if name in columns else value
        for name, value in changes.items()
    }


def _require_two(seller: Seller, changed: Mapping[str, Any]) -> None:
    """Uncertified at once, by one: nothing is paid then (R1.3). Back, or renamed, by two."""
    certified = [name for name, value in changed.items() if name in CERTIFIED and value is not None]
    if certified and _was_ever_certified(seller):
        raise NeedsSecondPerson(
            Sentence("What was certified of a seller takes two people to change."),
            about=("company", seller.number),
            seller=seller.number,
            currency=seller.settlement_currency,
            rule="R9.1",
        )


def _was_ever_certified(seller: Seller) -> bool:
    """Now, or before somebody took the certification back."""
    if seller.certified_at:
        return True
    acts = Act.objects.filter(object_kind="seller", object_number=seller.number)
    return acts.filter(changes__has_key="certified_at").exists()


def _change(seller: Seller, changed: Mapping[str, Any], actor: User | None) -> Seller:
    if not changed:
        return seller
    if "settlement_currency" in changed:
        _require_nothing_sold(seller)
    told, was = audit.changes_of(seller, changed), _company_of(seller)
    for field, value in changed.items():
        setattr(seller, field, value)
    if _company_of(seller) != was:
        _require_no_alias(seller)
    refuse(_violations(seller))
    seller.save(update_fields=[*changed, "modified_at"])
    audit.note(actor, "changed", seller, changes=told)
    return seller


def _company_of(seller: Seller) -> tuple[str, str]:
    """The same for one company, however its name is written."""
    return folded(seller.company_name), seller.country


def _coming_back(rows: Sequence[NewSeller]) -> Mapping[str, Seller]:
    """By the numbers under which companies that have left would register again (R6.3)."""
    left = sellers_that_left()
    found = {row.number: left.get(folded(row.company_name)) for row in rows} if left else {}
    back = {number: gone for number, gone in found.items() if gone}
    new = unrecorded(Seller.objects.all(), back)
    return {number: gone for number, gone in back.items() if number in new}


def _violations_of_new(new: NewSeller, coming_back: Mapping[str, Seller]) -> list[Violation]:
    gone = coming_back.get(new.number)
    if gone is None:
        return _violations(new)
    detail = _("%(company_name)s is %(gone)s, who has left and cannot register again.") % {
        "company_name": new.company_name,
        "gone": gone,
    }
    return [left_violation("company_name", detail)]


def _violations(seller: NewSeller | Seller) -> list[Violation]:
    return [
        *seller_violations(
            company_name=seller.company_name,
            country=seller.country,
            settlement_currency=seller.settlement_currency,
            withholding_tax_rate=seller.withholding_tax_rate,
            digital_service_tax_rate=seller.digital_service_tax_rate,
            required_deposit=seller.required_deposit,
        ),
        *instant_violations("certified_at", seller.certified_at),
    ]


def _require_no_alias(seller: Seller) -> None:
    """A company that has left stays known by its name, and comes back under no other's (R6.3)."""
    if seller.left_at:
        detail = _("%(number)s has left; its name and country stay.") % {"number": seller.number}
    elif gone := sellers_that_left().get(folded(seller.company_name)):
        detail = _("%(company_name)s is %(gone)s, who has left and does not come back.") % {
            "company_name": seller.company_name,
            "gone": gone,
        }
    else:
        return
    raise Conflict.of([left_violation("company_name", detail)])


def _require_nothing_sold(seller: Seller) -> None:
    if seller.orders.exists():
        raise Conflict(
            _(
                "%(number)s has orders in %(settlement_currency)s; its settlement "
                "currency can no longer change."
            )
            % {"number": seller.number, "settlement_currency": seller.settlement_currency},
            code="currency_in_use",
            rule="R2.8",
            field="settlement_currency",
        )
