"""A seller leaves (R6.3): refused while anything is open, then the deposit goes back."""

from decimal import Decimal

import pytest
from django.db import transaction

from koogallery.approvals import done
from koogallery.kit.errors import Conflict, DomainError, Forbidden, NotFound
from koogallery.models import Act, Notice, User
from koogallery.notices import body_of, subject_of
from sellers.choices import Role
from sellers.models import Member, Order, Product, Seller
from sellers.services.companies.sellers import change_seller
from sellers.services.orders.recording import change_order
from sellers.services.products.catalogue import change_product
from settlement.models import (
    Bill,
    DepositMovement,
    ExitRequest,
    LedgerEntry,
    Payout,
    Receivable,
    Recovery,
    Refund,
)
from settlement.readings.exits import (
    exit_obstacles,
    numbers_open,
    ready_requests,
    waiting_requests,
)
from settlement.readings.invariants import check_books
from settlement.rules.exits import OPEN
from settlement.services.banking.taking import take_statement
from settlement.services.bills.disputes import open_dispute
from settlement.services.deposits import move_deposit
from settlement.services.exits import exit_seller, refuse_exit, request_exit, withdraw_exit
from settlement.services.payouts.outcomes import pay_again
from settlement.services.refunds import lifecycle
from tests import world
from tests.authority import answer_for_bills
from tests.books import refused_by, snapshot
from tests.settlement.banking.statements import Row, report, statement
from tests.settlement.services.test_payouts import sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga() -> User:
    return world.an_operator()


@pytest.fixture
def seller() -> Seller:
    """Has sold nothing yet."""
    return world.a_seller("S-1")


@pytest.fixture
def product(seller: Seller) -> Product:
    """Delisted already."""
    product = world.a_product(seller)
    return change_product(product.number, {"listed": False}, actor=None)


@pytest.fixture
def settled(product: Product) -> Order:
    """100, on January's bill, which is paid."""
    order = world.an_order(product, "100", "2024-01-10", number="O-1")
    world.close("202401", product.seller)
    everything_paid()
    return order


def everything_paid() -> None:
    answer_for_bills()
    Bill.objects.update(state="paid")


def end(order: Order) -> None:
    change_order(order.number, {"ended_at": world.at("2024-02-01")}, actor=None)


def obstacles(seller: Seller) -> dict[str, tuple[str, ...]]:
    """What is found for one seller is what makes its request wait, asked in one statement."""
    found = {each.code: each.numbers for each in exit_obstacles(Seller.objects.get(pk=seller.pk))}
    assert is_ready(seller) is not bool(found)
    return found


def is_ready(seller: Seller) -> bool:
    with transaction.atomic():
        wish = a_wish(seller, User.objects.order_by("pk").first())
        ready = wish in ready_requests()
        assert ready is not (wish in waiting_requests())
        transaction.set_rollback(True)
    return ready


def a_wish(seller: Seller, user: User | None) -> ExitRequest:
    return ExitRequest.objects.create(
        number="XR-1", seller=seller, requested_by=user or world.an_operator()
    )


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


def test_R6_3_a_listed_product_is_in_the_way(seller: Seller) -> None:
    product = world.a_product(seller)
    assert obstacles(seller) == {"product_listed": (product.number,)}


@pytest.mark.parametrize("order_type", ["purchase", "trial"])
@pytest.mark.parametrize("supervision", ["waiting_for_service", "waiting_for_acceptance"])
def test_R6_3_an_order_in_fulfilment_is_in_the_way(
    product: Product, order_type: str, supervision: str
) -> None:
    Product.objects.filter(pk=product.pk).update(supervised=True)
    order = world.an_order(
        product, "10", "2024-01-10", supervision=supervision, order_type=order_type
    )
    assert obstacles(product.seller) == {"order_in_fulfilment": (order.number,)}


@pytest.mark.parametrize("effective", ["2024-01-10", "2024-02-10", None])
@pytest.mark.parametrize("paid", ["2024-01-10", None])
def test_R6_3_an_order_not_billed_yet_is_in_the_way(
    settled: Order, effective: str | None, paid: str | None
) -> None:
    """Whether it is due, late, or still to be paid or enabled."""
    order = world.an_order(settled.product, "10", effective, paid=paid)
    assert obstacles(settled.seller) == {"order_unbilled": (order.number,)}


def test_R6_3_an_order_of_a_seller_never_closed_is_in_the_way(product: Product) -> None:
    order = world.an_order(product, "10", "2024-01-10")
    assert obstacles(product.seller) == {"order_unbilled": (order.number,)}


def test_R6_3_what_is_never_billed_is_not_in_the_way(product: Product, olga: User) -> None:
    world.an_order(product, "10", "2024-01-10", order_type="trial")
    world.an_order(product, "10", None, order_type="trial")
    end(world.a_pay_per_use_order(product, paid=None))
    world.a_refund(world.an_order(product, "10", "2024-01-10"), "10", paid_out="2024-01-20")
    assert done(exit_seller("S-1", actor=olga)).left_at


def test_R4_6_a_partly_refunded_order_is_still_to_be_billed(product: Product) -> None:
    order = world.an_order(product, "10", "2024-01-10")
    world.a_refund(order, "9", paid_out="2024-01-20")
    assert obstacles(product.seller) == {"order_unbilled": (order.number,)}


def test_R6_3_usage_not_billed_yet_is_in_the_way(product: Product) -> None:
    seller = product.seller
    metered = world.a_pay_per_use_order(product)
    unpaid = world.a_pay_per_use_order(product, paid=None)
    trial = world.a_pay_per_use_order(product, order_type="trial")
    world.some_usage(metered, "1", "2024-01-10", sn="billed")
    world.close("202401", seller)
    everything_paid()
    world.some_usage(trial, "1", "2024-01-10", sn="never billed")
    for order in (metered, unpaid):
        end(order)
    assert obstacles(seller) == {}
    world.some_usage(metered, "1", "2024-01-11", sn="late")
    world.some_usage(unpaid, "1", "2024-01-12", sn="unpaid")
    assert obstacles(seller) == {"usage_unbilled": ("late", "unpaid")}


@pytest.mark.parametrize("state", ["seller_review", "operator_review", "approved"])
def test_R6_3_a_refund_under_way_is_in_the_way(settled: Order, olga: User, state: str) -> None:
    refund = lifecycle.request_refund("O-1", Decimal(1), "x", "contract 7", actor=olga)
    if state == "approved":
        lifecycle.approve_refund(refund.number, actor=world.an_operator("oscar"))
    else:
        Refund.objects.update(state=state)
    assert obstacles(settled.seller) == {"refund_under_way": (refund.number,)}


@pytest.mark.parametrize("end", ["rejected", "withdrawn"])
def test_R6_3_a_refund_that_came_to_nothing_is_not(settled: Order, olga: User, end: str) -> None:
    refund = lifecycle.request_refund("O-1", Decimal(1), "x", "contract 7", actor=olga)
    if end == "rejected":
        lifecycle.reject_refund(refund.number, "in use", actor=olga)
    else:
        lifecycle.withdraw_refund(refund.number, actor=olga)
    assert obstacles(settled.seller) == {}


def test_R6_3_a_recovery_then_its_receivable_are_in_the_way(settled: Order) -> None:
    seller = settled.seller
    world.a_refund(settled, "40", paid_out="2024-02-10")
    assert obstacles(seller) == {"recovery_open": (Recovery.objects.get().number,)}
    world.close("202403", seller)
    receivable = Receivable.objects.get()
    assert obstacles(seller) == {"receivable_open": (receivable.number,)}
    world.a_deposit(seller, "40")
    assert obstacles(seller) == {}


@pytest.mark.parametrize(
    ("state", "is_open"),
    [
        ("pending_approval", True),
        ("approval_rejected", True),
        ("invoice_under_review", True),
        ("payment_processing", True),
        ("payment_failed", True),
        ("paid", False),
        ("closed_without_payment", False),
    ],
)
def test_R6_3_a_bill_that_is_not_paid_is_in_the_way(
    settled: Order, state: str, is_open: bool
) -> None:
    Bill.objects.update(state=state)
    expected = {"bill_unpaid": ("B202401-S-1",)} if is_open else {}
    assert obstacles(settled.seller) == expected


def test_R6_3_an_invoice_that_is_due_is_in_the_way(settled: Order) -> None:
    Bill.objects.update(state="pending_invoice")
    assert obstacles(settled.seller) == {"invoice_due": ("B202401-S-1",)}


def test_R6_3_a_dispute_without_its_answer_is_in_the_way(settled: Order) -> None:
    mia = User.objects.create_user("mia")
    Member.objects.create(seller=settled.seller, user=mia, role=Role.OWNER)
    dispute = open_dispute("B202401-S-1", None, "too little", actor=mia)
    assert obstacles(settled.seller) == {"dispute_open": (dispute.number,)}


def test_R6_3_what_waits_for_the_next_bill_is_in_the_way(settled: Order) -> None:
    seller = settled.seller
    adjustment = world.an_adjustment(world.the_bill(seller, "202401"), "-30")
    assert obstacles(seller) == {"adjustment_pending": (adjustment.number,)}
    world.close("202402", seller)
    everything_paid()
    [carried] = seller.adjustments.filter(kind="carry_over")
    assert obstacles(seller) == {"negative_carried_over": (carried.number,)}


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


@pytest.fixture
def in_euros(seller: Seller) -> Seller:
    """The same company, registered in another currency and spelling."""
    again = world.a_seller("S-2", currency="EUR")
    return done(change_seller(again.number, {"company_name": "CONTOSOCLOUD"}, actor=None))


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


@pytest.fixture
def gone(settled: Order, olga: User) -> Order:
    """The settled order of a seller who has left."""
    exit_seller("S-1", actor=olga)
    settled.refresh_from_db()
    return settled


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


@pytest.fixture
def mia(seller: Seller) -> User:
    """An owner of the seller."""
    mia = User.objects.create_user("mia")
    Member.objects.create(seller=seller, user=mia, role=Role.OWNER)
    return mia


def test_R6_3_a_seller_asks_while_things_are_settled_and_leaves_by_it(
    product: Product, olga: User, mia: User
) -> None:
    order = world.an_order(product, "100", "2024-01-10", number="O-1")
    wish = request_exit("S-1", "  we sell elsewhere ", actor=mia)
    assert (wish.number[:2], wish.reason, wish.state) == ("XR", "we sell elsewhere", "requested")
    assert subject_of(Notice.objects.get(key=f"exit_requested:{wish}")) == (
        "Your company asks to leave KooGallery"
    )
    with pytest.raises(Conflict, match="1 order is not billed yet: O-1"):
        exit_seller("S-1", actor=olga)
    world.close("202401", order.seller)
    everything_paid()
    done(exit_seller("S-1", actor=olga))
    wish.refresh_from_db()
    assert (wish.state, wish.decided_by, wish.answer) == ("granted", olga, "")
    assert [act.verb for act in Act.objects.of("exit request", wish.number)] == [
        "requested",
        "granted",
    ]


def test_R6_3_what_the_seller_ends_itself_is_ended_before_it_asks(
    product: Product, mia: User
) -> None:
    change_product(product.number, {"listed": True}, actor=None)
    before = snapshot()
    with pytest.raises(Conflict) as refusal:
        request_exit("S-1", actor=mia)
    assert [each.code for each in refusal.value.violations] == ["product_listed"]
    assert snapshot() == before


def test_R6_3_a_seller_asks_once_at_a_time(seller: Seller, olga: User, mia: User) -> None:
    first = request_exit("S-1", actor=mia)
    with pytest.raises(Conflict, match=f"Request {first} stands already"):
        request_exit("S-1", actor=mia)
    withdraw_exit(first.number, actor=mia)
    second = request_exit("S-1", actor=mia)
    refuse_exit(second.number, "A claim is pending", actor=olga)
    second.refresh_from_db()
    assert (second.state, second.answer, second.decided_by) == (
        "refused",
        "A claim is pending",
        olga,
    )
    notice = Notice.objects.get(key=f"exit_refused:{second}")
    assert "Reason: A claim is pending" in body_of(notice)
    for settle in (withdraw_exit, lambda number, actor: refuse_exit(number, "no", actor=actor)):
        with pytest.raises(DomainError):
            settle(second.number, actor=mia if settle is withdraw_exit else olga)
    assert request_exit("S-1", actor=mia).state == "requested"


@pytest.mark.parametrize("role", [Role.FINANCE, Role.OPERATIONS, Role.VIEWER])
def test_R6_3_owners_alone_ask_and_withdraw(seller: Seller, mia: User, role: Role) -> None:
    bob = User.objects.create_user("bob")
    Member.objects.create(seller=seller, user=bob, role=role)
    with pytest.raises(Forbidden, match="Only an owner of S-1 Contoso Cloud may do this"):
        request_exit("S-1", actor=bob)
    wish = request_exit("S-1", actor=mia)
    with pytest.raises(Forbidden, match="Only an owner of S-1 Contoso Cloud may do this"):
        withdraw_exit(wish.number, actor=bob)


def test_R6_3_who_has_left_asks_no_more(gone: Order, mia: User) -> None:
    with pytest.raises(Conflict, match="S-1 left on") as refusal:
        request_exit("S-1", actor=mia)
    assert refusal.value.code == "seller_has_left"


@pytest.mark.parametrize(
    ("columns", "name"),
    [
        ({"reason": "another"}, "an_exit_request_is_decided_once"),
        ({"state": "granted"}, "a_granted_exit_has_happened"),
        ({"state": "refused"}, "who_refuses_an_exit_says_why"),
        ({"state": "gone"}, "an_exit_request_is_in_a_known_state"),
        ({"state": "requested"}, "a_decided_exit_request_says_by_whom"),
    ],
)
def test_R6_3_the_database_keeps_a_request_as_it_was_made(
    seller: Seller, olga: User, mia: User, columns: dict[str, str], name: str
) -> None:
    wish = request_exit("S-1", actor=mia)
    decided = {} if "reason" in columns else {"decided_by": olga, "decided_at": wish.requested_at}
    with refused_by(name):
        ExitRequest.objects.filter(pk=wish.pk).update(**columns, **decided)


def test_R6_3_a_decided_request_stays_and_none_is_deleted(seller: Seller, mia: User) -> None:
    wish = request_exit("S-1", actor=mia)
    with refused_by("an_exit_request_is_decided_once"):
        wish.delete()
    withdraw_exit(wish.number, actor=mia)
    with refused_by("an_exit_request_is_decided_once"):
        ExitRequest.objects.filter(number=wish.number).update(answer="changed")
    asked = request_exit("S-1", actor=mia)
    with refused_by("a_seller_asks_to_leave_once"):
        a_wish(asked.seller, mia)


def test_R6_3_R8_2_the_deposit_is_paid_out_by_the_bank_and_paid_again_where_it_fails(
    product: Product, olga: User
) -> None:
    """Also after the seller has left."""
    seller = product.seller
    account = world.a_certified_account(seller)
    world.a_deposit(seller, "120.50")
    done(exit_seller("S-1", actor=olga))
    first = sent(Payout.objects.get())
    returned = DepositMovement.objects.get(kind="return")
    assert [item.movement for item in first.items.all()] == [returned]
    assert (first.state, first.amount, first.bank_account) == ("sent", Decimal("120.50"), account)
    answer = report(first.batch.number, "RJCT", reason="AC04", end_to_end_id=first.number)  # type: ignore[union-attr]
    take_statement(answer, actor=olga)
    first.refresh_from_db()
    assert (first.state, first.failure_code) == ("failed", "AC04")

    again = pay_again(first.number, "Another account is certified", actor=olga)
    assert again.pk != first.pk
    second = sent(again)
    take_statement(statement(Row("-120.50", second.number, reference="B7")), actor=olga)
    second.refresh_from_db()
    assert (second.state, second.bank_reference) == ("paid", "B7")
    assert second.closing_balance == 0
    assert [found.difference for found in check_books() if not found.holds] == []
