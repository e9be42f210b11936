"""R4.5: what customers are told leaves the portal, in order, once, and is acknowledged."""

from collections.abc import Sequence
from typing import Any

import pytest

from koogallery.duties import OperatorRole
from koogallery.models import Act, Notice
from koogallery.notices import notify
from tests.books import execute, refused_by
from tests.callers import Caller, operator_caller, seller_caller
from tests.settlement.builders import make_member, make_operator, make_seller
from tests.world import a_product, a_refund, a_seller, an_order

pytestmark = pytest.mark.django_db

NOTICES = "/customer-notices/"


def note(key: str, recipient: str = "customer") -> None:
    notify(
        key=key,
        kind="refund_confirmed",
        recipient=recipient,
        seller_number="S-1",
        customer_account="fabrikam" if recipient == "customer" else "",
        customer_name="Fabrikam Inc." if recipient == "customer" else "",
        refund=f"RF-{key}",
        order="O-1",
        amount="12.50",
        currency="USD",
    )


@pytest.fixture
def trading() -> Caller:
    user = make_operator("trading")
    user.operator_roles = [OperatorRole.TRADING_SYSTEM]
    user.save()
    return operator_caller(user)


def listed(api: Caller, query: str = "") -> Sequence[Any]:
    return api.get(f"{NOTICES}{query}").body["results"]  # type: ignore[no-any-return]


def test_R4_5_a_refund_tells_its_customer_in_both_languages(trading: Caller) -> None:
    order = an_order(a_product(a_seller()), "100.00", "2024-01-10")
    refund = a_refund(order, "40.00", paid_out="2024-02-03")
    confirmed, paid = listed(trading)

    assert [confirmed["sequence"], paid["sequence"]] == [1, 2]
    confirmed.pop("created_at")
    assert confirmed == {
        "sequence": 1,
        "kind": "refund_confirmed",
        "customer_email": "",
        "seller": order.seller.number,
        "refund": refund.number,
        "order": order.number,
        "customer_account": order.customer_account,
        "customer_name": order.customer_name,
        "text": {
            "en": f"Your refund of 40.00 USD for order {order.number} has been approved. "
            f"The money goes back the way you paid. Refund {refund.number}.",
            "zh_hans": f"您对订单 {order.number} 的退款申请（40.00 USD）已通过，"
            f"款项将按原支付方式退回。退款编号：{refund.number}。",
        },
        "acknowledged_at": None,
    }


def test_R4_5_customers_are_counted_apart_from_sellers_without_gaps(trading: Caller) -> None:
    for key, recipient in [
        ("a", "seller"),
        ("b", "customer"),
        ("b", "customer"),
        ("c", "customer"),
    ]:
        note(key, recipient)
    assert [(each["sequence"], each["refund"]) for each in listed(trading)] == [
        (1, "RF-b"),
        (2, "RF-c"),
    ]
    assert [each["sequence"] for each in listed(trading, "?after=1")] == [2]
    assert Notice.objects.get(recipient="seller").sequence == 1


def test_R4_5_what_has_been_passed_on_is_acknowledged_once(trading: Caller) -> None:
    for key in "abc":
        note(key)
    first = trading.post(f"{NOTICES}acknowledge/", {"through": 2})
    assert (first.status, first.body) == (200, {"through": 2, "acknowledged": 2})
    at = [each["acknowledged_at"] for each in listed(trading)]
    assert [bool(each) for each in at] == [True, True, False]

    again = trading.post(f"{NOTICES}acknowledge/", {"through": 2})
    assert (again.status, again.body) == (200, {"through": 2, "acknowledged": 0})
    assert [each["acknowledged_at"] for each in listed(trading)] == at
    assert [each["sequence"] for each in listed(trading, "?acknowledged=false")] == [3]
    act = Act.objects.get(verb="acknowledged")
    assert act.facts == {"through": 2, "notices": 2}


@pytest.mark.parametrize(("through", "status"), [(4, 422), (0, 400), ("x", 400), (None, 400)])
def test_R4_5_nothing_is_acknowledged_that_was_not_noted(
    trading: Caller, through: Any, status: int
) -> None:
    for key in "abc":
        note(key)
    assert trading.post(f"{NOTICES}acknowledge/", {"through": through}).status == status
    assert not Notice.objects.exclude(acknowledged_at=None).exists()


def test_R4_5_customers_notices_are_not_for_sellers() -> None:
    note("a")
    seller = make_seller(number="S-1")
    member = seller_caller(make_member(seller, "lina"), "S-1", may_write=True)
    assert member.get(NOTICES).status == 403
    assert member.post(f"{NOTICES}acknowledge/", {"through": 1}).status == 403


@pytest.mark.parametrize(
    "change",
    ["acknowledged_at = NULL", "acknowledged_at = now()", "sequence = 9", "customer_name = 'x'"],
)
def test_R4_5_an_acknowledged_notice_stays_so(trading: Caller, change: str) -> None:
    note("a")
    trading.post(f"{NOTICES}acknowledge/", {"through": 1})
    execute("UPDATE koogallery_notice SET addressed_at = now()")
    with refused_by("a_notice_stays_as_told"):
        execute(f"UPDATE koogallery_notice SET {change}".replace("now()", "now() + interval '1 h'"))
