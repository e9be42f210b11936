"""Whether an order is billed, and what still keeps it from a bill (R1.3)."""

from datetime import datetime
from string import Template
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Case,
    CharField,
    DecimalField,
    Exists,
    F,
    Func,
    OuterRef,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf, Replace

from koogallery.kit.cycles import Cycle
from koogallery.kit.money import ZERO
from koogallery.settlement_time import ZONE, cycle_of
from koogallery.statements import read_statement
from sellers.choices import OrderType, Supervision
from sellers.models import OrderQuerySet
from settlement.choices import LineKind, RefundState
from settlement.models import BillLine, Refund
from settlement.rules.billability import OF_CONTRACT, TransactionFacts, unbilled_reasons

_LINE = BillLine.objects.filter(kind=LineKind.ORDER, order=OuterRef("pk"))
_REFUNDS = Refund.objects.filter(order=OuterRef("pk"))
_REFUNDED = (
    _REFUNDS.filter(state=RefundState.REFUNDED)
    .order_by()
    .values("order")
    .annotate(total=Sum("amount"))
    .values("total")
)


SUPERVISED = (Supervision.NOT_APPLICABLE, Supervision.COMPLETED)

#: An order that came `with_billing`: its annotations have no type.
BillableOrder = Any


def with_billing(orders: OrderQuerySet) -> OrderQuerySet:
    """With the number of the `bill` each is on, and what `reasons_of` looks at: one query."""
    return orders.with_names().annotate(
        bill=Subquery(_LINE.values("bill__number")),
        refunded=_refunded(),
        refund_pending=Exists(_REFUNDS.filter(state=RefundState.APPROVED)),
    )


def not_refunded_in_full(orders: OrderQuerySet) -> OrderQuerySet:
    """Those of which something is retained; the others never reach a bill (R4.6)."""
    return orders.annotate(refunded=_refunded()).exclude(
        refunded__gt=ZERO, refunded__gte=F("paid_amount")
    )


def reasons_of(order: BillableOrder, now: datetime) -> tuple[str, ...]:
    """Why an order is on no bill; nothing once it is on one."""
    return () if order.bill else unbilled_reasons(facts_of(order), now=now, zone=ZONE)


class WaitsFor(Func):
    """`waits_for` of an order `with_billing`, asked of the database."""

    output_field = ArrayField(CharField())

    def __init__(self, now: datetime) -> None:
        facts = "effective_at", "paid_at", "supervision_status", "due_cycle", "refund_pending"
        self.asked = {
            **{name: F(name) for name in facts},
            "certified_at": F("seller__certified_at"),
            "now": Value(now),
            "this_cycle": Value(cycle_of(now)),
        }
        super().__init__(*self.asked.values())

    def as_sql(self, compiler: Any, connection: Any) -> Any:  # type: ignore[override]  # noqa: ARG002
        compiled = dict(
            zip(self.asked, map(compiler.compile, self.get_source_expressions()), strict=True)
        )
        statement = Template(read_statement("settlement/waits_for"))
        named = [found["named"] for found in statement.pattern.finditer(statement.template)]
        told = {name: sql for name, (sql, _) in compiled.items()}
        values = [value for name in named if name for value in compiled[name][1]]
        return statement.substitute(told), values


def told_by_the_database(now: datetime) -> Case:
    """`reasons_of` orders `with_billing`, with a blank between them; a test holds it against it."""
    together: Any = Func(WaitsFor(now), Value(" "), function="array_to_string")
    for reason, called in OF_CONTRACT.items():
        together = Replace(together, Value(reason), Value(called))
    due = Case(When(due_cycle__isnull=False, then=Value("cycle_open")), default=Value(""))
    return Case(
        When(bill__isnull=False, then=Value("")),
        When(order_type=OrderType.TRIAL, then=Value("trial")),
        When(cancelled_at__isnull=False, then=Value("cancelled")),
        When(refunded__gt=ZERO, refunded__gte=F("paid_amount"), then=Value("fully_refunded")),
        default=Coalesce(NullIf(together, Value("")), due),
        output_field=CharField(),
    )


def _refunded() -> Coalesce:
    return Coalesce(Subquery(_REFUNDED), ZERO, output_field=DecimalField())


def facts_of(order: BillableOrder) -> TransactionFacts:
    """What decides about an order that came `with_billing`."""
    return TransactionFacts(
        order_type=order.order_type,
        effective_at=order.effective_at,
        paid_at=order.paid_at,
        supervision_status=order.supervision_status,
        seller_certified_at=order.seller.certified_at,
        due_cycle=Cycle(order.due_cycle) if order.due_cycle else None,
        paid_amount=order.paid_amount,
        is_cancelled=order.cancelled_at is not None,
        refunded=order.refunded,
        refund_pending=order.refund_pending,
    )
