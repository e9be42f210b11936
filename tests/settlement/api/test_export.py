"""A bill as a file over REST: the same as the console's."""

import pytest

from settlement.readings.bill_files import FORMS
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


@pytest.fixture
def api() -> Caller:
    return operator_caller(make_operator("olga"))


@pytest.fixture
def address() -> str:
    product = make_product(make_seller(), ratio="0.15")
    make_order(product, "850", at(3, 5))
    bill = close(product.seller, "202603")
    assert bill is not None
    return f"/api/v1/bills/{bill.number}/export/"


@pytest.mark.parametrize("form", FORMS)
def test_each_format_is_sent_as_what_it_is(api: Caller, address: str, form: str) -> None:
    answer = api.client.get(f"{address}?format={form}")

    assert answer.status_code == 200
    assert answer["Content-Type"] == FORMS[form].media_type
    assert answer["Content-Disposition"].endswith(f'.{form}"')
    assert b"".join(answer.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.parametrize("query", ["", "?format=docx", "?format=csv&page=1"])
def test_what_is_not_understood_is_refused(api: Caller, address: str, query: str) -> None:
    answer = api.client.get(f"{address}{query}")

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
