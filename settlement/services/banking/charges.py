"""What banks keep or send back is of no seller, and takes two people as any other sum does (R4.4).

What counts is what went without one within the hours, so that many small charges are no way around:
those that the bank's code told, and those that this person said to be charges. The database adds
them up, and takes no line that makes it too much for one.
"""

from decimal import Decimal

from django.db import connection

from koogallery.kit.money import ZERO
from koogallery.models import User
from settlement.models import ApprovalLimit


def takes_two_as_told(charges: Decimal, currency: str) -> bool:
    """Charges that a statement tells; statements are taken one after the other."""
    return _takes_two(charges, currency, None)


def takes_two_as_said(charges: Decimal, currency: str, actor: User) -> bool:
    """Charges of a line that a person attributes; of two acts of one the second sees the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hold_who_moves_money(%s)", [actor.pk])
    return _takes_two(charges, currency, actor)


def _takes_two(charges: Decimal, currency: str, actor: User | None) -> bool:
    if charges == ZERO:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT charged_alone(%s, %s)", [currency, actor.pk if actor else None])
        before = Decimal(cursor.fetchone()[0])
    return abs(charges) + before >= ApprovalLimit.objects.get(currency=currency).amount
