"""Who belongs to a seller's company, and as what: its owners decide."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import Said, TwoPeople, Who, act, act_of_two
from koogallery.approvals import Facts
from koogallery.duties import Duty
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, Forbidden, NotFound
from koogallery.kit.language import Sentence
from koogallery.kit.seen import Fact
from koogallery.models import AccessToken, ApprovalRequest, User
from koogallery.second_person import NeedsSecondPerson, approval_under_way
from sellers.choices import Role
from sellers.models import Member, Seller
from sellers.notices import member_changed, owner_made
from sellers.services.authority import MANAGERS, OWNERS
from sellers.services.locks import lock_seller

SELLERS = Seller.objects.all()


def require_unbound(using: AccessToken | None) -> None:
    """A token for certain networks shows no secret that works from anywhere."""
    if using is not None and using.allowed_networks:
        raise Forbidden(
            _("This shows a secret that works from anywhere; the token is for certain networks."),
            code="wider_than_issuer",
        )


def let_in(seller: Seller, user: User, role: str, *, actor: User) -> Member:
    """Part of an act by which the user has said so: an invitation taken up, an application.

    The seller is locked already.
    """
    if user.is_staff:
        raise Conflict(
            _("Who works for Huawei cannot join a seller."), code="operators_do_not_join"
        )
    if seller.members.filter(user=user).exists():
        raise Conflict(
            _("You are a member of %(company_name)s already.")
            % {"company_name": seller.company_name},
            code="member_already",
        )
    member = Member.objects.create(seller=seller, user=user, role=Role(role))
    _record(member, "added", actor, after=member.role)
    member_changed(member, "joined", actor)
    return member


@act("change_role", SELLERS, by=MANAGERS)
def change_role(
    seller: Seller, username: str, role: str, *, actor: User
) -> Member | ApprovalRequest:
    """A role that an operator gives beyond the one there is waits for another operator."""
    member = _member_of(seller, username)
    if member.role not in {role, Role.OWNER} and takes_two(role, actor):
        return give_role(seller.number, username, role, actor=actor)
    return _give(member, role, actor)


def _give(member: Member, role: str, actor: User) -> Member:
    if role != Role.OWNER:
        _require_another_owner(member)
    before, member.role = member.role, Role(role)
    member.save(update_fields=["role"])
    _record(member, "changed", actor, before=before, after=member.role)
    member_changed(member, "changed", actor)
    return member


def takes_two(role: str, actor: User) -> bool:
    """No operator alone says who acts for a company: a viewer only reads, as operators do."""
    return actor.is_operator and role != Role.VIEWER


def who_belongs(request: ApprovalRequest) -> Facts:
    members = Member.objects.filter(seller__number=request.seller_number)
    for member in members.select_related("user").order_by("user__username"):
        yield Fact("member", member.role, member.user.username)


def _who_gets_it(request: ApprovalRequest) -> Facts:
    user = User.objects.filter(username=request.object_number).first()
    yield Fact("email_of_the_member", user.email if user else "")
    yield from who_belongs(request)


@act_of_two(
    "give_role",
    SELLERS,
    TwoPeople("role", gettext_lazy("Give a member a role"), _who_gets_it),
    by=Who(Duty.MANAGE_SELLERS),
    rule="R4.4",
)
def give_role(seller: Seller, username: str, role: str, *, actor: User) -> Member:
    """By an operator, to act for the company: another one approves it, and its people hear."""
    member = _member_of(seller, username)
    if member.role in {role, Role.OWNER}:
        raise Conflict(
            _("%(username)s is %(role)s already.")
            % {"username": username, "role": member.get_role_display()},
            code="role_already",
        )
    require_two(seller, ("member", username))
    member = _give(member, role, actor)
    if role == Role.OWNER:
        owner_made(member, actor)
    return member


def require_two(seller: Seller, about: tuple[str, str]) -> None:
    """Unless it is done for a request that another operator has approved."""
    if approval_under_way() is None:
        raise NeedsSecondPerson(
            Sentence(
                "Who acts for a company is no one operator's choice; another one has to approve it."
            ),
            about=about,
            seller=seller.number,
            currency=seller.settlement_currency,
        )


@as_refusals()
@transaction.atomic
def remove_member(seller: Seller, username: str, *, actor: User) -> None:
    """By an owner, or by oneself: the user remains, for what it has done, but sees it no more."""
    seller = lock_seller(pk=seller.pk)
    if username != actor.username:
        MANAGERS.require(actor, seller)
    member = _member_of(seller, username)
    _require_another_owner(member)
    how = "left" if member.user_id == actor.pk else "removed"
    _record(member, how, actor, before=member.role)
    member_changed(member, how, actor)
    member.delete()


@act(
    "require_second_factor",
    SELLERS,
    by=OWNERS,
    said=Said(label=gettext_lazy("Ask for a second factor")),
)
def require_second_factor(seller: Seller, required: bool, *, actor: User) -> Seller:  # noqa: FBT001
    """Of every member, from their next click on: without one they get no further than set-up."""
    if required != seller.requires_second_factor:
        changes = {"requires_second_factor": (seller.requires_second_factor, required)}
        Seller.objects.filter(pk=seller.pk).update(requires_second_factor=required)
        seller.requires_second_factor = required
        audit.note(actor, "changed", seller, changes=changes)
    return seller


def _member_of(seller: Seller, username: str) -> Member:
    member = seller.members.select_related("user", "seller").filter(user__username=username).first()
    if member is None:
        raise NotFound(_("%(username)s is no member.") % {"username": username})
    return member


def _require_another_owner(member: Member) -> None:
    others = member.seller.members.filter(role=Role.OWNER, user__is_active=True).exclude(
        pk=member.pk
    )
    if member.role == Role.OWNER and not others.exists():
        raise Conflict(
            _("This is the last owner; give somebody else that role first."), code="last_owner"
        )


def _record(
    member: Member, verb: str, actor: User, *, before: str | None = None, after: str | None = None
) -> None:
    audit.record(
        actor,
        verb,
        "member",
        member.user.username,
        seller=member.seller.number,
        changes={"role": (before, after)},
        role=member.role,
    )
