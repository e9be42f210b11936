from typing import Any

from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from koogallery.api.filters import ByNumber
from koogallery.exports.lists import ExportedList
from settlement.listings.deposits import MovementFilters
from settlement.listings.receivables import ReceivableFilters
from settlement.listings.recoveries import RecoveryFilters
from settlement.listings.refunds import RefundFilters
from settlement.models import DepositMovement, Receivable, Recovery, Refund
from settlement.portal import forms, tables

RECOVERIES = ExportedList(
    name="recoveries",
    label=_("Recoveries"),
    rows=Recovery.objects.annotate(taken=F("amount") - F("outstanding")),
    columns={
        "number": "number",
        "seller": "seller__number",
        "refund": "refund__number",
        "order": "refund__order__number",
        "original_bill": "original_bill__number",
        "cycle": "cycle",
        "state": "state",
        "basis": "basis",
        "currency": "currency",
        "amount": "amount",
        "taken": "taken",
        "outstanding": "outstanding",
        "refunded_at": "refunded_at",
        "window_start": "window_start",
        "window_end": "window_end",
    },
    form=forms.RecoveryFilters,
    filters=RecoveryFilters,
    shown=tables.RECOVERIES,
    ordering="-refunded_at",
    amounts=frozenset({"amount", "taken", "outstanding"}),
)


class ExportedMovementFilters(MovementFilters):
    """Movements of any deposits: REST lists them deposit by deposit."""

    seller = ByNumber("seller__number")


def _movement_form(query: QueryDict, *, rows: QuerySet[Any]) -> forms.MovementFilters:
    """The movements of the deposit that the address names."""
    return forms.MovementFilters(query, rows=rows.filter(seller__number=query.get("seller", "")))


MOVEMENTS = ExportedList(
    name="deposit-movements",
    label=_("Deposit movements"),
    rows=DepositMovement.objects.all(),
    columns={
        "seller": "seller__number",
        "at": "at",
        "kind": "kind",
        "reference": "reference",
        "reason": "reason",
        "currency": "seller__settlement_currency",
        "change": "change",
        "balance_after": "balance_after",
        "refund": "allocation__recovery__refund__number",
    },
    form=_movement_form,
    filters=ExportedMovementFilters,
    ordering="-id",
    amounts=frozenset({"change", "balance_after"}),
)

RECEIVABLES = ExportedList(
    name="receivables",
    label=_("Receivables"),
    rows=Receivable.objects.all(),
    columns={
        "number": "number",
        "seller": "seller__number",
        "recovery": "recovery__number",
        "refund": "recovery__refund__number",
        "order": "recovery__refund__order__number",
        "state": "state",
        "currency": "currency",
        "amount": "amount",
        "outstanding": "recovery__outstanding",
        "opened_at": "opened_at",
        "due_at": "due_at",
    },
    form=forms.ReceivableFilters,
    filters=ReceivableFilters,
    shown=tables.RECEIVABLES,
    ordering="due_at",
    amounts=frozenset({"amount", "outstanding"}),
)

REFUNDS = ExportedList(
    name="refunds",
    label=_("Unsubscriptions"),
    rows=Refund.objects.all(),
    columns={
        "number": "number",
        "seller": "seller__number",
        "order": "order__number",
        "customer_name": "order__customer_name",
        "customer_account": "order__customer_account",
        "state": "state",
        "currency": "currency",
        "amount": "amount",
        "reason": "reason",
        "requested_at": "requested_at",
        "approved_at": "approved_at",
        "refunded_at": "refunded_at",
        "seller_comment": "seller_comment",
        "rejection_reason": "rejection_reason",
        "recovery": "recovery__number",
    },
    form=forms.RefundFilters,
    filters=RefundFilters,
    shown=tables.REFUNDS,
    ordering="-requested_at",
    amounts=frozenset({"amount"}),
)
