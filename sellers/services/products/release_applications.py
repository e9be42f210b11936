"""Sellers apply for the release of products, and for changes of released ones (R9.2)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, NotFound, Violation, refuse
from koogallery.models import User
from koogallery.numbering import next_number
from sellers import notices
from sellers.choices import ApplicationKind, DeliveryMethod, ProductApplicationState
from sellers.models import Product, ProductApplication, Seller
from sellers.rules.bank_accounts import tidy
from sellers.rules.products import (
    offer_violations,
    product_application_violations,
    product_violations,
)
from sellers.rules.sellers import left_violation
from sellers.services import reviews
from sellers.services.authority import require_applicant
from sellers.services.locks import lock_seller
from sellers.services.products.catalogue import (
    NewProduct,
    change_product,
    register_product,
    require_kind_kept,
)

RULE = "R9.2"
KIND = "product_application"
OPEN = (ProductApplicationState.DRAFT, ProductApplicationState.PENDING_APPROVAL)
EMPTY: Mapping[str, Any] = {
    "delivery_method": DeliveryMethod.SAAS,
    "platform_fee_ratio": Decimal(0),
}


@as_refusals()
@transaction.atomic
def start_release(
    seller_number: str, content: Mapping[str, Any], *, actor: User
) -> ProductApplication:
    """A draft for a new product."""
    seller = _seller(seller_number, actor)
    return _create(seller, ApplicationKind.RELEASE, {**EMPTY, **_tidied(content)}, actor)


@as_refusals()
@transaction.atomic
def start_change(
    product_number: str, content: Mapping[str, Any], *, actor: User
) -> ProductApplication:
    """A draft for a change of a released product, filled with what it is now."""
    product = Product.objects.visible_to(actor).filter(number=product_number).first()
    if product is None:
        raise NotFound(
            _("There is no product %(product_number)s.") % {"product_number": product_number}
        )
    seller = _seller(product.seller.number, actor)
    _require_no_open_change(product)
    known = {name: getattr(product, name) for name in ProductApplication.CONTENT}
    known["platform_fee_ratio"] = product.ratio_now()
    return _create(
        seller, ApplicationKind.CHANGE, {**known, **_tidied(content)}, actor, product=product
    )


@as_refusals()
@transaction.atomic
def edit_product_application(
    number: str, changes: Mapping[str, Any], *, actor: User
) -> ProductApplication:
    application = _own(number, actor)
    content = {**application.content, **changes}
    refuse(_draft_violations(content))
    return reviews.edit_draft(application, _tidied(changes), actor=actor, rule=RULE)


@as_refusals()
@transaction.atomic
def submit_product_application(number: str, *, actor: User) -> ProductApplication:
    """A product is released for a certified seller only."""
    application = _own(number, actor)
    _require_presentable(application)
    violations = product_application_violations(application.content)
    if application.product:
        require_kind_kept(application.product, application.content)
    return reviews.submit(application, violations, actor=actor)


@as_refusals()
@transaction.atomic
def withdraw_product_application(number: str, *, actor: User) -> ProductApplication:
    return reviews.withdraw(_own(number, actor), actor=actor)


@as_refusals()
@transaction.atomic
def discard_product_application(number: str, *, actor: User) -> ProductApplication:
    return reviews.discard(_own(number, actor), actor=actor)


@as_refusals()
@transaction.atomic
def revise_product_application(number: str, *, actor: User) -> ProductApplication:
    """A new draft with what was rejected, to be mended and sent in again."""
    origin = _own(number, actor)
    reviews.require_revisable(origin, RULE)
    if origin.kind == ApplicationKind.CHANGE and origin.product:
        _require_no_open_change(origin.product)
        product = origin.product
    else:
        product = None
    copied = ProductApplication.objects.create(
        number=next_number("PA"),
        seller=origin.seller,
        kind=origin.kind,
        product=product,
        created_by=actor,
        revises=origin,
        **origin.content,
    )
    return reviews.copy_for(origin, copied, kind=KIND, actor=actor)


@as_refusals()
@transaction.atomic
def approve_product_application(number: str, *, actor: User) -> ProductApplication:
    """Release the product, or change it; a new fee ratio is for orders from now on (R2.6)."""
    application = _waiting(number, actor)
    _require_presentable(application)
    if application.kind == ApplicationKind.RELEASE:
        reviews.accept(application, actor=actor, product=_release(application, actor))
    else:
        assert application.product is not None, "the database says so"
        change_product(application.product.number, application.content, actor=actor)
        reviews.accept(application, actor=actor)
    notices.product_application_decided(application)
    return application


@as_refusals()
@transaction.atomic
def reject_product_application(number: str, reason: str, *, actor: User) -> ProductApplication:
    application = _waiting(number, actor)
    reviews.reject(application, reason, actor=actor, rule=RULE)
    notices.product_application_decided(application)
    return application


def require_decider(application: ProductApplication, actor: User) -> None:
    require_duty(actor, Duty.REVIEW_PRODUCTS, rule=RULE)
    reviews.require_decidable(application, actor, RULE)


def _release(application: ProductApplication, actor: User) -> Product:
    new = NewProduct(
        seller=application.seller.number,
        name=application.name,
        delivery_method=application.delivery_method,
        supervised=application.supervised,
        platform_fee_ratio=application.platform_fee_ratio,
    )
    product, _ = register_product(new, actor=actor)
    told = {
        "description": application.description,
        "billing_modes": application.billing_modes,
    }
    return change_product(product.number, told, actor=actor)


def _create(
    seller: Seller,
    kind: ApplicationKind,
    content: Mapping[str, Any],
    actor: User,
    product: Product | None = None,
) -> ProductApplication:
    require_applicant(actor, seller, rule=RULE)
    _require_present(seller)
    refuse(_draft_violations(content))
    application = ProductApplication.objects.create(
        number=next_number("PA"),
        seller=seller,
        kind=kind,
        product=product,
        created_by=actor,
        **content,
    )
    reviews.record(application, "created", actor, of=product.number if product else "")
    return application


def _draft_violations(content: Mapping[str, Any]) -> list[Violation]:
    """What cannot be kept even as a draft."""
    return [
        *offer_violations(content["delivery_method"], content.get("billing_modes", [])),
        *product_violations(content["platform_fee_ratio"]),
    ]


def _tidied(content: Mapping[str, Any]) -> dict[str, Any]:
    tidied = dict(content)
    if "name" in tidied:
        tidied["name"] = tidy(tidied["name"])
    if "description" in tidied:
        tidied["description"] = tidied["description"].strip()
    if "billing_modes" in tidied:
        tidied["billing_modes"] = sorted(set(tidied["billing_modes"]))
    return tidied


def _require_presentable(application: ProductApplication) -> None:
    _require_present(application.seller)
    if application.seller.certified_at is None:
        told = _("Have your business information certified first; then products can be released.")
        raise Conflict(told, code="seller_not_certified", rule=RULE)


def _require_present(seller: Seller) -> None:
    if seller.left_at:
        told = _("%(seller)s has left and gets no new product.") % {"seller": seller.number}
        raise Conflict.of([left_violation("seller", told)])


def _require_no_open_change(product: Product) -> None:
    open_ = product.applications.filter(kind=ApplicationKind.CHANGE, state__in=OPEN).first()
    if open_:
        told = _(
            "Application %(application)s for this product is not decided yet; go on with that one."
        ) % {"application": open_}
        raise Conflict(told, code="a_product_has_one_open_change", rule=RULE)


def _seller(number: str, actor: User) -> Seller:
    if not Seller.objects.visible_to(actor).filter(number=number).exists():
        raise NotFound(_("There is no seller %(number)s.") % {"number": number})
    return lock_seller(number=number)


def _own(number: str, actor: User) -> ProductApplication:
    rows = ProductApplication.objects.select_related("seller", "product")
    application = reviews.read_review(rows, number, actor=actor)
    require_applicant(actor, application.seller, rule=RULE)
    return application


def _waiting(number: str, actor: User) -> ProductApplication:
    rows = ProductApplication.objects.select_related("seller", "product")
    application = reviews.read_review(rows, number, actor=actor)
    require_decider(application, actor)
    return application
