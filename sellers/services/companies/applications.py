"""A company applies to sell; the approval makes the seller and its first owner (R9.1)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, Forbidden, InvalidInput, refuse
from koogallery.kit.names import folded
from koogallery.models import User
from koogallery.numbering import next_number
from sellers import notices
from sellers.choices import ApplicationState, Role
from sellers.models import SellerApplication
from sellers.rules.bank_accounts import RULE, tidy
from sellers.rules.certifications import application_violations
from sellers.rules.sellers import left_violation
from sellers.services import reviews
from sellers.services.companies.leaving import sellers_that_left
from sellers.services.companies.sellers import NewSeller, register_seller
from sellers.services.members.membership import let_in

KIND = "seller_application"
OPEN = (ApplicationState.DRAFT, ApplicationState.PENDING_REVIEW)


@as_refusals()
@transaction.atomic
def start_application(
    content: Mapping[str, Any], *, actor: User, applicant: str = ""
) -> SellerApplication:
    """By the company's person, or by an operator for the user named `applicant`."""
    person = _person(applicant, actor)
    _require_none_open(person)
    application = SellerApplication.objects.create(
        number=next_number("SA"), applicant=person, created_by=actor, **tidied(content)
    )
    reviews.record(application, "created", actor)
    return application


@as_refusals()
@transaction.atomic
def edit_application(number: str, changes: Mapping[str, Any], *, actor: User) -> SellerApplication:
    application = _own(number, actor)
    return reviews.edit_draft(application, tidied(changes), actor=actor, rule=RULE)


@as_refusals()
@transaction.atomic
def submit_application(number: str, *, actor: User) -> SellerApplication:
    application = _own(number, actor)
    refuse(application_violations(application.content))
    _require_not_left(application)
    return reviews.submit(application, [], actor=actor)


@as_refusals()
@transaction.atomic
def withdraw_application(number: str, *, actor: User) -> SellerApplication:
    return reviews.withdraw(_own(number, actor), actor=actor)


@as_refusals()
@transaction.atomic
def discard_application(number: str, *, actor: User) -> SellerApplication:
    return reviews.discard(_own(number, actor), actor=actor)


@as_refusals()
@transaction.atomic
def revise_application(number: str, *, actor: User) -> SellerApplication:
    """A new draft with what was rejected, to be mended and sent in again."""
    origin = _own(number, actor)
    reviews.require_revisable(origin, RULE)
    _require_none_open(origin.applicant)
    copied = SellerApplication.objects.create(
        number=next_number("SA"),
        applicant=origin.applicant,
        created_by=actor,
        revises=origin,
        **origin.content,
    )
    return reviews.copy_for(origin, copied, kind=KIND, actor=actor)


@as_refusals()
@transaction.atomic
def approve_application(number: str, *, actor: User) -> SellerApplication:
    """Register the seller, not certified yet, and make the applicant its owner."""
    application = reviews.read_review(SellerApplication.objects.all(), number, actor=actor)
    require_decider(application, actor)
    new = NewSeller(
        company_name=application.company_name,
        country=application.country,
        settlement_currency=application.settlement_currency,
    )
    seller, _ = register_seller(new, actor=actor)
    let_in(seller, application.applicant, Role.OWNER, actor=actor)
    reviews.accept(application, actor=actor, seller=seller)
    notices.application_approved(application)
    return application


@as_refusals()
@transaction.atomic
def reject_application(number: str, reason: str, *, actor: User) -> SellerApplication:
    application = reviews.read_review(SellerApplication.objects.all(), number, actor=actor)
    require_decider(application, actor)
    reviews.reject(application, reason, actor=actor, rule=RULE)
    notices.application_rejected(application)
    return application


def require_decider(application: SellerApplication, actor: User) -> None:
    require_duty(actor, Duty.CERTIFY_SELLERS, rule=RULE)
    reviews.require_decidable(application, actor, RULE)


def require_applicant_of(application: SellerApplication, actor: User) -> None:
    if actor.is_operator:
        require_duty(actor, Duty.MANAGE_SELLERS, rule=RULE)
    elif application.applicant_id != actor.pk:
        raise Forbidden(_("This is another person's application."), code="owner_only", rule=RULE)


def tidied(content: Mapping[str, Any]) -> dict[str, Any]:
    """As people meant it: no blanks around or doubled within names, codes in capitals."""
    codes = {"country", "settlement_currency"}
    return {
        name: tidy(text).upper() if name in codes else _tidy(name, text)
        for name, text in content.items()
    }


def _tidy(name: str, text: str) -> str:
    return text.strip() if name == "business" else tidy(text)


def _own(number: str, actor: User) -> SellerApplication:
    application = reviews.read_review(SellerApplication.objects.all(), number, actor=actor)
    require_applicant_of(application, actor)
    return application


def _person(username: str, actor: User) -> User:
    if not actor.is_staff:
        if username and username != actor.username:
            raise Forbidden(
                _("Apply for yourself."), code="owner_only", rule=RULE, field="applicant"
            )
        return actor
    require_duty(actor, Duty.MANAGE_SELLERS, rule=RULE)
    person = User.objects.filter(username=username, is_active=True, is_staff=False).first()
    if person is None:
        told = _("Name the user who applies and will own the seller.")
        raise InvalidInput(told, code="unknown_user", rule=RULE, field="applicant")
    return person


def _require_none_open(person: User) -> None:
    open_ = SellerApplication.objects.filter(applicant=person, state__in=OPEN).first()
    if open_:
        told = _("Application %(application)s is not finished yet; go on with that one.") % {
            "application": open_
        }
        raise Conflict(told, code="a_person_has_one_open_application", rule=RULE)


def _require_not_left(application: SellerApplication) -> None:
    if folded(application.company_name) in sellers_that_left():
        told = _("%(company_name)s has left and cannot register again.") % {
            "company_name": application.company_name
        }
        raise Conflict.of([left_violation("company_name", told)])
