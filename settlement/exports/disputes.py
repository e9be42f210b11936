from django.utils.translation import gettext_lazy as _

from koogallery.exports.lists import ExportedList
from settlement.listings.disputes import DisputeFilters
from settlement.models import Dispute
from settlement.portal.dispute_forms import DisputeFilters as DisputeForm
from settlement.portal.tables import DISPUTES as SHOWN

DISPUTES = ExportedList(
    name="disputes",
    label=_("Disputes"),
    rows=Dispute.objects.all(),
    columns={
        "number": "number",
        "seller": "seller__number",
        "bill": "bill__number",
        "line_no": "line_no",
        "state": "state",
        "reason": "reason",
        "currency": "bill__currency",
        "amount": "amount",
        "difference": "difference",
        "adjustment": "adjustment__number",
        "answer": "answer",
        "opened_at": "opened_at",
        "answered_at": "answered_at",
    },
    form=DisputeForm,
    filters=DisputeFilters,
    shown=SHOWN,
    ordering="-opened_at",
    amounts=frozenset({"amount", "difference"}),
)
