"""Who belongs to a seller's company, and as what: its owners decide."""

import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, Forbidden, NotFound, Violation, refuse
from koogallery.models import AccessToken, User
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
) -> tuple[Member, str]:
    """The member, and the first password of a user made for it; "" if the user existed.

    `using` is the token that signed the call.
    """
    seller = lock_seller(pk=seller.pk)
    require_owner(actor, seller)
    user = User.objects.filter(username=username).first()
    password = "" if user else secrets.token_urlsafe(PASSWORD_BYTES)
    if password:
        require_unbound(using)
    user = user or _create_user(username, email, password)
    if user.is_staff:
        raise Conflict(_("This user works for Huawei and cannot join a seller."), field="username")
    if seller.members.filter(user=user).exists():
        raise Conflict(
            _("%(username)s is a member already.") % {"username": username},
            code="member_already",
            field="username",
        )
    member = Member.objects.create(seller=seller, user=user, role=Role(role))
    _record(member, "added", actor, after=member.role)
    return member, password


@as_refusals()
@transaction.atomic
def change_role(seller: Seller, username: str, role: str, *, actor: User) -> Member:
    member = _locked(seller, username, actor)
    if role != Role.OWNER:
        _require_another_owner(member)
    before, member.role = member.role, Role(role)
    member.save(update_fields=["role"])
    _record(member, "changed", actor, before=before, after=member.role)
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
