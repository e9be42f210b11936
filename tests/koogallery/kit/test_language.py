"""What plain Python says before anybody binds it to Django, and what it keeps for later."""

import pytest
from django.utils import translation

from koogallery.kit import language
from koogallery.kit.language import Sentence, _Tongue, gettext, marked, ngettext, paragraph

WORDS = {
    "%(count)s of %(what)s are left.": "剩余 %(what)s%(count)s 个。",
    "seats": "席位",
    "%(first)s %(second)s": "%(first)s%(second)s",
}


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_tongue", _Tongue())
    language.bind(lambda message: WORDS.get(message, message), lambda one, _many, _n: one)


@pytest.fixture
def unbound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_tongue", _Tongue())


@pytest.mark.usefixtures("unbound")
def test_unbound_it_answers_in_english() -> None:
    assert gettext("Paid") == marked("Paid") == "Paid"
    assert [ngettext("a bill", "bills", number) for number in (0, 1, 2)] == [
        "bills",
        "a bill",
        "bills",
    ]


@pytest.mark.usefixtures("chinese")
def test_a_sentence_is_kept_in_english_and_told_in_the_readers_language() -> None:
    sentence = Sentence("%(count)s of %(what)s are left.", {"count": "3", "what": "seats"})

    assert sentence.english == "3 of seats are left."
    assert str(sentence) == "剩余 席位3 个。"
    assert paragraph([sentence, sentence]) == "剩余 席位3 个。剩余 席位3 个。"


@pytest.mark.usefixtures("chinese")
def test_an_empty_value_stays_empty() -> None:
    """Of an empty message a catalogue knows its own header."""
    assert str(Sentence("%(what)s", {"what": ""})) == ""


def test_an_instant_is_written_as_its_reader_writes_it() -> None:
    paid = Sentence("%(at)s", {"at": "2026-10-09 10:03"})

    assert (str(paid), paid.english) == ("9 Oct 2026, 10:03", "2026-10-09 10:03")
    with translation.override("zh-hans"):
        assert str(paid) == "2026年10月9日 10:03"
