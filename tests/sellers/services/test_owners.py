"""Whom operators let act for a company takes two of them, and its people hear of it (R4.4)."""

import pytest
from django.test import Client

from koogallery.approving import approve_request, reject_request
from koogallery.kit.errors import Forbidden
from koogallery.models import ApprovalRequest, Notice, User
from sellers.choices import Role
from sellers.models import Invitation, Member, Seller
from sellers.services.members.invitations import invite_member
from sellers.services.members.membership import change_role
from tests.callers import operator_caller
from tests.settlement.builders import make_member, make_operator, make_seller

pytestmark = pytest.mark.django_db

#: Roles that do more than read.
ACTING = [Role.OWNER, Role.OPERATIONS, Role.FINANCE]


@pytest.fixture
def seller() -> Seller:
    seller = make_seller()
    make_member(seller, "mia")
    return seller


@pytest.fixture
def olga() -> User:
    return make_operator("olga")


@pytest.fixture
def nora(seller: Seller) -> User:
    return make_member(seller, "nora", Role.VIEWER)


def asked_for(seller: Seller, actor: User) -> ApprovalRequest:
    came = change_role(seller.number, "nora", "owner", actor=actor)
    assert isinstance(came, ApprovalRequest)
    return came


def test_R4_4_an_owner_made_by_an_operator_waits_for_another(
    seller: Seller, olga: User, nora: User
) -> None:
    asked = asked_for(seller, olga)
    for fact in (
        ["member", "nora", ""],
        ["member", "owner", "mia"],
        ["email_of_the_member", "nora@seller.example", ""],
    ):
        assert fact in asked.shown
    assert Member.objects.get(user=nora).role == "viewer"
    with pytest.raises(Forbidden):
        approve_request(asked.number, actor=olga)
    approve_request(asked.number, actor=make_operator("oscar"))
    assert Member.objects.get(user=nora).role == "owner"
    notice = Notice.objects.get(kind="owner_made")
    assert (notice.seller_number, notice.facts["owner"]) == (seller.number, "nora")


def test_R4_4_a_rejected_owner_is_none(seller: Seller, olga: User, nora: User) -> None:
    reject_request(asked_for(seller, olga).number, "not asked for", actor=make_operator("oscar"))
    assert Member.objects.get(user=nora).role == "viewer"
    assert not Notice.objects.filter(kind="owner_made").exists()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (before, after)
        for before in Role
        if before != Role.OWNER
        for after in ACTING
        if after != before
    ],
)
def test_R4_4_whatever_lets_a_member_act_takes_two(
    seller: Seller, olga: User, before: Role, after: Role
) -> None:
    make_member(seller, "nora", before)
    asked = change_role(seller.number, "nora", after, actor=olga)
    assert isinstance(asked, ApprovalRequest)
    assert Member.objects.get(user__username="nora").role == before
    approve_request(asked.number, actor=make_operator("oscar"))
    assert Member.objects.get(user__username="nora").role == after


@pytest.mark.parametrize(
    ("before", "after"),
    [*((Role.OWNER, role) for role in Role), *((role, Role.VIEWER) for role in ACTING)],
)
def test_R4_4_one_operator_takes_away(
    seller: Seller, olga: User, before: Role, after: Role
) -> None:
    make_member(seller, "nora", before)
    came = change_role(seller.number, "nora", after, actor=olga)
    assert isinstance(came, Member) and came.role == after


@pytest.mark.parametrize("role", ACTING)
def test_R4_4_whom_an_operator_invites_to_act_waits_for_another(
    seller: Seller, olga: User, role: Role
) -> None:
    asked = invite_member(seller.number, "nora@seller.example", role, actor=olga)
    assert isinstance(asked, ApprovalRequest)
    assert asked.shown[1:] == [
        ["company", seller.number, ""],
        ["email", "nora@seller.example", ""],
        ["role", role, ""],
        ["member", "owner", "mia"],
    ]
    with pytest.raises(Forbidden):
        approve_request(asked.number, actor=olga)
    assert not seller.invitations.exists()
    approve_request(asked.number, actor=make_operator("oscar"))
    invitation = seller.invitations.get()
    assert (invitation.email, invitation.role, invitation.invited_by) == (
        "nora@seller.example",
        role,
        olga,
    )
    assert Notice.objects.get(kind="member_invited").facts["changed_by"] == "olga"


def test_R4_4_who_only_reads_is_invited_by_one(seller: Seller, olga: User) -> None:
    came = invite_member(seller.number, "nora@seller.example", "viewer", actor=olga)
    assert isinstance(came, Invitation)


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ("/admin/sellers/seller/{seller.pk}/member/decide/", "another operator has to approve"),
        ("/settings/members/add/?seller={seller.number}", "waits for another operator"),
    ],
)
def test_R4_4_the_page_says_that_it_waits(
    client: Client, seller: Seller, olga: User, page: str, told: str
) -> None:
    client.force_login(olga)
    sent = {"email": "nora@seller.example", "role": "operations"}
    answer = client.post(page.format(seller=seller), sent, follow=True)
    assert str(ApprovalRequest.objects.get()) in answer.text and told in answer.text
    assert not seller.invitations.exists()


def test_R4_4_an_invitation_by_an_operator_over_rest_is_202(seller: Seller, olga: User) -> None:
    invitations = f"/sellers/{seller.number}/invitations/"
    body = {"email": "nora@seller.example", "role": "finance"}
    answer = operator_caller(olga).post(invitations, body)
    assert (answer.status, answer.body.get("act")) == (202, "invitation"), answer.body
    approved = f"/approval-requests/{answer.body['number']}/approve/"
    done = operator_caller(make_operator("oscar")).post(approved, {}).body
    assert (done["state"], done["result"]) == ("approved", seller.invitations.get().number)


def test_R4_4_owners_decide_about_owners_themselves(seller: Seller, nora: User) -> None:
    mia = User.objects.get(username="mia")
    came = change_role(seller.number, "nora", "owner", actor=mia)
    assert isinstance(came, Member) and came.role == "owner"


def test_R4_4_over_rest_it_is_202(seller: Seller, olga: User, nora: User) -> None:
    member = f"/sellers/{seller.number}/members/nora/"
    answer = operator_caller(olga).patch(member, {"role": "owner"})
    assert (answer.status, answer.body.get("act")) == (202, "role"), answer.body
    approved = f"/approval-requests/{answer.body['number']}/approve/"
    assert operator_caller(make_operator("oscar")).post(approved, {}).body["state"] == "approved"
    assert operator_caller(olga).get(member).body["role"] == "owner"
