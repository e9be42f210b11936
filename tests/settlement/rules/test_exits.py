import pytest

from settlement.admin.exits import NAMED
from settlement.rules.exits import MOST_NAMED, OPEN, obstacle


@pytest.mark.parametrize(
    ("code", "numbers", "detail"),
    [
        ("product_listed", ["P-1"], "1 product is still listed: P-1."),
        ("order_unbilled", ["O-1", "O-2"], "2 orders are not billed yet: O-1, O-2."),
        ("bill_unpaid", ["B-1"], "1 bill is not paid yet: B-1."),
    ],
)
def test_R6_3_an_obstacle_says_how_many_and_which(
    code: str, numbers: list[str], detail: str
) -> None:
    assert obstacle(code, len(numbers), numbers).detail == detail


def test_R6_3_of_many_the_first_are_named() -> None:
    many = obstacle("usage_unbilled", 5000, [f"u{number}" for number in range(MOST_NAMED + 1)])
    assert many.numbers == tuple(f"u{number}" for number in range(MOST_NAMED))
    assert many.detail == (
        "5000 usage records are not billed yet: u0, u1, u2, u3, u4, u5, u6, u7, u8, u9 "
        "and 4990 more."
    )


@pytest.mark.parametrize("code", OPEN)
def test_every_obstacle_has_its_words(code: str) -> None:
    assert obstacle(code, 1, ["x"]).detail != obstacle(code, 2, ["x", "y"]).detail


def test_R6_3_the_admin_leads_to_the_rows_of_every_obstacle() -> None:
    assert set(NAMED) == set(OPEN)
