"""Leaving, in the console: what is open, the request, and what came of it (R6.3)."""

from decimal import Decimal

import pytest
from django.test import Client

from koogallery.approvals import done
from koogallery.models import User
from sellers.choices import Role
from sellers.models import Product, Seller
from sellers.services.products.catalogue import change_product
from settlement.models import DepositMovement, ExitRequest, Payout
from settlement.portal.leaving import BILLED_NEXT, ENDED_BY, PAGES
from settlement.rules.exits import OPEN
from settlement.services.banking.taking import take_statement
from settlement.services.exits import exit_seller, refuse_exit
from settlement.services.payouts.outcomes import pay_again
from tests import world
from tests.settlement.banking.statements import report
from tests.settlement.builders import make_member, make_operator
from tests.settlement.services.test_payouts import sent

pytestmark = pytest.mark.django_db

PAGE = "/exits/S-1/"


@pytest.fixture
def seller() -> Seller:
    seller = world.a_seller("S-1")
    world.a_deposit(seller, "120.50")
    return seller


@pytest.fixture
def product(seller: Seller) -> Product:
    return world.a_product(seller)


@pytest.fixture
def mia(seller: Seller) -> User:
    return make_member(seller, "mia", Role.OWNER)


@pytest.fixture
def console(client: Client, mia: User) -> Client:
    client.force_login(mia)
    return client


def delist(product: Product) -> None:
    change_product(product.number, {"listed": False}, actor=None)


def test_R6_3_the_page_names_all_that_is_open_and_what_comes_first(
    console: Client, product: Product
) -> None:
    world.an_order(product, "10", None, number="O-1")
    assert f'href="{PAGE}"' in console.get("/settings/company/").text
    page = console.get(PAGE).text
    for shown in (
        "Take your products off the catalogue first",
        "1 product is still listed",
        f'href="/products/{product.number}/"',
        "1 order is not billed yet",
        'href="/orders/O-1/"',
        "at the earliest",
        "120.50",
        "The exit is final",
    ):
        assert shown in page, shown
    assert "Ask to leave…" not in page
    refused = console.post(f"{PAGE}request/", {"reason": ""})
    assert "1 product is still listed" in refused.text
    assert not ExitRequest.objects.exists()


def test_R6_3_an_owner_asks_withdraws_and_asks_again(console: Client, product: Product) -> None:
    delist(product)
    world.an_order(product, "10", None, number="O-1")
    assert "Ask to leave…" in console.get(PAGE).text
    assert "cannot register again" in console.get(f"{PAGE}request/").text
    asked = console.post(f"{PAGE}request/", {"reason": "We sell elsewhere"})
    assert asked["Location"] == PAGE
    wish = ExitRequest.objects.get()
    page = console.get(PAGE).text
    assert "You asked to leave; this is still to be settled" in page
    assert "Ask to leave…" not in page
    assert console.post(f"/exit-requests/{wish}/withdraw/")["Location"] == PAGE
    wish.refresh_from_db()
    assert wish.state == "withdrawn"
    page = console.get(PAGE).text
    assert "Ask to leave…" in page
    assert page.count("Withdrawn") == 2  # the state, and in the history

    console.post(f"{PAGE}request/", {"reason": ""})
    again = ExitRequest.objects.get(state="requested")
    refuse_exit(again.number, "A claim is pending", actor=make_operator("oscar-o"))
    page = console.get(PAGE).text
    assert "Your request was refused" in page
    assert "A claim is pending" in page
    assert "Ask to leave…" in page


def test_R6_3_once_nothing_is_open_it_waits_for_operators_and_then_has_left(
    console: Client, product: Product
) -> None:
    delist(product)
    console.post(f"{PAGE}request/", {"reason": ""})
    assert "nothing is open any more" in console.get(PAGE).text
    assert "Your way to the first bill" in console.get("/overview/").text
    done(exit_seller("S-1", actor=make_operator("oscar-o")))
    payout = Payout.objects.get()
    page = console.get(PAGE).text
    for shown in ("left KooGallery on", "120.50", f'href="/payouts/{payout.number}/"', "Planned"):
        assert shown in page, shown
    assert "The exit is final" not in page
    assert payout.amount == abs(DepositMovement.objects.get(kind="return").change)
    assert payout.amount == Decimal("120.50")
    assert "Left KooGallery on" in console.get("/settings/company/").text
    overview = console.get("/overview/").text
    assert not any(shown in overview for shown in ("Your way to the first bill", "Next bill:"))
    assert console.get("/bills/").status_code == 200
    assert "left on" in console.post(f"{PAGE}request/", {"reason": ""}).text


@pytest.mark.parametrize("role", [Role.FINANCE, Role.VIEWER])
def test_R6_3_others_read_and_owners_ask(client: Client, product: Product, role: Role) -> None:
    delist(product)
    client.force_login(make_member(product.seller, "bob", role))
    page = client.get(PAGE).text
    assert "An owner of your company asks to leave" in page
    assert "Ask to leave…" not in page
    assert client.get(f"{PAGE}request/").status_code == 403
    client.force_login(make_member(world.a_seller("S-2"), "stranger"))
    assert client.get(PAGE).status_code == 404


def test_every_obstacle_has_its_turn_and_its_page() -> None:
    assert set(ENDED_BY) == set(PAGES) == set(OPEN)
    assert set(OPEN) > BILLED_NEXT


def test_R6_3_a_deposit_whose_payment_failed_needs_the_seller_until_it_is_paid_again(
    console: Client, product: Product
) -> None:
    delist(product)
    world.a_certified_account(product.seller)
    olga = world.an_operator()
    done(exit_seller("S-1", actor=olga))
    failed = sent(Payout.objects.get())
    assert failed.batch
    said = report(failed.batch.number, "RJCT", reason="AC04", end_to_end_id=failed.number)
    take_statement(said, actor=olga)
    task = "The payment of your deposit failed"
    page = console.get("/overview/").text
    assert task in page
    assert f'href="/payouts/{failed.number}/"' in page
    assert "AC04 The account is closed." in console.get(f"/payouts/{failed.number}/").text
    again = pay_again(failed.number, "cleared up", actor=olga)
    assert task not in console.get("/overview/").text
    page = console.get(f"/payouts/{failed.number}/").text
    assert f'href="/payouts/{again.number}/"' in page
    assert "Check the bank account" not in page


def test_R6_3_what_is_open_is_told_in_chinese(client: Client, mia: User, product: Product) -> None:
    client.force_login(mia)
    page = client.get(PAGE, headers={"accept-language": "zh-hans"}).text
    for shown in ("退出 KooGallery", "1 个商品仍在上架", "请先下架您的商品"):
        assert shown in page, shown
