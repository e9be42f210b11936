"""The admin's navigation: everything that has a page of its own, for whoever may open it."""

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

from koogallery.admin.navigation import GROUPS, PAGES, navigation
from koogallery.duties import OperatorRole
from koogallery.models import User

pytestmark = pytest.mark.django_db


def operator(*roles: OperatorRole, is_superuser: bool = False) -> User:
    return User.objects.create(
        username="olga", is_staff=True, is_superuser=is_superuser, operator_roles=list(roles)
    )


def offered(user: User) -> dict[str, list[str]]:
    request = RequestFactory().get("/admin/")
    request.user = user
    return {
        group["title"]: [item["title"] for item in group["items"]]
        for group in navigation(request)
        if "title" in group
    }


def test_whatever_django_lists_is_offered_once() -> None:
    request = RequestFactory().get("/admin/")
    request.user = operator(is_superuser=True)
    listed = [
        row["model"]._meta.label
        for app in admin.site.get_app_list(request)
        for row in app["models"]
    ]
    assert sorted(listed) == sorted(
        label for labels in GROUPS.values() for label in labels if label not in PAGES
    )


def test_an_operator_is_offered_what_their_duties_open() -> None:
    offers = offered(operator(OperatorRole.REFUND_OFFICER))
    assert offers["Refunds"] == [
        "Refunds",
        "Recoveries",
        "Receivables",
        "Deposits",
        "Deposit movements",
    ]
    assert "Books" not in offers
    assert "Users" not in offers.get("People and record", [])


def test_every_link_opens_for_who_is_offered_it(client: Client) -> None:
    user = operator(is_superuser=True)
    client.force_login(user)
    shown = client.get(reverse("admin:index")).content.decode()
    assert "The month" in shown
    request = RequestFactory().get("/admin/")
    request.user = user
    links = [item["link"] for group in navigation(request) for item in group["items"]]
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
