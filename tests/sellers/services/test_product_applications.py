"""Products are released and changed by applications (R9.2)."""

from decimal import Decimal
from functools import partial
from itertools import product as combinations
from typing import Any

import pytest
from django.utils import timezone

from koogallery.kit.errors import Conflict, DomainError, Forbidden, InvalidInput
from koogallery.models import Notice, User
from sellers.choices import BillingMode, DeliveryMethod, Role
from sellers.models import Product, ProductApplication, Seller
from sellers.rules.products import offer_violations
from sellers.services.products.catalogue import change_product, delist_product, relist_product
from sellers.services.products.release_applications import (
    approve_product_application,
    edit_product_application,
    reject_product_application,
    revise_product_application,
    start_change,
    start_release,
    submit_product_application,
    withdraw_product_application,
)
from tests.books import execute, refused_by, snapshot
from tests.sellers.applying import PRODUCT, a_member, a_product_application
from tests.world import a_product, a_seller, an_operator, an_order

pytestmark = pytest.mark.django_db

#: R9.2, as it is written: delivery method, then yearly/monthly, one-time, pay-per-use, package.
MATRIX = {
    "saas": "YYYY",
    "license": "YY--",
    "professional_service": "YY--",
    "image": "Y-Y-",
    "hardware": "-Y--",
    "consulting": "YYY-",
    "content_service": "YYY-",
    "cloud_host": "YYY-",
}
CELLS = [
    (method, mode, MATRIX[method][place] == "Y")
    for method, (place, mode) in combinations(DeliveryMethod.values, enumerate(BillingMode.values))
]


@pytest.fixture
def seller() -> Seller:
    return a_seller("S-1")


@pytest.fixture
def mia(seller: Seller) -> User:
    return a_member(seller, "mia", Role.OPERATIONS)


@pytest.fixture
def oscar() -> User:
    return an_operator("oscar")


@pytest.mark.parametrize(("method", "mode", "sold"), CELLS)
def test_R9_2_the_whole_matrix_of_delivery_and_billing(method: str, mode: str, sold: bool) -> None:
    assert (offer_violations(method, [mode]) == []) is sold


@pytest.mark.parametrize(("method", "mode", "sold"), CELLS)
def test_R9_2_the_database_knows_the_same_matrix(
    seller: Seller, mia: User, method: str, mode: str, sold: bool
) -> None:
    start_release("S-1", PRODUCT, actor=mia)
    change = "UPDATE sellers_productapplication SET delivery_method = %(m)s, billing_modes = %(b)s"
    if sold:
        assert execute(change, m=method, b=[mode]) == 1
        return
    with refused_by("a_delivery_method_is_sold_in_its_billing_modes"):
        execute(change, m=method, b=[mode])


def test_R9_2_an_approved_application_releases_the_product(
    seller: Seller, mia: User, oscar: User
) -> None:
    sent = a_product_application(seller, mia)
    assert (sent.state, Product.objects.count()) == ("pending_approval", 0)
    done = approve_product_application(sent.number, actor=oscar)
    product = Product.objects.get()
    assert (done.product, product.seller, product.name) == (product, seller, "Firewall")
    assert product.billing_modes == ["package", "yearly_monthly"]
    assert (product.supervised, product.description) == (True, "Keeps strangers out.")
    assert product.fee_ratios.get().platform_fee_ratio == Decimal("0.15")
    assert Notice.objects.latest("pk").kind == "product_application_approved"


@pytest.mark.parametrize("sold", ["before it is sent in", "before it is approved"])
def test_R4_2_R9_3_no_application_changes_the_kind_of_what_has_orders(
    seller: Seller, mia: User, oscar: User, sold: str
) -> None:
    sent = a_product_application(seller, mia)
    product = approve_product_application(sent.number, actor=oscar).product
    assert product
    draft = start_change(product.number, {"supervised": False}, actor=mia)
    if sold == "before it is approved":
        submit_product_application(draft.number, actor=mia)
    an_order(product, "100.00", "2024-02-01", supervision="completed", completed="2024-02-01")
    decide = {
        "before it is sent in": partial(submit_product_application, actor=mia),
        "before it is approved": partial(approve_product_application, actor=oscar),
    }
    with pytest.raises(Conflict) as refusal:
        decide[sold](draft.number)
    assert (refusal.value.code, refusal.value.field) == ("product_has_orders", "supervised")
    assert Product.objects.get().supervised


def test_R2_6_R9_2_a_changed_ratio_is_for_orders_from_the_approval_on(
    seller: Seller, mia: User, oscar: User
) -> None:
    product = approve_product_application(
        a_product_application(seller, mia).number, actor=oscar
    ).product
    assert product
    draft = start_change(product.number, {"platform_fee_ratio": Decimal("0.1")}, actor=mia)
    assert draft.name == "Firewall"
    accepted = {"supervision": "completed", "completed": "2024-02-01"}
    order = an_order(product, "100.00", "2024-02-01", **accepted)
    submit_product_application(draft.number, actor=mia)
    product.refresh_from_db()
    assert product.platform_fee_ratio == Decimal("0.15")
    approve_product_application(draft.number, actor=oscar)
    product.refresh_from_db()
    order.refresh_from_db()
    assert (product.platform_fee_ratio, product.fee_ratios.count()) == (Decimal("0.1"), 2)
    assert (order.platform_fee_ratio, order.fee_ratio_version) == (Decimal("0.15"), 1)


def test_R9_2_nothing_is_released_for_a_seller_who_is_not_certified(oscar: User) -> None:
    seller = a_seller("S-2", certified=None)
    draft = start_release("S-2", PRODUCT, actor=a_member(seller, "nina"))
    with pytest.raises(Conflict) as refusal:
        submit_product_application(draft.number, actor=User.objects.get(username="nina"))
    assert refusal.value.code == "seller_not_certified"


def test_R6_3_R9_2_nothing_is_applied_for_by_a_seller_who_left(seller: Seller, mia: User) -> None:
    Seller.objects.update(left_at=timezone.now())
    with pytest.raises(Conflict) as refusal:
        start_release("S-1", PRODUCT, actor=mia)
    assert refusal.value.code == "seller_has_left"


def test_R9_2_a_rejected_application_is_revised(seller: Seller, mia: User, oscar: User) -> None:
    sent = a_product_application(seller, mia)
    with pytest.raises(InvalidInput):
        reject_product_application(sent.number, "", actor=oscar)
    reject_product_application(sent.number, "Describe what it does.", actor=oscar)
    again = revise_product_application(sent.number, actor=mia)
    assert (again.revises, again.content) == (sent, sent.content)
    edit_product_application(again.number, {"description": "It filters packets."}, actor=mia)
    submit_product_application(again.number, actor=mia)
    assert Notice.objects.latest("pk").facts["reason"] == "Describe what it does."


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"name": " "}, "name", "required"),
        ({"description": ""}, "description", "required"),
        ({"billing_modes": []}, "billing_modes", "required"),
    ],
)
def test_R9_2_what_is_missing_is_named(
    seller: Seller, mia: User, wrong: dict[str, Any], field: str, code: str
) -> None:
    draft = start_release("S-1", {**PRODUCT, **wrong}, actor=mia)
    with pytest.raises(InvalidInput) as refusal:
        submit_product_application(draft.number, actor=mia)
    assert [(each.field, each.code) for each in refusal.value.violations] == [(field, code)]


def test_R9_2_what_waits_is_withdrawn_and_decided_by_another_operator(
    seller: Seller, mia: User, oscar: User
) -> None:
    sent = a_product_application(seller, oscar)
    before = snapshot()
    with pytest.raises(Forbidden):
        approve_product_application(sent.number, actor=oscar)
    assert snapshot() == before
    assert withdraw_product_application(sent.number, actor=mia).state == "draft"
    with refused_by("a_submitted_product_application_has_its_submitter"):
        execute("UPDATE sellers_productapplication SET state = 'pending_approval'")


def test_R9_2_a_product_has_one_open_change(seller: Seller, mia: User) -> None:
    product = a_product(seller)
    start_change(product.number, {}, actor=mia)
    with pytest.raises(Conflict) as refusal:
        start_change(product.number, {}, actor=mia)
    assert refusal.value.code == "a_product_has_one_open_change"


def test_R9_2_an_application_is_of_its_products_seller(seller: Seller, mia: User) -> None:
    start_change(a_product(seller).number, {}, actor=mia)
    with refused_by("an_application_is_of_its_products_seller"):
        execute(
            "UPDATE sellers_productapplication SET seller_id = %(other)s", other=a_seller("S-2").pk
        )


@pytest.mark.parametrize("role", [Role.FINANCE, Role.VIEWER])
def test_R9_2_owners_and_operations_apply(seller: Seller, role: Role) -> None:
    with pytest.raises(Forbidden):
        start_release("S-1", PRODUCT, actor=a_member(seller, "finn", role))


def test_R9_2_a_seller_delists_and_lists_again_what_it_delisted_itself(
    seller: Seller, mia: User, oscar: User
) -> None:
    product = a_product(seller)
    assert not delist_product(product.number, actor=mia).is_listed
    assert relist_product(product.number, actor=mia).is_listed
    change_product(product.number, {"listed": False}, actor=oscar)
    before = snapshot()
    with pytest.raises(Conflict) as refusal:
        relist_product(product.number, actor=mia)
    assert (refusal.value.code, snapshot()) == ("delisted_by_operations", before)
    with pytest.raises(DomainError) as unknown:
        delist_product(product.number, actor=a_member(a_seller("S-2"), "stranger"))
    assert unknown.value.status == 404


def test_R9_2_the_states_are_the_rules() -> None:
    assert set(ProductApplication.STATES) == {
        "draft",
        "pending_approval",
        "approved",
        "rejected",
        "discarded",
    }
