"""Who had a hand in a seller does not certify it (R4.4)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from koogallery.models import User
from koogallery.people import add_person
from sellers.choices import Role
from sellers.models import Certification, Member, Seller
from sellers.services.companies.applications import (
    approve_application,
    start_application,
    submit_application,
)
from sellers.services.companies.certifications import (
    approve_certification,
    edit_certification,
    reject_certification,
    submit_certification,
)
from sellers.services.companies.sellers import NewSeller, change_seller, register_seller
from sellers.services.members.invitations import invite_member
from sellers.services.members.membership import change_role
from tests.books import execute, is_refused, refused_by
from tests.sellers.applying import (
    COMPANY,
    a_certification,
    a_draft,
    a_member,
    an_application,
)
from tests.world import a_seller, an_operator


def _registered(oscar: User) -> Certification:
    new = NewSeller(company_name="Contoso Cloud", country="SG", settlement_currency="USD")
    seller, _ = register_seller(new, actor=oscar)
    return a_certification(seller, a_member(seller, "mia"))


def _admitted(oscar: User) -> Certification:
    lina = User.objects.create_user("lina")
    application = approve_application(an_application(lina).number, actor=oscar)
    assert application.seller is not None
    return _of_the_applicant(application.seller, lina)


def _applied_for(oscar: User) -> Certification:
    """The company's person sends in what the operator has written; another one admits it."""
    lina = User.objects.create_user("lina")
    started = start_application(COMPANY, actor=oscar, applicant="lina")
    submit_application(started.number, actor=lina)
    seller = approve_application(started.number, actor=an_operator("olga")).seller
    assert seller is not None
    return _of_the_applicant(seller, lina)


def _of_the_applicant(seller: Seller, lina: User) -> Certification:
    named = {"company_name": seller.company_name, "account_holder": seller.company_name}
    return a_certification(seller, lina, **named, country=seller.country)


def _invited(oscar: User) -> Certification:
    seller = a_seller("S-1", certified=None)
    invite_member(seller.number, "nora@seller.example", "viewer", actor=oscar)
    return a_certification(seller, a_member(seller, "mia"))


def _with_another_role(oscar: User) -> Certification:
    seller = a_seller("S-1", certified=None)
    mia, _ = a_member(seller, "mia"), a_member(seller, "nora", Role.OPERATIONS)
    change_role(seller.number, "nora", "viewer", actor=oscar)
    return a_certification(seller, mia)


def _changed(oscar: User) -> Certification:
    seller = a_seller("S-1", certified=None)
    change_seller("S-1", {"withholding_tax_rate": Decimal("0.1")}, actor=oscar)
    return a_certification(seller, a_member(seller, "mia"))


def _written(oscar: User) -> Certification:
    """A draft of the company's, with a bank account by the operator."""
    seller = a_seller("S-1", certified=None)
    draft = a_draft(seller, mia := a_member(seller, "mia"))
    edit_certification(draft.number, {"account_number": "SG47110815"}, actor=oscar)
    return submit_certification(draft.number, actor=mia)


def _written_before(oscar: User) -> Certification:
    """Another one rejected what the operator sent in; the company goes on with it."""
    seller = a_seller("S-1", certified=None)
    sent = a_certification(seller, oscar)
    reject_certification(sent.number, "Too dark.", actor=an_operator("olga"))
    return a_certification(seller, a_member(seller, "mia"))


def _of_an_account_made(oscar: User) -> Certification:
    """Whose password the operator has set."""
    seller = a_seller("S-1", certified=None)
    User.objects.filter(pk=oscar.pk).update(is_superuser=True)
    oscar.refresh_from_db()
    with time_machine.travel(timezone.now() - timedelta(days=2)):
        mia = add_person("mia", email="mia@example.com", actor=oscar)
    Member.objects.create(seller=seller, user=mia, role=Role.OWNER)
    return a_certification(seller, mia)


HANDS = [
    _registered,
    _admitted,
    _applied_for,
    _invited,
    _with_another_role,
    _changed,
    _written,
    _written_before,
    _of_an_account_made,
]


@pytest.mark.parametrize("sent_in", HANDS)
def test_R4_4_who_had_a_hand_in_a_seller_does_not_certify_it(
    sent_in: Callable[[User], Certification], oscar: User
) -> None:
    sent, code = sent_in(oscar), "who_made_a_seller_does_not_certify_it"
    is_refused(code, "R4.4", approve_certification.require, sent, oscar)
    is_refused(code, "R4.4", approve_certification, sent.number, actor=oscar)
    is_refused(code, "R4.4", reject_certification, sent.number, "x", actor=oscar)
    with refused_by(code):
        execute(
            "UPDATE sellers_certification SET state = 'certified', decided_at = now(),"
            f" decided_by_id = {oscar.pk} WHERE number = '{sent.number}'"
        )
    assert approve_certification(sent.number, actor=an_operator("otto")).state == "certified"


def test_R9_1_who_certified_a_seller_certifies_it_again(
    seller: Seller, mia: User, oscar: User
) -> None:
    """What a certification changes is no hand in the next one."""
    for rate in ("0.1", "0.2"):
        sent = a_certification(seller, mia, withholding_tax_rate=Decimal(rate))
        assert approve_certification(sent.number, actor=oscar).state == "certified"
