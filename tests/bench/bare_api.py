"""Plain views of the REST framework beside the portal's own, for tests/bench/api.py."""

from typing import Any

from django.db import transaction
from django.urls import path
from rest_framework import generics, pagination, serializers
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from koogallery import urls
from koogallery.duties import OperatorRole
from koogallery.models import AccessToken, User
from sellers.models import Order, UsageRecord
from settlement.models import Bill


class BareBill(serializers.ModelSerializer[Bill]):
    seller = serializers.CharField(source="seller.number")

    class Meta:
        model = Bill
        exclude = ["id"]


class BarePages(pagination.CursorPagination):
    page_size_query_param = "page_size"
    max_page_size = 500
    ordering = "-id"


class BareBills(generics.ListAPIView[Bill]):
    queryset = Bill.objects.select_related("seller")
    serializer_class = BareBill
    pagination_class = BarePages
    throttle_classes = []


class BareUsage(serializers.Serializer[Any]):
    metering_sn = serializers.CharField(max_length=100)
    order = serializers.CharField(max_length=60)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField()
    quantity = serializers.DecimalField(30, 12)
    sales_amount = serializers.DecimalField(30, 12)
    customer_wht = serializers.DecimalField(30, 12)


class BareUpload(APIView):
    parser_classes = [JSONParser]
    throttle_classes = []

    def post(self, request: Request) -> Response:
        sent: Any = request.data
        body = BareUsage(data=sent["records"], many=True)
        body.is_valid(raise_exception=True)
        numbers = {record["order"] for record in body.validated_data}
        orders = Order.objects.in_bulk(numbers, field_name="number")
        with transaction.atomic():
            UsageRecord.objects.bulk_create(
                UsageRecord(
                    **{**record, "order": order},
                    seller_id=order.seller_id,
                    cycle="202602",
                    due_cycle="202602",
                )
                for record in body.validated_data
                if (order := orders[record["order"]])
            )
        return Response({"accepted": len(body.validated_data)})


urls.urlpatterns += [
    path("bare/bills/", BareBills.as_view()),
    path("bare/usage/", BareUpload.as_view()),
]


def build_market(bills: int) -> str:
    """An operator's token, a pay-per-use order, and so many bills."""
    from tests import world  # noqa: PLC0415

    user = User.objects.create_user("bench", is_staff=True, operator_roles=OperatorRole.values)
    sellers = [world.a_seller() for _ in range(bills)]
    for seller in sellers:
        world.an_order(world.a_product(seller), "10.00", "2024-01-05")
    world.close("202401", *sellers)
    world.a_pay_per_use_order(world.a_product(world.a_seller()), number="CS-BENCH")
    return str(AccessToken.objects.create(user=user, name="bench")[1])
