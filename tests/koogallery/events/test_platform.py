"""R10: the platform's own systems are told of everybody's events, in one sequence without gaps."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from koogallery.duties import OperatorRole
from koogallery.events.streams import count_platform_events
from koogallery.models import Act, Notice, NoticeCount, PlatformMark
from sellers.models import Seller
from tests.books import execute, refused_by
from tests.callers import Caller, operator_caller, seller_caller
from tests.koogallery.events.conftest import happen
from tests.koogallery.events.receiver import Receiver
from tests.koogallery.events.test_customers import note
from tests.koogallery.events.test_delivering import deliver
from tests.settlement.builders import make_member, make_operator, make_seller
from tests.world import a_product, a_refund, a_seller, an_order

pytestmark = pytest.mark.django_db

EVENTS, ENDPOINTS = "/platform-events/", "/webhook-endpoints/"
ALL = {"url": "https://8.8.8.8/hook"}


def a_system(name: str, role: str = OperatorRole.TRADING_SYSTEM) -> Caller:
    user = make_operator(name)
    user.operator_roles = [role]
    user.save()
    return operator_caller(user)


@pytest.fixture
def trading() -> Caller:
    return a_system("trading")


@pytest.fixture
def made(trading: Caller, server: Receiver) -> Any:
    return trading.post(ENDPOINTS, {"url": server.url}).body


def rows(api: Caller, query: str = "") -> list[dict[str, Any]]:
    return api.every(f"{EVENTS}{query}")


def beat() -> int:
    count_platform_events()
    return deliver()


def test_R10_everybodys_events_are_one_sequence(trading: Caller) -> None:
    first, second = make_seller(), make_seller()
    happen(first, 1)
    happen(second, 1, 2)
    note("x")
    assert rows(trading) == []
    assert (count_platform_events(), count_platform_events()) == (4, 0)
    found = rows(trading)
    assert [each["sequence"] for each in found] == [1, 2, 3, 4]
    assert [each["event"] for each in found] == [
        f"EV-{first.number}-1",
        f"EV-{second.number}-1",
        f"EV-{second.number}-2",
        None,
    ]
    assert [each["sequence"] for each in rows(trading, "?after=2")] == [3, 4]
    assert [each["seller"] for each in rows(trading, f"?seller={first.number}")] == [first.number]
    [customers] = rows(trading, "?type=customer_notice")
    assert (customers["id"], customers["data"]["kind"], customers["data"]["notice"]) == (
        "PE-4",
        "refund_confirmed",
        1,
    )
    assert customers["data"]["customer_account"] == "fabrikam"


def test_R4_5_an_approved_refund_is_one_event_to_the_payment_system(trading: Caller) -> None:
    refund = a_refund(an_order(a_product(a_seller()), "100.00", "2024-01-10"), "40.00")
    count_platform_events()
    [approved] = rows(trading, "?type=refund_confirmed")
    assert (approved["data"]["refund"], approved["data"]["amount"]) == (refund.number, "40.00")
    [told] = rows(trading, "?type=customer_notice")
    assert told["data"]["refund"] == refund.number


def test_R10_a_sellers_own_order_is_kept_where_ids_were_drawn_in_another(trading: Caller) -> None:
    seller = make_seller()
    for place, key in ((900_000_002, "first"), (900_000_001, "second")):
        execute(
            "INSERT INTO koogallery_notice"
            " (id, key, kind, seller_number, recipient, customer_account, facts)"
            f" VALUES ({place}, '{key}', 'x', '{seller.number}', 'seller', '', '{{}}')"
        )
    count_platform_events()
    assert [each["event"][-1] for each in rows(trading)] == ["1", "2"]


def test_R10_a_place_is_given_once() -> None:
    happen(make_seller(), 1)
    count_platform_events()
    for place in ("2", "NULL"):
        with transaction.atomic(), refused_by("a_notice_stays_as_told"):
            execute(f"UPDATE koogallery_notice SET platform_sequence = {place}")


def test_R10_a_system_says_how_far_it_has_come(trading: Caller) -> None:
    happen(make_seller(), 1, 2, 3)
    count_platform_events()
    path = f"{EVENTS}acknowledge/"
    assert trading.post(path, {"through": 2}).body == {"through": 2, "acknowledged": 2}
    assert trading.post(path, {"through": 1}).body == {"through": 1, "acknowledged": 0}
    assert [each["sequence"] for each in rows(trading, "?acknowledged=false")] == [3]
    assert len(rows(a_system("payments"), "?acknowledged=false")) == 3
    refused = trading.post(path, {"through": 4})
    assert (refused.status, refused.body["errors"][0]["code"]) == (422, "not_noted_yet")
    assert PlatformMark.objects.get().through == 2
    assert Act.objects.filter(object_kind="platform events").count() == 1
    auditor = a_system("aud", OperatorRole.AUDITOR)
    assert auditor.get(EVENTS).status == 200
    assert auditor.post(path, {"through": 3}).status == 403


def test_R10_sellers_see_nothing_of_it(trading: Caller) -> None:
    seller = make_seller()
    owner = seller_caller(make_member(seller, "anna"), seller.number, may_write=True)
    made = trading.post(ENDPOINTS, ALL).body
    happen(seller, 1)
    count_platform_events()
    assert owner.get(EVENTS).status in {403, 404}
    assert owner.post(f"{EVENTS}acknowledge/", {"through": 1}).status == 403
    assert owner.get(f"{ENDPOINTS}{made['number']}/").status == 404
    assert owner.get(ENDPOINTS).body["results"] == []
    unnamed = owner.post(ENDPOINTS, ALL)
    assert (unnamed.status, unnamed.body["errors"][0]["pointer"]) == (422, "/seller")


@pytest.mark.parametrize("role", [OperatorRole.SETTLEMENT_OFFICER, OperatorRole.SELLER_MANAGER])
def test_R10_only_who_connects_systems_has_an_endpoint_without_a_seller(
    trading: Caller, role: str
) -> None:
    other, made = a_system("other", role), trading.post(ENDPOINTS, ALL).body
    assert made["seller"] is None
    assert other.post(ENDPOINTS, ALL).status == 403
    path = f"{ENDPOINTS}{made['number']}/"
    for act in ("test/", "rotate-secret/", "disable/"):
        assert (act, other.post(path + act, {}).status) == (act, 403)
    assert other.patch(path, {"kinds": None}).status == 403
    assert other.send("DELETE", path).status == 403
    assert trading.post(f"{path}rotate-secret/", {}).status == 200


def test_R10_an_endpoint_of_the_platform_gets_everything_signed(
    trading: Caller, server: Receiver, made: dict[str, Any]
) -> None:
    happen(make_seller(), 1)
    happen(make_seller(), 1)
    note("x")
    assert beat() == 3
    assert server.sequences(made["secret"]) == [1, 2, 3]
    assert json.loads(server.messages[2].body) == rows(trading)[2]
    assert server.messages[0].id == f"PE-1-{made['number']}"
    log = f"{ENDPOINTS}{made['number']}/deliveries/"
    assert [(each["event"], each["sequence"]) for each in trading.every(log)] == [
        ("PE-3", 3),
        ("PE-2", 2),
        ("PE-1", 1),
    ]
    assert [each["sequence"] for each in trading.every(f"{log}?sequence_from=3")] == [3]
    again = trading.post(f"{ENDPOINTS}{made['number']}/replay/", {"sequence_from": 2})
    assert again.body == {"events": 2}
    beat()
    assert server.sequences(made["secret"]) == [1, 2, 3, 2, 3]


def test_R10_an_endpoint_of_the_platform_chooses_kinds(
    trading: Caller, server: Receiver, made: dict[str, Any]
) -> None:
    path = f"{ENDPOINTS}{made['number']}/"
    assert trading.patch(path, {"kinds": ["customer_notice"]}).status == 200
    happen(make_seller(), 1)
    note("x")
    beat()
    assert [event["type"] for event in server.events(made["secret"])] == ["customer_notice"]
    assert trading.post(f"{path}replay/", {"sequence_from": 1}).body == {"events": 1}


def test_R10_a_gone_server_of_the_platform_is_disabled_and_told_to_nobody_else(
    trading: Caller, server: Receiver, made: dict[str, Any]
) -> None:
    server.status = 410
    happen(make_seller(), 1)
    beat()
    assert trading.get(f"{ENDPOINTS}{made['number']}/").body["state"] == "disabled"
    assert not Notice.objects.filter(kind="webhook_disabled").exists()


def test_R10_a_sellers_endpoint_does_not_choose_what_customers_are_told(seller: Seller) -> None:
    owner = seller_caller(make_member(seller, "anna"), seller.number, may_write=True)
    body = {**ALL, "seller": seller.number, "kinds": ["customer_notice"]}
    assert owner.post(ENDPOINTS, body).body["errors"][0]["code"] == "unknown_kind"


@pytest.mark.django_db(transaction=True)
def test_R10_writers_and_counters_at_once_leave_no_gap() -> None:
    sellers = [make_seller() for _ in range(4)]

    def write(seller: Seller) -> None:
        try:
            for number in range(20):
                with transaction.atomic():
                    happen(seller, number)
                    transaction.set_rollback(number % 5 == 4)
        finally:
            connection.close()

    def count(_: int) -> None:
        try:
            for _ in range(20):
                count_platform_events()
        finally:
            connection.close()

    with ThreadPoolExecutor(7) as crowd:
        list(
            crowd.map(lambda job: job[0](job[1]), [(write, s) for s in sellers] + [(count, 0)] * 3)
        )
    count_platform_events()
    placed = Notice.objects.order_by("platform_sequence")
    assert [each.platform_sequence for each in placed] == list(range(1, 65))
    for seller in sellers:
        mine = [each.sequence for each in placed if each.seller_number == seller.number]
        assert mine == list(range(1, 17))
    assert NoticeCount.objects.get(pk="*").last == 64
