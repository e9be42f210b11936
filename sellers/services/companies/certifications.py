"""A seller's business information is certified, or it is rejected with the reason (R9.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import ActsOn, Said, Who, act
from koogallery.asks import REASON_FOR_SELLER
from koogallery.attachments import attachments_of
from koogallery.duties import Duty
from koogallery.kit.errors import Conflict, Forbidden, Violation, refuse
from koogallery.models import User
from koogallery.notices import tell
from koogallery.numbering import next_number
from sellers.choices import CertificationState, Standing
from sellers.models import Certification, CertificationUnlock, Seller
from sellers.models.bank_accounts import BANK_COLUMNS
from sellers.rules.bank_accounts import RULE, same_name, tidy, tidy_code
from sellers.rules.certifications import certification_violations, is_locked, rate_violations
from sellers.services import reviews
from sellers.services.authority import APPLICANTS
from sellers.services.companies import bank_accounts
from sellers.services.companies.sellers import take_over_certified

KIND = "certification"
CERTIFICATIONS = Certification.objects.select_related("seller")
WRITERS = APPLICANTS | Duty.MANAGE_SELLERS
by_writers = ActsOn(CERTIFICATIONS, by=WRITERS, rule=RULE)
DECIDERS = Who(Duty.CERTIFY_SELLERS)
by_deciders = ActsOn(CERTIFICATIONS, by=DECIDERS, rule=RULE, in_person=True)
OPEN = (CertificationState.DRAFT, CertificationState.PENDING)
#: What the seller itself keeps of a certification.
OF_THE_SELLER = ("company_name", "country", "withholding_tax_rate", "digital_service_tax_rate")


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a seller stands: what is open, what was last decided, what is certified today."""

    standing: Standing
    open: Certification | None
    last: Certification | None
    certified: Certification | None
    rejections: int

    @property
    def is_locked(self) -> bool:
        return is_locked(self.rejections)


def stand_of(seller: Seller) -> Stand:
    rows = list(seller.certifications.exclude(state=CertificationState.DISCARDED)[:50])
    open_ = next((each for each in rows if each.state in OPEN), None)
    last = next((each for each in rows if each.state not in OPEN), None)
    certified = next((each for each in rows if each.is_accepted), None)
    rejections = rejections_in_a_row(seller)
    return Stand(_standing(seller, open_, last, rejections), open_, last, certified, rejections)


def _standing(
    seller: Seller, open_: Certification | None, last: Certification | None, rejections: int
) -> Standing:
    if open_ and open_.is_waiting:
        return Standing.PENDING
    if is_locked(rejections):
        return Standing.LOCKED
    if last and last.is_rejected:
        return Standing.REJECTED
    return Standing.CERTIFIED if seller.certified_at else Standing.UNCERTIFIED


def rejections_in_a_row(seller: Seller) -> int:
    """As the database counts them, which refuses by the same count."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rejections_in_a_row(%s)", [seller.pk])
        return int(cursor.fetchone()[0])


@act("start_certification", Seller.objects.all(), by=WRITERS, rule=RULE)
def start_certification(
    seller: Seller, content: Mapping[str, Any], *, actor: User
) -> Certification:
    """A draft, prefilled with what is known; the one there is already is gone on with."""
    stand = stand_of(seller)
    _require_free(stand)
    known = known_content(seller, stand)
    refuse(rate_violations({**known, **content}))
    certification = Certification.objects.create(
        number=next_number("CE"),
        seller=seller,
        created_by=actor,
        revises=stand.last if stand.last and stand.last.is_rejected else None,
        **{**known, **tidied(content)},
    )
    if certification.revises:
        reviews.copy_for(certification.revises, certification, actor=actor)
    else:
        reviews.record(certification, "created", actor)
    return certification


@by_writers(
    "revise",
    when=reviews.REJECTED,
    unless=partial(reviews.unrevised, rule=RULE),
    said=reviews.REVISED,
)
def revise_certification(origin: Certification, *, actor: User) -> Certification:
    """A new draft with the content and the documents of the one that was rejected last."""
    if stand_of(origin.seller).last != origin:
        raise Conflict(
            _("Another one was decided since; go on from that one."),
            code="revised_already",
            rule=RULE,
        )
    return start_certification(origin.seller.number, {}, actor=actor)


@by_writers("edit")
def edit_certification(
    certification: Certification, changes: Mapping[str, Any], *, actor: User
) -> Certification:
    """Change a draft."""
    refuse(rate_violations({**certification.content, **changes}))
    return reviews.edit_draft(certification, tidied(changes), actor=actor, rule=RULE)


@by_writers("submit", to=CertificationState.PENDING)
def submit_certification(certification: Certification, *, actor: User) -> Certification:
    """Send the draft in; 422 names everything that is missing or wrong."""
    if is_locked(rejections_in_a_row(certification.seller)):
        raise _locked()
    return reviews.submit(certification, submission_violations(certification), actor=actor)


def submission_violations(certification: Certification) -> list[Violation]:
    """All that keeps a draft from being sent in."""
    found = certification_violations(
        certification.content,
        needs_bank_account=needs_bank_account(certification.seller),
        has_documents=attachments_of(KIND, certification.number).exists(),
    )
    return [*found, *_of_another_company(certification)]


def needs_bank_account(seller: Seller) -> bool:
    """The first account comes with the certification; later ones are changed by themselves."""
    return not seller.bank_accounts.exists()


@by_writers(
    "withdraw",
    to=CertificationState.DRAFT,
    said=replace(reviews.TAKEN_BACK, question=gettext_lazy("Take this certification back?")),
)
def withdraw_certification(certification: Certification, *, actor: User) -> Certification:
    """Take back what waits; it is a draft again."""
    return reviews.withdraw(certification, actor=actor)


@by_writers(
    "discard",
    to=CertificationState.DISCARDED,
    said=replace(
        reviews.GIVEN_UP,
        consequence=gettext_lazy("What you wrote is not sent in. You can begin a new one."),
    ),
)
def discard_certification(certification: Certification, *, actor: User) -> Certification:
    """Give a draft up."""
    return reviews.discard(certification, actor=actor)


def _without_a_hand_in(certification: Certification, actor: User) -> None:
    """Neither who sent it in nor who made the seller, its people or its data."""
    reviews.sent_in_by_another(certification, actor, rule=RULE)
    if _has_a_hand_in(certification, actor):
        raise Forbidden(
            _(
                "You admitted or registered this seller, or its people, or its data; another "
                "operator decides."
            ),
            code="who_made_a_seller_does_not_certify_it",
            rule="R4.4",
        )


@by_deciders(
    "approve",
    to=CertificationState.CERTIFIED,
    unless=_without_a_hand_in,
    said=replace(
        reviews.APPROVED,
        question=gettext_lazy("Approve this certification?"),
        done=gettext_lazy("The certification is approved."),
    ),
)
def approve_certification(certification: Certification, *, actor: User) -> Certification:
    """Certify (R1.3), never by who sent it in: the seller's data become those sent in.

    The first account has been checked with it; another operator approves it (R9.1).
    """
    seller, now = certification.seller, timezone.now()
    changes = {name: getattr(certification, name) for name in OF_THE_SELLER}
    take_over_certified(
        seller.number, {**changes, "certified_at": seller.certified_at or now}, actor=actor
    )
    if needs_bank_account(seller):
        bank_accounts.take_over(certification, actor=actor)
    reviews.accept(certification, actor=actor)
    tell("certification_certified", certification, company=certification.company_name)
    return certification


@by_deciders(
    "reject",
    to=CertificationState.REJECTED,
    unless=_without_a_hand_in,
    asks=REASON_FOR_SELLER,
    said=replace(
        reviews.TURNED_DOWN,
        question=gettext_lazy("Reject this certification?"),
        done=gettext_lazy("The certification is rejected."),
    ),
)
def reject_certification(
    certification: Certification, reason: str, *, actor: User
) -> Certification:
    """The third in a row locks: nothing more is sent in until an operator unlocks."""
    reviews.reject(certification, reason, actor=actor, rule=RULE)
    tell("certification_rejected", certification, company=certification.company_name)
    if stand_of(certification.seller).is_locked:
        tell("certification_locked", certification, company=certification.seller.company_name)
    return certification


def _locked_by_rejections(seller: Seller, actor: User) -> None:  # noqa: ARG001
    if not stand_of(seller).is_locked:
        raise Conflict(_("The certification is not locked."), code="not_locked", rule=RULE)


@act(
    "unlock_certification",
    Seller.objects.all(),
    by=DECIDERS,
    rule=RULE,
    unless=_locked_by_rejections,
    asks=REASON_FOR_SELLER,
    said=Said(
        label=gettext_lazy("Unlock certification"),
        question=gettext_lazy("Let this seller try again?"),
        done=gettext_lazy("Unlocked. The seller can send its business information in again."),
    ),
)
def unlock_certification(seller: Seller, reason: str, *, actor: User) -> CertificationUnlock:
    """Let the seller try again; the count of rejections begins anew."""
    reason = reviews.require_reason(reason, RULE)
    unlock = CertificationUnlock.objects.create(seller=seller, reason=reason, by=actor)
    audit.note(actor, "unlocked", seller, reason=reason)
    tell("certification_unlocked", unlock, str(unlock.pk), company=unlock.seller.company_name)
    return unlock


def _has_a_hand_in(certification: Certification, actor: User) -> bool:
    """As the database sees it, which refuses by the same: in the seller, its people, its data."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT has_a_hand_in(c, %s) FROM sellers_certification c WHERE c.id = %s",
            [actor.pk, certification.pk],
        )
        return bool(cursor.fetchone()[0])


def tidied(content: Mapping[str, Any]) -> dict[str, Any]:
    """As people meant it: no blanks around or doubled within names, codes in capitals."""
    return {name: _tidy(name, value) for name, value in content.items()}


def _tidy(name: str, value: Any) -> Any:
    if name in {"account_number", "swift_code"}:
        return tidy_code(value)
    if name in {"country", "bank_country"}:
        return tidy(value).upper()
    return tidy(value) if isinstance(value, str) else value


def _require_free(stand: Stand) -> None:
    if stand.open:
        told = _("Certification %(certification)s is not decided yet; go on with that one.") % {
            "certification": stand.open
        }
        raise Conflict(told, code="a_seller_has_one_open_certification", rule=RULE)
    if stand.is_locked:
        raise _locked()


def _locked() -> Conflict:
    told = _(
        "Three certifications in a row were rejected. Ask KooGallery's "
        "operations, who can unlock it; then you can try again."
    )
    return Conflict(told, code="three_rejections_lock", rule=RULE)


def known_content(seller: Seller, stand: Stand) -> dict[str, Any]:
    """What a new draft begins with: what was sent in last, or what the seller is known by."""
    latest = stand.last
    known = latest.content if latest else {}
    if not needs_bank_account(seller):
        known = {name: value for name, value in known.items() if name not in BANK_COLUMNS}
    applied = getattr(seller, "application", None)
    if applied and not latest:
        for name in ("registration_number", "contact_name", "contact_email", "contact_phone"):
            known[name] = getattr(applied, name)
    rejected = latest is not None and latest.is_rejected
    return known if rejected else {**known, **{n: getattr(seller, n) for n in OF_THE_SELLER}}


def _of_another_company(certification: Certification) -> list[Violation]:
    """A certified company stays the one it is; its name and country are operations' to change."""
    seller = certification.seller
    if seller.certified_at is None:
        return []
    same = same_name(certification.company_name, seller.company_name)
    if same and certification.country == seller.country:
        return []
    told = _("%(number)s is certified as %(company_name)s (%(country)s).") % {
        "number": seller.number,
        "company_name": seller.company_name,
        "country": seller.country,
    }
    return [Violation("company_name", "company_stays", told, RULE)]
