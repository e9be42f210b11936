from collections.abc import Callable
from decimal import Decimal

import pytest

from koogallery.approvals import done
from koogallery.kit.errors import Forbidden, InvalidInput
from koogallery.models import User
from sellers.models import Seller
from settlement.models import Adjustment, Bill, BillLine
from settlement.services.bills.adjustments import adjust_bill
from tests.settlement.builders import close, make_member


def test_R3_2_an_adjustment_is_a_line_on_the_next_bill_linked_to_the_original(
    bill: Bill, operator: User
) -> None:
    adjustment = done(adjust_bill(bill.number, Decimal("12.50"), "late usage", actor=operator))
    following = close(bill.seller, "202602")
    assert following
    line = BillLine.objects.get(bill=following)
    assert (line.adjustment, line.settlement) == (adjustment, Decimal("12.50"))
    assert (adjustment.bill, adjustment.reason) == (bill, "late usage")
    assert (following.adjustments, following.settlement_amount) == (Decimal("12.50"),) * 2
    assert Bill.objects.get(pk=bill.pk).settlement_amount == 1000


def test_R3_5_a_negative_adjustment_alone_makes_a_bill_that_pays_nothing(
    bill: Bill, operator: User
) -> None:
    adjust_bill(bill.number, Decimal(-30), "billed twice by the feed", actor=operator)
    following = close(bill.seller, "202602")
    assert following and (following.settlement_amount, following.net_payable) == (-30, 0)


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("0", "changes_nothing"),
        ("0.001", "too_precise"),
        ("-0.001", "too_precise"),
        ("NaN", "not_a_number"),
        ("-Infinity", "not_a_number"),
        ("1000000000000001", "too_large"),
    ],
)
def test_R3_2_an_adjustment_is_an_amount_that_could_be_paid(
    bill: Bill,
    operator: User,
    nothing_changes: Callable[[], object],
    amount: str,
    code: str,
) -> None:
    before = nothing_changes()
    with pytest.raises(InvalidInput) as refusal:
        adjust_bill(bill.number, Decimal(amount), "difference", actor=operator)
    assert (refusal.value.field, refusal.value.code) == ("amount", code)
    assert not Adjustment.objects.exists()
    assert nothing_changes() == before


def test_R3_2_an_adjustment_gives_its_reason(bill: Bill, operator: User) -> None:
    with pytest.raises(InvalidInput) as refusal:
        adjust_bill(bill.number, Decimal(1), " ", actor=operator)
    assert refusal.value.field == "reason"
    assert not Adjustment.objects.exists()


def test_R3_2_a_seller_does_not_adjust_its_bill(bill: Bill, seller: Seller) -> None:
    with pytest.raises(Forbidden):
        adjust_bill(bill.number, Decimal(1000), "more", actor=make_member(seller, "owner"))
    assert not Adjustment.objects.exists()
