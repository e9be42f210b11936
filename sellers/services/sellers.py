"""Registering sellers, and changing what is known of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from koogallery import audit
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, Violation, refuse
from koogallery.kit.money import ZERO
from koogallery.models import User
from sellers.models import Seller
from sellers.rules.figures import instant_violations
from sellers.rules.sellers import seller_violations
from sellers.services.authority import require_operator
from sellers.services.changes import as_facts, changed_fields
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


SELLERS = Facts(NewSeller, "sellers", kind="seller", key="number")


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
    require_operator(actor, "register sellers")
    rows = numbered(rows, Seller.objects.all(), "S")
    return SELLERS.take_in(rows, [_violations(row) for row in rows], actor=actor)


@as_refusals()
@transaction.atomic
def change_seller(number: str, changes: Mapping[str, Any], *, actor: User | None) -> Seller:
    """Change business data; the currency only while nothing was sold in it (R2.8)."""
    require_operator(actor, "change a seller")
    seller = lock_seller(number=number)
    changed = changed_fields(seller, changes, CHANGEABLE)
    if not changed:
        return seller
    if "settlement_currency" in changed:
        _require_nothing_sold(seller)
    facts = as_facts(seller, changed)
    for field, value in changed.items():
        setattr(seller, field, value)
    refuse(_violations(seller))
    seller.save(update_fields=[*changed, "modified_at"])
    audit.record(actor, "changed", "seller", number, seller=number, **facts)
    return seller


def _violations(seller: NewSeller | Seller) -> list[Violation]:
    return [
        *seller_violations(
            country=seller.country,
            settlement_currency=seller.settlement_currency,
            withholding_tax_rate=seller.withholding_tax_rate,
            digital_service_tax_rate=seller.digital_service_tax_rate,
            required_deposit=seller.required_deposit,
        ),
        *instant_violations("certified_at", seller.certified_at),
    ]


def _require_nothing_sold(seller: Seller) -> None:
    if seller.orders.exists():
        raise Conflict(
            f"{seller.number} has orders in {seller.settlement_currency}; "
            f"its settlement currency can no longer change.",
            code="currency_in_use",
            rule="R2.8",
            field="settlement_currency",
        )
