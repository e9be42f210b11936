from http import HTTPStatus

from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from koogallery.api.viewsets import ScopedViewSet
from settlement.api.serializers.holds import HoldInput, HoldSerializer
from settlement.listings.holds import HoldFilters
from settlement.models import BillHold
from settlement.services.closing import holds


class HoldViewSet(ListModelMixin, RetrieveModelMixin, ScopedViewSet):
    """Sellers to whom nothing is issued until an operator releases them (R1.7)."""

    queryset = BillHold.objects.select_related("seller", "preview", "held_by", "released_by")
    serializer_class = HoldSerializer
    filterset_class = HoldFilters
    ordering_fields = {name: name for name in ("held_at", "released_at", "modified_at")}
    for_operators = frozenset({"list", "retrieve"})
    acts = {"create": holds.hold_seller, "release": holds.release_hold}

    @extend_schema(request=HoldInput, responses={HTTPStatus.CREATED: HoldSerializer})
    def create(self, request: Request) -> Response:  # noqa: ARG002
        """Hold a seller back: every bill run parks it until it is released."""
        body = self.read_body(HoldInput)
        hold = holds.hold_seller(body["seller"], body["reason"], actor=self.actor)
        return self.answer_row(hold.number, HTTPStatus.CREATED)
