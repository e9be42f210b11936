"""What names and texts hold, and which names are the same (R1.8, R6.3)."""

import unicodedata

import pytest

from koogallery.kit.names import TEXT_LENGTH, folded, name_violations, text_violations

CAFE = "Caf\u00e9 Ltd"


@pytest.mark.parametrize(
    "written",
    [
        CAFE,
        unicodedata.normalize("NFD", CAFE),
        "CAF\u00c9 LTD",
        "  Caf\u00e9\u00a0\u3000 Ltd ",
        "Ｃａｆ\u00e9 Ｌｔｄ",
        "Ca\u00adf\u00e9 L\u200btd\ufeff",
        "Caf\u00e9\ufe0f \u2060Ltd",
        "Ca\u034ff\u00e9 Ltd\u3164",
        "Caf\u00e9\u3164Ltd",
        "Caf\u00e9\u2800Ltd",
        "Caf\u00e9Ltd",
        "Caf\u00e9 Ltd.",
        "\u201cCaf\u00e9 Ltd\u201d",
        "(Caf\u00e9 Ltd)",
        "Caf\u00e9 Ltd\u3000\uff0e",
        "Caf\u00e9 L t d",
        "Caf\u00e9 Ltd\U000e0041\U000e007f",
        "C\u115fa\u1160f\u00e9\U000e0100 Ltd",
    ],
)
def test_R6_3_names_that_look_the_same_are_the_same(written: str) -> None:
    assert folded(written) == "caf\u00e9ltd"


def test_R6_3_of_signs_alone_they_are_the_name() -> None:
    assert folded("!!") != folded("??")


@pytest.mark.parametrize(
    "other", ["Cafe Ltd", "Caf\u00e9 Ltda", "Caf\u00e9 Ltd+", "Caf\u00e9-Ltd", "Caf\u00e8 Ltd"]
)
def test_R6_3_other_names_are_others(other: str) -> None:
    assert folded(other) != folded(CAFE)


@pytest.mark.parametrize(("one", "other"), [("STRASSE", "Straße"), ("ΣΑΣ", "σας"), ("ﬁn", "FIN")])
def test_R6_3_case_folds_in_every_script(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(
    "unfit",
    [*"\x00\x01\t\n\r\x0b\x1f\x7f\x85\u2028\u2029\u202e\u2066", "\ud800"],
)
def test_R1_8_a_name_is_one_line_without_control_characters(unfit: str) -> None:
    [wrong] = name_violations("name", f"Acme{unfit}Bcc: x")
    assert (wrong.rule, wrong.field, wrong.code) == ("R1.8", "name", "not_one_line")


@pytest.mark.parametrize(
    "name", ["Acme", "华为云", "شرکت\u200cها", "O’Neill & Sons", "👩\u200d💻", "\u00a0a"]
)
def test_R1_8_a_name_is_written_in_any_script(name: str) -> None:
    assert name_violations("name", name) == []


@pytest.mark.parametrize("name", ["\u200b", "\u3164 \u2800", "\ufeff\u00ad"])
def test_R1_8_a_name_can_be_seen(name: str) -> None:
    assert [wrong.code for wrong in name_violations("name", name)] == ["unseen"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("x" * TEXT_LENGTH, []),
        ("x" * (TEXT_LENGTH + 1), ["too_long"]),
        ("one\r\ntwo\tthree", []),
        ("bell\x07", ["control_characters"]),
        ("\u202eturned", ["control_characters"]),
    ],
)
def test_R1_8_a_text_has_a_length_and_several_lines(text: str, codes: list[str]) -> None:
    assert [each.code for each in text_violations("reason", text)] == codes
