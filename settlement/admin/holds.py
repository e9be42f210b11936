"""Sellers held back: who, by whom, since when, why; released by an act of its own (R1.7)."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery.admin.deciding import DecidingAdmin, QueueFilter, by_verb, decision_of
from koogallery.models import User
from settlement.choices import RunSellerState
from settlement.models import BillHold, BillRunSeller
from settlement.services.closing.holds import hold_seller, release_hold


def _of_hold(seller: Any, _: User) -> str:
    standing = BillHold.objects.unreleased().filter(seller=seller).first()
    if seller.left_at:
        return gettext("The seller has left.")
    return gettext("It is held back already (%(hold)s).") % {"hold": standing} if standing else ""


HOLD = decision_of(hold_seller, refusal=_of_hold)


class HoldQueue(QueueFilter):
    waiting = "standing"
    conditions = {
        "standing": (_("Held back"), lambda: Q(released_at=None)),
        "released": (_("Released"), lambda: Q(released_at__isnull=False)),
        "all": (_("All"), Q),
    }


@admin.register(BillHold)
class BillHoldAdmin(DecidingAdmin):
    decisions = by_verb(decision_of(release_hold))
    list_display = [
        "number",
        "seller",
        "reason",
        "held_by",
        "held_at",
        "preview",
        "released_by",
        "released_at",
    ]
    list_filter = [HoldQueue]
    search_fields = ["number__exact", "seller__number__exact"]
    folded_names = ["seller__company_name"]
    search_help_text = _("Number of a hold, number or name of a seller")

    def page_context(self, row: BillHold, user: User) -> dict[str, Any]:
        parked = BillRunSeller.objects.filter(seller=row.seller_id, state=RunSellerState.PARKED)
        return {
            "parked": parked.select_related("run").order_by("-run")[:10],
        }
