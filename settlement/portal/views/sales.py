from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from koogallery.dates import cycle_label
from koogallery.portal.sums import bar_rows
from sellers.portal.views.settings import SettingsPage
from settlement.models import Bill
from settlement.portal.sales import MONTHS, trends
from settlement.readings.sales import Sold, by_customer, by_product, summed_at_once


class Sales(SettingsPage):
    """Of a seller's last bills: by month, by product, by customer."""

    template_name = "settlement/sales.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        last = Bill.objects.filter(seller=self.seller).order_by("-cycle")[:MONTHS]
        bills = sorted(last, key=lambda bill: bill.cycle)
        cycles = [bill.cycle for bill in bills]
        summed = summed_at_once(bills)
        return super().get_context_data(
            currency=self.seller.settlement_currency,
            months=bar_rows(
                (
                    cycle_label(bill.cycle),
                    bill.settlement_amount,
                    reverse("console:bill-detail", args=[bill.number]),
                )
                for bill in reversed(bills)
            ),
            products=trends(by_product(bills), cycles, _product) if bills else [],
            customers=trends(by_customer(summed), sorted(bill.cycle for bill in summed), _customer)
            if summed
            else [],
            left_out=len(bills) - len(summed),
            **kwargs,
        )


def _product(sold: Sold) -> str:
    return reverse("console:product-detail", args=[sold.number])


def _customer(sold: Sold) -> str:
    return f"{reverse('console:order-list')}?{urlencode({'customer_name': sold.name})}"
