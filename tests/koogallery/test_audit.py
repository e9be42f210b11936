"""The record of acts: who, what, from where; unalterable, masked, told where the object is."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from celery import current_app
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from koogallery import audit, telling
from koogallery.duties import OperatorRole
from koogallery.models import AccessToken, Act, User
from koogallery.origin import Channel
from koogallery.portal.history import VERBS
from koogallery.vocabulary import SENTENCES
from sellers.choices import Role
from settlement.services.deposits import move_deposit
from tests.callers import operator_caller
from tests.settlement.api.standing import a_world
from tests.settlement.api.world import World
from tests.settlement.builders import make_member, make_operator, make_seller

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """Of each test its own: others here sign in people of the same names."""
    return a_world()


@pytest.fixture
def auditor(client: Client) -> Client:
    client.force_login(
        User.objects.create_user("ada", is_staff=True, operator_roles=[OperatorRole.AUDITOR])
    )
    return client


def latest() -> Act:
    return Act.objects.latest("pk")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE koogallery_act SET verb = 'x'",
        "UPDATE koogallery_act SET verb = 'x' WHERE false",
        "DELETE FROM koogallery_act",
        "SET LOCAL session_replication_role = replica; DELETE FROM koogallery_act",
        "INSERT INTO koogallery_act TABLE koogallery_act ON CONFLICT (id) DO UPDATE SET verb = 'x'",
    ],
)
def test_an_act_is_unalterable_for_the_owner_of_its_table_too(statement: str) -> None:
    audit.record(None, "tried", "thing", "T-1")
    with (
        pytest.raises(DatabaseError, match="recorded once and never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert latest().verb == "tried"


def test_the_table_of_acts_is_never_emptied() -> None:
    """The tests take this one trigger off, to empty their database; its guard is the same."""
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("ALTER TABLE koogallery_act ENABLE ALWAYS TRIGGER never_emptied")
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            cursor.execute("TRUNCATE koogallery_act CASCADE")
        transaction.set_rollback(True)


def test_a_change_of_state_is_told_with_what_was_before(world: World) -> None:
    bill = world.mine.bill
    world.operator.post(f"/bills/{bill.number}/reject/", {"reason": "wrong tax"})
    act = latest()
    assert (act.actor, act.verb, act.object_number) == (world.olga, "rejected", bill.number)
    assert act.changes == {
        "state": ["pending_approval", "approval_rejected"],
        "state_reason": ["", "wrong tax"],
    }


def test_what_a_bill_or_a_deposit_holds_is_told_before_and_after(world: World) -> None:
    receivable = world.mine.receivable.number
    body = {"amount": "50.00", "reference": "wire 9"}
    world.operator.post(f"/receivables/{receivable}/payments/", body)
    assert latest().changes == {"outstanding": ["200", "150"]}
    move_deposit(world.mine.seller.number, "top_up", Decimal(7), "w", actor=world.olga)
    assert latest().changes == {"balance": ["0", "7"]}


def test_a_call_is_on_record_with_its_token_its_address_and_its_number(world: World) -> None:
    path = f"/bills/{world.mine.bill.number}/approve/"
    answer = world.operator.post(path, {}, x_request_id="trade-4711-x")
    act = latest()
    assert (act.channel, act.token, act.ip_address) == (Channel.API, "test", "127.0.0.1")
    assert act.request_id == answer.response.headers["X-Request-ID"] == "trade-4711-x"


def test_a_number_that_is_none_is_replaced(world: World) -> None:
    for given in ("short", "with blank space", "x" * 65):
        answer = world.operator.get("/bills/", x_request_id=given)
        assert answer.response.headers["X-Request-ID"] != given


def test_behind_a_proxy_the_address_is_the_one_it_saw(world: World, settings: Any) -> None:
    seen = {"x_forwarded_for": "203.0.113.9, 198.51.100.7"}
    deposit = f"/deposits/{world.mine.seller.number}/movements/"
    for behind, address in ((False, "127.0.0.1"), (True, "198.51.100.7")):
        settings.BEHIND_PROXY = behind
        body = {"kind": "top_up", "amount": "1.00", "reference": address}
        world.operator.post(deposit, body, **seen)
        assert latest().ip_address == address


def test_a_command_and_a_worker_are_told_apart() -> None:
    call_command("issue_token", "olga", "--operator", stdout=io.StringIO())
    assert (latest().channel, latest().actor) == (Channel.COMMAND, None)

    @current_app.task
    def run() -> None:
        audit.record(None, "ran", "thing", "T-1")

    run.apply()
    assert (latest().channel, bool(latest().request_id)) == (Channel.SCHEDULE, True)


def test_secrets_and_bank_numbers_are_masked() -> None:
    audit.record(
        None,
        "changed",
        "bank account",
        "BA-1",
        changes={
            "iban": ("DE02120300000000202051", "DE0250010517013707"),
            "paid": (None, True),
        },
        client_secret="hush",
        account_number="1234567890",
        amount=Decimal("5.00"),
        at=datetime(2026, 2, 1, tzinfo=UTC),
    )
    assert latest().changes == {"iban": ["•••• 2051", "•••• 3707"], "paid": [None, True]}
    assert latest().facts == {
        "client_secret": "••••",
        "account_number": "•••• 7890",
        "amount": "5",
        "at": "2026-02-01T00:00:00+00:00",
    }


def test_what_superusers_enter_is_on_record_with_what_it_was(client: Client) -> None:
    client.force_login(User.objects.create_superuser("root"))
    olga = make_operator("olga")
    page = f"/admin/koogallery/user/{olga.pk}/"
    entered = {"is_active": "on", "is_staff": "on", "operator_roles": ["viewer"]}
    client.post(f"{page}rights/decide/", entered)
    act = latest()
    assert (act.verb, act.object_kind, act.channel) == ("changed", "person", Channel.ADMIN)
    assert act.changes["operator_roles"] == [OperatorRole.values, ["viewer"]]
    client.post(f"{page}password/decide/")
    assert latest().changes == {"password": ["••••", "••••"]}
    olga.refresh_from_db()
    assert not olga.has_usable_password()


def test_a_revoked_token_is_on_record(client: Client, world: World) -> None:
    client.force_login(User.objects.create_superuser("root"))
    token = AccessToken.objects.filter(user=world.olga, seller_number="").get()
    client.post(f"/admin/koogallery/accesstoken/{token.number}/revoke/decide/")
    assert (latest().verb, latest().object_kind) == ("revoked", "token")
    assert world.operator.get("/bills/").status == 401


def test_the_calendar_of_run_days_is_on_record(client: Client) -> None:
    client.force_login(make_operator())
    page = "/admin/settlement/calendarday/overrule/"
    entered = {"date": "2026-03-09", "is_working_day": "", "name": "Flood"}
    seen = client.post(page, entered).context["foreseen"].digest
    client.post(page, {**entered, "seen": seen})
    assert latest().changes == {"is_working_day": [None, False], "name": [None, "Flood"]}


@pytest.mark.parametrize("take", ["console", "api"])
def test_who_takes_a_bill_as_a_file_is_on_record(world: World, client: Client, take: str) -> None:
    bill = world.mine.bill.number
    if take == "api":
        world.operator.get(f"/bills/{bill}/export/?format=csv")
    else:
        client.force_login(world.olga)
        sent: Any = client.get(reverse("console:bill-export", args=[bill]), {"format": "csv"})
        assert sent.getvalue()  # to its end, which closes the file
    act = latest()
    assert (act.actor, act.verb, act.object_number) == (world.olga, "exported", bill)
    assert (act.channel, act.seller_number) == (take, world.mine.seller.number)


def test_auditors_filter_acts_over_rest(world: World) -> None:
    mine = world.mine
    world.operator.post(f"/bills/{mine.bill.number}/approve/", {}, x_request_id="approve-1")
    [act] = world.operator.get("/acts/", {"request_id": "approve-1"}).body["results"]
    assert (act["actor"], act["verb"], act["seller"]) == ("olga", "approved", mine.seller.number)
    assert act["changes"] == {"state": ["pending_approval", "pending_invoice"]}

    def found(**query: str) -> list[dict[str, Any]]:
        return list(world.operator.get("/acts/", query).body["results"])

    assert [each["verb"] for each in found(object_number=mine.bill.number, channel="api")] == [
        "approved"
    ]
    assert {each["seller"] for each in found(seller=mine.seller.number)} == {mine.seller.number}
    assert found(actor="nobody") == []
    assert found(at_to="2020-01-01T00:00:00Z") == []
    assert {each["actor"] for each in found(actor="oscar", object_kind="dispute")} == {"oscar"}
    assert world.operator.get("/acts/", {"ip_address": "x"}).errors[0][1] == "not_an_address"
    assert len(found(ip_address="127.0.0.1")) == 1


def test_nobody_but_auditors_reads_the_record(world: World) -> None:
    assert world.writer.get("/acts/").status == 403
    manager = User.objects.create_user(
        "max", is_staff=True, operator_roles=[OperatorRole.SELLER_MANAGER]
    )
    assert operator_caller(manager).get("/acts/").errors[0][1] == "duty_missing"


def test_the_admin_finds_acts_and_sends_them_as_a_file(world: World, auditor: Client) -> None:
    page = reverse("admin:koogallery_act_changelist")
    bill = world.mine.bill.number
    for query in (
        {"q": bill},
        {"object_kind": "bill", "seller_number__icontains": world.mine.seller.number},
        {"verb": "adjusted", "actor__username__icontains": "olga"},
        {"channel__exact": "command", "q": bill},
    ):
        found = auditor.get(page, query).context["cl"].result_list
        assert bill in {act.object_number for act in found}, query
    answer: Any = auditor.get(reverse("admin:koogallery_act_download"), {"q": bill})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert {row["object_number"] for row in rows} == {bill}
    assert latest().object_kind == "acts"


def test_an_act_leads_to_what_it_was_done_to(world: World, auditor: Client) -> None:
    act = Act.objects.filter(object_kind="bill", object_number=world.mine.bill.number).earliest(
        "pk"
    )
    answer = auditor.get(reverse("admin:koogallery_act_object", args=[act.pk]))
    page = reverse("admin:settlement_bill_change", args=[world.mine.bill.pk])
    assert (answer.status_code, answer["Location"]) == (302, page)
    audit.record(None, "tried", "bill", "B209901-gone")
    gone = reverse("admin:koogallery_act_object", args=[latest().pk])
    assert auditor.get(gone).status_code == 404


def test_the_download_is_for_auditors_alone(client: Client) -> None:
    client.force_login(
        User.objects.create_user("max", is_staff=True, operator_roles=[OperatorRole.VIEWER])
    )
    assert client.get(reverse("admin:koogallery_act_download")).status_code == 403


@pytest.mark.parametrize("kind", ["bill", "seller", "receivable", "refund", "dispute"])
def test_the_timeline_stands_on_the_objects_page(client: Client, world: World, kind: str) -> None:
    client.force_login(world.oscar)
    row = getattr(world.mine, kind)
    audit.record(world.olga, "touched", kind, row.number, changes={"colour": ("red", "blue")})
    app = "sellers" if kind == "seller" else "settlement"
    shown = client.get(reverse(f"admin:{app}_{kind}_change", args=[row.pk])).content.decode()
    assert "touched" in shown.lower() and "from “red” to “blue”" in shown


def test_every_act_is_a_sentence_in_its_readers_language(world: World) -> None:
    number = world.mine.refund.number
    changed = {"state": ("operator_review", "approved"), "comment": ("", "fine")}
    audit.record(world.olga, "approved", "refund", number, changes=changed)
    assert telling.sentence(latest()) == f"olga approved refund {number}"
    with override("zh-hans"):
        assert telling.sentence(latest()) == f"olga批准了退款 {number}"
        assert "由“等待运营审核”变为“已批准”" in telling.changes(latest())
    audit.record(None, "tried", "bill", "<b>")
    assert telling.sentence(latest()) == "The portal: tried, bill &lt;b&gt;"
    assert {verb.replace(" ", "_") for verb in SENTENCES} <= VERBS.keys()


def test_a_seller_reads_what_was_done_but_not_which_operator_did_it(
    client: Client, world: World
) -> None:
    mine = world.mine
    mia = User.objects.get(username="mia")
    world.writer.post(f"/refunds/{mine.refund.number}/agree/", {"comment": "fine"})
    audit.record(world.olga, "exported", "refund", mine.refund.number)
    client.force_login(mia)
    shown = client.get(reverse("console:refund-detail", args=[mine.refund.number]))
    history = [(event.what, event.who) for event in shown.context["history"]]
    assert history == [("Requested", "KooGallery operations"), ("Agreed to", "mia")]
    assert "olga" not in shown.content.decode()
    client.force_login(make_member(make_seller(), "stranger", Role.OWNER))
    page = reverse("console:refund-detail", args=[mine.refund.number])
    assert client.get(page).status_code == 404
