"""docs/glossary.md says the words that the pages say."""

import pytest
from babel.messages.pofile import read_po

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


def test_a_word_stands_for_one_thing() -> None:
    words = [row["中文"] for row in GLOSSARY]

    assert sorted(set(words)) == sorted(words)
