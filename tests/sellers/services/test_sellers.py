from decimal import Decimal
from typing import Any

import pytest

from koogallery.approvals import done
from koogallery.approving import approve_request
from koogallery.kit.errors import Conflict, Forbidden, InvalidInput, NotFound
from koogallery.models import Act, ApprovalRequest, User
from koogallery.numbering import next_number
from sellers.choices import Role
from sellers.models import Member, Seller
from sellers.services.companies.sellers import change_seller, record_sellers, register_seller
from tests.sellers.facts import new_seller
from tests.world import a_certified_account, a_product, an_operator, an_order, at

pytestmark = pytest.mark.django_db


def test_a_seller_is_registered_with_the_next_number(operator: User) -> None:
    taken = next_number("S")
    seller, is_new = register_seller(new_seller(certified_at=at("2024-01-01")), actor=operator)

    assert is_new
    assert int(seller.number[1:]) == int(taken[1:]) + 1
    assert (seller.company_name, seller.country) == ("Contoso Cloud", "SG")
    assert seller.certified_at == at("2024-01-01")
    assert [seller.withholding_tax_rate, seller.required_deposit] == [Decimal(0), Decimal(0)]
    assert seller.open_cycle is None
    act = Act.objects.get(object_number=seller.number)
    assert (act.actor, act.verb, act.object_kind) == (operator, "recorded", "seller")


def test_a_number_given_is_kept_and_never_generated_again() -> None:
    digits = int(next_number("S")[1:])
    register_seller(new_seller(number=f"S{digits + 1:06}"), actor=None)
    seller, _ = register_seller(new_seller(), actor=None)
    assert seller.number == f"S{digits + 2:06}"


def test_the_same_number_and_content_again_is_the_same_seller() -> None:
    first, _ = register_seller(new_seller(number="S-1"), actor=None)
    again, is_new = register_seller(new_seller(number="S-1"), actor=None)
    assert (again, is_new) == (first, False)
    assert Seller.objects.count() == 1


def test_a_number_with_other_content_is_a_conflict() -> None:
    register_seller(new_seller(number="S-1"), actor=None)
    with pytest.raises(Conflict, match="S-1 is recorded already, with other content"):
        register_seller(new_seller(number="S-1", country="CN"), actor=None)
    assert Seller.objects.get().country == "SG"


def test_every_violation_is_named_and_nothing_registered() -> None:
    wrong = new_seller(
        country="Singapore", settlement_currency="XXX", withholding_tax_rate=Decimal("1.01")
    )
    with pytest.raises(InvalidInput) as refusal:
        register_seller(wrong, actor=None)
    assert [violation.field for violation in refusal.value.violations] == [
        "country",
        "settlement_currency",
        "withholding_tax_rate",
    ]
    assert not Seller.objects.exists()


def test_of_many_sellers_the_good_ones_are_kept() -> None:
    outcomes = record_sellers(
        [
            new_seller(number="S-2"),
            new_seller(number="S-1", country="?"),
            new_seller(number="S-2"),
            new_seller(number="S-2", country="CN"),
        ],
        actor=None,
    )
    assert [(outcome.key, outcome.result) for outcome in outcomes] == [
        ("S-2", "recorded"),
        ("S-1", "refused"),
        ("S-2", "known"),
        ("S-2", "refused"),
    ]
    assert Seller.objects.get().number == "S-2"


def test_a_member_registers_and_changes_nobody(seller: Seller) -> None:
    member = User.objects.create_user("mia")
    Member.objects.create(seller=seller, user=member, role=Role.OWNER)
    with pytest.raises(Forbidden):
        register_seller(new_seller(), actor=member)
    with pytest.raises(Forbidden):
        change_seller("S-1", {"country": "CN"}, actor=member)
    assert Seller.objects.get().country == "SG"


def test_a_change_is_written_and_recorded_with_what_was(seller: Seller, operator: User) -> None:
    before = seller.modified_at
    Seller.objects.update(certified_at=None)
    changed = done(
        change_seller(
            "S-1",
            {"company_name": "Contoso", "country": "SG", "withholding_tax_rate": Decimal("0.1")},
            actor=operator,
        )
    )
    assert (changed.company_name, changed.withholding_tax_rate) == ("Contoso", Decimal("0.1"))
    seller.refresh_from_db()
    assert seller.company_name == "Contoso"
    assert seller.modified_at > before
    act = Act.objects.get(verb="changed")
    assert act.changes == {
        "company_name": ["Contoso Cloud", "Contoso"],
        "withholding_tax_rate": ["0", "0.1"],
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"company_name": "Evil Ltd"},
        {"country": "CN"},
        {"withholding_tax_rate": Decimal("0.9")},
        {"digital_service_tax_rate": Decimal("0.1"), "required_deposit": Decimal(5)},
        {"certified_at": at("2021-02-03")},
    ],
)
def test_R9_1_what_was_certified_takes_two_operators(
    seller: Seller, operator: User, changes: dict[str, Any]
) -> None:
    asked = change_seller("S-1", changes, actor=operator)
    assert isinstance(asked, ApprovalRequest)
    assert (asked.act, asked.object_number, asked.told_why[:18]) == (
        "seller_change",
        "S-1",
        "What was certified",
    )
    seller.refresh_from_db()
    name = next(iter(changes))
    assert getattr(seller, name) != changes[name]
    assert any(fact[0] == name for fact in asked.shown)
    with pytest.raises(Forbidden):
        approve_request(asked.number, actor=operator)
    approve_request(asked.number, actor=an_operator("oscar"))
    seller.refresh_from_db()
    assert {name: getattr(seller, name) for name in changes} == changes
    assert seller.certified_at


def test_R9_1_a_certification_taken_back_is_no_way_around(seller: Seller, operator: User) -> None:
    done(change_seller("S-1", {"certified_at": None}, actor=operator))
    for changes in ({"company_name": "Evil Ltd"}, {"certified_at": at("2024-01-01")}):
        assert isinstance(change_seller("S-1", changes, actor=operator), ApprovalRequest)
    seller.refresh_from_db()
    assert (seller.company_name, seller.certified_at) == ("Contoso Cloud", None)


def test_R9_1_who_approves_sees_an_account_that_would_be_anothers(
    seller: Seller, operator: User
) -> None:
    account = a_certified_account(seller)
    asked = change_seller("S-1", {"company_name": "Evil Ltd"}, actor=operator)
    assert isinstance(asked, ApprovalRequest)
    held = ["holder_of_bank_account", "Contoso Cloud", account.number]
    assert held in asked.shown


def test_a_change_that_changes_nothing_leaves_no_trace(seller: Seller) -> None:
    change_seller("S-1", {"country": "SG"}, actor=None)
    assert not Act.objects.filter(verb="changed").exists()
    assert Seller.objects.get().modified_at == seller.modified_at


def test_a_change_that_breaks_a_rule_changes_nothing(seller: Seller) -> None:
    with pytest.raises(InvalidInput) as refusal:
        change_seller("S-1", {"country": "CN", "required_deposit": Decimal("0.001")}, actor=None)
    assert (refusal.value.field, refusal.value.rule) == ("required_deposit", "R6.2")
    assert Seller.objects.get().country == "SG"


def test_what_is_not_a_sellers_to_change_is_named(seller: Seller) -> None:
    with pytest.raises(InvalidInput) as refusal:
        change_seller("S-1", {"open_cycle": "202401"}, actor=None)
    assert (refusal.value.field, refusal.value.code) == ("open_cycle", "unchangeable")


def test_R2_8_the_currency_stays_once_something_was_sold_in_it(seller: Seller) -> None:
    change_seller("S-1", {"settlement_currency": "EUR"}, actor=None)
    seller.refresh_from_db()
    an_order(a_product(seller), "10", "2024-02-05")
    with pytest.raises(Conflict) as refusal:
        change_seller("S-1", {"settlement_currency": "USD"}, actor=None)
    assert (refusal.value.code, refusal.value.rule) == ("currency_in_use", "R2.8")
    assert Seller.objects.get().settlement_currency == "EUR"


def test_an_unknown_seller_is_not_found(db: None) -> None:
    with pytest.raises(NotFound):
        change_seller("S-1", {"country": "CN"}, actor=None)
