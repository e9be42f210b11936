"""Who answers for money that moves by a person's will, and from when on it takes two (R4.4).

Every act that moves money asks here once it knows how much, under its seller's lock. The database
holds the same: it takes no row that moves money without the authorisation written here, and no
authorisation above the limits without a second person.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from koogallery.kit.errors import Conflict
from koogallery.kit.figures import money_text
from koogallery.kit.language import Sentence
from koogallery.kit.money import ZERO
from koogallery.models import User
from koogallery.own_hand import require_own_hand
from koogallery.second_person import NeedsSecondPerson, approval_under_way, is_rehearsal
from sellers.models import Seller
from settlement.choices import MoneyAct
from settlement.models import ApprovalLimit, Authorisation
from settlement.rules.approvals import SECOND_APPROVAL_FROM, limit_of


@dataclass(frozen=True, slots=True)
class Moved:
    """What an act moves; `subject` names the row it writes, `about` what it is done to."""

    act: MoneyAct
    subject: str
    seller: Seller
    amount: Decimal
    currency: str
    about: tuple[str, str]


def authorise(moved: Moved, *, actor: User, second: User | None = None) -> Authorisation:
    """Write down who answers for it, or say that it needs a second person.

    `second` is another person who has agreed already, as the database will see for itself. Here
    it is asked whether it is their own hand; of a refund, whose approvals come one by one, each is
    asked when it is given.
    """
    request = approval_under_way()
    if request is not None:
        if (request.amount, request.currency) != (abs(moved.amount), moved.currency):
            raise Conflict(
                _("What is approved moves another amount now; ask for it again."),
                code="another_amount",
                rule="R4.4",
            )
        return _write(moved, actor, request.approvals.latest("pk").operator, request.pk)
    if second == actor:
        second = None
    if moved.act != MoneyAct.REFUND:
        require_own_hand(actor)
    if is_rehearsal():
        # What is rolled back needs no second person: the database would look at the end.
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS nobody_moves_more_alone DEFERRED")
    elif second is None and (why := why_not_alone(moved, actor)):
        raise NeedsSecondPerson(
            why,
            about=moved.about,
            seller=moved.seller.number,
            amount=abs(moved.amount),
            currency=moved.currency,
        )
    return _write(moved, actor, second, None)


def _write(moved: Moved, actor: User, second: User | None, request: int | None) -> Authorisation:
    return Authorisation.objects.create(
        act=moved.act,
        subject=moved.subject,
        seller=moved.seller,
        currency=moved.currency,
        amount=abs(moved.amount),
        person=actor,
        second=second,
        request_id=request,
    )


def why_not_alone(moved: Moved, actor: User) -> Sentence | None:
    """Why it takes a second person; nothing where one is enough.

    A refund has its own rule for the sum of its claims, and counts for the person alone.
    """
    # Of two acts of one person at once the second sees the first; their sellers are locked.
    with connection.cursor() as cursor:
        cursor.execute("SELECT hold_who_moves_money(%s)", [actor.pk])
    limit = ApprovalLimit.objects.get(currency=moved.currency)
    amount = abs(moved.amount)
    if amount == ZERO:
        return None
    told = {"limit": money_text(limit.amount, limit.currency), "hours": str(limit.hours)}
    if moved.act != MoneyAct.REFUND:
        before = _of_seller(moved.seller, limit)
        if amount + before >= limit.amount:
            return Sentence(
                "From %(limit)s on it takes two people, and what one moved for a seller within "
                "%(hours)s hours counts: this is %(amount)s, after %(before)s.",
                {
                    **told,
                    "amount": money_text(amount, moved.currency),
                    "before": money_text(before, moved.currency),
                },
            )
    # Each share was rounded: together they may be all of it by a hair less than 1.
    if round(amount / limit.of_a_person + _share_of_person(actor), 12) >= 1:
        return Sentence(
            "One person alone moves less than %(limit)s within %(hours)s hours, whatever it is "
            "and for whom: a second one has to approve this.",
            {**told, "limit": money_text(limit.of_a_person, limit.currency)},
        )
    return None


def _of_seller(seller: Seller, limit: ApprovalLimit) -> Decimal:
    """What was moved for a seller without a second person; refunds have a rule of their own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT moved_alone_of_seller(%s, %s)", [seller.pk, limit.currency])
        return Decimal(cursor.fetchone()[0])


def _share_of_person(person: User) -> Decimal:
    """What a person moved alone, as a share of their limits by currency, to 15 decimals."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT share_moved_alone(%s)", [person.pk])
        return Decimal(cursor.fetchone()[0])


# The limits of what one person moves alone, kept in the database from the settings (R4.4).


@transaction.atomic
def keep_limits() -> int:
    """Write the settings down where services and triggers read them; how many rows differed."""
    kept = {limit.currency: limit for limit in ApprovalLimit.objects.all()}
    wanted = [_wanted(currency) for currency in SECOND_APPROVAL_FROM]
    changed = [each for each in wanted if _differs(each, kept.get(each.currency))]
    ApprovalLimit.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["currency"],
        update_fields=["amount", "of_a_person", "hours"],
    )
    return len(changed)


def _wanted(currency: str) -> ApprovalLimit:
    limit = limit_of(
        currency, settings.SECOND_APPROVAL_PERSON_MULTIPLE, settings.SECOND_APPROVAL_FROM
    )
    return ApprovalLimit(
        currency=currency,
        amount=limit.amount,
        of_a_person=limit.of_a_person,
        hours=settings.SECOND_APPROVAL_HOURS,
    )


def _differs(wanted: ApprovalLimit, kept: ApprovalLimit | None) -> bool:
    columns = ("amount", "of_a_person", "hours")
    return kept is None or any(getattr(wanted, each) != getattr(kept, each) for each in columns)
