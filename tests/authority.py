"""Who answers for rows that a test puts in by hand: the database takes none without (R4.4)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from koogallery.models import User
from koogallery.numbering import next_number
from sellers.models import Order, Seller
from settlement.models import ApprovalLimit, Authorisation, Bill, Refund, RefundApproval
from tests.world import an_operator


def answer_for(
    act: str, subject: str, seller: Seller, amount: Decimal, person: User | None = None
) -> Authorisation:
    return Authorisation.objects.create(
        act=act,
        subject=subject,
        seller=seller,
        currency=seller.settlement_currency,
        amount=abs(amount),
        person=person or an_operator("answering"),
    )


def answer_for_bills() -> None:
    """For every bill there is; then any state can be written into it, without a payout even."""
    as_if_committed()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE settlement_bill DISABLE TRIGGER are_paid_by_payouts")
    answered = Authorisation.objects.filter(act="bill").values("subject")
    for bill in Bill.objects.exclude(number__in=answered).select_related("seller"):
        answer_for("bill", bill.number, bill.seller, bill.net_payable)


def no_limits() -> None:
    """One person moves whatever the test needs."""
    most = Decimal(10) ** 16
    ApprovalLimit.objects.update(amount=most, of_a_person=most)


def a_day_later() -> None:
    """What was authorised so far, by whomever, no longer counts."""
    as_if_committed()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE settlement_authorisation DISABLE TRIGGER insert_only")
        cursor.execute("UPDATE settlement_authorisation SET at = at - interval '25 hours'")
        cursor.execute("ALTER TABLE settlement_authorisation ENABLE ALWAYS TRIGGER insert_only")


def as_if_committed() -> None:
    """What is checked at commit is checked now, and what comes later at commit again."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT DISTINCT quote_ident(tgname) FROM pg_trigger WHERE tginitdeferred")
        deferred = ", ".join(name for (name,) in cursor.fetchall() if "RI_" not in name)
        cursor.execute(f"SET CONSTRAINTS {deferred} DEFERRED")


def a_paid_out_refund(
    order: Order, amount: Decimal, refunded_at: datetime, requester: User, number: str = ""
) -> Refund:
    """Asked for, approved by one and paid out, without what follows from it."""
    seller = Seller.objects.get(pk=order.seller_id)
    refund = Refund.objects.create(
        number=number or next_number("RF"),
        seller=seller,
        order=order,
        currency=order.currency,
        amount=amount,
        reason="not needed",
        state="operator_review",
        requested_by=requester,
    )
    approver = an_operator("answering")
    RefundApproval.objects.create(refund=refund, operator=approver, requested_by=requester)
    answer_for("refund", refund.number, seller, amount, approver)
    _move(refund, state="approved", approved_at=timezone.now())
    _move(refund, state="refunded", refunded_at=refunded_at)
    return Refund.objects.get(pk=refund.pk)


def _move(refund: Refund, **columns: Any) -> None:
    Refund.objects.filter(pk=refund.pk).update(**columns)
