"""No page shows a text that nobody can translate, and none is left in English in Chinese."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.utils.translation import trans_real

from koogallery.models import User
from koogallery.urls import console
from sellers.choices import Role
from tests.settlement.builders import make_member, make_seller
from tests.settlement.portal.marketplace import Marketplace, a_marketplace
from tests.settlement.portal.reading import Page, stored_texts, without_data

pytestmark = pytest.mark.django_db

ALL_PAGES = [str(page.name) for page in console]
ALONE = ("/nowhere/", "/search/?q=zz", "/bills/?state=paid")
WORD = re.compile(r"[A-Za-z]{2,}")
#: Two English words without any Chinese beside them, or four in a row.
ENGLISH = re.compile(
    r"\A[^\u4e00-\u9fff]*[A-Za-z]{2,}\W+[A-Za-z]{2,}[^\u4e00-\u9fff]*\Z"
    r"|[A-Za-z]{2,}(?: [A-Za-z]+){3}"
)


@pytest.fixture
def marketplace() -> Marketplace:
    return a_marketplace()


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A language that is English, with every text that can be translated in ⟦ ⟧."""
    catalog = trans_real.DjangoTranslation
    plain, counted = catalog.gettext, catalog.ngettext

    def gettext(self: trans_real.DjangoTranslation, message: str) -> str:
        told = plain(self, message).rpartition(trans_real.CONTEXT_SEPARATOR)[2]
        return f"⟦{told}⟧"

    def ngettext(self: trans_real.DjangoTranslation, one: str, many: str, number: int) -> str:
        return f"⟦{counted(self, one, many, number)}⟧"

    monkeypatch.setattr(catalog, "gettext", gettext)
    monkeypatch.setattr(catalog, "ngettext", ngettext)


def pages(client: Client, marketplace: Marketplace, user: User) -> Iterator[tuple[str, str]]:
    """Every page's name and text; downloads and redirections have none."""
    client.force_login(user)
    for page in ALL_PAGES:
        answer: Any = client.get(marketplace.address(page))
        if answer.streaming:
            answer.getvalue()
        elif answer.status_code == 200 and is_page(answer):
            yield page, answer.content.decode()
    for address in ALONE:
        answer = client.get(address, follow=True)
        yield address, answer.content.decode()


def is_page(answer: HttpResponseBase) -> bool:
    return answer["Content-Type"].startswith("text/html")


def unmarked(page: Page, data: frozenset[str]) -> Iterator[str]:
    """Texts outside ⟦ ⟧ that are neither data nor mere signs."""
    depth = 0
    for text in page.texts:
        outside = ""
        for sign in text:
            depth += (sign == "⟦") - (sign == "⟧")
            outside += sign if depth == 0 and sign != "⟧" else " "
        if WORD.search(without_data(outside, data)):
            yield text.strip()
    for text in page.attributes:
        if WORD.search(without_data(re.sub("⟦.*⟧", " ", text, flags=re.DOTALL), data)):
            yield text


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("role", [Role.OWNER, "operator", "newcomer"])
def test_every_text_of_every_page_can_be_translated(
    client: Client, marketplace: Marketplace, role: str
) -> None:
    user = reader(marketplace, role)
    data = stored_texts()
    found = {
        page: list(dict.fromkeys(unmarked(Page(html), data)))
        for page, html in pages(client, marketplace, user)
    }

    assert len(found) > 15
    assert report(found) == ""


@pytest.mark.usefixtures("marked")
def test_every_answer_to_an_empty_form_can_be_translated(
    client: Client, marketplace: Marketplace
) -> None:
    client.force_login(marketplace.members[Role.OWNER])
    answers = {page: client.post(marketplace.address(page), follow=True) for page in ALL_PAGES}
    data = stored_texts()
    found = {
        page: list(unmarked(Page(answer.content.decode()), data))
        for page, answer in answers.items()
        if is_page(answer)
    }

    assert len(found) > 15
    assert report(found) == ""


@pytest.mark.parametrize("role", [Role.OWNER, "newcomer"])
def test_no_page_is_left_in_english(client: Client, marketplace: Marketplace, role: str) -> None:
    user = reader(marketplace, role)
    user.language = "zh-hans"
    user.save()
    data = stored_texts()
    left: dict[str, list[str]] = {}
    for name, html in pages(client, marketplace, user):
        assert '<html lang="zh-hans"' in html or not html.lstrip().startswith("<!doctype"), name
        page = Page(html)
        english = [
            text.strip()
            for text in (*page.texts, *page.attributes)
            if ENGLISH.search(without_data(text, data))
        ]
        left.update({name: english} if english else {})

    assert report(left) == ""


def report(found: dict[str, list[str]]) -> str:
    """Each text once, with the first page it stands on."""
    first = {text: page for page, texts in reversed(found.items()) for text in texts}
    return "\n".join(f"{page}: {text!r}" for text, page in first.items())


def reader(marketplace: Marketplace, role: str) -> User:
    """A member of the marketplace's seller, an operator, or a member of one that has nothing."""
    if role == "operator":
        return marketplace.operator
    if role == "newcomer":
        return make_member(make_seller(), "newcomer", Role.OWNER)
    return marketplace.members[role]
