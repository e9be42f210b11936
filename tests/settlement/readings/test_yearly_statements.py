"""R2.5, R8.1: the year of a seller is its bills' sums, tied from the sales to what is unpaid."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

import pytest
import time_machine
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from koogallery.kit.errors import NotFound
from koogallery.kit.money import to_minor_unit
from sellers.models import Certification, Seller
from sellers.services.companies.sellers import change_seller
from settlement.models import Allocation, Bill, Payout, PayoutItem
from settlement.readings.yearly_json import told
from settlement.readings.yearly_statements import (
    Figures,
    YearlyStatement,
    yearly_statement_of,
    years_of,
)
from settlement.rules.invoice_taxes import TaxedPart
from settlement.services.bills.approval import approve_bill
from settlement.services.bills.invoices import submit_invoice, verify_invoice
from settlement.services.payouts.outcomes import pay_by_hand, record_undone
from tests.world import (
    a_certified_account,
    a_deposit,
    a_pay_per_use_order,
    a_product,
    a_refund,
    a_seller,
    an_adjustment,
    an_invoice_says,
    an_operator,
    an_order,
    at,
    close,
    some_invoices,
    some_usage,
    the_bill,
)

pytestmark = pytest.mark.django_db

SUMMED = (
    "sales_amount",
    "customer_wht",
    "platform_fee",
    "withholding_tax",
    "digital_service_tax",
    "settlement_amount",
    "recovered",
    "net_payable",
)


def a_taxed_seller(currency: str = "USD") -> Seller:
    seller = a_seller(withholding_tax="0.1", digital_service_tax="0.03", currency=currency)
    a_certified_account(seller)
    return seller


def year_of(seller: Seller, year: int = 2024) -> YearlyStatement:
    return yearly_statement_of(Seller.objects.get(pk=seller.pk), year)


def total_of(seller: Seller, year: int = 2024) -> Figures:
    [part] = year_of(seller, year).parts
    return part.year


def figures_of(statement: YearlyStatement) -> Iterator[Figures]:
    """Of every bill, every quarter and the year."""
    for part in statement.parts:
        yield from (month.figures for month in part.months)
        yield from part.quarters
        yield part.year


def assert_tied(statement: YearlyStatement) -> None:
    for each in figures_of(statement):
        kept = each.platform_fee + each.withholding_tax + each.digital_service_tax
        credited = each.sales_amount - each.customer_wht - kept + each.adjustments
        assert each.consideration == credited
        assert each.settlement_amount == credited + each.carried_in
        assert each.net_payable == each.settlement_amount + each.not_covered - each.recovered
        assert each.net_payable + each.tax == each.paid + each.unpaid
        assert each.carried_in <= 0 <= min(each.not_covered, each.paid, each.unpaid)


def assert_summed(seller: Seller, statement: YearlyStatement) -> None:
    """Against the bills as the database adds them up."""
    bills = Bill.objects.filter(seller=seller, cycle__startswith=str(statement.year))
    for part in statement.parts:
        mine = bills.filter(seller_country=part.country, currency=part.currency)
        sums = mine.aggregate(**{name: Sum(name) for name in SUMMED})
        assert {name: getattr(part.year, name) for name in SUMMED} == sums
        assert part.year.transactions == mine.aggregate(n=Sum("line_count"))["n"]
        adjusted = part.year.adjustments + part.year.carried_in
        assert adjusted == mine.aggregate(n=Sum("adjustments"))["n"]
    assert sum(len(part.months) for part in statement.parts) == bills.count()


def paid(seller: Seller, cycle: str, on: str) -> Payout:
    """Its bill, on an invoice with 19 % of VAT."""
    bill = the_bill(seller, cycle)
    approve_bill(bill.number, actor=an_operator())
    net = bill.net_payable
    tax = [TaxedPart(Decimal("0.19"), net, to_minor_unit(net * Decimal("0.19"), bill.currency))]
    invoice = submit_invoice(bill.number, an_invoice_says(str(net)), taxes=tax, actor=an_operator())
    verify_invoice(invoice.number, actor=an_operator("oscar"))
    payout = Payout.objects.get(items__bill=bill, items__is_open=True)
    pay_by_hand(payout.number, f"TT-{cycle}", at(on), actor=an_operator("oscar"))
    return Payout.objects.get(pk=payout.pk)


@pytest.mark.parametrize("seed", range(6))
def test_R2_5_whatever_a_year_holds_its_figures_are_the_sums_of_its_bills(seed: int) -> None:
    """Sales, taxes, adjustments above what is sold, refunds, a deposit, in any order."""
    dice, currency = Random(seed), ("USD", "JPY", "KWD")[seed % 3]
    seller = a_taxed_seller(currency)
    product = a_product(seller)
    usage = a_pay_per_use_order(product)
    a_deposit(seller, "50")
    sold = []
    for month in range(1, 13):
        cycle, day = f"2024{month:02}", f"2024-{month:02}-10"
        if dice.random() < 0.7:
            wht = str(dice.randint(0, 50))
            sold.append(an_order(product, str(dice.randint(60, 200)), day, wht=wht))
        if dice.random() < 0.5:
            some_usage(usage, f"{dice.randint(1, 99)}.123456789012", f"2024-{month:02}-06")
        if sold and dice.random() < 0.4:
            order = sold.pop(0)
            a_refund(order, str(dice.randint(1, int(order.paid_amount))), paid_out=day)
        close(cycle, seller)
        bill = Bill.objects.filter(seller=seller, cycle=cycle).first()
        if bill and dice.random() < 0.4:
            an_adjustment(bill, str(dice.choice([-200, -37, 21, 90])))
    close("202501", seller)
    statement = year_of(seller)
    assert_tied(statement)
    assert_summed(seller, statement)
    assert statement.is_complete
    bills = Allocation.objects.filter(seller=seller, bill__cycle__startswith="2024")
    taken = bills.aggregate(taken=Sum("amount"))["taken"] or 0
    assert sum(each.from_bills for each in statement.recovered) == taken
    assert sum(part.year.recovered for part in statement.parts) == taken


def test_R3_5_a_negative_month_is_counted_once() -> None:
    """−410 of adjustments in February come onto March's bill: what was credited is the year's."""
    seller = a_taxed_seller()
    product = a_product(seller, fee="0")
    an_order(product, "100", "2024-01-10")
    close("202401", seller)
    an_adjustment(the_bill(seller, "202401"), "-500")
    an_order(product, "100", "2024-02-10")
    close("202402", seller)
    an_order(product, "1000", "2024-03-10")
    close("202403", seller)
    year = total_of(seller)
    lines = Decimal(1200) * (1 - Decimal("0.13"))
    assert year.consideration == lines - 500
    assert (year.adjustments, year.carried_in) == (-500, Decimal(-413))
    assert year.not_covered == 413
    assert year.net_payable == Decimal(87) + Decimal(457)  # January, and March less what it took
    assert_tied(year_of(seller))


def test_R3_5_what_december_carries_on_is_taken_over_in_the_next_year() -> None:
    seller = a_seller()
    product = a_product(seller, fee="0")
    an_order(product, "100", "2024-11-10")
    close("202411", seller)
    an_adjustment(the_bill(seller, "202411"), "-500")
    an_order(product, "100", "2024-12-10")
    close("202412", seller)
    an_order(product, "1000", "2025-01-10")
    close("202501", seller)
    old, new = total_of(seller), total_of(seller, 2025)
    assert (old.consideration, old.not_covered, old.carried_in) == (-300, 400, 0)
    assert (new.consideration, new.carried_in, new.net_payable) == (1000, -400, 600)
    for year in (2024, 2025):
        assert_tied(year_of(seller, year))
        assert_summed(seller, year_of(seller, year))


def test_R8_1_what_is_paid_is_net_and_tax_and_what_comes_back_is_unpaid_again() -> None:
    seller = a_taxed_seller()
    product = a_product(seller)
    for month in ("01", "02", "12"):
        an_order(product, "100", f"2024-{month}-10")
        close(f"2024{month}", seller)
    first = paid(seller, "202401", "2024-03-01")
    second = paid(seller, "202402", "2024-04-01")
    last = paid(seller, "202412", "2025-01-20")
    year = total_of(seller)
    assert year.paid == first.amount + second.amount + last.amount
    assert year.tax == 3 * Decimal("13.97")  # 73.50 each, at 19 %
    assert (year.unpaid, year.net_payable + year.tax) == (0, year.paid)
    assert [each.number for each in year_of(seller).payouts] == [first.number, second.number]
    assert year_of(seller).paid_out == {"USD": first.amount + second.amount}
    assert [each.number for each in year_of(seller, 2025).payouts] == [last.number]
    assert year_of(seller, 2025).parts == ()

    record_undone(Payout.objects.get(pk=second.pk), "AC04", "closed")
    year = total_of(seller)
    assert (year.paid, year.unpaid) == (first.amount + last.amount, second.amount)
    assert [each.number for each in year_of(seller).payouts] == [first.number]
    assert_tied(year_of(seller))


def test_R1_1_a_year_begins_and_ends_in_the_settlement_time_zone() -> None:
    """Shanghai's new year is eight hours before UTC's."""
    seller = a_taxed_seller()
    an_order(a_product(seller), "1000", "2024-01-10")
    close("202401", seller)
    bill = the_bill(seller, "202401")
    for invoice in some_invoices(bill, str(bill.net_payable)):
        verify_invoice(invoice.number, actor=an_operator("oscar"))
    payout = Payout.objects.get()
    new_year = datetime(2024, 12, 31, 16, tzinfo=UTC)
    pay_by_hand(payout.number, "TT-1", new_year, actor=an_operator("oscar"))
    assert year_of(seller).payouts == ()
    assert [each.number for each in year_of(seller, 2025).payouts] == [payout.number]


def test_R1_6_a_year_that_runs_says_until_which_month_it_is_closed() -> None:
    seller = a_seller()
    product = a_product(seller)
    with time_machine.travel("2024-06-10T02:00:00Z"):
        statement = year_of(seller)
        assert (statement.through, statement.is_complete, statement.parts) == (None, False, ())
        an_order(product, "10", "2024-03-10")
        an_order(product, "10", "2024-05-10")
        close("202405", seller)
        statement = year_of(seller)
        assert (statement.through, statement.is_complete) == ("202405", False)
        assert year_of(seller).parts[0].quarters[2] == Figures()
    close("202501", seller)
    statement = year_of(seller)
    assert (statement.through, statement.is_complete) == ("202412", True)


def test_a_year_without_bills_has_a_statement_and_one_that_is_none_is_not_found() -> None:
    seller = a_seller()
    an_order(a_product(seller), "10", "2024-03-10")
    close("202403", seller)
    running = datetime.now(UTC).year
    assert list(years_of(seller))[-1] == 2024
    nothing = year_of(seller, 2025)
    assert (nothing.parts, nothing.payouts, nothing.recovered) == ((), (), ())
    for year in (2023, running + 2, 0, 99999):
        with pytest.raises(NotFound) as refusal:
            year_of(seller, year)
        assert refusal.value.code == "no_such_year"


def test_figures_stand_by_the_country_that_each_bill_was_issued_in() -> None:
    seller = a_seller()
    product = a_product(seller, fee="0")
    an_order(product, "100", "2024-01-10")
    close("202401", seller)
    change_seller(seller.number, {"country": "DE"}, actor=None)
    an_order(product, "70", "2024-02-10")
    close("202402", seller)
    parts = year_of(seller).parts
    assert [(part.country, part.year.sales_amount) for part in parts] == [("DE", 70), ("SG", 100)]
    assert_summed(seller, year_of(seller))


def a_certification(seller: Seller, name: str, country: str, decided: str) -> None:
    sender, decider = an_operator("sender"), an_operator("decider")
    Certification.objects.create(
        number=f"CE-{name}",
        seller=seller,
        state="certified",
        company_name=name,
        country=country,
        registration_number=f"REG {name}",
        address=f"1 {name} Street",
        vat_number=f"VAT {name}",
        tax_numbers="DE 27/815/08150, FR 1234567890123",
        created_by=sender,
        submitted_by=sender,
        submitted_at=at(decided),
        decided_by=decider,
        decided_at=at(decided),
    )


def test_R9_1_every_registration_that_was_in_force_in_the_year_is_named() -> None:
    seller = a_seller()
    an_order(a_product(seller), "10", "2023-03-10")
    close("202303", seller)
    assert [each.party.name for each in year_of(seller).registrations] == ["Contoso Cloud"]
    for name, country, decided in (
        ("First", "SG", "2021-01-01"),
        ("Second", "SG", "2023-06-01"),
        ("Third", "DE", "2024-07-01"),
        ("Fourth", "FR", "2025-01-01"),
    ):
        a_certification(seller, name, country, decided)
    assert [each.party.name for each in year_of(seller).registrations] == ["Third", "Second"]
    third, _second = year_of(seller).registrations
    assert (third.party.country, third.registration_number) == ("DE", "REG Third")
    assert told(year_of(seller))["registrations"][0]["tax_numbers"] == [
        {"country": "DE", "number": "27/815/08150"},
        {"country": "FR", "number": "1234567890123"},
    ]
    assert [each.party.name for each in year_of(seller, 2023).registrations] == ["Second", "First"]
    assert [each.party.name for each in year_of(seller, 2025).registrations] == ["Fourth"]


def test_the_account_is_the_one_that_was_paid_to_or_in_use() -> None:
    seller = a_taxed_seller()
    assert [each.masked_account_number for each in year_of(seller, years_of(seller)[0]).accounts]
    other = a_seller()
    assert year_of(other, years_of(other)[0]).accounts == ()


def test_two_registrations_of_one_company_have_a_statement_each() -> None:
    one, other = a_seller(company="Twice Ltd"), a_seller(company="Twice Ltd")
    for seller, sales in ((one, "100"), (other, "70")):
        an_order(a_product(seller), sales, "2024-01-10")
        close("202401", seller)
    assert (total_of(one).sales_amount, total_of(other).sales_amount) == (100, 70)


def test_a_year_is_read_by_the_same_few_statements_however_much_there_is() -> None:
    seller = a_taxed_seller()
    product = a_product(seller)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            list(figures_of(year_of(seller)))
        return len(captured)

    an_order(product, "100", "2024-01-10")
    close("202401", seller)
    paid(seller, "202401", "2024-02-15")
    few = queries()
    for month in (2, 3, 4):
        for _ in range(3):
            an_order(product, "100", f"2024-0{month}-10")
        close(f"20240{month}", seller)
        paid(seller, f"20240{month}", f"2024-0{month + 1}-28")
    assert PayoutItem.objects.count() == 4
    assert queries() == few
