"""The operators' first page: every queue with its figures, and the same cost whatever waits."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from koogallery.duties import OperatorRole
from koogallery.kit.cycles import Cycle
from koogallery.models import User
from settlement.models import InvariantResult, Refund
from settlement.services.closing.runs import request_run
from settlement.services.closing.work import begin
from settlement.services.refunds import lifecycle
from tests import world

pytestmark = pytest.mark.django_db
KEY = "refunds-to-decide"


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
    return lifecycle.request_refund(
        order.number, Decimal(40), "unused", "contract 7", actor=requester
    )


def test_each_queue_has_its_count_age_and_amount_and_leads_to_its_list(
    client: Client, olga: User
) -> None:
    something_of_everything(world.an_operator("carl"))
    run = request_run(Cycle("202402"), None, actor=olga)
    begin(run)
    run.parts.update(state="parked")

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


def test_a_queue_is_of_whom_may_act_without_their_own(client: Client, olga: User) -> None:
    refund = something_of_everything(olga)
    assert "Refunds to decide" not in waiting(client)
    User.objects.filter(pk=olga.pk).update(operator_roles=[OperatorRole.SELLER_MANAGER])
    assert waiting(client) == {}
    officer = world.an_operator("rita")
    User.objects.filter(pk=officer.pk).update(operator_roles=[OperatorRole.REFUND_OFFICER])
    client.force_login(officer)
    assert set(waiting(client)) == {"Refunds to decide"}
    auditor = User.objects.create_user("amara", is_staff=True, operator_roles=["auditor"])
    client.force_login(auditor)
    page = client.get("/admin/")
    assert "waits for others" in page.text
    assert "Refunds to decide" in waiting(client)
    found = client.get("/admin/find/", {"q": refund.number})
    assert found["Location"] == f"/admin/settlement/refund/{refund.pk}/change/"
    several = client.get("/admin/find/", {"q": refund.seller.company_name.upper()[:4]})
    assert refund.seller.number in several.text or several.status_code == 302
    assert "Nothing that you may see" in client.get("/admin/find/", {"q": "nothing"}).text


def test_a_queue_over_its_limit_is_red(client: Client, olga: User, settings: Settings) -> None:
    refund = something_of_everything(world.an_operator("carl"))
    asked = timezone.now() - timedelta(days=30)
    Refund.objects.filter(pk=refund.pk).update(requested_at=asked)

    def over() -> bool:
        [each] = [e for e in client.get("/admin/").context["queues"] if e.queue.key == KEY]
        return bool(each.is_over)

    assert over()
    settings.QUEUE_LIMITS = {KEY: 60}
    assert not over()
