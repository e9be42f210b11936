"""An approval is its person's own hand, and not that of who let themselves in as them (R4.4)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from koogallery.approving import approve_request
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Forbidden
from koogallery.models import AccessToken, Act, ApprovalRequest, User
from koogallery.own_hand import require_own_hand
from sellers.rules.tokens import TokenTerms
from sellers.services.access.tokens import issue_token
from sellers.services.access.webhooks import create_endpoint
from sellers.services.companies.bank_accounts import request_bank_account
from sellers.services.companies.certifications import start_certification
from sellers.services.delivery.access_keys import shown_access_key
from sellers.services.members.invitations import invite_member
from sellers.services.members.membership import change_role
from settlement.models import Refund
from settlement.services.bills.approval import approve_bill
from settlement.services.bills.disputes import open_dispute
from settlement.services.bills.invoices import submit_invoice
from settlement.services.previews.stored import request_preview
from settlement.services.refunds.lifecycle import (
    agree_refund,
    approve_refund,
    reject_refund,
    request_refund,
)
from tests import world
from tests.books import is_refused
from tests.callers import Caller, operator_caller
from tests.settlement.approvals.market import (
    LIMIT,
    Account,
    adjust,
    an_account,
    in_every_role,
    narrow,
)

pytestmark = pytest.mark.django_db

KEPT = "an_act_stays_as_it_was"


@pytest.fixture
def asked(settings: Any) -> ApprovalRequest:
    account = an_account()
    narrow(settings)
    came = adjust(account, LIMIT, in_every_role())
    assert isinstance(came, ApprovalRequest)
    return came


@pytest.fixture
def officer(db: None) -> User:
    return in_every_role()


@pytest.fixture
def root(client: Client) -> User:
    root = User.objects.create_superuser("root", password="secret-of-root")
    client.force_login(root)
    return root


def withdraw_password(client: Client, of: User) -> None:
    page = f"/admin/koogallery/user/{of.pk}/password/decide/"
    assert client.post(page).status_code == 302


def test_R4_4_who_withdraws_a_password_is_not_the_second_person_through_it(
    client: Client, root: User, officer: User, asked: ApprovalRequest
) -> None:
    """On record; sessions and tokens end, and for a day the account approves nothing."""
    signed_in, (_, token) = Client(), AccessToken.objects.create(user=officer, name="till")
    signed_in.force_login(officer)
    withdraw_password(client, officer)
    act = Act.objects.of("person", officer.username).last()
    assert act and (act.actor, set(act.changes)) == (root, {"password"})
    assert signed_in.get("/admin/").status_code == 302
    assert Caller(token).get("/bills/").status == 401
    with pytest.raises(Forbidden) as refusal:
        approve_request(asked.number, actor=officer)
    assert (refusal.value.code, "root" in refusal.value.detail) == ("changed_by_another", True)
    over_rest = operator_caller(officer).post(f"/approval-requests/{asked.number}/approve/", {})
    assert over_rest.errors[0][1] == "changed_by_another"


@pytest.mark.parametrize(
    ("act", "changed"),
    [("facts", {"email": "root@example.com"}), ("rights", {"operator_roles": ["auditor"]})],
)
def test_R4_4_nor_who_changes_its_rights_or_its_address(
    client: Client,
    root: User,
    officer: User,
    asked: ApprovalRequest,
    act: str,
    changed: dict[str, Any],
) -> None:
    page = f"/admin/koogallery/user/{officer.pk}/{act}/decide/"
    kept = {"is_active": "on", "is_staff": "on"} if act == "rights" else {}
    assert client.post(page, {**kept, **changed}).status_code == 302
    if "operator_roles" in changed:
        User.objects.filter(pk=officer.pk).update(operator_roles=officer.operator_roles)
    officer.refresh_from_db()
    with pytest.raises(Forbidden) as refusal:
        approve_request(asked.number, actor=officer)
    assert refusal.value.code == "changed_by_another"


#: What moves money at once, and what another person is asked for.
ASKS: dict[str, Callable[[Account, User], object]] = {
    "money": lambda account, actor: adjust(account, Decimal(1), actor),
    "much money": lambda account, actor: adjust(account, LIMIT, actor),
    "refund": lambda account, actor: request_refund(
        account.order.number, Decimal(1), "not needed", "clause 9", actor=actor
    ),
    "bill": lambda account, actor: approve_bill(account.bill.number, actor=actor),
    "invoice": lambda account, actor: submit_invoice(account.bill.number, {}, actor=actor),
    "preview": lambda _, actor: request_preview(Cycle("202405"), None, actor=actor),
}


@pytest.mark.parametrize("asked_for", ASKS)
def test_R4_4_nor_does_who_withdraws_a_password_ask_through_it_and_approve_in_person(
    client: Client, root: User, officer: User, settings: Any, asked_for: str
) -> None:
    account = an_account()
    narrow(settings)
    withdraw_password(client, officer)
    is_refused("changed_by_another", "R4.4", ASKS[asked_for], account, officer)


def test_R4_4_nor_with_a_name_as_long_as_names_may_be(
    client: Client, root: User, officer: User
) -> None:
    officer.username = "o" * 150
    officer.save()
    withdraw_password(client, officer)
    is_refused("changed_by_another", "R4.4", require_own_hand, officer)


#: What an owner of a seller does in its name.
IN_ITS_NAME: dict[str, Callable[[Account, User], object]] = {
    "agree": lambda account, owner: agree_refund(_in_review(account), actor=owner),
    "reject": lambda account, owner: reject_refund(_in_review(account), "no", actor=owner),
    "dispute": lambda account, owner: open_dispute(account.bill.number, 1, "why", actor=owner),
    "invite": lambda account, owner: invite_member(
        account.seller.number, "m@example.com", "owner", actor=owner
    ),
    "role": lambda account, owner: change_role(
        account.seller.number, owner.username, "viewer", actor=owner
    ),
    "token": lambda account, owner: issue_token(
        account.seller.number, TokenTerms("erp", timedelta(days=1)), may_write=True, actor=owner
    ),
    "access key": lambda account, owner: shown_access_key(account.seller.number, actor=owner),
    "webhook": lambda account, owner: create_endpoint(
        account.seller.number, "https://example.com/", actor=owner
    ),
    "certification": lambda account, owner: start_certification(
        account.seller.number, {}, actor=owner
    ),
    "bank account": lambda account, owner: request_bank_account(
        account.seller.number, {}, actor=owner
    ),
}


def _in_review(account: Account) -> str:
    return account.seller.refunds.get(state="seller_review").number


@pytest.mark.parametrize("act", IN_ITS_NAME)
def test_R4_4_nor_does_who_withdraws_an_owners_password_act_for_the_seller(
    client: Client, root: User, act: str
) -> None:
    account = an_account()
    order = world.an_order(
        world.a_product(account.seller, delivery="license", supervised=True), "9", "2024-05-02"
    )
    request_refund(order.number, Decimal(1), "no", "clause 9", actor=in_every_role())
    withdraw_password(client, account.owner)
    is_refused("changed_by_another", "R4.4", IN_ITS_NAME[act], account, account.owner)


def test_R4_4_a_bill_and_a_refund_ask_it_once(officer: User) -> None:
    account = an_account()
    refund = ASKS["refund"](account, in_every_role())
    assert isinstance(refund, Refund)
    for approve, number in ((approve_bill, account.bill.number), (approve_refund, refund.number)):
        with CaptureQueriesContext(connection) as asked:
            approve(number, actor=officer)
        read = [each for each in asked if each["sql"].startswith('SELECT "koogallery_act"')]
        assert len(read) == 1, approve


def test_R4_4_a_day_later_the_account_is_its_persons_again(
    client: Client, root: User, officer: User, asked: ApprovalRequest, settings: Any
) -> None:
    withdraw_password(client, officer)
    hours = settings.APPROVAL_AFTER_CHANGE_HOURS + 1
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE koogallery_act DISABLE TRIGGER {KEPT}")
        cursor.execute("UPDATE koogallery_act SET at = at - make_interval(hours => %s)", [hours])
        cursor.execute(f"ALTER TABLE koogallery_act ENABLE ALWAYS TRIGGER {KEPT}")
    assert approve_request(asked.number, actor=officer).state == "approved"
