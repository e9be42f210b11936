"""Who belongs to a seller's company, and as what: its owners decide."""

import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.approvals import Facts, takes_a_second_person
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, Forbidden, InvalidInput, NotFound, Violation, refuse
from koogallery.models import AccessToken, ApprovalRequest, User
from koogallery.second_person import NeedsSecondPerson, approval_under_way
from sellers import notices
from sellers.choices import Role
from sellers.models import Member, Seller
from sellers.services.locks import lock_seller

#: Bytes of a first password; its owner is told once.
PASSWORD_BYTES = 12


def require_owner(actor: User, seller: Seller) -> None:
    """Operators help where no owner is left."""
    if actor.is_operator:
        require_duty(actor, Duty.MANAGE_SELLERS, "manage a seller's members and tokens")
    elif not _owners(seller).filter(user=actor).exists():
        raise Forbidden(
            _("Only an owner of %(company_name)s may do this.")
            % {"company_name": seller.company_name},
            code="owner_only",
        )


def require_unbound(using: AccessToken | None) -> None:
    """A token for certain networks shows no secret that works from anywhere."""
    if using is not None and using.allowed_networks:
        raise Forbidden(
            _("This shows a secret that works from anywhere; the token is for certain networks."),
            code="wider_than_issuer",
        )


def _owners(seller: Seller) -> QuerySet[Member]:
    return seller.members.filter(role=Role.OWNER, user__is_active=True)


@as_refusals()
@transaction.atomic
def add_member(
    seller: Seller,
    username: str,
    email: str,
    role: str,
    *,
    actor: User,
    using: AccessToken | None = None,
) -> tuple[Member | ApprovalRequest, str]:
    """The member, and the first password of a user made for it; "" if the user existed.

    `using` is the token that signed the call. An owner whom an operator adds waits for another
    operator.
    """
    seller = lock_seller(pk=seller.pk)
    require_owner(actor, seller)
    if _takes_two(role, actor):
        return make_owner(seller.number, username, actor=actor), ""
    user = User.objects.filter(username=username).first()
    password = "" if user else secrets.token_urlsafe(PASSWORD_BYTES)
    if password:
        require_unbound(using)
    return make_member(
        seller, user or _create_user(username, email, password), role, actor
    ), password


def make_member(seller: Seller, user: User, role: str, actor: User) -> Member:
    """The seller is locked, and the actor may do this."""
    _require_outside(user)
    _require_new(seller.members.filter(user=user), user)
    member = Member.objects.create(seller=seller, user=user, role=Role(role))
    _record(member, "added", actor, after=member.role)
    return member


@as_refusals()
@transaction.atomic
def change_role(
    seller: Seller, username: str, role: str, *, actor: User
) -> Member | ApprovalRequest:
    """An owner whom an operator makes waits for another operator."""
    member = _locked(seller, username, actor)
    if _takes_two(role, actor) and member.role != role:
        return make_owner(seller.number, username, actor=actor)
    return _give(member, role, actor)


def _give(member: Member, role: str, actor: User) -> Member:
    if role != Role.OWNER:
        _require_another_owner(member)
    before, member.role = member.role, Role(role)
    member.save(update_fields=["role"])
    _record(member, "changed", actor, before=before, after=member.role)
    return member


def _require_outside(user: User) -> None:
    if user.is_staff:
        raise Conflict(_("This user works for Huawei and cannot join a seller."), field="username")


def _require_new(members: QuerySet[Member], user: User) -> None:
    if members.exists():
        raise Conflict(
            _("%(username)s is a member already.") % {"username": user.username},
            code="member_already",
            field="username",
        )


def _takes_two(role: str, actor: User) -> bool:
    return actor.is_operator and role == Role.OWNER


def _who_belongs(request: ApprovalRequest) -> Facts:
    members = Member.objects.filter(seller__number=request.seller_number)
    for member in members.select_related("user").order_by("user__username"):
        yield f"Member {member.user.username}", member.role
    user = User.objects.filter(username=request.object_number).first()
    yield "E-mail of the new owner", user.email if user else ""


@takes_a_second_person(
    "owner", gettext_lazy("Make somebody an owner"), Duty.MANAGE_SELLERS, effect=_who_belongs
)
@as_refusals()
@transaction.atomic
def make_owner(seller_number: str, username: str, *, actor: User) -> Member:
    """By an operator: another one approves it, and all of the seller's people hear of it.

    Of somebody who is known already: nobody learns the password of an owner.
    """
    seller = lock_seller(number=seller_number)
    require_duty(actor, Duty.MANAGE_SELLERS, "make somebody an owner", rule="R4.4")
    user = User.objects.filter(username=username).first()
    if user is None:
        raise InvalidInput(
            _("There is no user %(username)s; add them with another role first.")
            % {"username": username},
            code="unknown",
            field="username",
        )
    _require_outside(user)
    _require_new(seller.members.filter(user=user, role=Role.OWNER), user)
    if approval_under_way() is None:
        raise NeedsSecondPerson(
            _("An owner decides for the company; another operator has to approve who is one."),
            about=("member", username),
            seller=seller.number,
            currency=seller.settlement_currency,
        )
    present = seller.members.select_related("user", "seller").filter(user=user).first()
    member = (
        _give(present, Role.OWNER, actor)
        if present
        else make_member(seller, user, Role.OWNER, actor)
    )
    notices.owner_made(member, actor)
    return member


@as_refusals()
@transaction.atomic
def remove_member(seller: Seller, username: str, *, actor: User) -> None:
    """The user remains, for what it has done; it no longer sees this seller."""
    member = _locked(seller, username, actor)
    _require_another_owner(member)
    _record(member, "removed", actor, before=member.role)
    member.delete()


def _locked(seller: Seller, username: str, actor: User) -> Member:
    seller = lock_seller(pk=seller.pk)
    require_owner(actor, seller)
    member = seller.members.select_related("user", "seller").filter(user__username=username).first()
    if member is None:
        raise NotFound(_("%(username)s is no member.") % {"username": username})
    return member


def _require_another_owner(member: Member) -> None:
    others = _owners(member.seller).exclude(pk=member.pk)
    if member.role == Role.OWNER and not others.exists():
        raise Conflict(
            _("This is the last owner; give somebody else that role first."), code="last_owner"
        )


def _create_user(username: str, email: str, password: str) -> User:
    user = User(username=username, email=email)
    user.set_password(password)
    try:
        user.full_clean()
    except ValidationError as error:
        told = error.message_dict.items()
        refuse([Violation(field, "invalid", text) for field, texts in told for text in texts])
    user.save()
    return user


def _record(
    member: Member, verb: str, actor: User, *, before: str | None = None, after: str | None = None
) -> None:
    audit.record(
        actor,
        verb,
        "member",
        member.user.username[:60],
        seller=member.seller.number,
        changes={"role": (before, after)},
        role=member.role,
    )
