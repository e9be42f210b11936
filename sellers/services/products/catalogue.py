"""Registering products, and changing them; a new fee ratio is for later orders only (R2.6)."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from koogallery import audit
from koogallery.acts import Said, Who, act
from koogallery.duties import Duty, require_duty
from koogallery.fields import AnyOf
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, InvalidInput, Violation, refuse
from koogallery.kit.names import name_violations
from koogallery.models import User
from sellers.models import FeeRatio, Product, Seller
from sellers.rules.figures import instant_violations
from sellers.rules.products import offer_violations, product_violations
from sellers.rules.sellers import left_violation
from sellers.services.authority import APPLICANTS
from sellers.services.changes import changed_fields
from sellers.services.companies.leaving import unrecorded
from sellers.services.intake import Facts, Outcome, require_accepted
from sellers.services.locks import fence_sellers
from sellers.services.numbers import numbered

CHANGEABLE = frozenset(
    {
        "name",
        "description",
        "delivery_method",
        "billing_modes",
        "supervised",
        "platform_fee_ratio",
        "delisted_at",
        "delisted_by",
    }
)
#: What a product is, by the rules that its orders follow it in: with the first order it stays.
KIND = {"delivery_method": "R4.2", "supervised": "R9.3"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProduct:
    """A product as it is registered; without a number it gets the next free one."""

    number: str = ""
    seller: str
    name: str
    delivery_method: str
    supervised: bool
    platform_fee_ratio: Decimal
    valid_from: datetime | None = None  # of the ratio; the moment it is recorded, unless given


PRODUCTS = Facts(NewProduct, "products", kind="product", key="number", rule="R9.2")


@as_refusals()
@transaction.atomic
def register_product(new: NewProduct, *, actor: User | None) -> tuple[Product, bool]:
    """The product, and whether it is new: the same number and content again changes nothing."""
    [outcome] = record_products([new], actor=actor)
    require_accepted(outcome)
    product = Product.objects.select_related("seller").get(number=outcome.key)
    return product, outcome.is_recorded


@as_refusals()
@transaction.atomic
def record_products(rows: Sequence[NewProduct], *, actor: User | None) -> list[Outcome]:
    """Register many at once; a refused one does not hinder the others."""
    require_duty(actor, Duty.IMPORT_FACTS, _("register products"))
    rows = numbered(rows, Product.objects.all(), "P")
    sellers = Seller.objects.filter(AnyOf(F("number"), {row.seller for row in rows}))
    fence_sellers(sellers.values_list("pk", flat=True))
    left_at = dict(sellers.values_list("number", "left_at"))
    late = unrecorded(
        Product.objects.all(), (row.number for row in rows if left_at.get(row.seller))
    )
    violations = [_violations(row, left_at, late) for row in rows]
    return PRODUCTS.take_in(rows, violations, actor=actor)


@act(
    "change",
    Product.objects.select_related("seller"),
    by=Who(Duty.REVIEW_PRODUCTS),
    said=Said(
        label=pgettext_lazy("act", "Change"),
        question=gettext_lazy("What of this product is different?"),
        done=gettext_lazy("The product is changed."),
    ),
)
def change_product(product: Product, changes: Mapping[str, Any], *, actor: User | None) -> Product:
    """Change a product; a new fee ratio is a new version and leaves its orders alone (R2.6).

    It counts from `valid_from`, from now on unless that is given. The product shows the
    one that counts now; from when on which version counts stands in `fee_ratios`.
    `delivery_method` and `supervised` stay once it has orders: those follow them (R4.2, R9.3).
    `listed` delists it, or lists it again. Its orders are facts and go on arriving: what the
    trading system has sold is settled, and renewals and changes are due in any case (R9.2).
    """
    return _change(product, changes, actor)


@act(
    "delist",
    Product.objects.select_related("seller"),
    by=APPLICANTS | Duty.MANAGE_SELLERS,
    rule="R9.2",
    said=Said(
        label=gettext_lazy("Delist"),
        question=gettext_lazy("Delist this product?"),
        consequence=gettext_lazy(
            "It is not offered any more. What is sold of it goes on: renewals, changes and bills. "
            "You can list it again."
        ),
        done=gettext_lazy("The product is delisted."),
    ),
)
def delist_product(product: Product, *, actor: User) -> Product:
    """By the seller: no longer offered. What is sold of it goes on (R9.2)."""
    return _change(product, {"listed": False}, actor)


def _not_by_operations(product: Product, actor: User) -> None:  # noqa: ARG001
    if not product.is_listed and not may_list_again(product):
        raise Conflict(
            _("KooGallery has delisted this product; ask its operations to list it again."),
            code="delisted_by_operations",
            rule="R9.2",
        )


@act(
    "relist",
    Product.objects.select_related("seller", "delisted_by"),
    by=APPLICANTS | Duty.MANAGE_SELLERS,
    rule="R9.2",
    unless=_not_by_operations,
    said=Said(
        label=gettext_lazy("List again"),
        question=gettext_lazy("List this product again?"),
        consequence=gettext_lazy("It is offered again, as it was."),
        done=gettext_lazy("The product is listed again."),
    ),
)
def relist_product(product: Product, *, actor: User) -> Product:
    """By the seller: offer again what it delisted itself."""
    return _change(product, {"listed": True}, actor)


def may_list_again(product: Product) -> bool:
    """Whether its seller may: what operations delisted stays with them."""
    by = product.delisted_by
    return not product.is_listed and by is not None and not by.is_staff


def _change(product: Product, changes: Mapping[str, Any], actor: User | None) -> Product:
    if changes.get("listed"):
        _require_present(product)
    version = _new_version(product, changes)
    kept = {field: value for field, value in changes.items() if field != "valid_from"}
    changed = changed_fields(product, _with_instant(product, kept, actor), CHANGEABLE)
    if not changed and version is None:
        return product
    require_kind_kept(product, changed)
    told = audit.changes_of(product, changed)
    for field, value in changed.items():
        setattr(product, field, value)
    refuse(
        [
            *product_violations(product.platform_fee_ratio),
            *offer_violations(product.delivery_method, product.billing_modes),
        ]
    )
    product.save(update_fields=[*changed, "modified_at"])
    facts = {}
    if version is not None:
        version.save(force_insert=True)
        facts = {"version": version.version, "valid_from": version.valid_from.isoformat()}
    audit.note(actor, "changed", product, changes=told, **facts)
    return product


def require_kind_kept(product: Product, content: Mapping[str, Any]) -> None:
    """How what was sold is delivered, accepted and refunded follows from these (R4.2, R9.3)."""
    known = {field: getattr(product, field) for field in KIND}
    fixed = [field for field in KIND if content.get(field, known[field]) != known[field]]
    if not fixed or not product.orders.exists():
        return
    detail = _(
        "%(product)s has orders, which are delivered, accepted and refunded by its %(field)s; "
        "register a new product instead."
    )
    told = {field: detail % {"product": product.number, "field": field} for field in fixed}
    code = "product_has_orders"
    raise Conflict.of([Violation(field, code, told[field], KIND[field]) for field in fixed])


def _require_present(product: Product) -> None:
    """A seller who has left lists nothing; none leaves beside this, which holds it (R6.3)."""
    if product.seller.left_at:
        detail = _("The seller of %(number)s has left; it is not listed again.") % {
            "number": product.number
        }
        raise Conflict.of([left_violation("listed", detail)])


def _with_instant(
    product: Product, changes: Mapping[str, Any], actor: User | None
) -> Mapping[str, Any]:
    """`listed` is said as true or false, and kept as who delisted it when."""
    kept = {field: value for field, value in changes.items() if field != "listed"}
    if changes.get("listed", product.is_listed) == product.is_listed:
        return kept
    if product.is_listed:
        return {**kept, "delisted_at": timezone.now(), "delisted_by": actor}
    return {**kept, "delisted_at": None, "delisted_by": None}


def _new_version(product: Product, changes: Mapping[str, Any]) -> FeeRatio | None:
    """What is to be added, if a ratio is given that does not count from then on already."""
    ratio, since = changes.get("platform_fee_ratio"), changes.get("valid_from")
    if ratio is None:
        if since is None:
            return None
        detail = _("valid_from comes with the platform_fee_ratio that counts from then on.")
        raise InvalidInput(detail, code="ratio_missing", rule="R2.6", field="valid_from")
    if since is None and ratio == product.ratio_now():
        return None
    refuse([*product_violations(ratio), *instant_violations("valid_from", since)])
    past_from, since = (None, since) if since else _from_now_on(product)
    at_once = product.fee_ratios.filter(valid_from=since).order_by("-version").first()
    if at_once is not None and at_once.platform_fee_ratio == ratio:
        return None
    return FeeRatio(
        product=product,
        version=product.fee_ratios.latest("version").version + 1,
        platform_fee_ratio=ratio,
        valid_from=since,
        past_from=past_from,
    )


def _from_now_on(product: Product) -> tuple[datetime | None, datetime]:
    """Behind the orders that are there: the trading system's clock may be ahead of ours.

    Where all of them are older than the product's first version, its past is still being reported:
    of that past the ratio counts behind them, too (the first of the two instants).
    """
    now, first = timezone.now(), product.fee_ratios.earliest("valid_from").valid_from
    latest = product.orders.aggregate(at=Max("placed_at"))["at"]
    if latest is None:
        return None, now
    behind = latest + timedelta(microseconds=1)
    return (behind, now) if latest < first else (None, max(behind, now))


def _violations(new: NewProduct, sellers: Container[str], late: Container[str]) -> list[Violation]:
    """`late` are the numbers of products that come after their seller has left."""
    if new.number in late:
        return [
            left_violation(
                "seller", _("%(seller)s has left and gets no new product.") % {"seller": new.seller}
            )
        ]
    wrong = [
        *name_violations("name", new.name),
        *product_violations(new.platform_fee_ratio),
        *instant_violations("valid_from", new.valid_from),
    ]
    if new.seller not in sellers:
        detail = _("There is no seller %(number)s.") % {"number": new.seller}
        wrong.append(Violation("seller", "unknown_seller", detail))
    return wrong
