"""What a seller's objections can be narrowed by (R3.4)."""

from django.utils.translation import gettext_lazy as _

from settlement.choices import DisputeState
from settlement.portal.forms import SearchFilters, find, one_of


class DisputeFilters(SearchFilters):
    searched = ("number", "bill__number", "reason")
    find = find(_("Dispute, bill or reason"))
    state = one_of(_("State"), _("All states"), DisputeState.choices)
