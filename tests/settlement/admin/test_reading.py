"""Lists and pages of the admin: who opens them, what they lead to, what they cost."""

from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from koogallery.models import AccessToken, User
from sellers.models import Order, Seller
from settlement.models import Bill, BillHold
from settlement.services.deposits import move_deposit
from settlement.services.recoveries.receivables import pay_receivable
from tests.settlement.admin.conftest import a_settled_order
from tests.settlement.builders import (
    at,
    close,
    make_operator,
    make_order,
    refunded,
)
from tests.standing import standing

OURS = [
    model
    for model in admin.site._registry
    if model._meta.app_label in {"koogallery", "sellers", "settlement"}
]


def names(models: list[type[Model]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("model", models, ids=lambda model: model._meta.model_name)


def address(model: type[Model], what: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


@standing
def standing_books() -> Bill:
    """A refund that reached deposit, receivable and payment."""
    requester, approver = make_operator("olga"), make_operator("oscar")
    settled_order = a_settled_order()
    seller = settled_order.seller
    move_deposit(seller.number, "top_up", Decimal(50), "wire 1", actor=requester)
    refunded(settled_order, "900", at(2, 10), requester, approver)
    close(seller, "202602")
    close(seller, "202603")
    pay_receivable(seller.receivables.get().number, Decimal(5), "wire 2", actor=requester)
    return Bill.objects.get(seller=seller, cycle="202601")


@pytest.fixture
def books(standing_books: Bill, db: None) -> Bill:
    return deepcopy(standing_books)


@pytest.fixture
def requester(standing_books: Bill, db: None) -> User:
    return User.objects.get(username="olga")


@pytest.fixture
def approver(standing_books: Bill, db: None) -> User:
    return User.objects.get(username="oscar")


@pytest.mark.django_db
def test_sellers_and_strangers_do_not_come_in(client: Client) -> None:
    for visitor in (None, User.objects.create_user("nobody")):
        if visitor:
            client.force_login(visitor)
        for model in OURS:
            answer = client.get(address(model, "changelist"))
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")


@names([User, AccessToken])
def test_people_and_tokens_are_managed_by_superusers_alone(
    desk: Client, model: type[Model]
) -> None:
    assert desk.get(address(model, "changelist")).status_code == 403
    desk.force_login(User.objects.create_superuser("root"))
    assert desk.get(address(model, "changelist")).status_code == 200


def test_lists_write_months_countries_and_answers_as_people_do(desk: Client, books: Bill) -> None:
    chinese = {"accept-language": "zh-hans"}
    for model, said in ((Bill, "2026年1月"), (Seller, "新加坡 (SG)"), (BillHold, "目前没有记录。")):
        page = desk.get(address(model, "changelist"), headers=chinese).text
        assert said in page
        assert f"共 {model._default_manager.count()} 条" in page


def test_a_bills_lines_are_on_its_page_of_the_console(desk: Client, books: Bill) -> None:
    console = reverse("console:bill-detail", args=[books.number])
    assert f'href="{console}"' in desk.get(address(Bill, "change", books.pk)).content.decode()
    assert "ORD-001" in desk.get(console).content.decode()


@pytest.mark.parametrize("kind", ["refund", "bill", "order", "recovery", "receivable"])
def test_a_list_costs_the_same_queries_however_long(
    desk: Client, books: Bill, requester: User, approver: User, kind: str
) -> None:
    page = next(address(model, "changelist") for model in OURS if model._meta.model_name == kind)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(page, {"state": "all"} if kind == "refund" else {}).status_code == 200
        return len(captured)

    few = queries()
    product = Order.objects.earliest("pk").product
    for day in range(10, 14):
        order = make_order(product, "10", at(4, day))
        close(order.seller, "202604")
        refunded(order, "10", at(1, 1).replace(month=4, day=20), requester, approver)
    for cycle in ("202605", "202606"):
        close(product.seller, cycle)
    assert queries() == few
