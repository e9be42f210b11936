"""Whom operators make owner of a company takes two of them, and its people hear of it (R4.4)."""

import pytest

from koogallery.approvals import approve_request, reject_request
from koogallery.kit.errors import Forbidden
from koogallery.models import ApprovalRequest, Notice, User
from sellers.choices import Role
from sellers.models import Member, Seller
from sellers.services.invitations import invite_member
from sellers.services.members import change_role
from tests.callers import operator_caller
from tests.settlement.builders import make_member, make_operator, make_seller

pytestmark = pytest.mark.django_db


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
    came = change_role(seller, "nora", "owner", actor=actor)
    assert isinstance(came, ApprovalRequest)
    return came


def test_R4_4_an_owner_made_by_an_operator_waits_for_another(
    seller: Seller, olga: User, nora: User
) -> None:
    asked = asked_for(seller, olga)
    shown = dict(asked.shown)
    assert (shown["member"], shown["Member mia"]) == ("nora", "owner")
    assert shown["E-mail of the new owner"] == "nora@seller.example"
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


def test_R4_4_no_operator_invites_an_owner(seller: Seller, olga: User) -> None:
    with pytest.raises(Forbidden) as refusal:
        invite_member(seller, "nora@seller.example", "owner", actor=olga)
    assert refusal.value.code == "operators_invite_no_owner"
    assert not seller.invitations.exists()


def test_R4_4_owners_decide_about_owners_themselves(seller: Seller, nora: User) -> None:
    mia = User.objects.get(username="mia")
    came = change_role(seller, "nora", "owner", actor=mia)
    assert isinstance(came, Member) and came.role == "owner"


def test_R4_4_over_rest_it_is_202(seller: Seller, olga: User, nora: User) -> None:
    member = f"/sellers/{seller.number}/members/nora/"
    answer = operator_caller(olga).patch(member, {"role": "owner"})
    assert (answer.status, answer.body.get("act")) == (202, "owner"), answer.body
    approved = f"/approval-requests/{answer.body['number']}/approve/"
    assert operator_caller(make_operator("oscar")).post(approved, {}).body["state"] == "approved"
    assert operator_caller(olga).get(member).body["role"] == "owner"
