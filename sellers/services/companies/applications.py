"""A company applies to sell; the approval makes the seller and its first owner (R9.1)."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery.acts import ActsOn, Who
from koogallery.asks import REASON_FOR_SELLER
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, Forbidden, InvalidInput, refuse
from koogallery.kit.names import folded
from koogallery.models import User
from koogallery.notices import tell
from koogallery.numbering import next_number
from sellers.choices import ApplicationState, Role
from sellers.models import SellerApplication
from sellers.rules.bank_accounts import RULE, tidy
from sellers.rules.certifications import application_violations
from sellers.rules.sellers import left_violation
from sellers.services import reviews
from sellers.services.authority import EVERY_MEMBER
from sellers.services.companies.leaving import sellers_that_left
from sellers.services.companies.sellers import NewSeller, register_seller
from sellers.services.members.membership import let_in

OPEN = (ApplicationState.DRAFT, ApplicationState.PENDING_REVIEW)


class Applicants(Who):
    """Who applied, member of no seller yet; or operators who record it for them."""

    def require(self, actor: User | None, row: Any, *, rule: str = "") -> None:
        if actor is None:
            return
        if actor.is_operator:
            require_duty(actor, Duty.MANAGE_SELLERS, rule=rule)
        elif row.applicant_id != actor.pk:
            raise Forbidden(
                _("This is another person's application."), code="owner_only", rule=rule
            )


APPLICATIONS = SellerApplication.objects.select_related("applicant")
WRITERS = Applicants(Duty.MANAGE_SELLERS, EVERY_MEMBER, code="owner_only")
by_writers = ActsOn(APPLICATIONS, by=WRITERS, rule=RULE)
DECIDERS = Who(Duty.CERTIFY_SELLERS)
by_deciders = ActsOn(APPLICATIONS, by=DECIDERS, rule=RULE, in_person=True)


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


@by_writers("edit")
def edit_application(
    application: SellerApplication, changes: Mapping[str, Any], *, actor: User
) -> SellerApplication:
    """Change a draft."""
    return reviews.edit_draft(application, tidied(changes), actor=actor, rule=RULE)


@by_writers("submit", to=ApplicationState.PENDING_REVIEW)
def submit_application(application: SellerApplication, *, actor: User) -> SellerApplication:
    """Send the draft in; 422 names everything that is missing or wrong."""
    refuse(application_violations(application.content))
    if folded(application.company_name) in sellers_that_left():
        told = _("%(company_name)s has left and cannot register again.") % {
            "company_name": application.company_name
        }
        raise Conflict.of([left_violation("company_name", told)])
    return reviews.submit(application, [], actor=actor)


@by_writers(
    "withdraw",
    to=ApplicationState.DRAFT,
    said=replace(reviews.TAKEN_BACK, question=gettext_lazy("Take this application back?")),
)
def withdraw_application(application: SellerApplication, *, actor: User) -> SellerApplication:
    """Take back what waits; it is a draft again."""
    return reviews.withdraw(application, actor=actor)


@by_writers("discard", to=ApplicationState.DISCARDED, said=reviews.GIVEN_UP)
def discard_application(application: SellerApplication, *, actor: User) -> SellerApplication:
    """Give a draft up."""
    return reviews.discard(application, actor=actor)


@by_writers(
    "revise",
    when=reviews.REJECTED,
    unless=partial(reviews.unrevised, rule=RULE),
    said=reviews.REVISED,
)
def revise_application(origin: SellerApplication, *, actor: User) -> SellerApplication:
    """A new draft with the content and the documents of the rejected one."""
    _require_none_open(origin.applicant)
    copied = SellerApplication.objects.create(
        number=next_number("SA"),
        applicant=origin.applicant,
        created_by=actor,
        revises=origin,
        **origin.content,
    )
    return reviews.copy_for(origin, copied, actor=actor)


@by_deciders(
    "approve",
    to=ApplicationState.APPROVED,
    unless=partial(reviews.sent_in_by_another, rule=RULE),
    said=reviews.APPROVED,
)
def approve_application(application: SellerApplication, *, actor: User) -> SellerApplication:
    """Register the seller, not certified yet, and make the applicant its owner.

    By an operator, never by who sent it in.
    """
    new = NewSeller(
        company_name=application.company_name,
        country=application.country,
        settlement_currency=application.settlement_currency,
    )
    seller, _ = register_seller(new, actor=actor)
    let_in(seller, application.applicant, Role.OWNER, actor=actor)
    reviews.accept(application, actor=actor, seller=seller)
    tell(
        "application_approved",
        application,
        application=application,
        company=application.company_name,
    )
    return application


@by_deciders(
    "reject",
    to=ApplicationState.REJECTED,
    unless=partial(reviews.sent_in_by_another, rule=RULE),
    asks=REASON_FOR_SELLER,
    said=reviews.TURNED_DOWN,
)
def reject_application(
    application: SellerApplication, reason: str, *, actor: User
) -> SellerApplication:
    """With the reason, which the seller reads."""
    reviews.reject(application, reason, actor=actor, rule=RULE)
    tell(
        "application_rejected",
        application,
        application=application,
        company=application.company_name,
    )
    return application


def tidied(content: Mapping[str, Any]) -> dict[str, Any]:
    """As people meant it: no blanks around or doubled within names, codes in capitals."""
    codes = {"country", "settlement_currency"}
    return {
        name: tidy(text).upper() if name in codes else _tidy(name, text)
        for name, text in content.items()
    }


def _tidy(name: str, text: str) -> str:
    return text.strip() if name == "business" else tidy(text)


def _person(username: str, actor: User) -> User:
    if not actor.is_staff:
        if username and username != actor.username:
            raise Forbidden(
                _("Apply for yourself."), code="owner_only", rule=RULE, field="applicant"
            )
        if actor.narrowed_to is not None:
            told = _("A token of one seller applies for no other; sign in to apply.")
            raise Forbidden(told, code="token_of_one_seller", rule=RULE)
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
