from typing import Any

from django.utils import timezone

from sellers.choices import BillingMode, OrderType
from sellers.models import Order
from sellers.portal.pages import SellerDetailPage, SellerListingPage
from settlement.choices import LineKind
from settlement.listings.orders import ORDERS
from settlement.models import BillLine
from settlement.readings.billing import facts_of, reasons_of, with_billing
from settlement.readings.conditions import Outlook, Unbilled, outlooks
from settlement.readings.line_explanation import explanation_of


class OrderList(SellerListingPage):
    listing = ORDERS
    template_name = "settlement/order_list.html"

    def beside(self, row: Order) -> dict[str, Any]:
        return {"reasons": reasons_of(row, timezone.now())}


class OrderDetail(SellerDetailPage):
    """An order with all that became of it: supervision, ratio, refunds, bill lines."""

    queryset = with_billing(Order.objects.all())
    template_name = "settlement/order_detail.html"
    context_object_name = "order"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        order = self.object
        line = self.line(order)
        return super().get_context_data(
            line=line,
            why=explanation_of(line) if line else None,
            outlook=self.outlook(order),
            is_trial=order.order_type == OrderType.TRIAL,
            is_pay_per_use=order.billing_mode == BillingMode.PAY_PER_USE,
            version=order.product.fee_ratios.filter(version=order.fee_ratio_version).first(),
            refunds=order.refunds.select_related("recovery"),
            now=timezone.now(),
            **kwargs,
        )

    def line(self, order: Order) -> BillLine | None:
        lines = BillLine.objects.select_related("bill", "order", "adjustment__bill")
        return lines.filter(order=order, kind=LineKind.ORDER).first()

    def outlook(self, order: Any) -> Outlook | None:
        """None for what is billed, and for what is never billed itself."""
        settled_itself = (
            order.order_type != OrderType.TRIAL and order.billing_mode != BillingMode.PAY_PER_USE
        )
        if order.bill or not settled_itself:
            return None
        return outlooks([Unbilled(facts_of(order))], timezone.now())[0]
