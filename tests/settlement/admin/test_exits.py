"""Sellers who want to leave, as operators see them: ready or waiting, refused or let go (R6.3)."""

import pytest
from django.test import Client
from django.urls import reverse

from koogallery.models import User
from sellers.choices import Role
from sellers.models import Member, Product, Seller
from sellers.services.products.catalogue import change_product
from settlement.models import ExitRequest
from settlement.services.exits import request_exit
from tests import world

pytestmark = pytest.mark.django_db

LIST = reverse("admin:settlement_exitrequest_changelist")


@pytest.fixture
def seller() -> Seller:
    return world.a_seller("S-1")


@pytest.fixture
def product(seller: Seller) -> Product:
    return change_product(world.a_product(seller).number, {"listed": False}, actor=None)


@pytest.fixture
def wish(seller: Seller, product: Product) -> ExitRequest:
    mia = User.objects.create_user("mia")
    Member.objects.create(seller=seller, user=mia, role=Role.OWNER)
    return request_exit("S-1", "We sell elsewhere", actor=mia)


def page_of(row: ExitRequest) -> str:
    return reverse("admin:settlement_exitrequest_change", args=[row.pk])


def queues(desk: Client) -> list[str]:
    found = [each.queue.title for each in desk.get("/admin/").context["queues"]]
    return [title for title in found if title.startswith("Sellers who want to leave")]


def test_R6_3_who_is_ready_is_let_go_from_the_request(desk: Client, wish: ExitRequest) -> None:
    assert queues(desk) == ["Sellers who want to leave: ready"]
    assert wish.number in desk.get(LIST).text
    assert wish.number not in desk.get(f"{LIST}?state=waiting").text
    page = desk.get(page_of(wish)).text
    leave = reverse("admin:sellers_seller_decide", args=[wish.seller.pk, "leave"])
    for shown in ("Nothing is open: it can leave", "We sell elsewhere", leave):
        assert shown in page, shown
    seller_page = desk.get(reverse("admin:sellers_seller_change", args=[wish.seller.pk])).text
    assert page_of(wish) in seller_page


def test_R6_3_with_whom_something_is_open_waits(
    desk: Client, wish: ExitRequest, product: Product
) -> None:
    world.an_order(product, "10", None, number="O-1")
    assert queues(desk) == ["Sellers who want to leave: waiting"]
    assert wish.number not in desk.get(LIST).text
    assert wish.number in desk.get(f"{LIST}?state=waiting").text
    page = desk.get(page_of(wish)).text
    assert "1 order is not billed yet: O-1." in page
    assert "Let the seller leave" not in page


def test_R6_3_a_request_is_refused_with_its_reason(desk: Client, wish: ExitRequest) -> None:
    refuse = reverse("admin:settlement_exitrequest_decide", args=[wish.pk, "refuse"])
    assert "reads the reason" in desk.get(refuse).text
    desk.post(refuse, {"reason": "A claim is pending"})
    wish.refresh_from_db()
    assert (wish.state, wish.answer) == ("refused", "A claim is pending")
    assert queues(desk) == []
    assert wish.number in desk.get(f"{LIST}?state=refused").text
