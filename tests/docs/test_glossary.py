"""docs/glossary.md says the words that the pages say."""

import re

import pytest
from babel.messages.pofile import read_po
from django.test import Client
from django.utils.translation import override

from settlement.portal.glossary import WORDS, parts_of
from tests.docs.tables import DOCS, read

GLOSSARY = read("glossary.md").tables["glossary"]
CATALOGUE = DOCS.parent / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


@pytest.fixture(scope="module")
def chinese() -> dict[str, str]:
    with CATALOGUE.open("rb") as file:
        return {
            str(message.id): str(message.string) for message in read_po(file) if not message.context
        }


@pytest.mark.parametrize("row", GLOSSARY, ids=lambda row: row["English"])
def test_a_word_is_the_one_on_the_pages(row: dict[str, str], chinese: dict[str, str]) -> None:
    assert chinese[row["English"]] == row["中文"]


def test_the_page_has_the_same_words_in_the_same_order() -> None:
    told = [(word.name, str(word.meaning)) for word in WORDS]
    assert told == [(row["English"], row["What it is"]) for row in GLOSSARY]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_texts_lead_to_their_words_once_each(client: Client, language: str) -> None:
    spoken = {"Accept-Language": language}
    glossary = client.get("/glossary/", headers=spoken).text
    places = re.findall(
        r'class="word" href="/glossary/#([^"]+)"', client.get("/rules/", headers=spoken).text
    )
    assert len(set(places)) > 10
    assert not [place for place in places if f'id="{place}"' not in glossary]
    with override(language):
        trial = next(word.term for word in WORDS if word.anchor == "trial")
        assert [anchor for _, anchor in parts_of(f"{trial} {trial}") if anchor] == ["trial"]
        certificate = "a withholding tax certificate" if language == "en" else "预扣税证明"
        assert "withholding-tax-certificate" in dict(parts_of(certificate)).values()


def test_a_word_stands_for_one_thing() -> None:
    words = [row["中文"] for row in GLOSSARY]

    assert sorted(set(words)) == sorted(words)
