"""Who may still approve a refund, and why others may not (R4.4)."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from koogallery.duties import ROLES, Duty, holders_of
from koogallery.models import User
from settlement.models import Refund
from settlement.services.refunds.approvals import approvals_due, approvals_that_count

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
