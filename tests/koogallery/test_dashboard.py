"""The operators' first page: every queue with its figures, and the same cost whatever waits."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from koogallery.duties import OperatorRole
from koogallery.kit.cycles import Cycle
from koogallery.models import User
from settlement.models import InvariantResult, Refund
from settlement.services import refunds
from settlement.services.runs import request_run
from tests import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def olga(client: Client) -> User:
    user = world.an_operator("olga")
    client.force_login(user)
    return user


def waiting(client: Client) -> dict[str, tuple[int, list[tuple[str, Decimal]]]]:
    shown = client.get("/admin/").context["queues"]
    return {each.queue.title: (each.count, list(each.amounts)) for each in shown}


def something_of_everything(requester: User) -> Refund:
    seller = world.a_seller(required_deposit="50")
    product = world.a_product(seller)
    order = world.an_order(product, "100", "2024-01-10")
    world.close("202401", seller)
    world.a_refund(world.an_order(product, "30", "2024-02-10"), "10")
    return refunds.request_refund(
        order.number, Decimal(40), "unused", "contract 7", actor=requester
    )


def test_each_queue_has_its_count_age_and_amount_and_leads_to_its_list(
    client: Client, olga: User
) -> None:
    something_of_everything(olga)
    request_run(Cycle("202402"), None, actor=olga).parts.update(state="parked")

    assert waiting(client) == {
        "Refunds to decide": (1, [("USD", 40)]),
        "Refunds to be paid out": (1, [("USD", 10)]),
        "Bills to approve": (1, [("USD", 85)]),
        "Parked sellers": (1, []),
        "Deposits below their level": (1, [("USD", 50)]),
    }
    context = client.get("/admin/").context
    for each in [*context["queues"], *context["empty_queues"]]:
        assert client.get(each.address).status_code == 200


def test_more_rows_cost_no_more_queries(client: Client, olga: User) -> None:
    something_of_everything(olga)
    client.get("/admin/")
    few = queries(client)
    for _ in range(3):
        something_of_everything(olga)
    assert queries(client) == few
    assert few < 45


def queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as counted:
        assert client.get("/admin/").status_code == 200
    return len(counted)


def test_R1_6_the_month_tells_its_run_day_and_its_run(client: Client, olga: User) -> None:
    [last, running] = client.get("/admin/").context["months"]
    assert running.cycle == last.cycle.following
    assert last.run is None
    run = request_run(last.cycle, None, actor=olga)
    [last, _] = client.get("/admin/").context["months"]
    assert last.run == run
    assert not last.is_due


def test_R7_2_an_invariant_that_fails_is_seen_by_who_reads_the_books(client: Client) -> None:
    InvariantResult.objects.create(name="x", sentence="x", holds=False, checked=1)
    for role, seen in ((OperatorRole.AUDITOR, True), (OperatorRole.VIEWER, False)):
        user = User.objects.create_user(str(role), is_staff=True, operator_roles=[role])
        client.force_login(user)
        assert ("Invariants that fail" in waiting(client)) is seen
