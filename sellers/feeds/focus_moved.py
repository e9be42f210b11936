"""Rows of FOCUS files that an earlier import, under another mapping, gave to another seller."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from koogallery.kit.errors import Conflict, Violation
from sellers.feeds.focus_sales import Sale
from sellers.models import UsageRecord
from sellers.services.intake import Outcome, Result

PREFIX = "FO-"  # of the orders that these files make


def recorded_elsewhere(sales: Sequence[Sale]) -> dict[Sale, Outcome]:
    """A mapping that is made later moves nothing, and charges nothing twice.

    Serials are unique within a seller alone. The same serial, account, span, quantity and cost
    under another seller is the same row of the cloud's data.
    """
    rows = UsageRecord.objects.filter(
        metering_sn__in={sale.serial for sale in sales}, order__number__startswith=PREFIX
    )
    sellers: dict[tuple[Any, ...], str] = {}
    for *content, seller in rows.values_list(
        "metering_sn",
        "order__customer_account",
        "started_at",
        "ended_at",
        "quantity",
        "sales_amount",
        "seller__number",
    ):
        sellers[tuple(content)] = seller
    return {
        sale: _refused(sale, seller)
        for sale in sales
        if (seller := sellers.get(_content(sale), sale.seller)) != sale.seller
    }


def _content(sale: Sale) -> tuple[Any, ...]:
    charge = sale.charge
    span = charge.started_at, charge.ended_at
    return sale.serial, charge.account, *span, charge.quantity, charge.amount


def _refused(sale: Sale, seller: str) -> Outcome:
    detail = _(
        "%(serial)s is recorded already, of %(seller)s; a mapping made later moves nothing."
    ) % {"serial": sale.serial, "seller": seller}
    violation = Violation("metering_sn", Conflict.default_code, detail, "R9.5")
    return Outcome(sale.serial, Result.REFUSED, (violation,))
