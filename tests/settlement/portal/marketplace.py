"""One seller with something of everything the console shows, by URL name."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse

from koogallery.exports.jobs import request_export, write_export
from koogallery.models import ExportJob, User, WebhookDelivery, WebhookEndpoint
from sellers.choices import Role
from sellers.models import DeliveryMessage, Order, Product, Seller
from sellers.services.access import webhook_replays
from sellers.services.companies.sellers import change_seller
from settlement.exports.order_matches import keep_upload
from settlement.models import (
    Bill,
    Dispute,
    ExitRequest,
    Invoice,
    Payout,
    Receivable,
    Recovery,
    Refund,
    SelfBillingConsent,
)
from settlement.services.bills.disputes import open_dispute
from settlement.services.payouts.planning import plan_bill
from settlement.services.refunds import lifecycle
from tests.authority import answer_for
from tests.sellers.delivery.builders import make_failed_message, make_interface
from tests.settlement.api.applied import applied_for
from tests.settlement.builders import make_endpoint, make_member, make_operator
from tests.world import (
    a_pay_per_use_order,
    a_product,
    a_refund,
    a_seller,
    an_order,
    close,
    some_invoices,
    some_usage,
    the_bill,
)

INTERFACE_PAGES = (
    "interface-detail",
    "interface-propose",
    "interface-test",
    "interface-switch",
    "access-key",
    "access-key-rotate",
)
#: Of one endpoint.
ENDPOINT_PAGES = [
    f"webhook-{act}"
    for act in (
        "detail",
        "change",
        "test",
        "simulate",
        "replay",
        "rotate",
        "enable",
        "disable",
        "remove",
    )
]
#: Of the product.
PRODUCT_PAGES = ("product-change", "product-delist", "product-relist")
#: Of what was applied for.
APPLIED_PAGES = {
    "certification": [f"certification-{act}" for act in ("detail", "withdraw", "discard")],
    "bank_account": [f"bank-account-{act}" for act in ("detail", "withdraw", "stop")],
    "product_application": [
        f"product-application-{act}" for act in ("detail", "edit", "withdraw", "discard", "revise")
    ],
    "application": [
        f"seller-application-{act}" for act in ("detail", "edit", "withdraw", "discard", "revise")
    ],
}


@dataclass(frozen=True)
class Marketplace:
    seller: Seller
    product: Product
    order: Order
    usage: Order
    bill: Bill
    recovery: Recovery
    receivable: Receivable
    refund: Refund
    dispute: Dispute
    invoice: Invoice
    consent: SelfBillingConsent
    wish: ExitRequest  # to leave, while much is open
    payout: Payout  # planned, of May
    export: ExportJob
    match: ExportJob  # of a list with one order, matched
    served: Product  # by an interface
    message: DeliveryMessage  # failed
    members: dict[str, User]
    operator: User
    endpoint: WebhookEndpoint
    delivery: WebhookDelivery
    applied: dict[str, Any]  # for a certification, a bank account, a product, as a seller

    def address(self, page: str) -> str:
        query = "?format=csv" if page in ("bill-export", "payout-remittance") else ""
        return reverse(f"console:{page}", args=self.arguments.get(page, ())) + query

    @property
    def arguments(self) -> dict[str, tuple[str | int, ...]]:
        return {
            "product-detail": (self.product.number,),
            "order-detail": (self.order.number,),
            "supervision-provide": (self.order.number,),
            "refund-detail": (self.refund.number,),
            "refund-agree": (self.refund.number,),
            "refund-reject": (self.refund.number,),
            "usage-list": (self.usage.number, "202403"),
            "bill-detail": (self.bill.number,),
            "bill-export": (self.bill.number,),
            "bill-certificate": (f"B202405-{self.seller.number}",),
            "bill-dispute": (self.bill.number,),
            "line-dispute": (self.bill.number, 1),
            "invoicing-list": (self.bill.number,),
            "invoicing-list-paper": (self.bill.number,),
            "invoice-add": (self.bill.number,),
            "invoice-detail": (self.invoice.number,),
            "invoice-withdraw": (self.invoice.number,),
            "self-billing-consent-detail": (self.consent.number,),
            "self-billing-consent-end": (self.consent.number,),
            "exit-detail": (self.seller.number,),
            "exit-request": (self.seller.number,),
            "exit-request-withdraw": (self.wish.number,),
            "payout-detail": (self.payout.number,),
            "payout-remittance": (self.payout.number,),
            "yearly-statement-detail": (2024,),
            "yearly-statement-export": (2024,),
            "dispute-detail": (self.dispute.number,),
            "dispute-withdraw": (self.dispute.number,),
            "recovery-detail": (self.recovery.number,),
            "order-match-detail": (self.match.number,),
            "export-progress": (self.export.number,),
            "export-cancel": (self.export.number,),
            "export-file": (self.export.number,),
            "deposit-detail": (self.seller.number,),
            "receivable-detail": (self.receivable.number,),
            "receivable-paper": (self.receivable.number,),
            "message-detail": (self.message.number,),
            "message-resend": (self.message.number,),
            **dict.fromkeys(INTERFACE_PAGES, (self.served.number,)),
            **dict.fromkeys(ENDPOINT_PAGES, (self.endpoint.number,)),
            "webhook-resend": (self.delivery.number,),
            **dict.fromkeys(PRODUCT_PAGES, (self.product.number,)),
            **{
                page: (self.applied[kind].number,)
                for kind, pages in APPLIED_PAGES.items()
                for page in pages
            },
        }


def a_marketplace() -> Marketplace:
    """March settled and refunded: 500 stays receivable. A refund of April awaits the seller."""
    operator = make_operator("olga")
    seller = a_seller(required_deposit="2000")
    product = a_product(seller, delivery="license", supervised=True)
    done = {"supervision": "completed", "completed": "2024-03-07"}
    sold = an_order(product, "1000", "2024-03-05", **done)
    served = a_product(seller)
    usage = a_pay_per_use_order(served)
    some_usage(usage, "10.5", "2024-03-06")
    close("202403", seller)
    a_refund(sold, "500", paid_out="2024-03-09")
    close("202404", seller)
    waiting = an_order(product, "240", "2024-05-05", supervision="waiting_for_acceptance")
    refund = lifecycle.request_refund(waiting.number, Decimal(100), "unused seats", actor=operator)
    make_interface(served)
    members: dict[str, User] = {role: make_member(seller, f"the-{role}", role) for role in Role}
    bill = the_bill(seller, "202403")
    endpoint = make_endpoint(seller, operator)
    return Marketplace(
        seller=seller,
        product=product,
        order=waiting,
        usage=usage,
        bill=bill,
        recovery=seller.recoveries.get(),
        receivable=seller.receivables.get(),
        refund=refund,
        export=request_export("bills", "csv", "", actor=members[Role.OWNER]),
        match=a_match(seller, sold.number, members[Role.OWNER]),
        dispute=open_dispute(bill.number, 2, "too little", actor=members[Role.FINANCE]),
        served=served,
        message=make_failed_message(served, "CS1-000001"),
        invoice=some_invoices(bill, "100.00", last=False)[0],
        consent=SelfBillingConsent.objects.create(
            number="SC-1", seller=seller, vat_rate=Decimal("0.19"), agreed_by=operator
        ),
        wish=ExitRequest.objects.create(
            number="XR-1", seller=seller, reason="too small", requested_by=members[Role.OWNER]
        ),
        payout=a_payout(seller, product),
        members=members,
        operator=operator,
        endpoint=endpoint,
        delivery=webhook_replays.send_test(endpoint.number, actor=operator),
        applied=applied_for(seller, operator, approver=make_operator("oscar-of-applications")),
    )


def a_match(seller: Seller, order: str, actor: User) -> ExportJob:
    upload = keep_upload(seller, "mine.csv", f"order,paid\n{order},999\n".encode())
    query = {"upload": upload, "order": 0, "amount": 1, "meaning": "paid_amount"}
    job = request_export("order-match", "csv", urlencode(query), actor=actor)
    write_export(job.number)
    return ExportJob.objects.get(pk=job.pk)


def a_payout(seller: Seller, product: Product) -> Payout:
    """Of 300 sold in May, with tax withheld; what is before it was approved and invoiced."""
    change_seller(seller.number, {"withholding_tax_rate": Decimal("0.1")}, actor=None)
    done = {"supervision": "completed", "completed": "2024-05-04"}
    an_order(product, "300", "2024-05-03", **done)
    close("202405", seller)
    bill = the_bill(seller, "202405")
    with transaction.atomic():
        answer_for("bill", bill.number, seller, bill.net_payable)
        seller.bills.filter(pk=bill.pk).update(state="payment_processing")
        return plan_bill(the_bill(seller, "202405"), None)
