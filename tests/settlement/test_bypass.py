"""Ways around the rules, all refused: over REST, by crafted POSTs, by SQL as the portal's own role.

The portal may run as a role that does not own the tables (docs/operations.md): it has no more than
it needs, so it can take no guard off either.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from koogallery.database_role import complaint, grant_portal_role
from koogallery.duties import OperatorRole
from koogallery.kit.cycles import Cycle
from koogallery.models import AccessToken, Act, User
from settlement.models import Journal
from settlement.services.closing.cycles import close_through
from settlement.services.refunds import lifecycle
from settlement.services.sealing.roots import sign_day
from tests.callers import operator_caller
from tests.settlement.api.world import World

pytestmark = pytest.mark.django_db

ROLE = "portal_of_the_test"


@pytest.fixture
def waiting(world: World) -> Any:
    """A refund of `olga`, agreed by the seller: it waits for somebody else's approval."""
    return lifecycle.agree_refund(world.mine.refund.number, "fine", actor=world.oscar)


# ---- over REST and by crafted POSTs -----------------------------------------------------------


def test_R4_4_the_requester_does_not_approve_over_rest(world: World, waiting: Any) -> None:
    answer = world.operator.post(f"/refunds/{waiting.number}/approve/", {})
    assert (answer.status, answer.errors[0][1]) == (403, "requester_is_not_approver")


def test_R4_4_nor_by_a_crafted_post_nor_as_a_superuser(
    client: Client, world: World, waiting: Any
) -> None:
    User.objects.filter(pk=world.olga.pk).update(is_superuser=True)
    client.force_login(world.olga)
    page = reverse("admin:settlement_refund_decide", args=[waiting.pk, "approve"])
    client.post(page, {"comment": "fine", "seen": "x", "shown": "x"})
    waiting.refresh_from_db()
    assert (waiting.state, waiting.approvals.count()) == ("operator_review", 0)


@pytest.mark.parametrize("role", [OperatorRole.VIEWER, OperatorRole.AUDITOR])
def test_who_only_reads_changes_nothing_by_any_door(
    client: Client, world: World, waiting: Any, role: OperatorRole
) -> None:
    user = User.objects.create_user("max", is_staff=True, operator_roles=[role])
    api, mine = operator_caller(user), world.mine
    calls = {
        f"/refunds/{waiting.number}/approve/": {},
        f"/bills/{mine.bill.number}/approve/": {},
        "/adjustments/": {"bill": mine.bill.number, "amount": "1.00", "reason": "x"},
        f"/deposits/{mine.seller.number}/movements/": {
            "kind": "top_up",
            "amount": "1.00",
            "reference": "x",
        },
        "/bill-runs/": {"cycle": "202603"},
    }
    assert {api.post(path, body).errors[0][1] for path, body in calls.items()} == {"duty_missing"}
    client.force_login(user)
    acts = Act.objects.count()
    client.post(reverse("admin:settlement_refund_decide", args=[waiting.pk, "approve"]))
    client.post(reverse("console:refund-reject", args=[waiting.number]), {"reason": "x"})
    own = reverse("admin:koogallery_user_change", args=[user.pk])
    assert client.post(own, {"is_superuser": "on"}).status_code == 403
    assert Act.objects.count() == acts
    waiting.refresh_from_db()
    assert waiting.state == "operator_review"


def test_a_narrowed_token_is_not_widened_by_its_body(world: World) -> None:
    token: Any = AccessToken.objects.create(user=world.olga, name="n", roles=["viewer"])
    caller = type(world.operator)(token[1])
    body = {"roles": ["settlement_officer"], "operator_roles": ["auditor"]}
    answer = caller.post(f"/bills/{world.mine.bill.number}/approve/", body)
    assert answer.errors[0][1] == "duty_missing"


# ---- by SQL, as the portal's own role ---------------------------------------------------------


@pytest.fixture
def portal(world: World, settings: Any) -> Iterator[Any]:
    """A cursor of the role that `migrate` makes, in the test's own transaction."""
    settings.DATABASE_ROLE = ROLE
    with connection.cursor() as cursor:
        grant_portal_role(using="default")
        # Staging tables last as long as the connection, and are of the role that made them.
        cursor.execute(f"DISCARD TEMPORARY; SET LOCAL ROLE {ROLE}")
        yield cursor


BYPASSES = {
    "R4_4_requester_is_approver": """
        INSERT INTO settlement_refundapproval (refund_id, operator_id, requested_by_id, comment, at)
        SELECT id, requested_by_id, requested_by_id, '', now() FROM settlement_refund
    """,
    "R4_4_approved_without_approvals": "UPDATE settlement_refund SET state = 'approved'",
    "R3_2_a_frozen_bill": "UPDATE settlement_bill SET net_payable = net_payable + 1",
    "R3_2_a_bill_is_deleted": "DELETE FROM settlement_bill",
    "R3_2_a_line": "UPDATE settlement_billline SET sales_amount = 1",
    "R7_1_a_ledger_entry": "UPDATE settlement_ledgerentry SET amount = amount + 1",
    "R7_1_a_ledger_entry_is_deleted": "DELETE FROM settlement_ledgerentry",
    "R7_1_an_unbalanced_entry": (
        "INSERT INTO settlement_ledgerentry (journal_id, seller_id, account, currency, amount)"
        " SELECT id, seller_id, 'penalties', 'USD', 1 FROM settlement_journal"
    ),
    "R7_1_a_journal": "UPDATE settlement_journal SET effective_at = now()",
    "R7_1_the_ledger_is_emptied": "TRUNCATE settlement_ledgerentry",
    "an_act": "UPDATE koogallery_act SET actor_id = NULL",
    "an_act_is_deleted": "DELETE FROM koogallery_act",
    "the_acts_are_emptied": "TRUNCATE koogallery_act",
    "a_trigger_is_taken_off": "ALTER TABLE koogallery_act DISABLE TRIGGER ALL",
    "a_trigger_is_dropped": "DROP TRIGGER frozen ON settlement_bill",
    "R7_3_a_change_is_logged_by_hand": (
        "INSERT INTO settlement_sealedchange (table_name, operation, content) VALUES ('x', 'y', '')"
    ),
    "R7_3_a_change_is_forgotten": "DELETE FROM settlement_sealedchange",
    "R7_3_a_seal_is_removed": "DELETE FROM settlement_seal",
    "triggers_are_passed_over": "SET session_replication_role = replica",
    "an_unknown_role": "UPDATE koogallery_user SET operator_roles = '{emperor}'",
}


#: SQLSTATEs of a privilege that is missing, and of constraints and triggers; no mistake of ours.
NO_PRIVILEGE, GUARDED = "42501", ("23", "P0001")


@pytest.mark.parametrize("statement", BYPASSES.values(), ids=BYPASSES)
def test_the_portals_own_role_cannot_pass_it_by(portal: Any, statement: str) -> None:
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        portal.execute(f"{statement}; SET CONSTRAINTS ALL IMMEDIATE")
    cause: Any = refused.value.__cause__
    assert cause.sqlstate == NO_PRIVILEGE or cause.sqlstate.startswith(GUARDED), str(cause)


def test_the_same_role_does_all_that_the_portal_does(portal: Any, world: World) -> None:
    """An act, a journal, a change of state, a staging table: with these grants alone."""
    acts, journals = Act.objects.count(), Journal.objects.count()
    body = {"kind": "top_up", "amount": "7.00", "reference": "as the role"}
    mine = world.mine
    deposit = world.operator.post(f"/deposits/{mine.seller.number}/movements/", body)
    bill = world.operator.post(f"/bills/{mine.bill.number}/approve/", {})
    order = world.operator.patch(f"/orders/{mine.order.number}/", {"customer_name": "Northwind"})
    usage = world.operator.post("/usage-records/", {"records": []})
    seller = world.operator.post(
        "/sellers/", {"company_name": "New", "country": "SG", "settlement_currency": "USD"}
    )
    answers = [each.status for each in (deposit, bill, order, usage, seller)]
    assert answers == [201, 200, 200, 200, 201]
    assert close_through([mine.seller.pk], Cycle("202603"))
    assert sign_day()
    assert Act.objects.count() >= acts + 4 and Journal.objects.count() > journals


#: What is only ever added to (R3.2, R5, R6.1, R7.1), and who did what.
APPEND_ONLY = (
    "koogallery_act",
    "sellers_feeratio",
    "settlement_adjustment",
    "settlement_allocation",
    "settlement_billline",
    "settlement_depositmovement",
    "settlement_journal",
    "settlement_ledgerentry",
    "settlement_receivablepayment",
    "settlement_refundapproval",
)


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE"])
def test_the_role_has_no_right_to_change_what_is_only_added_to(
    portal: Any, table: str, right: str
) -> None:
    portal.execute("SELECT has_table_privilege(%s, %s)", [table, right])
    assert portal.fetchone() == (False,)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "DROP FUNCTION nothing_changes_here() CASCADE",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'y', now())",
    ],
)
def test_the_role_defines_nothing(portal: Any, statement: str) -> None:
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        portal.execute(statement)
    assert getattr(refused.value.__cause__, "sqlstate", "") == NO_PRIVILEGE


@pytest.mark.django_db(transaction=True)
def test_R1_7_a_run_of_the_role_analyzes_what_is_billed(settings: Any) -> None:
    """For anybody but an owner ANALYZE is a warning that does nothing."""
    settings.DATABASE_ROLE = ROLE
    analyzed = "SELECT analyze_count FROM pg_stat_all_tables WHERE relname = 'sellers_order'"
    with connection.cursor() as cursor:
        grant_portal_role(using="default")
        try:
            cursor.execute(analyzed)
            [(before,)] = cursor.fetchall()
            cursor.execute(f"SET ROLE {ROLE}")
            cursor.execute("SELECT analyze_what_is_billed()")
            cursor.execute(
                "RESET ROLE; SELECT pg_stat_clear_snapshot(), pg_stat_force_next_flush()"
            )
            cursor.execute("SELECT 1")
            cursor.execute(analyzed)
            assert cursor.fetchall() == [(before + 1,)]
        finally:
            cursor.execute(f"RESET ROLE; DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")


def test_a_process_that_works_as_the_owner_is_told_so(portal: Any) -> None:
    assert complaint() == ""
    portal.execute("RESET ROLE")
    assert "is a superuser and could take every guard off" in complaint()
