"""Every door by which money moves takes two from the limit on: services, REST, admin, SQL (R4.4).

The services and pages are walked from their tables: what is added later is walked, too.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from inspect import signature
from operator import attrgetter
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from koogallery.acts import ACTS as DECLARED
from koogallery.acts import Act
from koogallery.approvals import ACTS as TAKING_TWO
from koogallery.database_role import grant_portal_role
from koogallery.kit.errors import DomainError
from koogallery.models import ApprovalRequest, User
from sellers.models import SellerApplication
from settlement.models import ApprovalLimit, BillPreview
from tests.authority import as_if_committed
from tests.books import select
from tests.callers import operator_caller
from tests.duties.acts import ACTS, BY_ANOTHER, ROOT
from tests.duties.test_recorded import BODIES
from tests.duties.test_table import DECIDING
from tests.settlement.api.standing import a_world
from tests.settlement.api.world import World, asked_for, previewed
from tests.settlement.test_bypass import ROLE

pytestmark = pytest.mark.django_db

#: Everything that says that money moved, or will, by somebody's will.
MOVED = {
    "ledger": "SELECT count(*) FROM settlement_ledgerentry",
    "adjustments": "SELECT count(*) FROM settlement_adjustment",
    "movements": "SELECT count(*) FROM settlement_depositmovement",
    "payments": "SELECT count(*) FROM settlement_receivablepayment",
    "receivables": "SELECT count(*) FROM settlement_receivable WHERE state = 'moved_to_bill'",
    "refunds": "SELECT count(*) FROM settlement_refund WHERE state IN ('approved', 'refunded')",
    "bills": "SELECT count(*) FROM settlement_bill"
    " WHERE state NOT IN ('pending_approval', 'approval_rejected')",
    "previews": "SELECT count(*) FROM settlement_billpreview WHERE state = 'approved'",
    "verified": "SELECT count(*) FROM settlement_invoice WHERE state = 'verified'",
    "owners": "SELECT count(*) FROM sellers_member WHERE role = 'owner'",
    "answered": "SELECT count(*) FROM settlement_authorisation",
}
#: Calls over REST that move money, and are not in the walk of what is recorded.
MORE: Mapping[tuple[str, ...], tuple[str, Any]] = {
    ("RefundViewSet", "approve"): ("/refunds/{refund}/approve/", {}),
    ("InvoiceViewSet", "verify"): ("/invoices/{invoice}/verify/", {"reason": "x"}),
    ("ExitViewSet", "leave"): ("/sellers/{seller}/exit/", {}),
    ("InvitationViewSet", "create", "owner"): (
        "/sellers/{seller}/invitations/",
        {"email": "stranger@seller.example", "role": "owner"},
    ),
}


#: A statement is what the bank says, not what who hands it in wants: its lines lie in suspense.
THE_BANKS = {"settlement.taking.take_statement", "settlement.taking.file_of"}

#: What one person asks for and another approves, whatever it is over.
FOR_ANOTHER = (ApprovalRequest, BillPreview, SellerApplication)


def asked_by(row: Any) -> User:
    asked: User = row.applicant if isinstance(row, SellerApplication) else row.requested_by
    return asked


@pytest.fixture
def laid(db: None) -> World:
    return a_world()


@pytest.fixture
def root(laid: World) -> User:  # after it: a world is laid into an empty database
    return User.objects.create_superuser("root", password="secret-of-root")


@pytest.fixture
def world(laid: World, root: User) -> World:
    """With a limit that every amount reaches; the preview is one that `root` asked for."""
    User.objects.create_user("stranger")
    as_if_committed()
    ApprovalLimit.objects.update(amount="0.001", of_a_person="0.001")
    return replace(laid, preview=previewed(laid.mine.seller.number, root))


def moved() -> dict[str, int]:
    return {name: select(statement)[0] for name, statement in MOVED.items()}


#: What acts are called with, by the name of the argument; a text where nothing else is said.
GIVEN: Mapping[str, Any] = {
    "amount": Decimal(10),
    "kind": "top_up",
    "refunded_at": datetime(2026, 3, 20, tzinfo=UTC),
    "paid_at": datetime(2026, 3, 20, tzinfo=UTC),
    "due_on": date(2026, 6, 1),
    "line_no": None,
    "given": {"invoice_no": "N9", "amount": Decimal(10)},
    "role": "owner",
    "username": "stranger",
    "email": "stranger@seller.example",
}
#: Of the sellers' acts, those that let somebody act for a seller.
LETTING_IN = {"seller.invite_member", "seller.give_role", "seller.change_role"}


def declared_acts(user: User) -> Iterator[tuple[str, Callable[[], Any]]]:
    for name, act in DECLARED.items():
        if act.service.__module__.startswith("settlement.") or name in LETTING_IN:
            named = attrgetter(act.rows.named_by.replace("__", "."))
            given = {each: GIVEN.get(each, "x") for each in asked_of(act)}
            for row in act.rows.visible_to(user):
                yield f"{name} {row}", partial(act, named(row), **given, actor=user)


def asked_of(act: Act[..., Any]) -> list[str]:
    _, *parameters = signature(act).parameters.values()
    return [each.name for each in parameters if each.name != "actor" and each.default is each.empty]


def test_R4_4_no_service_moves_money_for_one_person(world: World, root: User) -> None:
    """Every act on every row of it, and every other service, as somebody who has all duties."""
    before, wrong, asked = moved(), [], set()
    services: list[tuple[str, Callable[[], Any]]] = [
        (name, partial(act, world, root)) for name, (_, act) in {**ACTS, **BY_ANOTHER}.items()
    ]
    for name, do in [*services, *declared_acts(root)]:
        with transaction.atomic():
            try:
                came = do()
            except DomainError:
                came = None
            if isinstance(came, ApprovalRequest):
                asked.add(came.act)
            changed = {each for each, count in moved().items() if count != before[each]}
            if changed - ({"ledger"} if name in THE_BANKS else set()):
                wrong.append(name)
            transaction.set_rollback(True)
    assert wrong == []
    assert asked >= {"adjustment", "deposit", "payment", "receivable_move", "bill"}
    assert asked <= TAKING_TWO.keys()


def test_R4_4_no_call_over_rest_moves_money_for_one_person(world: World, root: User) -> None:
    before, wrong, waiting = moved(), [], set()
    caller, cases = operator_caller(root), [*BODIES.items(), *MORE.items()]
    for name, case in cases:
        if isinstance(case, str):
            continue
        path, body = case
        method = "PATCH" if name[1] == "partial_update" else "POST"
        with transaction.atomic():
            answer = caller.send(method, world.mine.fill(path), world.mine.fill_body(body))
            if answer.status == 202 and "approvals_needed" in answer.body:
                waiting.add(answer.body["act"])
            if moved() != before:
                wrong.append(name)
            transaction.set_rollback(True)
    assert wrong == []
    assert waiting == {"adjustment", "bill", "deposit", "invitation", "payment", "receivable_move"}


def test_R4_4_no_page_of_the_admin_moves_money_for_one_person(
    client: Client, world: World, root: User
) -> None:
    """Asked, shown what follows, and posted as the page would; or crafted without it."""
    asked_for(world.theirs.bill, root)
    client.force_login(root)
    before, wrong = moved(), []
    sent = {"reason": "x", "comment": "x", "answer": "x", "amount": "5.00", "kind": "top_up"}
    sent |= {"reference": "x", "special_agreement": "x", "difference": "5.00"}
    for page in DECIDING:
        for row in page.model._default_manager.all():
            if page.model in FOR_ANOTHER and asked_by(row) != root:
                continue  # then they are two
            for verb in page.decisions:
                address = (
                    f"/admin/{page.opts.app_label}/{page.opts.model_name}/{row.pk}/{verb}/decide/"
                )
                with transaction.atomic():
                    shown = client.post(address, sent).content.decode()
                    hidden = dict(re.findall(r'name="(seen|shown)" value="([^"]*)"', shown))
                    client.post(address, {**sent, **hidden})
                    if moved() != before:
                        wrong.append((page.opts.model_name, verb))
                    transaction.set_rollback(True)
    assert wrong == []


@pytest.fixture
def portal(world: World, settings: Any) -> Iterator[Any]:
    settings.DATABASE_ROLE = ROLE
    with connection.cursor() as cursor:
        grant_portal_role(using="default")
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        yield cursor


_ANSWERED = (
    "INSERT INTO settlement_authorisation"
    " (act, subject, seller_id, currency, amount, person_id{more})"
    " SELECT '{act}', '{subject}', s.id, 'USD', 900, u.id{value}"
    " FROM sellers_seller s, koogallery_user u WHERE u.username = 'olga' LIMIT 1"
)
_OTHER = ", (SELECT id FROM koogallery_user WHERE username = 'oscar')"
BY_SQL = {
    "an_adjustment": "INSERT INTO settlement_adjustment"
    " (number, seller_id, bill_id, kind, amount, currency, reason)"
    " SELECT 'AD-X', seller_id, id, 'difference', 900, currency, 'x' FROM settlement_bill LIMIT 1",
    "another_amount": "UPDATE settlement_adjustment SET amount = 900",
    "a_movement": "INSERT INTO settlement_depositmovement"
    " (seller_id, kind, change, balance_after, reference)"
    " SELECT seller_id, 'top_up', 900, balance + 900, 'x' FROM settlement_deposit LIMIT 1",
    "a_balance": "UPDATE settlement_deposit SET balance = balance + 1",
    "a_payment": "INSERT INTO settlement_receivablepayment"
    " (receivable_id, seller_id, amount, reference, recorded_by_id, at)"
    " SELECT id, seller_id, 1, 'x', (SELECT min(id) FROM koogallery_user), now()"
    " FROM settlement_receivable LIMIT 1",
    "a_receivable_moved": "UPDATE settlement_receivable SET state = 'moved_to_bill'"
    " WHERE state = 'open'",
    "a_bill": "UPDATE settlement_bill SET state = 'pending_invoice'"
    " WHERE state = 'pending_approval'",
    "a_refund": "UPDATE settlement_refund SET state = 'approved', approved_at = now()"
    " WHERE state NOT IN ('approved', 'refunded')",
    "fewer_approvals": "UPDATE settlement_refund SET approvals_needed = 0",
    "answered_for_by_one": _ANSWERED.format(act="adjustment", subject="AD-X", more="", value=""),
    "a_second_who_knows_nothing": _ANSWERED.format(
        act="adjustment", subject="AD-X", more=", second_id", value=_OTHER
    ),
    "a_second_for_a_bill": _ANSWERED.format(
        act="bill", subject="B-X", more=", second_id", value=_OTHER
    ),
    "answered_for_less": "UPDATE settlement_authorisation SET amount = 0",
    "an_answer_gone": "DELETE FROM settlement_authorisation",
    "a_higher_limit": "UPDATE settlement_approvallimit SET amount = 1000000000",
    "no_limit": "DELETE FROM settlement_approvallimit",
    "approved_by_nobody": "UPDATE koogallery_approvalrequest SET state = 'approved',"
    " closed_at = now(), closed_by_id = (SELECT id FROM koogallery_user WHERE username = 'oscar')",
    "approved_by_who_asked": "INSERT INTO koogallery_approval"
    " (request_id, operator_id, requested_by_id, comment)"
    " SELECT id, requested_by_id, requested_by_id, '' FROM koogallery_approvalrequest",
    "asked_for_less": "UPDATE koogallery_approvalrequest SET amount = 1",
    "fewer_approvals_of_a_request": "UPDATE koogallery_approvalrequest SET approvals_needed = 0",
    "a_request_approved_from_the_start": "INSERT INTO koogallery_approvalrequest"
    " (number, act, seller_number, object_kind, object_number, currency, amount, arguments, why,"
    " shown, digest, state, approvals_needed, requested_by_id, closed_by_id, closed_at)"
    " SELECT 'AQ-X', act, seller_number, object_kind, object_number, currency, amount, arguments,"
    " why, shown, digest, 'approved', 0, requested_by_id, requested_by_id + 1, now()"
    " FROM koogallery_approvalrequest",
}
#: SQLSTATEs of a privilege that is missing, and of constraints and triggers; no mistake of ours.
NO_PRIVILEGE, GUARDED, OTHERS = "42501", ("23", "P0001"), ("23502", "23503")


@pytest.mark.parametrize("statement", BY_SQL.values(), ids=BY_SQL)
def test_R4_4_nor_by_sql_as_the_portals_own_role(portal: Any, statement: str) -> None:
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        portal.execute(f"{statement}; SET CONSTRAINTS ALL IMMEDIATE")
    cause: Any = refused.value.__cause__
    assert cause.sqlstate == NO_PRIVILEGE or cause.sqlstate.startswith(GUARDED), str(cause)
    assert cause.sqlstate not in OTHERS, str(cause)


#: The kinds of journals that services post, with the rows somebody has to answer for first and the
#: guard that asks for it: a person, or for what a bank says its statement.
ANSWERED_FOR = {
    "deposit": ("settlement_depositmovement", "by_authority"),
    "payment": ("settlement_receivablepayment", "by_authority"),
    "receivable_moved": ("settlement_receivable", "by_authority"),
    "recovery": ("settlement_refund", "by_authority"),
    "payout": ("settlement_payout", "are_paid_by_the_bank_or_a_person"),
    "payout_undone": ("settlement_payout", "are_paid_by_the_bank_or_a_person"),
    "payout_restored": ("settlement_payout", "keep_what_they_pay"),
    "bank_balance": ("settlement_bankstatement", "adds_up"),
    "bank_line_reversed": ("settlement_bankstatement", "are_reversed_whole"),
    "bank_line": ("settlement_bankline", "come_with_their_statement"),
    "bank_line_cleared": ("settlement_bankline", "are_over_what_they_name"),
    "bank_charges": ("settlement_bankline", "are_over_what_they_name"),
}


def test_R4_4_what_a_service_posts_has_a_row_that_somebody_answers_for() -> None:
    """A new kind of journal gets its row here, and its table the trigger."""
    posting = [
        text
        for path in (ROOT / "settlement" / "services").rglob("*.py")
        if re.search(r"ledger\.(post|reverse_each)\(", text := path.read_text(encoding="utf-8"))
    ]
    kinds = {kind for text in posting for kind in re.findall(r'\bkind="(\w+)"', text)}
    assert kinds == ANSWERED_FOR.keys()
    guards = "SELECT tgrelid::regclass::text || ' ' || tgname FROM pg_trigger WHERE tgenabled = 'A'"
    assert {" ".join(guard) for guard in ANSWERED_FOR.values()} <= set(select(guards))
