"""Every page of the admin: who opens it, that it opens, and that nothing is changed on it."""

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

from koogallery.events.mail import send_waiting_notices
from koogallery.models import AccessToken, User
from sellers.models import Order
from sellers.services.access.webhook_replays import send_test
from settlement.models import Bill, ExitRequest, InvariantResult
from settlement.services.banking.taking import take_statement
from settlement.services.bills.adjustments import adjust_bill
from settlement.services.bills.disputes import open_dispute
from settlement.services.deposits import move_deposit
from settlement.services.payouts.batches import create_batch
from settlement.services.recoveries.receivables import pay_receivable
from settlement.services.sealing.roots import sign_day
from tests.sellers.delivery.builders import make_failed_message, make_interface
from tests.settlement.admin.conftest import a_settled_order
from tests.settlement.api.applied import applied_for
from tests.settlement.banking.statements import Row, statement
from tests.settlement.builders import (
    at,
    close,
    make_endpoint,
    make_member,
    make_operator,
    make_order,
    make_product,
    refunded,
)
from tests.standing import standing
from tests.world import a_payout, some_invoices

#: Pages on which something is entered; all others are read.
ENTERED = {User, AccessToken}
OURS = [
    model
    for model in admin.site._registry
    if model._meta.app_label in {"koogallery", "sellers", "settlement"}
]
READ = [model for model in OURS if model not in ENTERED]


def names(models: list[type[Model]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("model", models, ids=lambda model: model._meta.model_name)


def address(model: type[Model], what: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


@standing
def standing_books() -> Bill:
    """A row in every table: a refund that reached deposit, receivable and payment."""
    requester, approver = make_operator("olga"), make_operator("oscar")
    settled_order = a_settled_order()
    seller = settled_order.seller
    make_member(seller, "owner")
    move_deposit(seller.number, "top_up", Decimal(50), "wire 1", actor=requester)
    refunded(settled_order, "900", at(2, 10), requester, approver)
    close(seller, "202602")
    close(seller, "202603")
    receivable = seller.receivables.get()
    pay_receivable(receivable.number, Decimal(5), "wire 2", actor=requester)
    InvariantResult.objects.create(name="x", sentence="It holds.", holds=True, checked=1)
    bill = Bill.objects.get(seller=seller, cycle="202601")
    adjust_bill(bill.number, Decimal(1), "difference", actor=requester)
    endpoint = make_endpoint(seller, requester)
    send_test(endpoint.number, actor=requester)
    open_dispute(bill.number, None, "too little", actor=requester)
    applied_for(seller, requester)
    make_interface(delivered := make_product(seller, delivery_method="saas", supervised=False))
    make_failed_message(delivered, "ORD-DELIVERED")
    some_invoices(bill, "1", last=False)
    ExitRequest.objects.create(number="XR-1", seller=seller, requested_by=requester)
    a_payout()
    create_batch("USD", actor=requester)
    take_statement(statement(Row("55.00", text="who knows")), actor=requester)
    send_waiting_notices()
    sign_day()
    return bill


@pytest.fixture
def books(standing_books: Bill, db: None) -> Bill:
    return deepcopy(standing_books)


@pytest.fixture
def requester(standing_books: Bill, db: None) -> User:
    return User.objects.get(username="olga")


@pytest.fixture
def approver(standing_books: Bill, db: None) -> User:
    return User.objects.get(username="oscar")


@pytest.mark.usefixtures("books")
@names(READ)
def test_an_operator_reads_every_list_and_every_page(desk: Client, model: type[Model]) -> None:
    assert desk.get(address(model, "changelist")).status_code == 200
    row = model._default_manager.order_by("-pk").first()
    if row is None:
        assert model._meta.model_name in {
            "approvalrequest",
            "usagerecord",
            "billrun",
            "billpreview",
            "billhold",
            "selfbillingconsent",
            "exportjob",
            "calendarday",
        }
    else:
        assert desk.get(address(model, "change", row.pk)).status_code == 200


@names(READ)
def test_money_is_never_moved_by_a_form_not_even_a_superusers(
    client: Client, books: Bill, model: type[Model]
) -> None:
    client.force_login(User.objects.create_superuser("root"))
    row = model._default_manager.first()
    assert client.get(address(model, "add")).status_code == 403
    assert client.post(address(model, "add"), {}).status_code == 403
    if row:
        assert client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    if row and model._meta.model_name not in {"dispute", "refund"}:
        assert client.post(address(model, "change", row.pk), {}).status_code == 403


@pytest.mark.django_db
@names(OURS)
def test_sellers_and_strangers_do_not_come_in(client: Client, model: type[Model]) -> None:
    for visitor in (None, User.objects.create_user("nobody")):
        if visitor:
            client.force_login(visitor)
        answer = client.get(address(model, "changelist"))
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")


@names([User, AccessToken])
def test_people_and_tokens_are_managed_by_superusers_alone(
    desk: Client, model: type[Model]
) -> None:
    assert desk.get(address(model, "changelist")).status_code == 403
    desk.force_login(User.objects.create_superuser("root"))
    assert desk.get(address(model, "changelist")).status_code == 200


def test_a_bills_lines_are_on_its_page_of_the_console(desk: Client, books: Bill) -> None:
    console = reverse("console:bill-detail", args=[books.number])
    assert f'href="{console}"' in desk.get(address(Bill, "change", books.pk)).content.decode()
    assert "ORD-001" in desk.get(console).content.decode()


@pytest.mark.parametrize("kind", ["refund", "bill", "order", "recovery", "receivable"])
def test_a_list_costs_the_same_queries_however_long(
    desk: Client, books: Bill, requester: User, approver: User, kind: str
) -> None:
    page = next(address(model, "changelist") for model in READ if model._meta.model_name == kind)

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
