"""A company applies to sell (R9.1)."""

from functools import partial

import pytest
from django.core import mail

from koogallery.events.mail import send_waiting_notices
from koogallery.kit.errors import Conflict, DomainError, Forbidden, InvalidInput
from koogallery.models import Notice, User
from sellers.choices import Role
from sellers.models import Seller, SellerApplication
from sellers.services.companies.applications import (
    approve_application,
    discard_application,
    edit_application,
    reject_application,
    revise_application,
    start_application,
    submit_application,
    withdraw_application,
)
from settlement.services.exits import exit_seller
from tests.books import execute, refused_by, snapshot
from tests.sellers.applying import COMPANY, a_member, an_application
from tests.world import a_seller, an_operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def lina() -> User:
    """Somebody with an account and without a seller."""
    return User.objects.create_user("lina", email="lina@nordlicht.example")


@pytest.fixture
def oscar() -> User:
    return an_operator("oscar")


def test_R9_1_the_approval_makes_the_seller_and_its_owner(lina: User, oscar: User) -> None:
    sent = an_application(lina)
    assert sent.state == "pending_review"
    done = approve_application(sent.number, actor=oscar)
    assert done.state == "approved" and done.seller
    seller = Seller.objects.get()
    assert (seller.company_name, seller.country, seller.settlement_currency) == (
        "Nordlicht Analytics GmbH",
        "DE",
        "EUR",
    )
    assert seller.certified_at is None
    assert (seller.members.get().user, seller.members.get().role) == (lina, Role.OWNER)
    assert Notice.objects.exclude(kind="member_changed").get().kind == "application_approved"


def test_R9_1_a_rejection_gives_its_reason_to_the_person_and_is_revised(
    lina: User, oscar: User
) -> None:
    sent = an_application(lina)
    reject_application(sent.number, "Which web site?", actor=oscar)
    send_waiting_notices()
    assert mail.outbox[0].to + mail.outbox[0].bcc == ["lina@nordlicht.example"]
    assert "Which web site?" in str(mail.outbox[0].body)
    assert Notice.objects.visible_to(lina).count() == 1
    again = revise_application(sent.number, actor=lina)
    assert (again.revises, again.content) == (sent, sent.content)
    submit_application(again.number, actor=lina)
    approve_application(again.number, actor=oscar)
    with pytest.raises(Conflict):
        revise_application(sent.number, actor=lina)


def test_R9_1_everything_wrong_is_named_at_once(lina: User) -> None:
    wrong = {"country": "D", "settlement_currency": "XXX", "website": "nordlicht"}
    draft = start_application(wrong, actor=lina)
    with pytest.raises(InvalidInput) as refusal:
        submit_application(draft.number, actor=lina)
    assert {(each.field, each.code) for each in refusal.value.violations} == {
        ("company_name", "required"),
        ("registration_number", "required"),
        ("business", "required"),
        ("contact_name", "required"),
        ("contact_email", "required"),
        ("contact_phone", "required"),
        ("country", "invalid_country"),
        ("settlement_currency", "unsupported_currency"),
        ("website", "invalid_website"),
    }


def test_R9_1_an_application_is_another_persons_nothing(lina: User) -> None:
    sent = an_application(lina)
    stranger = a_member(a_seller("S-2"), "stranger")
    acts = [
        partial(edit_application, sent.number, {"country": "FR"}, actor=stranger),
        partial(withdraw_application, sent.number, actor=stranger),
        partial(approve_application, sent.number, actor=stranger),
    ]
    before = snapshot()
    for act in acts:
        with pytest.raises(DomainError) as refusal:
            act()
        assert refusal.value.status == 404
    assert snapshot() == before


def test_R9_1_a_person_has_one_open_application(lina: User) -> None:
    draft = start_application(COMPANY, actor=lina)
    with pytest.raises(Conflict) as refusal:
        start_application(COMPANY, actor=lina)
    assert refusal.value.code == "a_person_has_one_open_application"
    discard_application(draft.number, actor=lina)
    start_application(COMPANY, actor=lina)
    with refused_by("a_person_has_one_open_application"):
        execute(
            """INSERT INTO sellers_sellerapplication
            SELECT (jsonb_populate_record(a, '{"id": -1, "number": "SA-x"}')).*
            FROM sellers_sellerapplication a WHERE state = 'draft'"""
        )


def test_R9_1_an_operator_records_it_for_a_person_and_another_one_decides(
    lina: User, oscar: User
) -> None:
    with pytest.raises(InvalidInput):
        start_application(COMPANY, actor=oscar)
    started = start_application(COMPANY, applicant="lina", actor=oscar)
    submit_application(started.number, actor=oscar)
    with pytest.raises(Forbidden) as refusal:
        approve_application(started.number, actor=oscar)
    assert refusal.value.code == "the_submitter_does_not_decide"
    approve_application(started.number, actor=an_operator("olga"))
    assert Seller.objects.get().members.get().user == lina


def test_R6_3_R9_1_a_company_that_left_does_not_apply_again(lina: User, oscar: User) -> None:
    seller = a_seller("S-9")
    exit_seller("S-9", actor=oscar)
    draft = start_application(
        {**COMPANY, "company_name": seller.company_name, "country": seller.country}, actor=lina
    )
    with pytest.raises(Conflict) as refusal:
        submit_application(draft.number, actor=lina)
    assert refusal.value.code == "seller_has_left"


@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        (
            "whoever_submits_a_seller_application_does_not_decide_it",
            """state = 'approved', decided_by_id = submitted_by_id, decided_at = now(),
            seller_id = %(seller)s""",
        ),
        (
            "an_approved_application_has_its_seller",
            "state = 'approved', decided_by_id = %(oscar)s, decided_at = now()",
        ),
        ("what_was_submitted_stays", "seller_id = %(seller)s"),
        ("what_was_submitted_stays", "company_name = 'x'"),
        ("what_was_submitted_stays", "applicant_id = %(oscar)s"),
    ],
)
def test_R9_1_the_database_keeps_what_was_sent_in(
    lina: User, oscar: User, constraint: str, change: str
) -> None:
    an_application(lina)
    with refused_by(constraint):
        execute(
            f"UPDATE sellers_sellerapplication SET {change}",
            oscar=oscar.pk,
            seller=a_seller("S-2").pk,
        )


def test_R9_1_the_moves_are_the_rules(lina: User) -> None:
    assert {state: state.next for state in SellerApplication.STATES} == {
        "draft": {"pending_review", "discarded"},
        "pending_review": {"draft", "approved", "rejected"},
        "approved": set(),
        "rejected": set(),
        "discarded": set(),
    }
