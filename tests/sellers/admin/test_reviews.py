"""The operators' queues and decisions on sellers and products (R9.1, R9.2, R6.3)."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from koogallery.models import User
from sellers.models import BankAccount, Certification, Product, Seller
from sellers.services.companies.bank_accounts import (
    approve_bank_account,
    check_bank_account,
    request_bank_account,
)
from sellers.services.companies.certifications import approve_certification, reject_certification
from sellers.services.products.release_applications import (
    approve_product_application,
    start_change,
    submit_product_application,
)
from settlement.services.deposits import move_deposit
from tests.books import snapshot
from tests.sellers.applying import (
    BANK,
    a_certification,
    a_member,
    a_product_application,
    an_application,
)
from tests.settlement.admin.answering import answered
from tests.world import a_product, a_seller, an_operator, an_order

NEW = {**BANK, "account_number": "SG47110815", "swift_code": "DBSSSGSG"}


@pytest.fixture
def seller(db: None) -> Seller:
    return a_seller("S-1", certified=None)


@pytest.fixture
def mia(seller: Seller) -> User:
    return a_member(seller, "mia")


@pytest.fixture
def oscar(db: None) -> User:
    return an_operator("oscar")


@pytest.fixture
def desk(client: Client, oscar: User) -> Client:
    client.force_login(oscar)
    return client


def page(row: Model) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def question(row: Model, verb: str) -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_decide"
    return reverse(name, args=[row.pk, verb])


def queue(model: type[Model]) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def told(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def shown(desk: Client, address: str, **query: str) -> list[Any]:
    return list(desk.get(address, query).context["cl"].result_list)


def test_R9_1_a_certification_is_read_beside_what_is_certified_and_decided(
    desk: Client, seller: Seller, mia: User, oscar: User
) -> None:
    sent = a_certification(seller, mia)
    assert shown(desk, queue(Certification)) == [sent]
    html = desk.get(page(sent)).text
    assert "DE89370400440532013000" in html
    assert "licence.pdf" in html
    assert question(sent, "approve") in html and question(sent, "reject") in html
    asked = desk.get(question(sent, "approve")).text
    assert "Money goes to the account below at once" in asked
    answer = desk.post(question(sent, "approve"))
    assert told(answer) == ["The certification is approved."]
    sent.refresh_from_db()
    assert (sent.state, sent.decided_by) == ("certified", oscar)
    assert shown(desk, queue(Certification)) == []
    assert shown(desk, queue(Certification), state="all") == [sent]


def test_R9_1_the_third_rejection_is_announced_and_the_seller_unlocked(
    desk: Client, seller: Seller, mia: User, oscar: User
) -> None:
    for _ in range(2):
        reject_certification(a_certification(seller, mia).number, "Too dark.", actor=oscar)
    sent = a_certification(seller, mia)
    html = desk.get(page(sent)).text
    assert (
        "Rejected twice in a row: one more rejection locks the certification." in html
        and "Too dark." in html
    )
    assert "This is the third rejection in a row" in desk.get(question(sent, "reject")).text
    assert desk.post(question(sent, "reject"), {"reason": ""}).status_code == 200
    desk.post(question(sent, "reject"), {"reason": "Still too dark."})
    html = desk.get(page(seller)).text
    assert "Its certification is locked" in html and question(seller, "unlock") in html
    assert "Still too dark." in desk.get(question(seller, "unlock")).text
    answer = desk.post(question(seller, "unlock"), {"reason": "The scanner was broken."})
    assert "Unlocked." in told(answer)[0]
    assert question(seller, "unlock") not in desk.get(page(seller)).text


def test_R9_1_whoever_sent_it_in_gets_no_button_and_a_crafted_post_is_refused(
    desk: Client, seller: Seller, oscar: User
) -> None:
    sent = a_certification(seller, oscar)
    html = desk.get(page(sent)).text
    assert question(sent, "approve") not in html
    assert "another operator has to decide it" in html
    before = snapshot()
    for verb, body in (("approve", {}), ("reject", {"reason": "x"})):
        assert told(desk.post(question(sent, verb), body))[-1] == (
            "You submitted it; another operator has to decide it."
        )
    assert snapshot() == before


def test_R9_1_the_operator_who_checked_an_account_does_not_approve_it(
    desk: Client, client: Client, seller: Seller, mia: User, oscar: User
) -> None:
    approve_certification(a_certification(seller, mia).number, actor=an_operator("otto"))
    approve_bank_account(seller.bank_accounts.get().number, actor=an_operator("olga"))
    change = request_bank_account("S-1", NEW, actor=mia)
    assert shown(desk, queue(BankAccount), state="waiting") == [change]
    html = desk.get(page(change)).text
    assert "DE89370400440532013000" in html and "SG47110815" in html
    desk.post(question(change, "check"))
    html = desk.get(page(change)).text
    assert question(change, "approve") not in html
    before = snapshot()
    answer = desk.post(question(change, "approve"))
    assert told(answer)[-1] == "You checked this change; another operator has to approve it."
    assert snapshot() == before
    client.force_login(an_operator("olga"))
    assert told(client.post(question(change, "approve")))[-1] == "The account is approved."
    html = client.get(page(change)).text
    assert "It cools down for" in html and question(change, "stop") in html
    client.post(question(change, "stop"), {"reason": "The owner called."})
    change.refresh_from_db()
    assert change.state == "stopped"


def test_R9_1_operators_without_the_duty_see_the_end_of_an_account_number(
    client: Client, seller: Seller, mia: User, oscar: User
) -> None:
    sent = a_certification(seller, mia)
    approve_certification(sent.number, actor=oscar)
    approve_bank_account(seller.bank_accounts.get().number, actor=an_operator("olga"))
    change = request_bank_account("S-1", NEW, actor=mia)
    check_bank_account(change.number, actor=oscar)
    client.force_login(User.objects.create_user("vera", is_staff=True, operator_roles=["viewer"]))
    for row in (sent, change, seller):
        html = client.get(page(row)).text
        assert "SG47110815" not in html and "DE89370400440532013000" not in html
    assert "•••• 0815" in client.get(page(change)).text


def test_R9_1_an_application_makes_a_seller(desk: Client) -> None:
    lina = User.objects.create_user("lina", email="lina@nordlicht.example")
    sent = an_application(lina)
    assert "Dashboards for wind parks." in desk.get(page(sent)).text
    desk.post(question(sent, "approve"))
    sent.refresh_from_db()
    assert sent.seller
    assert sent.seller.number in desk.get(page(sent)).text


def test_R2_6_R9_2_a_change_is_read_beside_the_product(
    desk: Client, mia: User, seller: Seller, oscar: User
) -> None:
    Seller.objects.update(certified_at=seller.created_at)
    seller.refresh_from_db()
    sent = a_product_application(seller, mia)
    product = approve_product_application(sent.number, actor=an_operator("olga")).product
    assert product
    change = start_change(product.number, {"name": "Firewall Pro"}, actor=mia)
    submit_product_application(change.number, actor=mia)
    html = desk.get(page(change)).text
    assert "<strong>Firewall Pro</strong>" in html
    assert "Firewall Pro" in desk.get(question(change, "approve")).text
    desk.post(question(change, "approve"))
    product.refresh_from_db()
    assert product.name == "Firewall Pro"
    html = desk.get(page(product)).text
    assert change.number in html and "Yearly/monthly" in html


def test_R9_2_operators_delist_and_list_again(desk: Client, seller: Seller) -> None:
    product = a_product(seller)
    desk.post(question(product, "delist"))
    assert not Product.objects.get().is_listed
    assert "Delisted on" in desk.get(page(product)).text
    desk.post(question(product, "relist"))
    assert Product.objects.get().is_listed


def test_R6_3_the_sellers_page_names_what_is_open_with_links_and_then_lets_it_leave(
    desk: Client, oscar: User
) -> None:
    seller = a_seller("S-2")
    product = a_product(seller)
    order = an_order(product, "100.00", None)
    move_deposit("S-2", "top_up", order.sales_amount, "wire", actor=oscar)
    html = desk.get(page(seller)).text
    assert page(product) in html and page(order) in html
    assert question(seller, "leave") not in html
    before = snapshot()
    assert "still open" in told(desk.post(question(seller, "leave")))[0]
    assert snapshot() == before
    other = a_seller("S-3", company="Fabrikam")
    move_deposit("S-3", "top_up", order.sales_amount, "wire 3", actor=oscar)
    assert "100.00 USD" in desk.get(question(other, "leave")).text
    assert "The seller has left" in told(answered(desk, question(other, "leave")))[0]
    other.refresh_from_db()
    assert other.left_at


def test_every_page_asks_the_database_a_constant_number_of_times(
    desk: Client, seller: Seller, mia: User, django_assert_max_num_queries: Any
) -> None:
    sent = a_certification(seller, mia)
    for address in (page(sent), page(seller), queue(Certification)):
        with django_assert_max_num_queries(48):
            desk.get(address)
