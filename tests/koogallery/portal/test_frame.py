"""Signing in and out, arriving, and the pages of refusal."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from koogallery.models import User
from koogallery.portal.navigation import NAVIGATION
from tests.settlement.builders import make_member, make_operator, make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def member() -> User:
    user = make_member(make_seller(), "lina")
    user.set_password("correct horse")
    user.save()
    return user


@pytest.fixture
def operator() -> User:
    return make_operator("olga")


def test_a_stranger_is_sent_to_sign_in_and_back(client: Client, member: User) -> None:
    assert client.get("/bills/")["Location"] == "/accounts/login/?next=/bills/"

    answer = client.post(
        "/accounts/login/?next=/bills/",
        {"username": "lina", "password": "correct horse", "next": "/bills/"},
    )
    assert answer["Location"] == "/bills/"


def test_a_wrong_password_is_told_without_saying_which_half_is_wrong(
    client: Client, member: User
) -> None:
    unknown = client.post("/accounts/login/", {"username": "nobody", "password": "x"})
    wrong = client.post("/accounts/login/", {"username": "lina", "password": "x"})

    told = "This user name and password do not belong together."
    assert told in unknown.text
    assert told in wrong.text
    assert "_auth_user_id" not in client.session


def test_signing_out_takes_a_post(client: Client, member: User) -> None:
    client.force_login(member)

    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in client.session


def test_members_arrive_at_their_overview_operators_in_the_admin(
    client: Client, member: User, operator: User
) -> None:
    client.force_login(member)
    assert client.get("/")["Location"] == "/overview/"
    client.force_login(operator)
    assert client.get("/")["Location"] == "/admin/"


def test_every_entry_of_the_navigation_answers(client: Client, member: User) -> None:
    client.force_login(member)

    pages = [reverse(entry.page) for section in NAVIGATION for entry in section.entries]
    answers = {page: client.get(page, follow=True).status_code for page in pages}
    assert answers == dict.fromkeys(pages, 200)


def test_the_navigation_marks_where_one_is(client: Client, member: User) -> None:
    client.force_login(member)

    assert '<a href="/bills/" aria-current="page">Bills</a>' in client.get("/bills/").text


def test_a_page_prints_the_settlement_time_zone(client: Client, member: User) -> None:
    client.force_login(member)

    assert "settlement time zone <strong>Asia/Shanghai</strong>" in client.get("/bills/").text


def test_an_unknown_address_says_so_within_the_frame(client: Client, member: User) -> None:
    client.force_login(member)
    answer = client.get("/nowhere/")

    assert answer.status_code == 404
    assert "There is no such page here" in answer.text
    assert 'aria-label="Console"' in answer.text


def test_the_page_of_a_failure_needs_neither_request_nor_database() -> None:
    assert "Something failed on our side" in render_to_string("500.html")


def test_a_form_that_is_too_old_is_refused_and_says_so() -> None:
    answer = Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"})

    assert answer.status_code == 403
    assert "Please send it again" in answer.text


@pytest.mark.parametrize("page", ["/accounts/login/", "/bills/"])
def test_pages_obey_a_strict_content_security_policy(
    client: Client, member: User, page: str
) -> None:
    client.force_login(member)
    answer = client.get(page) if page == "/bills/" else Client().get(page)

    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    for inline in ("<style", " style=", "<script>", " onclick="):
        assert inline not in answer.text
    assert answer.text.count("<script") == answer.text.count('<script src="/static/')
