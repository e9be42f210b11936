"""A place in a company is offered by its owners, and taken up or declined by who is asked.

Nobody becomes a member without saying so, and nobody learns by asking who has an account here: an
invitation goes to an address, whoever reads it, and reads the same whoever that is.
"""

import secrets
from datetime import timedelta
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.accounts import make_account
from koogallery.acts import Said, TwoPeople, act, act_of_two
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, DomainError, NotFound, Violation, refuse
from koogallery.kit.mail_addresses import is_mail_address
from koogallery.models import User
from koogallery.notices import tell
from koogallery.numbering import next_number
from sellers.choices import InvitationState, Role
from sellers.models import Invitation, Member, Seller
from sellers.services.authority import MANAGERS
from sellers.services.locks import lock_seller
from sellers.services.members.membership import let_in, require_two, takes_two, who_belongs

TOKEN_BYTES = 32


@act_of_two(
    "invite_member",
    Seller.objects.all(),
    TwoPeople("invitation", gettext_lazy("Invite a member"), who_belongs),
    by=MANAGERS,
    said=Said(
        label=gettext_lazy("Invite a member"),
        question=gettext_lazy("Invite somebody to act for this seller?"),
        done=gettext_lazy("Invited: the answer shows among the members."),
    ),
)
def invite_member(seller: Seller, email: str, role: str, *, actor: User) -> Invitation:
    """By an owner, or by two operators; its people are notified of it, the address by e-mail."""
    if not is_mail_address(email):
        refuse([Violation("email", "invalid", _("This is no e-mail address."))])
    for overdue in seller.invitations.overdue():
        _decide(overdue, InvitationState.EXPIRED, None)
    _require_room(seller, email)
    if takes_two(role, actor):
        require_two(seller, ("company", seller.number))
    now = timezone.now()
    invitation = Invitation.objects.create(
        number=next_number("IV"),
        seller=seller,
        role=Role(role),
        email=email,
        invited_by=actor,
        expires_at=now + timedelta(days=settings.INVITATION_DAYS),
        mail_due_at=now,
    )
    _record(invitation, "invited", actor)
    tell("member_invited", invitation, changed_by=invitation.invited_by.username)
    return invitation


@act(
    "withdraw",
    Invitation.objects.select_related("seller"),
    by=MANAGERS,
    to=InvitationState.WITHDRAWN,
)
def withdraw_invitation(invitation: Invitation, *, actor: User) -> Invitation:
    """Its link works no more."""
    _decide(invitation, InvitationState.WITHDRAWN, actor)
    return invitation


@as_refusals()
@transaction.atomic
def accept_invitation(token: str, *, actor: User) -> Member:
    """As who is signed in, whatever address they have here: they have read the mail."""
    return _accept(_locked(token), actor)


@as_refusals()
@transaction.atomic
def accept_with_new_account(token: str, password: str) -> Member:
    """By who has none yet: named by the address, with a password that they alone have seen."""
    invitation = _locked(token)
    return _accept(invitation, make_account(invitation.email, password))


@as_refusals()
@transaction.atomic
def decline_invitation(token: str) -> Invitation:
    """By whoever reads the mail; it takes no account."""
    invitation = _locked(token)
    _decide(invitation, InvitationState.DECLINED, None)
    return invitation


def read_invitation(token: str) -> Invitation:
    """The open one whose link this is; what is over is not found, whatever became of it."""
    rows = Invitation.objects.all().open().select_related("seller", "invited_by")
    found = rows.filter(digest=digest_of(token)).first()
    if found is None:
        raise NotFound(_("There is no such invitation, or it is over. Ask for another one."))
    return found


def digest_of(token: str) -> str:
    return sha256(token.encode(errors="replace")).hexdigest()


def _locked(token: str) -> Invitation:
    lock_seller(pk=read_invitation(token).seller_id)
    return read_invitation(token)


def _accept(invitation: Invitation, user: User) -> Member:
    """Who offered it must still be allowed to."""
    try:
        MANAGERS.require_named(invitation.invited_by, invitation)
    except DomainError:
        raise Conflict(
            _("Who invited you is no owner any more; ask for another invitation."),
            code="inviter_is_no_owner",
        ) from None
    member = let_in(invitation.seller, user, invitation.role, actor=user)
    _decide(invitation, InvitationState.ACCEPTED, user, accepted_by=user)
    return member


def _require_room(seller: Seller, email: str) -> None:
    open_ = seller.invitations.open()
    if open_.filter(email__iexact=email).exists():
        raise Conflict(
            _("%(email)s is invited already.") % {"email": email},
            code="an_address_is_invited_once_at_a_time",
            field="email",
        )
    if open_.count() >= settings.MOST_INVITATIONS:
        raise Conflict(
            _("There are %(count)s open invitations; withdraw one first.")
            % {"count": settings.MOST_INVITATIONS},
            code="too_many_invitations",
        )


def _decide(
    invitation: Invitation, state: InvitationState, actor: User | None, **columns: object
) -> None:
    now = timezone.now()
    invitation.move_to(state, decided_at=now, mail_due_at=None, **columns)
    _record(invitation, str(state), actor)


def _record(invitation: Invitation, verb: str, actor: User | None) -> None:
    audit.note(actor, verb, invitation, role=invitation.role)


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)
