"""No way past the services: what the admin's pages offer, refuse and say of themselves."""

from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import reverse

from koogallery.models import AccessToken, Act, User
from sellers.models import Member, Product, Seller
from settlement.models import Refund
from settlement.services.refunds import lifecycle
from tests.settlement.builders import (
    at,
    make_member,
    make_operator,
    make_order,
    make_product,
    make_seller,
)
from tests.tables import every_table

#: Actions on several rows, each of which calls one service a row.
TOGETHER = {"approve_together", "look_together"}
OURS = [
    model
    for model in admin.site._registry
    if model._meta.app_label in {"koogallery", "sellers", "settlement"}
]


@pytest.mark.django_db
@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.model_name)
def test_no_page_writes_but_by_a_service(model: type[Model]) -> None:
    request = RequestFactory().get("/")
    request.user = User(username="root", is_staff=True, is_superuser=True, is_active=True)
    page: Any = admin.site._registry[model]
    may = (
        page.has_add_permission(request),
        page.has_change_permission(request),
        page.has_delete_permission(request),
    )
    assert may == (False, False, False)
    assert set(page.get_actions(request)) <= TOGETHER


@pytest.fixture
def boss(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("root"))
    return client


def test_an_index_of_an_app_leads_home_and_a_list_is_called_by_its_rows(boss: Client) -> None:
    answer = boss.get("/admin/settlement/")
    assert (answer.status_code, answer["Location"]) == (302, reverse("admin:index"))
    shown = boss.get("/admin/settlement/bill/")
    assert shown.context["title"] == "Bills"


def test_a_history_is_the_record_of_acts(boss: Client) -> None:
    seller = make_seller()
    page = f"/admin/sellers/seller/{seller.pk}"
    answer = boss.get(f"{page}/history/")
    found = f"/admin/koogallery/act/?object_kind=seller&q={seller.number}"
    assert (answer.status_code, answer["Location"]) == (302, found)
    assert boss.get("/admin/sellers/seller/0/history/").status_code == 404
    clerk = make_operator("vera")
    User.objects.filter(pk=clerk.pk).update(operator_roles=["viewer"])
    boss.force_login(clerk)
    assert boss.get(f"{page}/history/")["Location"] == f"{page}/change/"


def test_the_last_owner_is_neither_removed_nor_demoted(boss: Client) -> None:
    seller = make_seller()
    make_member(seller, "owner")
    page = f"/admin/sellers/member/{Member.objects.get().pk}"
    for verb, sent in (("remove", {}), ("role", {"role": "viewer"})):
        before = every_table()
        boss.post(f"{page}/{verb}/decide/", sent)
        assert every_table() == before
    make_member(seller, "second")
    boss.post(f"{page}/remove/decide/")
    assert [each.user.username for each in Member.objects.all()] == ["second"]
    assert Act.objects.latest("pk").verb == "removed"


def test_a_member_is_invited_on_the_sellers_page(boss: Client) -> None:
    seller = make_seller()
    invite = f"/admin/sellers/seller/{seller.pk}/member/decide/"
    boss.post(invite, {"email": "nowhere", "role": "viewer"})
    assert not seller.invitations.exists()
    boss.post(invite, {"email": "a@b.example", "role": "viewer"})
    found = seller.invitations.get()
    assert (found.email, found.role, seller.members.count()) == ("a@b.example", "viewer", 0)
    assert boss.get("/admin/sellers/member/add/").status_code == 403


def test_sellers_products_and_ratios_are_entered(boss: Client) -> None:
    entered = {
        "company_name": "Łódź Cloud",
        "country": "PL",
        "settlement_currency": "USD",
        "withholding_tax_rate": "0.05",
        "digital_service_tax_rate": "0",
        "required_deposit": "500",
    }
    boss.post("/admin/sellers/seller/register/", entered)
    seller = Seller.objects.get()
    assert (seller.company_name, str(seller.withholding_tax_rate)) == ("Łódź Cloud", "0.050000")
    page = f"/admin/sellers/seller/{seller.pk}"
    shown = boss.get(f"{page}/change/decide/").context["form"]
    sent = {name: field.value() for name in shown.fields if (field := shown[name])}
    sent = {name: value for name, value in sent.items() if value is not None}
    boss.post(f"{page}/change/decide/", {**sent, "required_deposit": "700"})
    seller.refresh_from_db()
    assert (int(seller.required_deposit), seller.company_name) == (700, "Łódź Cloud")
    assert Act.objects.latest("pk").changes.keys() == {"required_deposit"}
    stale = boss.post(f"{page}/change/decide/", {**sent, "company_name": "Other"})
    assert "changed by somebody else" in stale.text
    bad = boss.post("/admin/sellers/seller/register/", {**entered, "country": "Poland"})
    assert bad.context["form"].errors["country"]

    product = {
        "seller": seller.number,
        "name": "Firewall",
        "delivery_method": "saas",
        "platform_fee_ratio": "0.2",
    }
    boss.post("/admin/sellers/product/register/", product)
    made = Product.objects.get()
    ratio = {"platform_fee_ratio": "0.1", "valid_from": "2026-12-31T00:00:00"}
    boss.post(f"/admin/sellers/product/{made.pk}/ratio/decide/", ratio)
    since = [str(each.valid_from) for each in made.fee_ratios.filter(version=2)]
    assert since == ["2026-12-30 16:00:00+00:00"]


def test_R3_2_an_order_is_corrected_until_it_is_billed(boss: Client, settled_order: Any) -> None:
    page = f"/admin/sellers/order/{settled_order.pk}"
    assert "which is never rewritten" in boss.get(f"{page}/change/").text
    before = every_table()
    boss.post(f"{page}/correct/decide/", {"paid_amount": "5"})
    assert every_table() == before
    order = make_order(make_product(make_seller()), "50", at(2, 3))
    page = f"/admin/sellers/order/{order.pk}/correct/decide/"
    form = boss.get(page).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent = {name: value for name, value in sent.items() if value is not None}
    boss.post(page, {**sent, "customer_name": "Northwind"})
    order.refresh_from_db()
    assert (order.customer_name, order.effective_at) == ("Northwind", at(2, 3))
    assert Act.objects.latest("pk").changes == {"customer_name": ["Fabrikam", "Northwind"]}


def test_R4_5_a_refund_is_applied_for_and_reported_as_paid_out(
    desk: Client, refund: Refund, approver: User
) -> None:
    order = refund.order
    ask = f"/admin/sellers/order/{order.pk}/refund/decide/"
    desk.post(ask, {"amount": "10", "reason": "broken", "special_agreement": "contract 8"})
    asked = Refund.objects.latest("pk")
    assert (int(asked.amount), asked.requested_by) == (10, approver)
    page = f"/admin/settlement/refund/{refund.pk}"
    assert "complete" not in {
        each.verb for each in desk.get(f"{page}/change/").context["decisions"]
    }
    desk.post(f"{page}/complete/decide/", {"refunded_at": "2026-02-10T10:00:00"})
    assert Refund.objects.get(pk=refund.pk).state == "operator_review"
    lifecycle.approve_refund(refund.number, "fine", actor=approver)
    desk.post(f"{page}/complete/decide/", {"refunded_at": "2026-02-10T10:00:00"})
    done = Refund.objects.get(pk=refund.pk)
    assert (done.state, done.refunded_at) == ("refunded", at(2, 10))


def test_tokens_and_people_stay_with_who_manages_people(desk: Client) -> None:
    for model in (User, AccessToken):
        options = model._meta
        name = f"admin:{options.app_label}_{options.model_name}_changelist"
        assert desk.get(reverse(name)).status_code == 403
