"""What a seller who has left no longer gets (R6.3); how one leaves is settlement's."""

from dataclasses import replace

import pytest

from koogallery.kit.errors import Conflict
from sellers.feeds.tables import TABLES
from sellers.models import Order, Product, Seller
from sellers.services.companies.sellers import change_seller, record_sellers, register_seller
from sellers.services.intake import Outcome
from sellers.services.orders.recording import record_order, record_orders
from sellers.services.orders.usage import record_usage
from sellers.services.products.catalogue import change_product, record_products, register_product
from tests.books import snapshot
from tests.sellers.facts import new_order, new_pay_per_use_order, new_product, new_seller, new_usage
from tests.world import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def gone(seller: Seller, product: Product) -> Seller:
    """Left in March, with a delisted product, an order and a metered order."""
    record_order(new_order("O-1", product.number), actor=None)
    record_order(new_pay_per_use_order("O-2", product.number), actor=None)
    Product.objects.update(delisted_at=at("2024-03-01"))
    Seller.objects.update(left_at=at("2024-03-01"))
    seller.refresh_from_db()
    return seller


def told(outcomes: list[Outcome]) -> list[tuple[str, str]]:
    return [
        (outcome.key, outcome.violations[0].code if outcome.is_refused else outcome.result)
        for outcome in outcomes
    ]


SPELLINGS = [
    "Contoso Cloud",
    "CONTOSO CLOUD",
    " Contoso  Cloud ",
    "ContosoCloud",
    "Contoso\u3164Cloud",
    "Contoso\u2800Cloud",
    "Contoso\u00ad Cloud\ufe0f",
    "\uff23ontoso Cloud",
    "Contoso Cloud.",
    "\u201cContoso Cloud\u201d",
]


@pytest.mark.parametrize("name", SPELLINGS)
@pytest.mark.parametrize("country", ["SG", "HK"])
def test_R6_3_a_company_that_left_does_not_register_again(
    gone: Seller, name: str, country: str
) -> None:
    before = snapshot()
    with pytest.raises(Conflict, match="is S-1 Contoso Cloud, who has left") as refusal:
        register_seller(new_seller(company_name=name, country=country), actor=None)
    assert (refusal.value.rule, refusal.value.field) == ("R6.3", "company_name")
    assert refusal.value.code == "seller_has_left"
    assert snapshot() == before


def test_R6_3_a_company_of_another_name_registers(gone: Seller) -> None:
    for name in ("Contoso", "Contoso Cloud 2", "Contoso+Cloud"):
        assert register_seller(new_seller(company_name=name), actor=None)[1]


def test_R6_3_of_many_only_the_company_that_left_is_refused(gone: Seller) -> None:
    outcomes = record_sellers(
        [
            new_seller(number="S-7"),
            new_seller(number="S-8", company_name="Fabrikam"),
            new_seller(number="S-9", company_name="Northwind", country="?"),
        ],
        actor=None,
    )
    assert told(outcomes) == [
        ("S-7", "seller_has_left"),
        ("S-8", "recorded"),
        ("S-9", "invalid_country"),
    ]


def test_R6_3_a_feed_rejects_a_company_that_left(gone: Seller) -> None:
    row = {"company_name": "contoso cloud", "country": "SG", "settlement_currency": "USD"}
    outcomes = TABLES["sellers"].take_in([row, {**row, "number": "S-7"}])
    assert [outcome.violations[0].rule for outcome in outcomes] == ["R6.3", "R6.3"]
    assert Seller.objects.count() == 1


def test_R6_3_what_was_recorded_before_is_known_when_it_is_sent_again(gone: Seller) -> None:
    """Importing a file again changes nothing, whoever has left meanwhile."""
    product = Product.objects.get()
    seller = new_seller(number="S-1", certified_at=gone.certified_at)
    again = new_product("S-1", number=product.number)
    orders = [new_order("O-1", product.number), new_pay_per_use_order("O-2", product.number)]
    before = snapshot()
    assert told(record_sellers([seller], actor=None)) == [("S-1", "known")]
    assert told(record_products([again], actor=None)) == [(product.number, "known")]
    assert told(record_orders(orders, actor=None)) == [("O-1", "known"), ("O-2", "known")]
    changed = replace(orders[0], customer_name="Tailspin")
    assert told(record_orders([changed], actor=None)) == [("O-1", "conflict")]
    assert snapshot() == before


def test_R6_3_a_seller_who_left_gets_no_new_product(gone: Seller) -> None:
    before = snapshot()
    with pytest.raises(Conflict, match="S-1 has left and gets no new product") as refusal:
        register_product(new_product("S-1", number="P-NEW"), actor=None)
    assert (refusal.value.rule, refusal.value.field) == ("R6.3", "seller")
    with pytest.raises(Conflict) as refusal:
        change_product(Product.objects.get().number, {"listed": True}, actor=None)
    assert (refusal.value.rule, refusal.value.field) == ("R6.3", "listed")
    assert snapshot() == before


@pytest.mark.parametrize("order_type", ["purchase", "trial"])
def test_R6_3_a_seller_who_left_gets_no_new_business(gone: Seller, order_type: str) -> None:
    new = new_order("O-3", Product.objects.get().number, order_type=order_type)
    before = snapshot()
    with pytest.raises(Conflict, match=f"a new {order_type} is not taken in") as refusal:
        record_order(new, actor=None)
    assert (refusal.value.rule, refusal.value.field) == ("R6.3", "product")
    assert snapshot() == before


@pytest.mark.parametrize("order_type", ["renewal", "change"])
def test_R6_3_what_was_sold_before_goes_on(gone: Seller, order_type: str) -> None:
    new = new_order("O-3", Product.objects.get().number, order_type=order_type)
    assert record_order(new, actor=None)[1]
    assert told(record_usage([new_usage("u-1", "O-2")], actor=None)) == [("u-1", "recorded")]
    assert Order.objects.count() == 3


def test_R6_3_a_company_that_left_stays_known_by_its_name(gone: Seller) -> None:
    for changes in ({"company_name": "Fabrikam"}, {"country": "CN"}):
        with pytest.raises(Conflict, match="its name and country stay"):
            change_seller("S-1", changes, actor=None)
    change_seller("S-1", {"company_name": "CONTOSO CLOUD"}, actor=None)
    register_seller(new_seller(number="S-2", company_name="Fabrikam", country="HK"), actor=None)
    for name in SPELLINGS:
        with pytest.raises(Conflict, match="does not come back"):
            change_seller("S-2", {"company_name": name}, actor=None)
    assert Seller.objects.get(number="S-2").company_name == "Fabrikam"
