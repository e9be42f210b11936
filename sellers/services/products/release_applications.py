"""Sellers apply for the release of products, and for changes of released ones (R9.2)."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery.acts import ActsOn, Said, Who, act
from koogallery.asks import REASON_FOR_SELLER
from koogallery.duties import Duty
from koogallery.kit.errors import Conflict, Violation, refuse
from koogallery.models import User
from koogallery.notices import tell
from koogallery.numbering import next_number
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
from sellers.services.authority import APPLICANTS
from sellers.services.products.catalogue import (
    NewProduct,
    change_product,
    register_product,
    require_kind_kept,
)

RULE = "R9.2"
APPLICATIONS = ProductApplication.objects.select_related("seller", "product")
WRITERS = APPLICANTS | Duty.MANAGE_SELLERS
by_writers = ActsOn(APPLICATIONS, by=WRITERS, rule=RULE)
DECIDERS = Who(Duty.REVIEW_PRODUCTS)
by_deciders = ActsOn(APPLICATIONS, by=DECIDERS, rule=RULE, in_person=True)
OPEN = (ProductApplicationState.DRAFT, ProductApplicationState.PENDING_APPROVAL)
EMPTY: Mapping[str, Any] = {
    "delivery_method": DeliveryMethod.SAAS,
    "platform_fee_ratio": Decimal(0),
}


@act("apply_for_release", Seller.objects.all(), by=WRITERS, rule=RULE)
def start_release(seller: Seller, content: Mapping[str, Any], *, actor: User) -> ProductApplication:
    """A draft for a new product."""
    return _create(seller, ApplicationKind.RELEASE, {**EMPTY, **_tidied(content)}, actor)


@act(
    "apply_for_change",
    Product.objects.select_related("seller"),
    by=WRITERS,
    rule=RULE,
    said=Said(
        label=gettext_lazy("Write the change"),
        question=gettext_lazy("Apply for a change of this product?"),
        consequence=gettext_lazy(
            "A draft is made with what the product is now. Nothing changes before operations "
            "approve it, and orders keep the fee ratio of the day they were placed."
        ),
        done=gettext_lazy("Write what is to change, then send it in."),
    ),
)
def start_change(
    product: Product, content: Mapping[str, Any] | None = None, *, actor: User
) -> ProductApplication:
    """A draft for a change of a released product, filled with what it is now."""
    _require_no_open_change(product)
    known = {name: getattr(product, name) for name in ProductApplication.CONTENT}
    known["platform_fee_ratio"] = product.ratio_now()
    return _create(
        product.seller, ApplicationKind.CHANGE, {**known, **_tidied(content or {})}, actor, product
    )


@by_writers("edit")
def edit_product_application(
    application: ProductApplication, changes: Mapping[str, Any], *, actor: User
) -> ProductApplication:
    """Change a draft."""
    content = {**application.content, **changes}
    refuse(_draft_violations(content))
    return reviews.edit_draft(application, _tidied(changes), actor=actor, rule=RULE)


@by_writers("submit", to=ProductApplicationState.PENDING_APPROVAL)
def submit_product_application(
    application: ProductApplication, *, actor: User
) -> ProductApplication:
    """Send the draft in; 422 names everything that is missing or wrong.

    A product is released for a certified seller only.
    """
    _require_presentable(application)
    violations = product_application_violations(application.content)
    if application.product:
        require_kind_kept(application.product, application.content)
    return reviews.submit(application, violations, actor=actor)


@by_writers(
    "withdraw",
    to=ProductApplicationState.DRAFT,
    said=replace(reviews.TAKEN_BACK, question=gettext_lazy("Take this application back?")),
)
def withdraw_product_application(
    application: ProductApplication, *, actor: User
) -> ProductApplication:
    """Take back what waits; it is a draft again."""
    return reviews.withdraw(application, actor=actor)


@by_writers("discard", to=ProductApplicationState.DISCARDED, said=reviews.GIVEN_UP)
def discard_product_application(
    application: ProductApplication, *, actor: User
) -> ProductApplication:
    """Give a draft up."""
    return reviews.discard(application, actor=actor)


@by_writers(
    "revise",
    when=reviews.REJECTED,
    unless=partial(reviews.unrevised, rule=RULE),
    said=reviews.REVISED,
)
def revise_product_application(origin: ProductApplication, *, actor: User) -> ProductApplication:
    """A new draft with the content and the documents of the rejected one."""
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
    return reviews.copy_for(origin, copied, actor=actor)


@by_deciders(
    "approve",
    to=ProductApplicationState.APPROVED,
    unless=partial(reviews.sent_in_by_another, rule=RULE),
    said=reviews.APPROVED,
)
def approve_product_application(
    application: ProductApplication, *, actor: User
) -> ProductApplication:
    """Release the product, or change it; a new fee ratio is for orders from now on (R2.6).

    By an operator, never by who sent it in.
    """
    _require_presentable(application)
    if application.kind == ApplicationKind.RELEASE:
        reviews.accept(application, actor=actor, product=_release(application, actor))
    else:
        assert application.product is not None, "the database says so"
        change_product(application.product.number, application.content, actor=actor)
        reviews.accept(application, actor=actor)
    tell(f"product_application_{application.state}", application)
    return application


@by_deciders(
    "reject",
    to=ProductApplicationState.REJECTED,
    unless=partial(reviews.sent_in_by_another, rule=RULE),
    asks=REASON_FOR_SELLER,
    said=reviews.TURNED_DOWN,
)
def reject_product_application(
    application: ProductApplication, reason: str, *, actor: User
) -> ProductApplication:
    """With the reason, which the seller reads."""
    reviews.reject(application, reason, actor=actor, rule=RULE)
    tell(f"product_application_{application.state}", application)
    return application


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
