"""What the database refuses about who moves money, by name and whoever asks (R4.4)."""

from decimal import Decimal

import pytest

from koogallery.kit.cycles import Cycle
from koogallery.models import ApprovalRequest, Notice, NoticeCount, User
from sellers.models import Order, Seller
from settlement.models import ApprovalLimit, Refund
from settlement.services.bills.adjustments import adjust_bill
from settlement.services.previews.stored import request_preview, work_on_preview
from tests.books import execute, refused_by, select
from tests.world import a_product, a_seller, an_operator, an_order, close, the_bill

pytestmark = pytest.mark.django_db

ANSWERED = """
INSERT INTO settlement_authorisation
    (act, subject, seller_id, currency, amount, person_id, second_id)
SELECT 'adjustment', 'AD-X', id, 'USD', %(amount)s, %(person)s, %(second)s FROM sellers_seller
"""
APPROVED_BY_WHO_ASKED = """
UPDATE settlement_billpreview
SET state = 'approved', approved_by_id = requested_by_id, approved_at = now()
"""


@pytest.fixture
def olga() -> User:
    """With a limit of 100; one seller has a bill of 85.00, and as much is due in February."""
    product = a_product(a_seller("S-1"))
    an_order(product, "100.00", "2024-01-10")
    close("202401", product.seller)
    an_order(product, "200.00", "2024-02-10")
    ApprovalLimit.objects.filter(currency="USD").update(amount=100, of_a_person=300)
    return an_operator("olga")


def test_R4_4_one_person_alone_moves_less_than_the_limit(olga: User) -> None:
    with refused_by("nobody_moves_more_alone"):
        execute(ANSWERED, amount=100, person=olga.pk, second=None)
    execute(ANSWERED, amount="99.99", person=olga.pk, second=None)


def test_R4_4_nobody_is_named_as_the_second_who_has_not_agreed(olga: User) -> None:
    with refused_by("a_second_person_has_agreed"):
        execute(ANSWERED, amount=100, person=olga.pk, second=an_operator("oscar").pk)


def test_R4_4_who_asked_for_a_preview_of_this_size_does_not_approve_it(olga: User) -> None:
    preview = request_preview(Cycle("202402"), None, actor=olga)
    work_on_preview(preview.number)
    with refused_by("a_preview_takes_two"):
        execute(APPROVED_BY_WHO_ASKED)
    ApprovalLimit.objects.filter(currency="USD").update(amount=171)
    execute(APPROVED_BY_WHO_ASKED)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE koogallery_approvalrequest SET amount = 1",
        "UPDATE koogallery_approvalrequest SET arguments = '{}'",
        "UPDATE koogallery_approvalrequest SET requested_by_id = requested_by_id + 1",
        "UPDATE koogallery_approvalrequest SET approvals_needed = 0",
        "DELETE FROM koogallery_approvalrequest",
    ],
)
def test_R4_4_what_was_asked_for_stays(olga: User, change: str) -> None:
    bill = the_bill(Seller.objects.get(number="S-1"), "202401")
    assert isinstance(adjust_bill(bill.number, Decimal(900), "wrong", actor=olga), ApprovalRequest)
    with refused_by("a_request_keeps_what_it_asks"):
        execute(change)


def test_R4_4_who_applied_for_a_refund_does_not_speak_for_the_seller(olga: User) -> None:
    bill = the_bill(Seller.objects.get(number="S-1"), "202401")
    order = Order.objects.get(bill_lines__bill=bill)
    refund = Refund.objects.create(
        number="refund",
        seller=bill.seller,
        order=order,
        currency="USD",
        amount=60,
        reason="not needed",
        state="seller_review",
        requested_by=olga,
    )
    speaks = "UPDATE settlement_refund SET agreed_by_id = %(who)s, state = 'operator_review'"
    with refused_by("the_requester_does_not_speak_for_the_seller"):
        execute(speaks, who=refund.requested_by_id)
    execute(speaks, who=an_operator("sam").pk)


def test_R4_4_a_request_is_not_approved_from_the_start(olga: User) -> None:
    bill = the_bill(Seller.objects.get(number="S-1"), "202401")
    adjust_bill(bill.number, Decimal(900), "wrong", actor=olga)
    changes = (
        f'{{"id": -1, "number": "x", "state": "approved", "closed_by_id": {olga.pk},'
        ' "closed_at": "2024-03-01"}'
    )
    with refused_by("a_request_is_approved_by_enough"):
        execute(
            "INSERT INTO koogallery_approvalrequest"
            " SELECT (jsonb_populate_record(q, %(changes)s::jsonb)).*"
            " FROM koogallery_approvalrequest q",
            changes=changes,
        )


@pytest.mark.parametrize("what", ["paid_at", "effective_at", "supervision_completed_at"])
def test_R1_8_nothing_happens_before_its_order(olga: User, what: str) -> None:
    completed = ", supervision_status = 'completed'" if what.startswith("supervision") else ""
    with refused_by("nothing_happens_before_its_order"):
        execute(
            f"UPDATE sellers_order SET {what} = placed_at - interval '1 second'{completed}"
            " WHERE due_cycle = '202402'"
        )


def test_R10_notices_are_counted_without_a_gap_by_their_plan_of_few_rows(olga: User) -> None:
    """`notices_are_counted` gives each the next number of its seller."""
    numbers = Notice.objects.filter(seller_number="S-1").order_by("pk")
    assert list(numbers.values_list("sequence", flat=True)) == list(range(1, numbers.count() + 1))
    assert NoticeCount.objects.get(seller_number="S-1").last == numbers.count() > 0


#: Run for every row of a batch, where a plan made while a table was small would read it whole.
PINNED = {
    "a_close_leaves_nothing_due_behind": {"enable_seqscan=off"},
    "notices_are_counted": {"enable_seqscan=off"},
    "journals_balance": {"enable_seqscan=off", "plan_cache_mode=force_custom_plan"},
    "a_bill_names_products_of_its_seller": {
        "enable_seqscan=off",
        "plan_cache_mode=force_custom_plan",
    },
    "lines_are_their_transactions": {
        "enable_seqscan=off",
        "enable_memoize=off",
    },
}


def test_plans_of_what_runs_for_every_row_stay_pinned() -> None:
    pinned = select(
        "SELECT proname || ':' || array_to_string(proconfig, ',') FROM pg_proc"
        " WHERE prorettype = 'trigger'::regtype AND pronamespace = 'public'::regnamespace"
        " AND EXISTS (SELECT FROM unnest(proconfig) c WHERE c ~ '^(enable_|plan_cache_mode)')"
    )
    told = {name: set(config.split(",")) for name, config in (each.split(":") for each in pinned)}
    assert told == PINNED
