from collections.abc import Callable
from decimal import Decimal

import pytest

from koogallery.approvals import done
from koogallery.kit.errors import Conflict, Forbidden, IllegalTransition, InvalidInput, NotFound
from koogallery.models import Act, Notice, User
from koogallery.notices import body_of, subject_of
from sellers.choices import Role
from sellers.models import Seller
from settlement.choices import DisputeState
from settlement.models import Adjustment, Bill, BillLine, Dispute
from settlement.readings.line_explanation import explanation_of
from settlement.services.bills.disputes import (
    accept_dispute,
    decline_dispute,
    open_dispute,
    withdraw_dispute,
)
from tests.settlement.builders import at, close, make_member, make_order, make_seller


@pytest.fixture
def owner(seller: Seller) -> User:
    return make_member(seller, "owner")


@pytest.fixture
def dispute(bill: Bill, owner: User) -> Dispute:
    """Of line 1 of January's bill; the owner says that 50 are missing."""
    return open_dispute(bill.number, 1, "two seats are missing", Decimal(50), actor=owner)


def state_of(dispute: Dispute) -> str:
    return Dispute.objects.values_list("state", flat=True).get(pk=dispute.pk)


@pytest.mark.parametrize("role", [Role.OWNER, Role.FINANCE])
@pytest.mark.parametrize("line_no", [None, 1])
def test_R3_4_a_seller_disputes_a_bill_or_one_line_of_it(
    bill: Bill, seller: Seller, role: Role, line_no: int | None
) -> None:
    member = make_member(seller, "member", role)
    dispute = open_dispute(bill.number, line_no, " too little ", actor=member)
    assert (dispute.bill, dispute.line_no, dispute.seller) == (bill, line_no, seller)
    assert (dispute.reason, dispute.amount, dispute.state) == ("too little", None, "open")
    assert dispute.number.startswith("DP") and len(dispute.number) == 10
    act = Act.objects.get(object_kind="dispute", object_number=dispute.number)
    assert (act.actor, act.verb, act.facts["bill"]) == (member, "opened", bill.number)
    assert not Notice.objects.filter(kind__startswith="dispute").exists()


def test_R3_4_a_viewer_of_the_seller_only_looks(
    bill: Bill, dispute: Dispute, nothing_changes: Callable[[], object]
) -> None:
    member = make_member(bill.seller, "member", Role.VIEWER)
    before = nothing_changes()
    with pytest.raises(Forbidden) as refusal:
        open_dispute(bill.number, None, "too little", actor=member)
    assert refusal.value.code == "objector_only"
    with pytest.raises(Forbidden):
        withdraw_dispute(dispute.number, actor=member)
    assert (Dispute.objects.count(), state_of(dispute)) == (1, "open")
    assert nothing_changes() == before


def test_R3_4_another_sellers_bill_and_dispute_do_not_exist(bill: Bill, dispute: Dispute) -> None:
    stranger = make_member(make_seller(), "stranger")
    with pytest.raises(NotFound):
        open_dispute(bill.number, None, "too little", actor=stranger)
    with pytest.raises(NotFound):
        withdraw_dispute(dispute.number, actor=stranger)
    assert (Dispute.objects.count(), state_of(dispute)) == (1, "open")


@pytest.mark.parametrize(
    ("line_no", "reason", "amount", "field", "code"),
    [
        (2, "too little", None, "line_no", "unknown_line"),
        (0, "too little", None, "line_no", "unknown_line"),
        (10**30, "too little", None, "line_no", "unknown_line"),
        (1, "  ", None, "reason", "required"),
        (1, "too little", "0", "amount", "changes_nothing"),
        (1, "too little", "1.001", "amount", "too_precise"),
        (1, "too little", "NaN", "amount", "not_a_number"),
    ],
)
def test_R3_4_a_dispute_names_its_line_reason_and_amount(
    bill: Bill,
    owner: User,
    nothing_changes: Callable[[], object],
    line_no: int,
    reason: str,
    amount: str | None,
    field: str,
    code: str,
) -> None:
    before = nothing_changes()
    with pytest.raises(InvalidInput) as refusal:
        open_dispute(bill.number, line_no, reason, Decimal(amount) if amount else None, actor=owner)
    assert (refusal.value.field, refusal.value.code) == (field, code)
    assert refusal.value.rule == "R3.4"
    assert not Dispute.objects.exists()
    assert nothing_changes() == before


def test_R3_4_the_same_is_not_disputed_twice_at_once(
    bill: Bill, dispute: Dispute, owner: User, operator: User
) -> None:
    whole = open_dispute(bill.number, None, "too little", actor=owner)
    for line_no in (1, None):
        with pytest.raises(Conflict) as refusal:
            open_dispute(bill.number, line_no, "again", actor=owner)
        assert refusal.value.code == "one_open_dispute_per_bill_and_line"
    decline_dispute(dispute.number, "they are on the February bill", actor=operator)
    withdraw_dispute(whole.number, actor=owner)
    for line_no in (1, None):
        open_dispute(bill.number, line_no, "they are not", actor=owner)
    assert Dispute.objects.filter(state="open").count() == 2


def test_R3_4_a_verified_difference_is_paid_on_the_next_bill(
    dispute: Dispute, operator: User
) -> None:
    accept_dispute(dispute.number, " one seat was missing ", Decimal(25), actor=operator)
    dispute.refresh_from_db()
    assert (dispute.state, dispute.answer) == ("accepted", "one seat was missing")
    assert (dispute.answered_by, dispute.difference) == (operator, 25)
    assert dispute.answered_at is not None
    adjustment = Adjustment.objects.get()
    assert dispute.adjustment == adjustment
    assert (adjustment.bill, adjustment.amount) == (dispute.bill, 25)
    following = close(dispute.seller, "202602")
    assert following and following.settlement_amount == 25
    line = BillLine.objects.select_related("adjustment__bill", "bill").get(bill=following)
    assert f"Dispute {dispute.number}: one seat was missing" in str(explanation_of(line))
    assert Bill.objects.get(pk=dispute.bill_id).settlement_amount == 1000


def test_R3_4_a_difference_may_also_be_the_platforms(dispute: Dispute, operator: User) -> None:
    accept_dispute(dispute.number, "a seat too many was billed", Decimal(-10), actor=operator)
    assert Adjustment.objects.get().amount == -10


def test_R3_4_a_dispute_may_be_accepted_without_a_difference(
    dispute: Dispute, operator: User
) -> None:
    accepted = done(
        accept_dispute(dispute.number, "corrected on the February bill", actor=operator)
    )
    assert (accepted.state, accepted.difference, accepted.adjustment) == ("accepted", None, None)
    assert not Adjustment.objects.exists()


def test_R3_4_a_declined_dispute_says_why_and_moves_no_money(
    dispute: Dispute, operator: User
) -> None:
    declined = decline_dispute(dispute.number, "all seats are on line 1", actor=operator)
    assert (declined.state, declined.answer) == ("declined", "all seats are on line 1")
    assert not Adjustment.objects.exists()


@pytest.mark.parametrize(
    ("amount", "told"),
    [("25", {"difference": "25.00", "adjustment": "AD"}), (None, {})],
)
def test_R3_4_the_seller_is_told_the_answer_once(
    dispute: Dispute, operator: User, amount: str | None, told: dict[str, str]
) -> None:
    accept_dispute(dispute.number, "right", Decimal(amount) if amount else None, actor=operator)
    notice = Notice.objects.get(kind="dispute_answered")
    assert (notice.recipient, notice.seller_number) == ("seller", dispute.seller.number)
    assert subject_of(notice) == f"Dispute {dispute.number} accepted"
    assert notice.facts["answer"] == "right"
    assert {name: notice.facts.get(name, "")[: len(text)] for name, text in told.items()} == told
    body = body_of(notice)
    assert f"Bill: {dispute.bill.number}\nLine: 1\n" in body
    assert ("Difference: 25.00 USD" in body) is bool(amount)
    act = Act.objects.get(object_kind="dispute", verb="accepted")
    assert (act.actor, act.facts["answer"]) == (operator, "right")


def test_R3_4_an_answer_is_never_empty(
    dispute: Dispute, operator: User, nothing_changes: Callable[[], object]
) -> None:
    before = nothing_changes()
    for answer in (accept_dispute, decline_dispute):
        with pytest.raises(InvalidInput) as refusal:
            answer(dispute.number, " ", actor=operator)
        assert (refusal.value.field, refusal.value.rule) == ("answer", "R3.4")
    assert state_of(dispute) == "open"
    assert nothing_changes() == before


@pytest.mark.parametrize("amount", ["0", "0.001", "NaN"])
def test_R3_4_a_difference_is_an_amount_that_could_be_paid(
    dispute: Dispute, operator: User, nothing_changes: Callable[[], object], amount: str
) -> None:
    before = nothing_changes()
    with pytest.raises(InvalidInput) as refusal:
        accept_dispute(dispute.number, "right", Decimal(amount), actor=operator)
    assert refusal.value.field == "amount"
    assert (state_of(dispute), Adjustment.objects.count()) == ("open", 0)
    assert nothing_changes() == before


def test_R3_4_only_an_operator_answers(
    dispute: Dispute, owner: User, nothing_changes: Callable[[], object]
) -> None:
    before = nothing_changes()
    with pytest.raises(Forbidden):
        accept_dispute(dispute.number, "right", Decimal(1000), actor=owner)
    with pytest.raises(Forbidden):
        decline_dispute(dispute.number, "wrong", actor=owner)
    assert (state_of(dispute), Adjustment.objects.count()) == ("open", 0)
    assert nothing_changes() == before


def test_R3_4_an_operator_who_recorded_a_dispute_does_not_answer_it(
    bill: Bill, operator: User, second_operator: User
) -> None:
    dispute = open_dispute(bill.number, None, "told by telephone", actor=operator)
    before = Act.objects.count()
    with pytest.raises(Forbidden) as refusal:
        accept_dispute(dispute.number, "right", Decimal(1), actor=operator)
    assert refusal.value.code == "the_opener_does_not_answer"
    with pytest.raises(Forbidden):
        decline_dispute(dispute.number, "wrong", actor=operator)
    assert (state_of(dispute), Act.objects.count()) == ("open", before)
    assert accept_dispute(dispute.number, "right", actor=second_operator).state == "accepted"


@pytest.mark.parametrize("who", ["owner", "operator"])
def test_R3_4_an_open_dispute_is_withdrawn(
    dispute: Dispute, owner: User, operator: User, who: str
) -> None:
    actor = {"owner": owner, "operator": operator}[who]
    assert withdraw_dispute(dispute.number, actor=actor).state == "withdrawn"
    assert Act.objects.get(object_kind="dispute", verb="withdrawn").actor == actor
    assert not Notice.objects.filter(kind="dispute_answered").exists()


@pytest.mark.parametrize("end", ["accepted", "declined", "withdrawn"])
def test_R3_4_a_closed_dispute_stays_as_it_is(
    dispute: Dispute,
    owner: User,
    operator: User,
    end: str,
    nothing_changes: Callable[[], object],
) -> None:
    if end == "accepted":
        accept_dispute(dispute.number, "right", Decimal(5), actor=operator)
    elif end == "declined":
        decline_dispute(dispute.number, "wrong", actor=operator)
    else:
        withdraw_dispute(dispute.number, actor=owner)
    before = nothing_changes()
    with pytest.raises(IllegalTransition):
        accept_dispute(dispute.number, "right", Decimal(5), actor=operator)
    with pytest.raises(IllegalTransition):
        decline_dispute(dispute.number, "wrong", actor=operator)
    with pytest.raises(IllegalTransition):
        withdraw_dispute(dispute.number, actor=owner)
    assert state_of(dispute) == end
    assert Adjustment.objects.count() == (end == "accepted")
    assert nothing_changes() == before


def test_R3_4_an_adjustment_line_can_be_disputed_too(
    dispute: Dispute, owner: User, operator: User
) -> None:
    accept_dispute(dispute.number, "right", Decimal(25), actor=operator)
    make_order(BillLine.objects.get().order.product, "100", at(2, 5))  # type: ignore[union-attr]
    following = close(dispute.seller, "202602")
    assert following
    line = BillLine.objects.get(bill=following, kind="adjustment")
    again = open_dispute(following.number, line.line_no, "50 were missing", actor=owner)
    assert again.subject == f"line {line.line_no} of bill {following.number}"


@pytest.mark.parametrize("origin", DisputeState)
def test_R3_4_every_move_of_a_dispute_is_declared_or_refused(
    dispute: Dispute, origin: DisputeState
) -> None:
    dispute.state = origin
    legal = {target for target in DisputeState if dispute.may_move_to(target)}
    assert legal == origin.next
