"""A seller leaves (R6.3): refused while anything is open, then the deposit goes back."""

from decimal import Decimal

import pytest

from koogallery.approvals import done
from koogallery.kit.errors import Conflict, DomainError, Forbidden, NotFound
from koogallery.models import Act, Notice, User
from koogallery.notices import body_of, subject_of
from sellers.choices import Role
from sellers.models import Member, Order, Product, Seller
from sellers.services.companies.sellers import change_seller
from sellers.services.products.catalogue import change_product
from settlement.models import (
    Bill,
    DepositMovement,
    LedgerEntry,
    Receivable,
    Recovery,
)
from settlement.readings.exits import (
    exit_obstacles,
    numbers_open,
)
from settlement.rules.exits import OPEN
from settlement.services.deposits import move_deposit
from settlement.services.exits import exit_seller
from tests import world
from tests.books import snapshot
from tests.settlement.exits.building import obstacles

pytestmark = pytest.mark.django_db


def test_R6_3_a_seller_with_nothing_open_leaves_and_gets_the_whole_deposit(
    settled: Order, olga: User
) -> None:
    seller = settled.seller
    world.a_deposit(seller, "120.50")
    left = done(exit_seller("S-1", actor=olga))

    seller.refresh_from_db()
    assert left.left_at == seller.left_at
    assert seller.left_at
    returned = DepositMovement.objects.get(kind="return")
    assert (returned.change, returned.balance_after) == (Decimal("-120.50"), 0)
    assert (returned.reference, returned.actor) == ("exit-S-1", olga)
    legs = LedgerEntry.objects.filter(journal__key=f"deposit:{returned.pk}")
    assert dict(legs.values_list("account", "amount")) == {
        "deposit": Decimal("120.50"),
        "seller_payable": Decimal("-120.50"),
    }
    act = Act.objects.get(verb="left")
    assert (act.actor, act.object_kind, act.object_number) == (olga, "seller", "S-1")
    assert act.facts == {"returned": "120.50", "currency": "USD"}
    notice = Notice.objects.get(key="seller_left:S-1")
    assert (notice.recipient, subject_of(notice)) == ("seller", "You have left KooGallery")
    assert "Deposit returned: 120.50 USD" in body_of(notice)


@pytest.mark.parametrize("spent", [False, True])
def test_R6_3_without_a_deposit_nothing_is_returned(
    seller: Seller, olga: User, spent: bool
) -> None:
    if spent:
        world.a_deposit(seller, "5")
        move_deposit("S-1", "penalty", Decimal(5), "late", actor=olga)
    movements = DepositMovement.objects.count()
    assert done(exit_seller("S-1", actor=olga)).left_at
    assert DepositMovement.objects.count() == movements
    assert Act.objects.get(verb="left").facts["returned"] == "0.00"


def test_R6_3_everything_open_is_named_at_once_and_nothing_happens(
    settled: Order, olga: User
) -> None:
    seller = settled.seller
    world.a_deposit(seller, "50")
    Bill.objects.update(state="pending_invoice")
    change_product(settled.product.number, {"listed": True}, actor=None)
    world.an_order(settled.product, "10", None, number="O-2")
    before = snapshot()
    with pytest.raises(Conflict) as refusal:
        exit_seller("S-1", actor=olga)
    assert [(each.code, each.rule) for each in refusal.value.violations] == [
        ("product_listed", "R6.3"),
        ("order_unbilled", "R6.3"),
        ("invoice_due", "R6.3"),
    ]
    assert refusal.value.rule == "R6.3"
    assert "1 order is not billed yet: O-2." in refusal.value.detail
    assert snapshot() == before


def test_R6_3_of_many_orders_ten_are_named(product: Product) -> None:
    for number in range(12):
        world.an_order(product, "10", None, number=f"O-{number:02}")
    [orders] = exit_obstacles(product.seller)
    assert (orders.count, len(orders.numbers)) == (12, 10)
    assert orders.detail.endswith("O-08, O-09 and 2 more.")


def test_R6_3_a_company_leaves_with_all_that_it_is_registered_as(
    seller: Seller, in_euros: Seller, olga: User
) -> None:
    done(exit_seller("S-1", actor=olga))
    assert not Seller.objects.filter(left_at=None).exists()
    assert Act.objects.filter(verb="left").count() == 2
    assert Notice.objects.filter(kind="seller_left").count() == 2
    with pytest.raises(Conflict, match="left on"):
        exit_seller("S-2", actor=olga)


def test_R6_3_what_is_open_at_another_registration_is_in_the_way(
    seller: Seller, in_euros: Seller, olga: User
) -> None:
    world.a_deposit(in_euros, "5")
    assert obstacles(seller) == {"registration_open": ("S-2",)}
    with pytest.raises(Conflict, match="1 other registration of this company"):
        exit_seller("S-1", actor=olga)
    move_deposit("S-2", "return", Decimal(5), "r", actor=olga)
    assert obstacles(seller) == {}
    world.a_product(in_euros)
    assert obstacles(seller) == {"registration_open": ("S-2",)}
    assert list(obstacles(in_euros)) == ["product_listed"]


def test_R6_3_a_company_of_that_name_in_another_country_goes_on(seller: Seller, olga: User) -> None:
    other = done(change_seller(world.a_seller("S-2").number, {"country": "CN"}, actor=None))
    done(exit_seller("S-1", actor=olga))
    other.refresh_from_db()
    assert other.left_at is None
    assert change_seller("S-2", {"company_name": "Contoso  Cloud"}, actor=None)


def test_R6_3_whoever_left_does_not_leave_again(seller: Seller, olga: User) -> None:
    exit_seller("S-1", actor=olga)
    before = snapshot()
    with pytest.raises(Conflict, match="S-1 left on") as refusal:
        exit_seller("S-1", actor=olga)
    assert (refusal.value.code, refusal.value.rule) == ("seller_has_left", "R6.3")
    assert snapshot() == before


@pytest.mark.parametrize(("who", "refusal"), [("owner", Forbidden), ("stranger", NotFound)])
def test_R6_3_only_operators_let_a_seller_leave(
    seller: Seller, who: str, refusal: type[DomainError]
) -> None:
    user = User.objects.create_user(who)
    if who == "owner":
        Member.objects.create(seller=seller, user=user, role=Role.OWNER)
    with pytest.raises(refusal):
        exit_seller("S-1", actor=user)
    assert Seller.objects.get().left_at is None


def test_R5_3_a_refund_after_the_seller_left_is_receivable_at_once(gone: Order) -> None:
    world.a_refund(gone, "40", paid_out="2024-06-10")
    assert Receivable.objects.get().amount == 40


def test_R5_3_a_deposit_made_after_leaving_pays_it_and_no_level_is_kept(
    gone: Order, olga: User
) -> None:
    Seller.objects.update(required_deposit=Decimal(50))
    world.a_refund(gone, "40", paid_out="2024-06-10")
    world.a_deposit(gone.seller, "40")
    assert Recovery.objects.get().state == "recovered"
    assert not Notice.objects.filter(kind="deposit_below_level").exists()


@pytest.mark.parametrize(
    ("kind", "amount"), [("top_up", "40.01"), ("adjustment", "40.01"), ("top_up", "41")]
)
@pytest.mark.parametrize("owed", ["0", "40"])
def test_R6_3_into_the_deposit_of_who_left_comes_what_is_owed_alone(
    gone: Order, olga: User, kind: str, amount: str, owed: str
) -> None:
    if Decimal(owed):
        world.a_refund(gone, owed, paid_out="2024-06-10")
    before = snapshot()
    with pytest.raises(Conflict, match=f"has left and still owes {owed}.00 USD") as refusal:
        move_deposit("S-1", kind, Decimal(amount), "late", "why", actor=olga)
    assert (refusal.value.code, refusal.value.rule) == ("seller_has_left", "R6.3")
    assert refusal.value.field == "amount"
    assert snapshot() == before
    if Decimal(owed):
        move_deposit("S-1", kind, Decimal(owed), "late", "why", actor=olga)
        assert (Receivable.objects.get().state, Recovery.objects.get().state) == (
            "paid",
            "recovered",
        )


def test_R6_3_the_months_of_a_seller_who_left_close_without_a_bill(gone: Order) -> None:
    world.close("202406", gone.seller)
    assert list(Bill.objects.values_list("cycle", flat=True)) == ["202401"]


def test_every_obstacle_is_looked_for(seller: Seller) -> None:
    assert [*numbers_open(seller), "registration_open"] == list(OPEN)
