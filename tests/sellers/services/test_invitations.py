"""Nobody becomes a member without saying so, and nobody learns by asking who has an account."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from koogallery.kit.errors import Conflict, NotFound
from koogallery.models import Act, Notice, User
from sellers.choices import InvitationState, Role
from sellers.models import Invitation, Member, Seller
from sellers.services.members import invitations
from sellers.services.members.invitation_mail import send_invitations
from tests.books import execute, refused_by
from tests.callers import Caller, operator_caller, seller_caller
from tests.settlement.builders import make_member, make_operator, make_seller
from tests.tables import every_table

pytestmark = pytest.mark.django_db

NOOR = "noor@seller.example"
PASSWORD = "correct horse battery"


@pytest.fixture
def seller() -> Seller:
    return make_seller(company_name="Nordlicht Analytics")


@pytest.fixture
def owner(seller: Seller) -> User:
    return make_member(seller, "olivia", Role.OWNER)


@pytest.fixture
def api(seller: Seller, owner: User) -> Caller:
    return seller_caller(owner, seller.number, may_write=True)


def invited(seller: Seller, owner: User, email: str = NOOR, role: str = "finance") -> str:
    """The token of the link in the mail that goes out."""
    invitations.invite_member(seller.number, email, role, actor=owner)
    assert send_invitations() == 1
    assert mail.outbox[-1].to == [email]
    [token] = re.findall(r"/invitations/([^/]+)/", str(mail.outbox[-1].body))
    return str(token)


def test_who_is_invited_is_no_member_until_they_accept(seller: Seller, owner: User) -> None:
    token = invited(seller, owner)
    assert seller.members.count() == 1
    noor = User.objects.create_user("noor")
    member = invitations.accept_invitation(token, actor=noor)
    assert (member.user, member.role) == (noor, Role.FINANCE)
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.accepted_by) == ("accepted", noor)
    verbs = Act.objects.order_by("pk").values_list("object_kind", "verb", "actor__username")
    assert list(verbs) == [
        ("invitation", "invited", "olivia"),
        ("member", "added", "noor"),
        ("invitation", "accepted", "noor"),
    ]
    kinds = Notice.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["member_invited", "member_changed"]


def test_the_token_is_stored_hashed_alone(seller: Seller, owner: User) -> None:
    token = invited(seller, owner)
    assert Invitation.objects.get().digest == invitations.digest_of(token)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row::text, '') FROM sellers_invitation AS row")
        assert token not in cursor.fetchone()[0]
    assert send_invitations() == 0


def test_a_link_works_once(seller: Seller, owner: User) -> None:
    token = invited(seller, owner)
    invitations.accept_invitation(token, actor=User.objects.create_user("noor"))
    with pytest.raises(NotFound):
        invitations.accept_invitation(token, actor=User.objects.create_user("mallory"))
    with pytest.raises(NotFound):
        invitations.decline_invitation(token)


@pytest.mark.parametrize("end", ["expired", "withdrawn", "declined", "unknown"])
def test_a_link_that_is_over_leads_nowhere(seller: Seller, owner: User, end: str) -> None:
    token = invited(seller, owner)
    invitation = Invitation.objects.get()
    if end == "expired":
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        execute("ALTER TABLE sellers_invitation DISABLE TRIGGER made_once")
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        execute("ALTER TABLE sellers_invitation ENABLE ALWAYS TRIGGER made_once")
    elif end == "withdrawn":
        invitations.withdraw_invitation(invitation.number, actor=owner)
    elif end == "declined":
        invitations.decline_invitation(token)
    else:
        token = "x" * 43
    noor, before = User.objects.create_user("noor"), every_table()
    with pytest.raises(NotFound):
        invitations.accept_invitation(token, actor=noor)
    with pytest.raises(NotFound):
        invitations.accept_with_new_account(token, PASSWORD)
    assert every_table() == before


def test_who_has_no_account_sets_the_password_alone(
    client: Client, seller: Seller, owner: User
) -> None:
    token = invited(seller, owner)
    address = f"/invitations/{token}/"
    assert "Nordlicht Analytics" in client.get(address).text
    weak = client.post(address, {"answer": "accept", "password": "1234", "repeated": "1234"})
    assert "errorlist" in weak.text and not User.objects.filter(username=NOOR).exists()
    sent = {"answer": "accept", "password": PASSWORD, "repeated": PASSWORD}
    assert client.post(address, sent)["Location"] == "/overview/"
    noor = User.objects.get(username=NOOR)
    assert noor.check_password(PASSWORD) and noor.email == NOOR
    assert Member.objects.get(user=noor).role == Role.FINANCE
    assert client.get(address).status_code == 404


def test_who_is_signed_in_accepts_as_themselves(
    client: Client, seller: Seller, owner: User
) -> None:
    token = invited(seller, owner)
    client.force_login(make_member(make_seller(), "nora"))
    assert "You are signed in as nora" in client.get(f"/invitations/{token}/").text
    client.post(f"/invitations/{token}/", {"answer": "accept"})
    assert seller.members.get(user__username="nora").role == Role.FINANCE


def test_it_takes_no_account_to_decline(client: Client, seller: Seller, owner: User) -> None:
    token = invited(seller, owner)
    assert client.post(f"/invitations/{token}/", {"answer": "decline"}).status_code == 200
    assert Invitation.objects.get().state == InvitationState.DECLINED
    assert seller.members.count() == 1


def test_nobody_learns_who_has_an_account(api: Caller, seller: Seller) -> None:
    """Of Huawei, of another company, of this one, or nobody: the answers differ in nothing."""
    User.objects.filter(pk=make_operator("olga").pk).update(email="olga@seller.example")
    make_member(make_seller(), "grace")
    make_member(seller, "noah")
    path = f"/sellers/{seller.number}/invitations/"
    answers = []
    for name in ("olga", "grace", "noah", "nobody"):
        answer = api.post(path, {"email": f"{name}@seller.example", "role": "viewer"})
        told = {key: value for key, value in answer.body.items() if not key.endswith("_at")}
        answers.append((answer.status, {**told, "number": "", "email": ""}))
    assert answers == answers[:1] * 4 and answers[0][0] == 201


def test_who_works_for_huawei_does_not_join(seller: Seller, owner: User) -> None:
    token = invited(seller, owner)
    with pytest.raises(Conflict) as refusal:
        invitations.accept_invitation(token, actor=make_operator("olga"))
    assert refusal.value.code == "operators_do_not_join"


def test_who_is_a_member_does_not_join_again(seller: Seller, owner: User) -> None:
    token = invited(seller, owner)
    with pytest.raises(Conflict) as refusal:
        invitations.accept_invitation(token, actor=owner)
    assert refusal.value.code == "member_already"


def test_an_address_with_an_account_signs_in(seller: Seller, owner: User) -> None:
    token = invited(seller, owner)
    User.objects.create_user(NOOR.upper())
    with pytest.raises(Conflict) as refusal:
        invitations.accept_with_new_account(token, PASSWORD)
    assert refusal.value.code == "account_exists"


def test_who_is_no_owner_any_more_has_invited_in_vain(seller: Seller, owner: User) -> None:
    token = invited(seller, owner, role="owner")
    make_member(seller, "otto", Role.OWNER)
    seller.members.filter(user=owner).update(role=Role.VIEWER)
    with pytest.raises(Conflict) as refusal:
        invitations.accept_invitation(token, actor=User.objects.create_user("noor"))
    assert refusal.value.code == "inviter_is_no_owner"
    assert not seller.members.filter(user__username="noor").exists()


@pytest.mark.parametrize("role", [Role.FINANCE, Role.OPERATIONS, Role.VIEWER])
def test_owners_alone_invite_and_withdraw(seller: Seller, owner: User, role: Role) -> None:
    invitations.invite_member(seller.number, NOOR, "viewer", actor=owner)
    theirs = seller_caller(make_member(seller, "vera", role), seller.number, may_write=True)
    path = f"/sellers/{seller.number}/invitations/"
    before = every_table()
    for answer in (
        theirs.post(path, {"email": "x@y.example", "role": "viewer"}),
        theirs.post(f"{path}{Invitation.objects.get().number}/withdraw/"),
    ):
        assert (answer.status, answer.errors) == (403, [("", "owner_only", "")])
    assert every_table() == before


def test_an_invitation_over_rest(api: Caller, seller: Seller) -> None:
    path = f"/sellers/{seller.number}/invitations/"
    made = api.post(path, {"email": NOOR, "role": "owner"})
    assert (made.status, made.body["state"], made.body["member"]) == (201, "pending", None)
    again = api.post(path, {"email": NOOR.title(), "role": "viewer"})
    where = [("/email", "an_address_is_invited_once_at_a_time", "")]
    assert (again.status, again.errors) == (409, where)
    assert [each["number"] for each in api.every(f"{path}?state=pending")] == [made.body["number"]]
    withdrawn = api.post(f"{path}{made.body['number']}/withdraw/")
    assert (withdrawn.status, withdrawn.body["state"]) == (200, "withdrawn")
    assert api.post(f"{path}{made.body['number']}/withdraw/").status == 409
    stranger = make_member(make_seller(), "stranger", Role.OWNER)
    theirs = seller_caller(stranger, stranger.memberships.get().seller.number)
    assert theirs.get(path).status == 404


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"email": "nowhere", "role": "viewer"}, "/email"),
        ({"email": "=?utf-8?q?=0A?=@example.com", "role": "viewer"}, "/email"),
        ({"email": NOOR, "role": "king"}, "/role"),
        ({"email": NOOR}, "/role"),
        ({"email": NOOR, "role": "viewer", "username": "x"}, "/username"),
    ],
)
def test_what_is_no_invitation_is_refused_by_name(
    api: Caller, seller: Seller, body: dict[str, Any], where: str
) -> None:
    answer = api.post(f"/sellers/{seller.number}/invitations/", body)
    assert answer.status in {400, 422}
    assert answer.errors[0][0] == where
    assert not Invitation.objects.exists()


def test_nobody_is_flooded_with_mail(seller: Seller, owner: User, settings: Any) -> None:
    settings.MOST_INVITATIONS = 2
    for name in "ab":
        invitations.invite_member(seller.number, f"{name}@x.example", "viewer", actor=owner)
    with pytest.raises(Conflict) as refusal:
        invitations.invite_member(seller.number, "c@x.example", "viewer", actor=owner)
    assert refusal.value.code == "too_many_invitations"


def test_mail_that_fails_is_sent_later_and_holds_nobody_up(
    seller: Seller, owner: User, settings: Any
) -> None:
    invitations.invite_member(seller.number, NOOR, "viewer", actor=owner)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert send_invitations() == 0
    invitation = Invitation.objects.get()
    assert invitation.mail_due_at is not None and invitation.mail_due_at > timezone.now()
    assert (invitation.mail_attempts, invitation.digest) == (1, None)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sellers_invitation SET role = 'owner'",
        "UPDATE sellers_invitation SET email = 'x@y.example'",
        "UPDATE sellers_invitation SET expires_at = now() + interval '1 year'",
        "DELETE FROM sellers_invitation",
    ],
)
def test_an_invitation_stays_as_it_was_made(seller: Seller, owner: User, statement: str) -> None:
    invitations.invite_member(seller.number, NOOR, "viewer", actor=owner)
    with refused_by("an_invitation_stays_as_it_was_made"):
        execute(statement)


def test_an_operator_helps_where_no_owner_is_left(seller: Seller) -> None:
    path = f"/sellers/{seller.number}/invitations/"
    operator = operator_caller(make_operator("olga"))
    assert operator.post(path, {"email": NOOR, "role": "viewer"}).status == 201
    answer = operator.post(path, {"email": "x@y.example", "role": "owner"})
    assert (answer.status, answer.body.get("act")) == (202, "invitation"), answer.body
