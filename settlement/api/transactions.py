from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from koogallery.api import fields
from koogallery.api.filters import ends_first
from koogallery.api.paging import MAX_PAGE_SIZE
from koogallery.api.problems import InvalidQuery
from koogallery.api.viewsets import ScopedViewSet
from koogallery.settlement_time import ZONE
from sellers.models import Order, Seller
from settlement.api.orders import REASONS
from settlement.choices import TransactionKind
from settlement.readings.billing import facts_of, reasons_of
from settlement.readings.transaction_rows import TransactionRow, recovery_of, rows_of, usage_facts
from settlement.readings.transactions import Place, Wanted, transactions
from settlement.rules.billability import unbilled_reasons

KINDS = TransactionKind.choices


class TransactionsInput(serializers.Serializer[Any]):
    """What the list is narrowed to; texts may be a part of what they name."""

    seller = fields.NumberField(required=False)
    order = fields.TextField(required=False, help_text="A part of an order's number.")
    customer = fields.TextField(required=False, help_text="A part of a customer's name or account.")
    product = fields.TextField(required=False, help_text="A part of a product's number or name.")
    cycle = fields.CycleField(required=False)
    cycle_from = fields.CycleField(required=False)
    cycle_to = fields.CycleField(required=False)
    kind = fields.WordField(KINDS, required=False)
    billed = serializers.BooleanField(required=False, default=None, allow_null=True)
    ordering = serializers.ChoiceField(
        ["order", "-order", "cycle", "-cycle", "sales_amount", "-sales_amount"], default="-order"
    )
    page_size = serializers.IntegerField(min_value=1, max_value=MAX_PAGE_SIZE, default=100)
    cursor = fields.TextField(required=False, help_text="From `next` or `previous`.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if refused := ends_first(attrs):
            raise serializers.ValidationError(dict(refused))
        return attrs


class WaitingForSerializer(serializers.Serializer[Any]):
    """A condition that does not hold yet."""

    condition = fields.TextField(source="label")
    rule = fields.TextField()
    at = fields.InstantField(allow_null=True, help_text="When it will hold, if that is known.")
    missing = fields.TextField()


class ExpectedSerializer(serializers.Serializer[Any]):
    """On which bill it is expected; certain once nothing is open but the end of the month."""

    cycle = fields.CycleField()
    run_day = serializers.DateField()
    certain = serializers.BooleanField(source="is_certain")


class TransactionSerializer(serializers.Serializer[Any]):
    """An order, the usage of a pay-per-use order in one cycle, or an unsubscription.

    An unsubscription names the order it was of, with that order's bill, line and settlement amount;
    its own amounts are the share of the order that was refunded, below 0, its cycle is that in
    which the money went back.
    """

    kind = fields.WordField(KINDS)
    seller = fields.NumberField()
    order = fields.NumberField()
    product = fields.NumberField()
    product_name = fields.TextField()
    customer_name = fields.TextField()
    customer_account = fields.TextField()
    cycle = fields.CycleField(allow_null=True)
    due_cycle = fields.CycleField(allow_null=True)
    records = serializers.IntegerField(help_text="Usage records summed; 1 of an order.")
    currency = fields.TextField()
    sales_amount = fields.ExactAmountField()
    customer_wht = fields.ExactAmountField()
    billed = serializers.BooleanField()
    bill = fields.NumberField(allow_null=True)
    line_no = serializers.IntegerField(allow_null=True, help_text="Of an order; usage has many.")
    unbilled_reasons = serializers.ListField(child=serializers.ChoiceField(REASONS))
    expected = ExpectedSerializer(allow_null=True)
    waiting_for = WaitingForSerializer(many=True)
    never = fields.OptionalTextField(help_text="Why it will be on no bill at all.")
    settlement_amount = fields.ExactAmountField(
        allow_null=True,
        help_text="What the order settles, as it is billed or else as it was sold; null: usage.",
    )
    refund = fields.NumberField(allow_null=True, help_text="Of an unsubscription.")
    refunded_amount = fields.AmountField(allow_null=True, help_text="What the customer got back.")
    recovery = fields.NumberField(
        allow_null=True, help_text="That takes it back, if the order was billed (R5.1)."
    )


class TransactionPageSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = TransactionSerializer(many=True)


PARAMETERS = frozenset(TransactionsInput().fields)


class TransactionViewSet(ScopedViewSet):
    """What a seller is to be paid for, billed or not, and why not (R1.3); and what went back."""

    queryset = Order.objects.all()
    serializer_class = TransactionPageSerializer
    pagination_class = None
    parameters = {"list": PARAMETERS}

    @extend_schema(parameters=[TransactionsInput], responses=TransactionPageSerializer)
    def list(self, request: Request) -> Response:
        """Orders, usage summed per order and cycle, unsubscriptions; trials are never listed."""
        asked = self.read_query(TransactionsInput)
        falling, sort = asked["ordering"].startswith("-"), asked["ordering"].removeprefix("-")
        place, backwards = _read_cursor(asked.get("cursor"), asked["ordering"])
        found = transactions(
            self._wanted(asked),
            sort=sort,
            falling=falling,
            before=place if backwards else None,
            after=None if backwards else place,
            size=asked["page_size"],
        )
        now, address = timezone.now(), request.build_absolute_uri()
        page = {
            "next": _link(address, found.after, asked["ordering"], backwards=False),
            "previous": _link(address, found.before, asked["ordering"], backwards=True),
            "results": [_shown(row, now) for row in rows_of(found.rows, now)],
        }
        return Response(TransactionPageSerializer(page).data)

    def _wanted(self, asked: dict[str, Any]) -> Wanted:
        sellers = Seller.objects.visible_to(self.actor)
        if number := asked.get("seller"):
            sellers = sellers.filter(number=number)
        narrowed = number or not self.actor.sees_every_seller
        return Wanted(
            sellers=[*sellers.values_list("pk", flat=True)] if narrowed else None,
            number=asked.get("order", ""),
            cycle_from=asked.get("cycle", asked.get("cycle_from", "")),
            cycle_to=asked.get("cycle", asked.get("cycle_to", "")),
            customer=asked.get("customer", ""),
            product=asked.get("product", ""),
            kind=asked.get("kind", ""),
            billed=asked["billed"],
        )


def _shown(row: TransactionRow, now: datetime) -> dict[str, Any]:
    transaction, order, outlook = row.transaction, row.order, row.outlook
    return {
        "kind": transaction.kind,
        "seller": order.seller.number,
        "order": order.number,
        "product": order.product.number,
        "product_name": order.product.name,
        "customer_name": order.customer_name,
        "customer_account": order.customer_account,
        "cycle": transaction.cycle,
        "due_cycle": transaction.due_cycle,
        "records": transaction.records,
        "currency": order.currency,
        "sales_amount": transaction.sales_amount,
        "customer_wht": transaction.customer_wht,
        "billed": bool(row.bill),
        "bill": row.bill or None,
        "line_no": row.line_no,
        "unbilled_reasons": [] if row.bill or row.refund else _reasons(row, now),
        "expected": outlook if outlook and outlook.cycle is not None else None,
        "waiting_for": outlook.open if outlook else [],
        "never": outlook.never if outlook else "",
        "settlement_amount": row.settlement,
        "refund": row.refund.number if row.refund else None,
        "refunded_amount": row.refund.amount if row.refund else None,
        "recovery": recovery_of(row.refund) or None,
    }


def _reasons(row: TransactionRow, now: datetime) -> tuple[str, ...]:
    """The same codes as an order's answer gives; usage waits for its order's conditions."""
    if row.transaction.kind == TransactionKind.ORDER:
        return reasons_of(row.order, now)
    facts = usage_facts(facts_of(row.order), row.transaction.due_cycle, now)
    return unbilled_reasons(facts, now=now, zone=ZONE)


def _link(address: str, place: Place | None, ordering: str, *, backwards: bool) -> str | None:
    if place is None:
        return None
    place_ = [str(place.value), place.order, place.cycle, place.due, place.refund]
    content = [ordering, backwards, *place_]
    cursor = signing.dumps(content, salt="cursor:transactions")
    link: str = replace_query_param(address, "cursor", cursor)
    return link


def _read_cursor(cursor: str | None, ordering: str) -> tuple[Place | None, bool]:
    if cursor is None:
        return None, False
    try:
        of, backwards, value, *place = signing.loads(cursor, salt="cursor:transactions")
    except (signing.BadSignature, ValueError):
        raise _refused(_("Take it from next or previous of this list.")) from None
    if of != ordering:
        raise _refused(_("It belongs to another ordering of this list."))
    read: dict[str, Any] = {"order": int, "sales_amount": Decimal, "cycle": str}
    return Place(read[of.removeprefix("-")](value), *place), backwards


def _refused(detail: str) -> InvalidQuery:
    return InvalidQuery({"cursor": [ErrorDetail(detail, "invalid_cursor")]})
