"""What banks keep or send back is of no seller, and takes two people as any other sum does (R4.4).

What counts is what went without one within the hours, so that many small charges are no way around:
those that the bank's code told, and those that this person said to be charges.
"""

from datetime import timedelta
from decimal import Decimal

from django.db import connection
from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Abs
from django.utils import timezone

from koogallery.kit.money import ZERO
from koogallery.models import ApprovalRequest, ApprovalState, User
from settlement.choices import LinePurpose, LineState
from settlement.models import ApprovalLimit, BankLine


def takes_two_as_told(charges: Decimal, currency: str) -> bool:
    """Charges that a statement tells; statements are taken one after the other."""
    return _takes_two(charges, currency, Q(state=LineState.MATCHED))


def takes_two_as_said(charges: Decimal, currency: str, actor: User) -> bool:
    """Charges of a line that a person attributes; of two acts of one the second sees the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hold_who_moves_money(%s)", [actor.pk])
    by_two = ApprovalRequest.objects.filter(
        object_kind="bank line", state=ApprovalState.APPROVED
    ).values("object_number")
    alone = Q(state=LineState.ATTRIBUTED, attributed_by=actor) & ~Q(number__in=by_two)
    return _takes_two(charges, currency, alone)


def _takes_two(charges: Decimal, currency: str, alone: Q) -> bool:
    if charges == ZERO:
        return False
    limit = ApprovalLimit.objects.get(currency=currency)
    since = timezone.now() - timedelta(hours=limit.hours)
    lines = BankLine.objects.filter(alone, currency=currency, modified_at__gte=since)
    whole = lines.filter(
        Q(purpose=LinePurpose.CHARGES) | Q(purpose=LinePurpose.SENT_BACK, amount__lt=0)
    )
    parts = lines.exclude(purpose=LinePurpose.CHARGES).exclude(charges=ZERO)
    before = _sum(whole, "amount") + _sum(parts, "charges")
    return abs(charges) + before >= limit.amount


def _sum(lines: QuerySet[BankLine], column: str) -> Decimal:
    total: Decimal = lines.aggregate(total=Sum(Abs(F(column)), default=ZERO))["total"]
    return total
