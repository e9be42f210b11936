"""Whose language a page is in: the account's, the browser's choice, what the browser asks for."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from koogallery.models import User

pytestmark = pytest.mark.django_db

CHINESE = "zh-CN,zh;q=0.9,en;q=0.8"


@pytest.fixture
def user() -> User:
    made: User = get_user_model().objects.create_user("lin", password="x")
    return made


def language_of(client: Client, accepted: str = "", path: str = "/accounts/login/") -> str:
    answer = client.get(path, headers={"accept-language": accepted})
    assert f'<html lang="{answer["Content-Language"]}"' in answer.text
    return answer["Content-Language"]


def test_it_is_english_unless_the_browser_asks(client: Client) -> None:
    assert language_of(client) == "en"
    assert language_of(client, CHINESE) == "zh-hans"
    assert language_of(client, "fr, zh-Hant;q=0.5") == "zh-hans"
    assert language_of(client, "en, zh;q=0.5") == "en"


def test_a_choice_is_remembered_and_leads_back(client: Client) -> None:
    answer = client.post("/language/", {"language": "zh-hans", "next": "/accounts/login/?next=/"})

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/")
    assert language_of(client, "en") == "zh-hans"


def test_the_accounts_choice_follows_its_user(client: Client, user: User) -> None:
    client.force_login(user)
    client.post("/language/", {"language": "zh-hans"})
    elsewhere = Client()
    elsewhere.force_login(user)

    assert language_of(elsewhere, "en", "/nowhere/") == "zh-hans"


@pytest.mark.parametrize("language", ["fr", "", "zh-hans\0"])
def test_an_unknown_language_changes_nothing(client: Client, language: str) -> None:
    assert client.post("/language/", {"language": language}).status_code == 400
    assert "language" not in client.cookies


def test_a_link_cannot_change_the_language(client: Client) -> None:
    assert client.get("/language/").status_code == 405


def test_the_admin_speaks_as_its_user_chose_there(client: Client, user: User) -> None:
    user.is_staff = user.is_superuser = True
    user.save()
    client.force_login(user)
    home = client.get("/admin/", headers={"accept-language": "en"})
    assert home["Content-Language"] == "en"
    assert 'action="/language/"' in home.text

    answer = client.post("/language/", {"language": "zh-hans", "next": "/admin/"})

    assert answer["Location"] == "/admin/"
    assert client.get("/admin/", headers={"accept-language": "en"})["Content-Language"] == "zh-hans"
    lost = client.get("/admin/nowhere/")
    assert (lost.status_code, 'href="/admin/find/"' in lost.text) == (404, True)
    assert lost.text.count("没有此页面") == 1


def test_the_api_is_english_unless_it_is_asked(client: Client, user: User) -> None:
    client.post("/language/", {"language": "zh-hans"})

    assert client.get("/api/v1/bills/")["Content-Language"] == "en"
    assert (
        client.get("/api/v1/bills/", headers={"accept-language": CHINESE})["Content-Language"]
        == "zh-hans"
    )


def test_a_refusal_of_the_api_is_english_unless_it_is_asked(client: Client, user: User) -> None:
    client.force_login(user)

    def refused(accepted: str) -> str:
        answer = client.get("/api/v1/nowhere/", headers={"accept-language": accepted})
        return str(answer.json()["detail"])

    assert refused("") == "There is no such address; every address ends with a slash."
    assert refused(CHINESE) == "没有这个地址；每个地址都以斜杠结尾。"


def test_one_request_does_not_colour_the_next(client: Client) -> None:
    client.get("/accounts/login/", headers={"accept-language": CHINESE})

    assert language_of(client) == "en"


def test_the_apis_documentation_is_english(client: Client, user: User) -> None:
    client.force_login(user)
    answer = client.get("/api/v1/docs/", headers={"accept-language": CHINESE})

    assert answer["Content-Language"] == "en"
