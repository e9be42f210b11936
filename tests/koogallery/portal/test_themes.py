import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_without_a_choice_the_browsers_preference_decides(client: Client) -> None:
    assert "data-theme" not in client.get("/accounts/login/").text


def test_a_choice_is_remembered_and_leads_back(client: Client) -> None:
    answer = client.post("/theme/", {"theme": "dark", "next": "/accounts/login/?next=/bills/"})

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/bills/")
    assert '<html lang="en" data-theme="dark">' in client.get("/accounts/login/").text


def test_a_foreign_address_is_not_followed(client: Client) -> None:
    answer = client.post("/theme/", {"theme": "dark", "next": "https://elsewhere.example/"})

    assert answer["Location"] == "/"


def test_an_unknown_theme_changes_nothing(client: Client) -> None:
    assert client.post("/theme/", {"theme": "neon"}).status_code == 400
    assert "theme" not in client.cookies


def test_a_link_cannot_change_the_theme(client: Client) -> None:
    assert client.get("/theme/").status_code == 405
