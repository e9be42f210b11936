"""How many have to approve a refund, and who of them counts (R4.4).

The threshold is held against the sum of the claims beside it, never against one claim alone. It is
asked at the application and again at each approval: what came in between counts. A customer is the
account that the claim, the order when it was sold, or the order today names, however it is written.

Who may still approve a refund, and why others may not (R4.4).
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery.duties import ROLES, Duty, holders_of
from koogallery.kit.errors import Forbidden
from koogallery.models import User
from settlement.choices import MoneyAct
from settlement.models import Refund, RefundApproval
from settlement.services.authorisations import Moved, authorise, why_not_alone

#: From the threshold on.
TWO = 2


def claims_beside(refund: Refund) -> Decimal:
    """The claims of the order, or of its customer with this seller within the hours: the larger."""
    return Decimal(str(_asked("claims_beside", refund)))


def takes_two(refund: Refund) -> bool:
    return bool(_asked("takes_two_approvals", refund))


def _asked(function: str, refund: Refund) -> object:
    """As the database sees it, which refuses by the same."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {function}(r) FROM settlement_refund r WHERE r.id = %s",  # noqa: S608  # ours
            [refund.pk],
        )
        return cursor.fetchone()[0]


def keep_approvals_needed(refund: Refund) -> None:
    """Two from the threshold on; it never becomes less."""
    if refund.approvals_needed < TWO and takes_two(refund):
        _need_two(refund)


def approvals_due(refund: Refund) -> int:
    """As the next approval will find it, whatever was found at the application."""
    return TWO if refund.approvals_needed >= TWO or takes_two(refund) else 1


def is_approved_by_enough(refund: Refund) -> bool:
    """With this approval; and then who answers for it is written down.

    One is also not enough where that person has moved as much alone as one does.
    """
    keep_approvals_needed(refund)
    counted = approvals_that_count(refund)
    about = ("refund", refund.number)
    moved = Moved(
        MoneyAct.REFUND, refund.number, refund.seller, refund.amount, refund.currency, about
    )
    if refund.approvals_needed < TWO and why_not_alone(moved, counted[-1].operator):
        _need_two(refund)
        counted = approvals_that_count(refund)
    if len(counted) < refund.approvals_needed:
        return False
    second = counted[1].operator if len(counted) > 1 else None
    authorise(moved, actor=counted[0].operator, second=second)
    return True


def approvals_that_count(refund: Refund) -> list[RefundApproval]:
    """Of two, neither is who recorded the seller's agreement."""
    approvals = refund.approvals.select_related("operator").order_by("pk")
    if refund.approvals_needed < TWO:
        return list(approvals)
    return [each for each in approvals if each.operator_id != refund.agreed_by_id]


def require_two_besides_the_spokesman(refund: Refund, actor: User) -> None:
    if approvals_due(refund) >= TWO and refund.agreed_by_id == actor.pk:
        raise Forbidden(
            _("You recorded the seller's agreement; two other operators approve this refund."),
            code="the_spokesman_is_not_one_of_two",
            rule="R4.4",
        )


def _need_two(refund: Refund) -> None:
    refund.approvals_needed, refund.modified_at = TWO, timezone.now()
    refund.save(update_fields=["approvals_needed", "modified_at"])


#: Names told; a big team is told by its role.
MOST_NAMED = 8


@dataclass(frozen=True, slots=True)
class Missing:
    """How many approvals are due, whose they may be, and who is excluded for which reason."""

    due: int
    candidates: tuple[User, ...]
    more: int
    excluded: tuple[tuple[User, str], ...]
    duty: str


def missing_approvals(refund: Refund) -> Missing:
    approvals = list(refund.approvals.select_related("operator").order_by("pk"))
    given = [approval.operator for approval in approvals]
    spokesman = refund.agreed_by if approvals_due(refund) > 1 else None
    barred = [refund.requested_by, *given, *([spokesman] if spokesman else [])]
    others = operators_with(Duty.DECIDE_REFUNDS).exclude(pk__in=[user.pk for user in barred])
    named = tuple(others[:MOST_NAMED])
    excluded = [(user, _("has approved it already")) for user in given]
    if refund.requested_by.may(Duty.DECIDE_REFUNDS):
        excluded.insert(0, (refund.requested_by, _("applied for it")))
    if spokesman and spokesman.may(Duty.DECIDE_REFUNDS) and spokesman not in given:
        excluded.append((spokesman, _("recorded the seller's agreement")))
    return Missing(
        due=max(approvals_due(refund) - len(approvals_that_count(refund)), 0),
        candidates=named,
        more=others.count() - len(named) if len(named) == MOST_NAMED else 0,
        excluded=tuple(excluded),
        duty=holders_of(Duty.DECIDE_REFUNDS),
    )


def operators_with(duty: Duty) -> QuerySet[User]:
    """Who could do it today."""
    roles = sorted(ROLES[duty])
    on_duty = Q(is_superuser=True) | Q(operator_roles__overlap=roles)
    return User.objects.filter(on_duty, is_active=True, is_staff=True).order_by("username")
