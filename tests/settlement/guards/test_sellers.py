"""What the database refuses about sellers, whoever asks (R2.8, R6.3)."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from koogallery.kit.errors import Conflict
from sellers.models import Seller
from sellers.services.companies.sellers import change_seller
from settlement.models import Adjustment, Bill
from tests.authority import answer_for
from tests.books import execute, refused_by
from tests.world import a_deposit, a_pay_per_use_order, a_product, a_seller

pytestmark = pytest.mark.django_db

NO_AMOUNTS = dict.fromkeys(
    [
        "sales_amount",
        "customer_wht",
        "platform_fee",
        "withholding_tax_rate",
        "withholding_tax",
        "digital_service_tax_rate",
        "digital_service_tax",
        "adjustments",
        "settlement_amount",
        "recovered",
        "net_payable",
    ],
    0,
)


def an_order(seller: Seller) -> None:
    a_pay_per_use_order(a_product(seller))


def a_deposit_of_10(seller: Seller) -> None:
    a_deposit(seller, "10")


def an_empty_bill(seller: Seller) -> Bill:
    return Bill.objects.create(
        number=f"B-{seller.number}",
        seller=seller,
        cycle="202401",
        currency="USD",
        line_count=0,
        seller_name=seller.company_name,
        issuer_name="Huawei Cloud",
        **NO_AMOUNTS,
    )


def an_adjustment_of_anothers_bill(seller: Seller) -> None:
    bill = an_empty_bill(a_seller())
    answer_for("adjustment", "AD-1", seller, Decimal(1))
    Adjustment.objects.create(
        number="AD-1", seller=seller, bill=bill, amount=1, currency="USD", reason="x"
    )


@pytest.mark.parametrize(
    "use", [an_order, a_deposit_of_10, an_empty_bill, an_adjustment_of_anothers_bill]
)
def test_R2_8_the_currency_stays_once_anything_is_in_it(use: Callable[[Seller], object]) -> None:
    seller = a_seller()
    use(seller)
    with refused_by("a_currency_in_use_stays"):
        execute(
            "UPDATE sellers_seller SET settlement_currency = 'EUR' WHERE id = %(id)s", id=seller.pk
        )


def test_R2_8_a_currency_nothing_is_in_may_change() -> None:
    a_deposit(a_seller(), "10")
    seller = a_seller()
    a_product(seller)
    change_seller(seller.number, {"settlement_currency": "EUR"}, actor=None)
    assert Seller.objects.get(pk=seller.pk).settlement_currency == "EUR"


def test_R2_8_whatever_else_changes_is_not_hindered() -> None:
    seller = a_seller()
    a_deposit(seller, "10")
    seller.company_name = "Contoso"
    seller.save()
    assert Seller.objects.get(pk=seller.pk).company_name == "Contoso"


def test_R2_8_the_refusal_is_told_by_its_rule() -> None:
    seller = a_seller()
    a_deposit(seller, "10")
    with pytest.raises(Conflict) as refusal:
        change_seller(seller.number, {"settlement_currency": "EUR"}, actor=None)
    assert (refusal.value.rule, refusal.value.field) == ("R2.8", "settlement_currency")
    assert Seller.objects.get(pk=seller.pk).settlement_currency == "USD"


GONE = "UPDATE sellers_seller SET left_at = now() WHERE number = %(number)s"


@pytest.mark.parametrize("name", ["CONTOSO CLOUD", "ContosoCloud", "Contoso\u3164Cloud."])
@pytest.mark.parametrize("country", ["SG", "HK"])
def test_R6_3_a_company_that_left_stays_away(name: str, country: str) -> None:
    """Neither registered again nor renamed to it; what it is known by can be written otherwise."""
    a_seller("S-1")
    fabrikam = a_seller("S-2")
    change_seller("S-2", {"company_name": "Fabrikam"}, actor=None)
    execute(GONE, number="S-1")
    named = {"name": name, "country": country, "number": fabrikam.number}
    with refused_by("a_company_that_left_stays_away"):
        execute(
            "UPDATE sellers_seller SET company_name = %(name)s, country = %(country)s"
            " WHERE number = %(number)s",
            **named,
        )
    with refused_by("a_company_that_left_stays_away"):
        Seller.objects.create(
            number="S-3", company_name=name, country=country, settlement_currency="USD"
        )
    execute("UPDATE sellers_seller SET company_name = 'Contoso cloud' WHERE number = 'S-1'")


def test_R6_3_a_company_leaves_as_a_whole() -> None:
    for number in ("S-1", "S-2"):
        a_seller(number)
    execute("UPDATE sellers_seller SET company_name = 'CONTOSOCLOUD' WHERE number = 'S-2'")
    with refused_by("a_company_leaves_as_a_whole"):
        execute(GONE, number="S-1")
    execute("UPDATE sellers_seller SET left_at = now()")
    with refused_by("a_company_that_left_stays_away"):
        execute("UPDATE sellers_seller SET left_at = NULL WHERE number = 'S-1'")
