"""Access tokens: issued, rotated and revoked by who they are for; the command line issues any.

A token is shown once, to whoever issues or rotates it, and stored hashed. It acts as that user.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from koogallery import audit
from koogallery.acts import act
from koogallery.duties import Duty, OperatorRole, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, Forbidden, InvalidInput, NotFound, Violation, refuse
from koogallery.models import AccessToken, User
from koogallery.models.tokens import NAME_LENGTH
from sellers.choices import Role
from sellers.models import Member, Seller
from sellers.rules.tokens import (
    MOST_TOKENS,
    TokenTerms,
    role_faults,
    term_faults,
    widenings,
    written,
)
from sellers.services.authority import OWNERS


@dataclass(frozen=True, slots=True)
class Issued:
    """The row, and the token itself, which is nowhere else."""

    token: AccessToken
    secret: str


@act("issue_token", Seller.objects.all(), by=OWNERS)
def issue_token(
    seller: Seller,
    terms: TokenTerms,
    *,
    may_write: bool,
    actor: User,
    using: AccessToken | None = None,
) -> Issued:
    """For the company's own programs, by an owner: it acts as them, so no operator issues it.

    `using` is the token that signed the call.
    """
    return _issue(actor, terms, seller.number, may_write=may_write, actor=actor, using=using)


@transaction.atomic
def issue_own_token(terms: TokenTerms, *, actor: User, using: AccessToken | None = None) -> Issued:
    """An operator's, for their own programs: it may do what they may, in its roles at most."""
    require_duty(actor, Duty.VIEW, gettext("issue an operator's token"))
    refuse([*role_faults(terms.roles, _roles_of(actor))])
    return _issue(actor, terms, "", may_write=True, actor=actor, using=using)


@as_refusals()
@transaction.atomic
def rotate_token(
    number: str,
    grace: timedelta | None = None,
    *,
    actor: User,
    using: AccessToken | None = None,
) -> Issued:
    """A successor with the same rights and as long a life; the old one works for `grace` yet.

    Only whom it is for may do this, for the successor is shown to them and acts as them.
    """
    old = _locked(number, actor)
    _require_holder(old, actor)
    terms = TokenTerms(old.name, _life(old), old.allowed_networks, old.roles)
    refuse([*_wider(terms, using)])
    longest = timedelta(hours=settings.TOKEN_GRACE_HOURS)
    grace = longest if grace is None else grace
    if not timedelta() <= grace <= longest:
        minutes = int(longest.total_seconds() // 60)
        detail = gettext("The old token can go on working for 0 to %(minutes)s minutes.") % {
            "minutes": minutes
        }
        raise InvalidInput(detail, code="out_of_range", field="grace_minutes")
    if old.state != "active":
        raise Conflict(
            gettext("%(old)s is %(state)s; only a token in use is rotated.")
            % {"old": old, "state": old.state},
            code="token_is_over",
        )
    fresh = _mint(actor, terms, old.seller_number, may_write=old.may_write, parent=old.parent)
    old.children.update(parent=fresh.token)
    until = timezone.now() + grace
    old.replaced_by, old.expiry = fresh.token, min(old.expiry or until, until)
    _save(old, "replaced_by", "expiry")
    audit.note(actor, "rotated", old, successor=fresh.token.number, until=old.expiry.isoformat())
    return fresh


@as_refusals()
@transaction.atomic
def revoke_token(number: str, *, actor: User, using: AccessToken | None = None) -> AccessToken:
    """At once, for good, and with it those it has signed for.

    Operators may take back a seller's, who manages people anybody's. With a token nobody revokes
    one that reaches further than it.
    """
    token = _locked(number, actor)
    require_revoker(token, actor)
    if wider := list(_wider(_terms_of(token), using)):
        raise Forbidden.of(wider)
    if token.revoked_at is not None:
        raise Conflict(
            gettext("%(token)s is revoked already.") % {"token": token}, code="token_is_over"
        )
    _revoke([token], actor)
    return token


@transaction.atomic
def revoke_own_tokens(*, actor: User, using: AccessToken | None = None) -> int:
    """All that act as this user and reach no further than `using`; how many that was."""
    mine = AccessToken.objects.in_force().filter(user=actor)
    if actor.narrowed_to is not None:
        mine = mine.filter(seller_number=actor.narrowed_to)
    tokens = list(mine.select_for_update(of=("self",), no_key=True).order_by("pk"))
    return _revoke([each for each in tokens if not any(_wider(_terms_of(each), using))], actor)


def _revoke(tokens: Sequence[AccessToken], actor: User, **facts: object) -> int:
    """Then their children, and theirs: what somebody issued with a token goes with it."""
    revoked = 0
    while tokens:
        for token in tokens:
            token.revoked_at = timezone.now()
            _save(token, "revoked_at")
            audit.note(actor, "revoked", token, **facts)
        revoked += len(tokens)
        children = AccessToken.objects.in_force().filter(parent__in=[each.pk for each in tokens])
        tokens, facts = list(children.order_by("pk")), {"cause": "its parent was revoked"}
    return revoked


def require_revoker(token: AccessToken, actor: User) -> None:
    """Owners see none but their seller's."""
    if actor.is_operator and token.user_id != actor.pk:
        duty = Duty.MANAGE_PEOPLE if token.is_for_operators else Duty.MANAGE_SELLERS
        require_duty(actor, duty, f"revoke {token}")


@transaction.atomic
def issue_operator_token(
    name: str, valid_for: timedelta, roles: Sequence[OperatorRole] = ()
) -> str:
    """The token itself, which is stored hashed and cannot be shown again.

    A new user gets `roles`, or every role if none is named. Whoever is there keeps their own; of
    them the token carries `roles` alone, or all that they have whenever it is used.
    """
    user = User.objects.filter(username=name).first()
    user = user or _create_user(name, is_staff=True, roles=roles or list(OperatorRole))
    if not user.is_staff:
        raise Conflict(
            gettext("%(name)s exists and is no operator; choose another name.") % {"name": name}
        )
    for role in roles:
        if role not in _roles_of(user):
            raise Conflict(
                gettext("%(name)s is no %(lower)s; a superuser gives the role.")
                % {"name": name, "lower": role.label.lower()}
            )
    return _issue_by_command(user, valid_for, may_write=True, roles=roles)


def _roles_of(user: User) -> Collection[str]:
    return OperatorRole.values if user.is_superuser else user.operator_roles


@transaction.atomic
def issue_seller_token(
    name: str,
    seller_number: str,
    valid_for: timedelta,
    *,
    may_write: bool,
    role: Role | None = None,
) -> str:
    """By command: a token that shows one seller alone.

    Its holder becomes `role`, or else no more than it needs: a viewer or, to write, a member for
    operations.
    """
    seller = Seller.objects.filter(number=seller_number).first()
    if seller is None:
        raise NotFound(
            gettext("There is no seller %(seller_number)s.") % {"seller_number": seller_number}
        )
    user = User.objects.filter(username=name).first() or _create_user(name)
    least = role or (Role.OPERATIONS if may_write else Role.VIEWER)
    member, _ = Member.objects.get_or_create(seller=seller, user=user, defaults={"role": least})
    if member.role != least and (role or (may_write and member.role == Role.VIEWER)):
        member.role = least
        member.save(update_fields=["role"])
    return _issue_by_command(user, valid_for, seller_number=seller_number, may_write=may_write)


def _require_holder(token: AccessToken, actor: User) -> None:
    if token.is_for_operators:
        if token.user_id != actor.pk:
            raise Forbidden(gettext("It is another operator's token."), code="holder_only")
        return
    OWNERS.require(actor, token)


def _issue(
    user: User,
    terms: TokenTerms,
    seller_number: str,
    *,
    may_write: bool,
    actor: User | None,
    using: AccessToken | None,
) -> Issued:
    refuse([*term_faults(terms, longest=timedelta(days=settings.TOKEN_LONGEST_DAYS))])
    terms = replace(terms, networks=written(terms.networks))
    if using is not None:
        refuse([*widenings(terms, _terms_of(using))])
    if actor is not None:
        _require_room(user, seller_number)
    issued = _mint(user, terms, seller_number, may_write=may_write, parent=using)
    audit.note(
        actor,
        "issued",
        issued.token,
        may_write=may_write,
        networks=", ".join(terms.networks),
        roles=", ".join(terms.roles),
    )
    return issued


def _wider(terms: TokenTerms, using: AccessToken | None) -> Iterator[Violation]:
    """Where they reach further than the token that signs the call, however long they live."""
    if using is not None:
        yield from widenings(terms, replace(_terms_of(using), valid_for=terms.valid_for))


def _terms_of(token: AccessToken) -> TokenTerms:
    """With the life that it has left."""
    left = token.expiry - timezone.now() if token.expiry else timedelta.max
    return TokenTerms(token.name, left, token.allowed_networks, token.roles)


def default_life(using: AccessToken | None) -> timedelta:
    """Of a token whose issuer does not say: no longer than that of the one that signs for it."""
    usual = timedelta(days=settings.TOKEN_DEFAULT_DAYS)
    return min(usual, _terms_of(using).valid_for) if using else usual


def _require_room(user: User, seller_number: str) -> None:
    mine = AccessToken.objects.in_force().filter(user=user, seller_number=seller_number)
    if mine.filter(replaced_by=None).count() >= MOST_TOKENS:
        raise Conflict(
            gettext("%(name)s has %(most)s tokens in use; revoke one first.")
            % {"name": user.username, "most": MOST_TOKENS},
            code="too_many_tokens",
        )


def _mint(
    user: User,
    terms: TokenTerms,
    seller_number: str,
    *,
    may_write: bool,
    parent: AccessToken | None,
) -> Issued:
    token, secret = AccessToken.objects.create(
        user=user,
        parent=parent,
        expiry=terms.valid_for,
        name=terms.name,
        seller_number=seller_number,
        may_write=may_write,
        allowed_networks=list(terms.networks),
        roles=list(terms.roles),
    )
    if parent and parent.expiry and token.expiry > parent.expiry:
        token.expiry = parent.expiry
        _save(token, "expiry")
    return Issued(token, secret)


def _locked(number: str, actor: User) -> AccessToken:
    visible = AccessToken.objects.visible_to(actor).filter(number=number)
    found = visible.select_for_update(of=("self",), no_key=True).first()
    if not isinstance(found, AccessToken):
        raise NotFound(gettext("There is no token %(number)s.") % {"number": number})
    return found


def _save(token: AccessToken, *columns: str) -> None:
    token.modified_at = timezone.now()
    token.save(update_fields=[*columns, "modified_at"])


def _life(token: AccessToken) -> timedelta:
    """As long as the old one was issued for, within what is allowed today."""
    longest = timedelta(days=settings.TOKEN_LONGEST_DAYS)
    return min(token.expiry - token.created, longest) if token.expiry else longest


def _create_user(name: str, *, is_staff: bool = False, roles: Sequence[OperatorRole] = ()) -> User:
    """Without a password: until one is set, only the token signs them in."""
    user = User(username=name, is_staff=is_staff, operator_roles=list(roles))
    user.set_unusable_password()
    try:
        user.full_clean()
    except ValidationError as error:
        raise InvalidInput(
            gettext("%(name)s cannot be a user's name: %(join)s")
            % {"name": repr(name), "join": " ".join(error.messages)}
        ) from None
    user.save()
    return user


def _issue_by_command(
    user: User,
    valid_for: timedelta,
    *,
    may_write: bool,
    seller_number: str = "",
    roles: Sequence[str] = (),
) -> str:
    if not user.is_active:
        raise Conflict(
            gettext("%(username)s is deactivated and cannot sign in.") % {"username": user.username}
        )
    terms = TokenTerms(user.username[:NAME_LENGTH], valid_for, roles=roles)
    issued = _issue(user, terms, seller_number, may_write=may_write, actor=None, using=None)
    return issued.secret
