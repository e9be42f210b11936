"""Cursor pages: every row exactly once, while others arrive."""

from decimal import Decimal

import pytest

from koogallery.models import User
from settlement.models import Bill
from settlement.services.bills.adjustments import adjust_bill
from tests.callers import Caller, operator_caller
from tests.settlement.builders import (
    at,
    close,
    make_operator,
    make_order,
    make_product,
    make_seller,
)

pytestmark = pytest.mark.django_db
AMOUNTS = [3, 1, 2, 2, 1, 3, 2]


@pytest.fixture
def olga() -> User:
    return make_operator("olga")


@pytest.fixture
def api(olga: User) -> Caller:
    return operator_caller(olga)


@pytest.fixture
def bill() -> Bill:
    product = make_product(make_seller())
    for day in range(1, 6):
        make_order(product, "10", at(1, day))
    bill = close(product.seller, "202601")
    assert bill is not None
    return bill


def adjust(bill: Bill, olga: User, *amounts: int) -> list[str]:
    return [adjust_bill(bill.number, Decimal(each), "x", actor=olga).number for each in amounts]


def test_the_newest_come_first_and_rows_that_arrive_shift_nothing(
    api: Caller, bill: Bill, olga: User
) -> None:
    first_there = adjust(bill, olga, *AMOUNTS)
    page = api.get("/adjustments/", {"page_size": 3}).body
    seen = [row["number"] for row in page["results"]]
    while page["next"]:
        adjust(bill, olga, 9)
        page = api.get(page["next"]).body
        seen += [row["number"] for row in page["results"]]
    assert seen == first_there[::-1]


def test_equal_values_are_told_apart(api: Caller, bill: Bill, olga: User) -> None:
    numbers = adjust(bill, olga, *AMOUNTS)
    expected = [number for _, number in sorted(zip(AMOUNTS, numbers, strict=True))]
    for size in (1, 2, 3, 500):
        rows = api.every(f"/adjustments/?ordering=amount&page_size={size}")
        assert [row["number"] for row in rows] == expected
        rows = api.every(f"/adjustments/?ordering=-amount&page_size={size}")
        assert [row["number"] for row in rows] == expected[::-1]


def test_back_and_forth_shows_the_same_pages(api: Caller, bill: Bill, olga: User) -> None:
    adjust(bill, olga, *AMOUNTS)
    first = api.get("/adjustments/?ordering=amount&page_size=3").body
    second = api.get(first["next"]).body
    third = api.get(second["next"]).body
    assert (first["previous"], third["next"]) == (None, None)
    assert api.get(third["previous"]).body["results"] == second["results"]
    back = api.get(second["previous"]).body
    assert back["results"] == first["results"]
    assert back["previous"] is None


def test_lines_come_in_the_order_of_the_bill(api: Caller, bill: Bill) -> None:
    rows = api.every(f"/bills/{bill.number}/lines/?page_size=2")
    assert [row["line_no"] for row in rows] == [1, 2, 3, 4, 5]


def test_an_empty_list_has_no_neighbours(api: Caller) -> None:
    assert api.get("/bills/").body == {"next": None, "previous": None, "results": []}


@pytest.mark.parametrize(
    "size", ["0", "-1", "501", "1e2", "abc", "1.0", "\N{ARABIC-INDIC DIGIT ONE}"]
)
def test_a_page_size_is_from_1_to_500(api: Caller, size: str) -> None:
    answer = api.get("/bills/", {"page_size": size})
    assert answer.status == 400
    assert answer.errors == [("page_size", "invalid_page_size", "")]


@pytest.mark.parametrize("ordering", ["id", "seller__members__user__password", "-", "--cycle", "?"])
def test_only_declared_fields_order_a_list(api: Caller, ordering: str) -> None:
    answer = api.get("/bills/", {"ordering": ordering})
    assert answer.status == 400
    assert answer.errors == [("ordering", "invalid_ordering", "")]


def test_a_cursor_is_used_as_it_was_given(api: Caller, bill: Bill, olga: User) -> None:
    adjust(bill, olga, *AMOUNTS)
    link = api.get("/adjustments/", {"page_size": 3}).body["next"]
    forged = [
        link.replace("cursor=", "cursor=A"),
        link.replace("/adjustments/", "/bills/"),
        link + "&ordering=amount",
        "/adjustments/?cursor=cD0y",
    ]
    assert [api.get(each).errors for each in forged] == [[("cursor", "invalid_cursor", "")]] * 4
