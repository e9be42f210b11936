import pytest

from settlement.rules.bank_reasons import NOT_PAID, REASONS, in_words, told


@pytest.mark.parametrize(
    ("code", "detail", "said"),
    [
        ("AC04", "", "AC04 The account is closed."),
        ("AC04", "ask the payee", "AC04 The account is closed. ask the payee"),
        ("X1", "no such branch", "X1 no such branch"),
        ("", "no such branch", "no such branch"),
    ],
)
def test_R8_2_a_code_of_the_bank_is_told_in_words(code: str, detail: str, said: str) -> None:
    assert told(code, detail) == said


def test_R8_2_what_the_words_say_is_a_sentence() -> None:
    assert all(len(code) == 4 or code == NOT_PAID for code in REASONS)
    assert all(in_words(code).endswith(".") for code in REASONS)
