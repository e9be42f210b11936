from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from koogallery.models import User
from koogallery.portal.sums import SumLine
from sellers.models import Product, Seller
from settlement.models import Bill
from settlement.portal.waterfall import bill_sum
from settlement.services.bills.adjustments import adjust_bill
from settlement.services.bills.approval import reject_bill
from tests.settlement.builders import (
    at,
    close,
    make_member,
    make_operator,
    make_order,
    make_product,
    make_seller,
    refunded,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bill(product: Product) -> Bill:
    """Two orders of March: 850.00 less 50.00 withheld, and 33.35."""
    make_order(product, "850", at(3, 5), customer_wht=Decimal(50))
    make_order(product, "33.35", at(3, 9))
    return closed(product.seller, "202603")


def closed(seller: Seller, cycle: str) -> Bill:
    bill = close(seller, cycle)
    assert bill is not None
    return bill


def address(bill: Bill, query: str = "") -> str:
    return f"/bills/{bill.number}/{query}"


def numbers(client: Client, bill: Bill, query: str = "") -> list[int]:
    return [line.line_no for line in client.get(address(bill, query)).context["page"].rows]


def terms(bill: Bill) -> dict[str, Decimal]:
    return {line.label: line.amount for line in bill_sum(bill)}


def test_who_may_open_a_bill(client: Client, bill: Bill, member: User) -> None:
    stranger = make_member(make_seller(), "stranger")
    assert client.get(address(bill)).status_code == 302
    statuses = []
    for reader in (member, stranger, make_operator()):
        client.force_login(reader)
        statuses.append(client.get(address(bill)).status_code)

    assert statuses == [200, 404, 200]


def test_whom_to_ask_about_it_is_said_with_its_number_and_page(
    console: Client, bill: Bill, settings: Any
) -> None:
    assert f"and quote {bill.number}" in console.get(address(bill)).text
    settings.PORTAL_URL, settings.SUPPORT_ADDRESS = "https://sell.example", "help@sell.example"
    page = quote(f"https://sell.example{address(bill)}", safe="")
    mail = f"mailto:help@sell.example?subject=KooGallery%20{bill.number}&amp;body={page}%0A%0A"
    assert f'href="{mail}"' in console.get(address(bill)).text
    settings.SUPPORT_ADDRESS = "https://tickets.example/new?about={number}&page={page}"
    ticket = f"https://tickets.example/new?about={bill.number}&amp;page={page}"
    assert f'href="{ticket}"' in console.get(address(bill)).text


def test_a_number_that_does_not_exist_is_not_found(console: Client) -> None:
    assert console.get("/bills/B209901-S999999/").status_code == 404


def test_R2_5_the_sum_is_written_line_by_line_and_adds_up(bill: Bill) -> None:
    assert terms(bill) == {
        "Sales amount": Decimal("883.35"),
        "Customers’ withholding tax": Decimal("-50.00"),
        "Platform fee": Decimal("-125.00"),
        "Your withholding tax": Decimal(0),
        "Your digital service tax": Decimal(0),
        "Adjustments": Decimal(0),
        "Settlement amount": Decimal("708.35"),
        "Recovered for refunds": Decimal(0),
        "To be paid": Decimal("708.35"),
    }


def adds_up(lines: list[SumLine]) -> bool:
    """Every result is the sum of the terms above it."""
    running = Decimal(0)
    for line in lines:
        if line.is_result and line.amount != running:
            return False
        running = line.amount if line.is_result else running + line.amount
    return True


def test_R2_2_taxes_and_adjustments_are_lines_of_the_sum(product: Product, bill: Bill) -> None:
    Seller.objects.filter(pk=product.seller_id).update(
        withholding_tax_rate=Decimal("0.05"), digital_service_tax_rate=Decimal("0.02")
    )
    adjust_bill(bill.number, Decimal("-8.50"), "two seats were never used", actor=make_operator())
    make_order(product, "1000", at(4, 5))
    april = closed(product.seller, "202604")

    assert terms(april)["Your withholding tax"] == Decimal("-42.50")
    assert terms(april)["Your digital service tax"] == Decimal("-20.00")
    assert terms(april)["Adjustments"] == Decimal("-8.50")
    assert terms(april)["To be paid"] == Decimal("779.00")
    assert adds_up(bill_sum(april))


def test_R3_5_a_negative_bill_shows_what_is_carried_over(
    console: Client, product: Product, bill: Bill
) -> None:
    adjust_bill(bill.number, Decimal(-900), "billed twice", actor=make_operator())
    april = closed(product.seller, "202604")

    assert terms(april)["Settlement amount"] == Decimal(-900)
    assert terms(april)["Carried to the next bill"] == Decimal(900)
    assert terms(april)["To be paid"] == Decimal(0)
    assert adds_up(bill_sum(april))
    assert "Carried to the next bill" in console.get(address(april)).text


def test_each_line_of_the_sum_states_its_rule(console: Client, bill: Bill) -> None:
    page = console.get(address(bill)).text

    for line in bill_sum(bill):
        assert f'href="/rules/#{line.rule}">Rule\N{NO-BREAK SPACE}{line.rule}</a>' in page
    assert '<data class="amount" value="708.350">708.35 <span class="currency">USD</span>' in page
    assert '<data class="amount" value="-125.000">−125.00</data>' in page


def test_R1_1_the_bounds_of_the_cycle_are_printed_with_the_zone(
    console: Client, bill: Bill
) -> None:
    page = console.get(address(bill)).text

    assert "1 Mar 2026, 00:00" in page
    assert '31 Mar 2026, 24:00</span> <span class="muted">(Asia/Shanghai)' in page


def test_R3_3_the_state_says_what_happens_next_who_acts_and_why(
    console: Client, bill: Bill
) -> None:
    assert "Huawei checks the bill and approves it." in console.get(address(bill)).text

    reject_bill(bill.number, "The bank account is being changed", actor=make_operator())
    page = console.get(address(bill)).text
    assert '<span class="status status-warning">Approval rejected</span>' in page
    assert "The bank account is being changed" in page
    assert "Huawei operations" in page


def test_R2_1_a_line_explains_its_amount(console: Client, bill: Bill) -> None:
    page = console.get(address(bill)).text

    assert page.count("<summary>Why this amount?</summary>") > bill.line_count
    assert "(850.00 − 50.00) × (1 − 0.15) = 680.00 USD" in page
    assert "(33.35 − 0.00) × (1 − 0.15) = 28.3475 USD" in page
    assert "R2.6" in page


def test_R2_4_amounts_of_lines_are_exact_and_aligned(console: Client, bill: Bill) -> None:
    page = console.get(address(bill)).text

    assert ">28.3475</data>" in page
    assert '>680.00<span class="pad">\N{FIGURE SPACE}\N{FIGURE SPACE}</span></data>' in page


def test_R3_2_an_adjustment_line_names_its_reason_and_its_bill(
    console: Client, product: Product, bill: Bill
) -> None:
    adjust_bill(bill.number, Decimal("-8.50"), "two seats were never used", actor=make_operator())
    april = closed(product.seller, "202604")
    page = console.get(address(april)).text

    assert "two seats were never used" in page
    assert f'href="{address(bill)}">{bill.number}</a>' in page


def test_lines_are_filtered_by_kind_and_order_number(
    console: Client, product: Product, bill: Bill
) -> None:
    adjust_bill(bill.number, Decimal("-8.50"), "two seats", actor=make_operator())
    wanted = make_order(product, "10", at(4, 5), number="CS2604051447AUY4H-000001")
    make_order(product, "20", at(4, 6), number="CS2604061448BVZ5J-000001")
    april = closed(product.seller, "202604")
    line_no = wanted.bill_lines.get().line_no

    assert len(numbers(console, april)) == 3
    assert len(numbers(console, april, "?kind=adjustment")) == 1
    assert numbers(console, april, "?order=1447auy") == [line_no]
    assert numbers(console, april, "?kind=usage") == []
    assert numbers(console, april, "?kind=nonsense") == []


def test_lines_come_25_a_page_and_stay_filtered(console: Client, product: Product) -> None:
    for number in range(60):
        make_order(product, "10", at(3, 5), number=f"ORD-{number:03}")
    bill = closed(product.seller, "202603")
    first = numbers(console, bill)
    second = numbers(console, bill, "?after=25")

    assert (first, second) == (list(range(1, 26)), list(range(26, 51)))
    assert numbers(console, bill, "?after=50") == list(range(51, 61))
    assert numbers(console, bill, "?before=26") == first
    shown = console.get(address(bill, "?kind=order")).text
    assert "kind=order&amp;after=25#lines" in shown


def test_the_page_takes_the_same_queries_for_3_lines_and_for_30(
    console: Client, product: Product
) -> None:
    taken = []
    make_order(product, "10", at(2, 5))
    closed(product.seller, "202602")
    for month, lines in ((3, 3), (4, 30)):
        for number in range(lines):
            make_order(product, "10", at(month, 5), number=f"ORD-{month}-{number:03}")
        bill = closed(product.seller, f"2026{month:02}")
        with CaptureQueriesContext(connection) as captured:
            console.get(address(bill))
        taken.append(len(captured))

    assert taken[0] == taken[1]


@pytest.fixture
def recovered(product: Product) -> tuple[Bill, Bill]:
    """1000 sold in March; 500 of it refunded in April, whose bill has only 85 to give."""
    order = make_order(product, "1000", at(3, 2), number="CS-MARCH")
    march = closed(product.seller, "202603")
    refunded(order, "500", at(4, 9), make_operator("otto"), make_operator())
    make_order(product, "100", at(4, 5), number="CS-APRIL")
    return march, closed(product.seller, "202604")


def test_R5_6_a_recovery_is_a_line_linked_to_refund_order_and_original_bill(
    console: Client, recovered: tuple[Bill, Bill]
) -> None:
    march, april = recovered
    page = console.get(address(april)).text
    refund = march.recoveries.get().refund
    assert refund is not None

    assert terms(april)["Recovered for refunds"] == Decimal("-85.00")
    assert terms(april)["To be paid"] == Decimal(0)
    assert f'/">{refund.number}</a></th>' in page
    assert f'href="{address(march)}?order=CS-MARCH#lines">CS-MARCH</a>' in page
    assert f'href="{address(march)}">{march.number}</a>' in page
    assert '<data class="amount" value="85.000">85.00</data>' in page


def test_R5_6_what_is_still_to_be_taken_is_told_with_its_month(
    console: Client, recovered: tuple[Bill, Bill]
) -> None:
    for bill in recovered:
        page = console.get(address(bill)).text
        assert "Refunds still to be recovered from you" in page
        assert '<data class="amount" value="415.000">415.00' in page
        assert "from your bill of May 2026" in page


def test_a_recovery_of_another_seller_is_not_shown(
    client: Client, recovered: tuple[Bill, Bill]
) -> None:
    other = make_seller()
    make_order(make_product(other), "10", at(4, 5))
    bill = closed(other, "202604")
    client.force_login(make_member(other, "stranger"))
    page = client.get(address(bill)).text

    assert "recovered from you" not in page
    assert "CS-MARCH" not in page


def test_lines_are_sorted_by_any_amount_and_paged_in_that_order(
    console: Client, bill: Bill, product: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("settlement.portal.views.bills.BillDetail.rows_per_page", 1)
    read = {
        sort: [
            numbers(console, bill, f"?sort={sort}"),
            numbers(console, bill, f"?sort={sort}&after={_after(console, bill, sort)}"),
        ]
        for sort in ("settlement", "-settlement", "-line_no", "nonsense")
    }
    assert read == {
        "settlement": [[2], [1]],
        "-settlement": [[1], [2]],
        "-line_no": [[2], [1]],
        "nonsense": [[1], [2]],
    }


@pytest.mark.parametrize(
    "place",
    ["1~x", "1~5", "1~[1]", "1~[1, 2, 3]", "1~[1, 99999999999999999999]", "1~[[1], 2]", "x~[1, 2]"],
)
def test_an_unreadable_place_among_lines_means_the_first_page(
    console: Client, bill: Bill, place: str
) -> None:
    assert numbers(console, bill, f"?sort=settlement&after={place}") == [2, 1]


def _after(client: Client, bill: Bill, sort: str) -> str:
    return str(client.get(address(bill, f"?sort={sort}")).context["page"].after)


def test_what_the_filters_leave_can_be_exported(console: Client, bill: Bill) -> None:
    shown = console.get(address(bill, "?kind=order&sort=-settlement")).content.decode()
    assert f'value="bill={bill.number}&amp;kind=order&amp;sort=-settlement"' in shown
    assert 'name="list" value="bill-lines"' in shown


def test_R2_every_total_says_why_and_the_formula_gives_it(console: Client, bill: Bill) -> None:
    told = [line for line in bill_sum(bill) if line.why]
    assert {line.name for line in told} >= {"sales_amount", "settlement_amount", "net_payable"}
    for line in told:
        assert line.why.reason
        amount = line.amount if line.is_result or line.name == "adjustments" else abs(line.amount)
        assert line.why.formula.endswith(f"{amount:.2f} {bill.currency}"), line.why.formula
    page = console.get(address(bill)).text
    assert page.count("Why this amount?") == len(told) + bill.line_count


def test_R3_5_a_negative_bill_leads_to_the_bill_it_is_carried_to(
    console: Client, bill: Bill
) -> None:
    adjust_bill(bill.number, Decimal(-900), "entered twice", actor=make_operator())
    april = closed(bill.seller, "202604")
    assert "comes onto your next bill" in console.get(address(april)).text
    make_order(bill.lines.first().order.product, "2000", at(5, 5))  # type: ignore[union-attr]
    may = closed(bill.seller, "202605")

    assert f"/bills/{may.number}/?kind=adjustment#lines" in console.get(address(april)).text
