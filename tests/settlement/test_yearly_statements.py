"""Yearly statements by every door: REST, console, admin; as page, PDF, workbook and JSON."""

import json
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from rest_framework.serializers import BaseSerializer, ListSerializer

from koogallery.duties import OperatorRole
from koogallery.models import Act, User
from sellers.choices import Role
from sellers.models import Seller
from settlement.api.yearly_statements import YearlyStatementSerializer
from settlement.models import Payout
from settlement.readings.yearly_papers import FORMS, export_year
from settlement.readings.yearly_statements import yearly_statement_of
from settlement.services.bills.invoices import verify_invoice
from settlement.services.payouts.outcomes import pay_by_hand
from tests.callers import Caller, operator_caller, seller_caller
from tests.papers import said
from tests.settlement.builders import make_member
from tests.standing import standing
from tests.world import (
    a_certified_account,
    a_product,
    a_refund,
    a_seller,
    an_operator,
    an_order,
    at,
    close,
    some_invoices,
    the_bill,
)

#: Of a sheet.

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class World:
    mine: Seller
    theirs: Seller
    operator: Caller
    reader: Caller
    nobody: Caller


def a_year(currency: str = "USD", sales: str = "1000") -> Seller:
    """January paid; February issued; of January's order 10 are recovered by it."""
    seller = a_seller(withholding_tax="0.1", digital_service_tax="0.03", currency=currency)
    a_certified_account(seller)
    product = a_product(seller)
    sold = an_order(product, sales, "2024-01-10", wht="40")
    close("202401", seller)
    bill = the_bill(seller, "202401")
    for invoice in some_invoices(bill, str(bill.net_payable)):
        verify_invoice(invoice.number, actor=an_operator("oscar"))
    payout = Payout.objects.get(seller=seller)
    pay_by_hand(payout.number, "TT-1", at("2024-02-20"), actor=an_operator("oscar"))
    a_refund(sold, "10", paid_out="2024-02-21")
    an_order(product, sales, "2024-02-10")
    close("202402", seller)
    return Seller.objects.get(pk=seller.pk)


@standing
def standing_world() -> World:
    mine, theirs = a_year(), a_year()
    mia = make_member(mine, "mia")
    return World(
        mine=mine,
        theirs=theirs,
        operator=operator_caller(an_operator()),
        reader=seller_caller(mia, mine.number),
        nobody=Caller(None),
    )


@pytest.fixture
def world(standing_world: World) -> World:
    return deepcopy(standing_world)


def address(seller: Seller, rest: str = "2024/") -> str:
    return f"/sellers/{seller.number}/yearly-statements/{rest}"


def exported(seller: Seller, form: str) -> bytes:
    return b"".join(export_year(yearly_statement_of(seller, 2024), form).pieces)


# ---- REST -------------------------------------------------------------------------------------


def test_a_seller_reads_its_own_year_over_rest_and_no_others(world: World) -> None:
    answer = world.reader.get(address(world.mine))
    assert (answer.status, answer.body["through"], answer.body["is_complete"]) == (
        200,
        "202402",
        False,
    )
    [part] = answer.body["parts"]
    assert (part["country"], part["currency"]) == ("SG", "USD")
    total = part["total"]
    assert total["transactions"] == 2
    assert (total["sales_amount"], total["customer_wht"]) == ("2000.00", "40.00")
    assert (total["platform_fee"], total["recovered"]) == ("294.00", "10.00")
    first, second, third, fourth = part["quarters"]
    assert {**first, "quarter": 0} == {**total, "quarter": 0}
    assert {third["sales_amount"], fourth["net_payable"], second["paid"]} == {"0.00"}
    assert [bill["cycle"] for bill in part["bills"]] == ["202401", "202402"]
    [paid] = answer.body["payouts"]
    assert (paid["bank_reference"], paid["amount"]) == ("TT-1", total["paid"])
    [account] = answer.body["bank_accounts"]
    assert (account["account_holder"], account["account_number"]) == (
        "Contoso Cloud",
        "003-912345-6",
    )
    assert answer.body["recovered"][0]["from_bills"] == "10.00"
    for rest in ("", "2024/", "2024/export/?format=json"):
        assert world.reader.get(address(world.theirs, rest)).status == 404, rest
        assert world.nobody.get(address(world.mine, rest)).status == 401, rest


def test_the_years_of_a_seller_are_listed_and_others_are_not_found(world: World) -> None:
    years = world.reader.get(address(world.mine, "")).body["years"]
    assert years[-1] == 2024 and years == sorted(years, reverse=True)
    assert world.reader.get(address(world.mine, f"{years[0] + 1}/")).status == 404
    assert world.reader.get(address(world.mine, "2023/")).status == 404
    assert world.reader.get(address(world.mine, "20240/")).status == 404


def test_who_reads_books_reads_them_and_no_other_operator(world: World) -> None:
    for role, status in ((OperatorRole.AUDITOR, 200), (OperatorRole.VIEWER, 403)):
        user = User.objects.create_user(role, is_staff=True, operator_roles=[role])
        for rest in ("", "2024/", "2024/export/?format=xlsx"):
            answer = operator_caller(user).get(address(world.mine, rest))
            assert answer.status == status
            assert b"003-912345-6" not in getattr(answer.response, "content", b"")


def test_what_is_answered_is_what_the_schema_describes(world: World) -> None:
    body = world.reader.get(address(world.mine)).body
    assert_described(YearlyStatementSerializer(), body)


def assert_described(described: Any, told: Any) -> None:
    assert set(described.fields) == set(told)
    for name, field in described.fields.items():
        child = field.child if isinstance(field, ListSerializer) else field
        for each in told[name] if isinstance(field, ListSerializer) else [told[name]]:
            if isinstance(child, BaseSerializer):
                assert_described(child, each)
            elif each is None:
                assert field.allow_null, name


@pytest.mark.parametrize("form", FORMS)
def test_a_file_is_sent_as_what_it_is_and_that_is_on_record(world: World, form: str) -> None:
    answer = world.reader.get(address(world.mine, f"2024/export/?format={form}"))
    assert (answer.status, answer.media_type) == (200, FORMS[form][0])
    name = f"yearly-statement-{world.mine.number}-2024.{form}"
    assert name in answer.response["Content-Disposition"]
    assert answer.content
    taken = Act.objects.latest("pk")
    assert (taken.verb, taken.object_kind, taken.object_number, taken.seller_number) == (
        "exported",
        "yearly statement",
        f"{world.mine.number}-2024",
        world.mine.number,
    )


@pytest.mark.parametrize("query", ["", "?format=csv", "?format=pdf&page=1"])
def test_another_form_is_refused(world: World, query: str) -> None:
    assert world.reader.get(address(world.mine, f"2024/export/{query}")).status == 400


# ---- the files --------------------------------------------------------------------------------


def test_the_json_file_is_what_rest_answers(world: World) -> None:
    answered = world.reader.get(address(world.mine))
    file = json.loads(world.reader.get(address(world.mine, "2024/export/?format=json")).content)
    assert {**file, "known_at": ""} == {**answered.body, "known_at": ""}


def test_the_pdf_names_both_sides_the_quarters_and_what_was_paid(world: World) -> None:
    paper = said(exported(world.mine, "pdf"))
    for words in (
        "Yearly statement 2024",
        world.mine.number,
        "Contoso Cloud",
        "Until February 2024, the last closed month",
        "registered in Singapore (SG), in USD",
        "2,000.00",
        "−294.00",
        "TT-1",
        "B202402-",
        "Consideration",
    ):
        assert words in paper, words
    assert "003-912345-6" not in paper


def test_the_workbook_has_its_figures_bills_and_payouts(world: World) -> None:
    book = openpyxl.load_workbook(BytesIO(exported(world.mine, "xlsx")))
    figures, bills, payouts = ([cell.value for row in sheet for cell in row] for sheet in book)
    assert {2000, -294} <= set(figures)
    assert f"B202401-{world.mine.number}" in bills
    assert "TT-1" in payouts


@pytest.mark.parametrize(("currency", "total"), [("JPY", "2,000"), ("KWD", "2,000.000")])
def test_amounts_have_the_decimals_of_their_currency(currency: str, total: str) -> None:
    seller = a_year(currency)
    assert total in said(exported(seller, "pdf")).split()
    told = json.loads(exported(seller, "json"))["parts"][0]["total"]
    assert told["sales_amount"] == total.replace(",", "")


def test_a_year_without_bills_says_so_in_every_form() -> None:
    seller = a_seller()
    an_order(a_product(seller), "10", "2023-03-10")
    close("202303", seller)
    paper = said(exported(Seller.objects.get(pk=seller.pk), "pdf"))
    assert "No bill was issued" in paper
    assert json.loads(exported(seller, "json"))["parts"] == []
    assert exported(seller, "xlsx")


def test_a_file_speaks_the_language_of_who_asks(world: World) -> None:
    with translation.override("zh-hans"):
        chinese = exported(world.mine, "pdf")
    assert chinese != exported(world.mine, "pdf")


# ---- the console ------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_a_member_reads_and_takes_the_year_in_the_console(
    client: Client, world: World, role: Role
) -> None:
    client.force_login(make_member(world.mine, "mo", role))
    page = reverse("console:yearly-statement-detail", args=[2024])
    assert page in client.get(reverse("console:yearly-statement-list")).content.decode()
    answer = client.get(page)
    assert answer.context["statement"].parts[0].year.sales_amount == 2000
    shown = answer.content.decode()
    assert f"/bills/B202401-{world.mine.number}/" in shown
    assert "2,000.00" in shown
    assert ("003-912345-6" in shown) == (role in {Role.OWNER, Role.FINANCE})
    file = reverse("console:yearly-statement-export", args=[2024])
    for form in FORMS:
        sent: Any = client.get(file, {"format": form})
        assert sent.getvalue()
    assert client.get(file, {"format": "csv"}).status_code == 404


def test_another_sellers_year_and_a_year_that_is_none_are_not_found(
    client: Client, world: World
) -> None:
    client.force_login(User.objects.get(username="mia"))
    for page in ("yearly-statement-detail", "yearly-statement-export"):
        query = {"seller": world.theirs.number}
        assert client.get(reverse(f"console:{page}", args=[2024]), query).status_code == 404
        assert client.get(reverse(f"console:{page}", args=[1999])).status_code == 404
        assert client.get(reverse(f"console:{page}", args=[10**30])).status_code == 404


def test_a_year_without_bills_is_a_page(client: Client, world: World) -> None:
    client.force_login(User.objects.get(username="mia"))
    page = client.get(reverse("console:yearly-statement-detail", args=[2025]))
    assert "No bill was issued" in page.content.decode()


# ---- the admin --------------------------------------------------------------------------------


def test_an_operator_finds_the_years_on_the_sellers_page(client: Client, world: World) -> None:
    client.force_login(
        User.objects.create_user("ada", is_staff=True, operator_roles=[OperatorRole.AUDITOR])
    )
    address = reverse("admin:settlement_yearly_statement", args=[world.mine.number])
    seller = client.get(reverse("admin:sellers_seller_change", args=[world.mine.pk]))
    assert address in seller.content.decode()
    page = client.get(address, {"year": "2024"})
    assert page.context["statement"].parts[0].year.sales_amount == Decimal(2000)
    assert client.get(address).status_code == 200
    file = reverse("admin:settlement_yearly_statement_file", args=[world.mine.number])
    sent: Any = client.get(file, {"year": "2024", "format": "json"})
    assert json.loads(sent.getvalue())["seller"] == world.mine.number
    assert client.get(file, {"year": "2024", "format": "csv"}).status_code == 404
    for year in ("2023", "never", "9" * 5000):
        assert client.get(address, {"year": year}).status_code == 404
    nobody = reverse("admin:settlement_yearly_statement", args=["S-9"])
    assert client.get(nobody).status_code == 404


def test_the_years_are_for_who_reads_books(client: Client, world: World) -> None:
    client.force_login(
        User.objects.create_user("max", is_staff=True, operator_roles=[OperatorRole.VIEWER])
    )
    for page in ("settlement_yearly_statement", "settlement_yearly_statement_file"):
        address = reverse(f"admin:{page}", args=[world.mine.number])
        assert client.get(address, {"format": "pdf"}).status_code == 403
    query = {"seller": world.mine.number}
    assert client.get(reverse("console:yearly-statement-list"), query).status_code == 403
