"""The same amounts and rule numbers, told in the language of whoever reads them (ADR 0015)."""

import io
import re
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from koogallery import dates
from koogallery.kit.errors import DomainError
from koogallery.kit.figures import amount_text, percent_text
from settlement.models import Bill, Refund
from settlement.readings.bill_files import export_bill
from settlement.readings.line_explanation import explanation_of
from settlement.rules.standards import detail_of
from settlement.services.refunds.lifecycle import agree_refund, request_refund
from tests.callers import operator_caller
from tests.papers import said
from tests.world import (
    a_product,
    a_refund,
    a_seller,
    an_adjustment,
    an_operator,
    an_order,
    close,
    the_bill,
)

pytestmark = pytest.mark.django_db

CHINESE = re.compile("[\u4e00-\u9fff]")
FIGURE = re.compile(r"R\d+\.\d+|\d[\d.,:-]*\d|\d")
#: A day or a month, as it is written in English, in Chinese, and where a standard is kept.
DAY = re.compile(
    r"\d{1,2} [A-Z][a-z]{2} \d{4}|[A-Z][a-z]{2,8} \d{4}"
    r"|\d{4}年\d{1,2}月(?:\d{1,2}日)?|\d{4}-\d\d-\d\d"
)
FORMS = ("%d %b %Y", "%B %Y", "%Y年%m月%d日", "%Y年%m月", "%Y-%m-%d")


@pytest.fixture
def bill() -> Bill:
    """Of April: an order caught up from March, one reduced by a refund, and an adjustment."""
    seller = a_seller()
    product = a_product(seller)
    an_order(product, "1000", "2024-03-05")
    close("202403", seller)
    an_adjustment(the_bill(seller, "202403"), "-8.5")
    an_order(product, "70", "2024-03-06")
    kept = an_order(product, "200", "2024-04-05", wht="10")
    a_refund(kept, "50", paid_out="2024-04-09")
    close("202404", seller)
    return the_bill(seller, "202404")


@pytest.fixture
def refund() -> Refund:
    """Asked for in Chinese, of an order whose supervision is open."""
    product = a_product(a_seller(), delivery="license", supervised=True)
    order = an_order(product, "240", "2024-05-05", supervision="waiting_for_acceptance")
    with translation.override("zh-hans"):
        return request_refund(order.number, Decimal(100), "unused", actor=an_operator())


def in_both(tell: Callable[[], object]) -> tuple[str, str]:
    with translation.override("zh-hans"):
        chinese = str(tell())
    return str(tell()), chinese


def figures(text: str) -> list[str]:
    """Its numbers and rules, and its days in one form."""
    return sorted([*map(day_of, DAY.findall(text)), *FIGURE.findall(DAY.sub("", text))])


def day_of(written: str) -> str:
    for form in FORMS:
        with suppress(ValueError):
            return datetime.strptime(written, form).date().isoformat()  # noqa: DTZ007
    raise AssertionError(written)


def test_every_line_is_explained_with_the_same_figures_and_rules(bill: Bill) -> None:
    lines = bill.lines.select_related("bill", "order", "adjustment__bill")
    told = [in_both(lambda line=line: explanation_of(line)) for line in lines]  # type: ignore[misc]

    assert len(told) == 3
    for english, chinese in told:
        assert figures(english) == figures(chinese)
        assert CHINESE.search(chinese) and not CHINESE.search(english)


def test_R4_2_a_standard_is_kept_in_english_and_told_to_each_in_theirs(refund: Refund) -> None:
    assert len(refund.checks) == 4
    for check in refund.checks:
        english, chinese = in_both(lambda check=check: detail_of(check))  # type: ignore[misc]
        assert figures(check["detail"]) == figures(english)
        assert figures(english) == figures(chinese)
        assert CHINESE.search(chinese) and not CHINESE.search(english)


def test_a_standard_from_before_is_told_as_it_was_kept() -> None:
    assert detail_of({"detail": "It holds."}) == "It holds."


def test_a_refusal_is_in_the_language_of_whoever_is_refused(refund: Refund) -> None:
    def refused() -> str:
        with pytest.raises(DomainError) as refusal:
            request_refund(refund.order.number, Decimal(141), "more", actor=an_operator())
        return refusal.value.detail

    english, chinese = in_both(refused)

    assert "141.00 USD is more than the 140.00 USD not yet refunded" in english
    assert "141.00 USD 超过尚未退款的 140.00 USD" in chinese


def test_a_wrong_state_is_named_as_the_page_names_it(refund: Refund) -> None:
    operator = an_operator("sam")
    agree_refund(refund.number, actor=operator)

    def refused() -> str:
        with pytest.raises(DomainError) as refusal:
            agree_refund(refund.number, actor=operator)
        return refusal.value.detail

    _, chinese = in_both(refused)

    assert CHINESE.search(chinese)


@pytest.mark.parametrize(
    ("form", "shows"),
    [
        ("pdf", lambda file: "结算金额" in said(file)),
        ("xlsx", lambda file: "结算金额" in texts(file)),
    ],
)
def test_a_bill_is_a_document_in_chinese(
    bill: Bill, form: str, shows: Callable[[bytes], bool]
) -> None:
    english = b"".join(export_bill(bill, form).pieces)
    with translation.override("zh-hans"):
        chinese = b"".join(export_bill(bill, form).pieces)

    assert shows(chinese) and not shows(english)


def texts(workbook: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(workbook)) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if "xml" in name)


def test_the_api_explains_in_english_unless_it_is_asked(bill: Bill) -> None:
    api = operator_caller(an_operator())
    address = f"/bills/{bill.number}/lines/"
    english = api.get(address).body["results"]
    chinese = api.get(address, accept_language="zh-Hans").body["results"]

    assert "before the product's first platform fee ratio" in english[0]["explanation"]
    assert "平台费用比例" in chinese[0]["explanation"]
    for one, other in zip(english, chinese, strict=True):
        assert figures(one.pop("explanation")) == figures(other.pop("explanation"))
        assert one == other


def test_a_file_that_is_sent_while_it_is_made_stays_in_its_language(bill: Bill) -> None:
    api = operator_caller(an_operator())
    address = f"/api/v1/bills/{bill.number}/export/?format=pdf"
    answer: Any = api.client.get(address, headers={"accept-language": "zh-Hans"})

    assert answer.streaming
    assert "结算账单" in said(b"".join(answer.streaming_content))


def test_dates_and_amounts_are_written_as_chinese_readers_expect() -> None:
    moment = datetime(2026, 8, 3, 2, 25, tzinfo=UTC)
    with translation.override("zh-hans"):
        assert dates.instant_text(moment) == "2026年8月3日 10:25"
        assert dates.day_text(moment) == "2026年8月3日"
        assert dates.cycle_label("202608") == "2026年8月"
        assert dates.cycle_bounds("202602")[1] == "2026年2月28日 24:00"
        assert amount_text(Decimal("-1234567.5"), "USD") == "−1,234,567.50"
        assert percent_text(Decimal("0.125")) == "12.5%"
