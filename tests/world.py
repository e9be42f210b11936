"""A small marketplace: one call each for a seller, a product, an order and what happens to them.

Everything goes through the services. Amounts are strings, instants are written as the clock in
Shanghai shows them, and cycles lie in 2024, so that they have ended wherever the tests run.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from koogallery import audit
from koogallery.approvals import done
from koogallery.duties import OperatorRole
from koogallery.kit.cycles import Cycle
from koogallery.models import User
from koogallery.settlement_time import ZONE
from sellers.models import BankAccount, Order, Product, Seller, UsageRecord
from sellers.services.companies.sellers import NewSeller, register_seller
from sellers.services.intake import require_accepted
from sellers.services.orders.recording import NewOrder, record_order
from sellers.services.orders.usage import NewUsage, record_usage
from sellers.services.products.catalogue import NewProduct, register_product
from settlement.models import Adjustment, Bill, DepositMovement, Invoice, Payout, Refund
from settlement.services.bills.adjustments import adjust_bill
from settlement.services.bills.approval import approve_bill
from settlement.services.bills.invoices import submit_invoice
from settlement.services.closing.cycles import close_through
from settlement.services.deposits import move_deposit
from settlement.services.refunds import lifecycle

LONG_AGO = "2020-01-01"

_serial = count(1)


def in_ninety_days() -> date:
    return datetime.now(ZONE).date() + timedelta(days=90)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def an_operator(name: str = "olga") -> User:
    everything = {"is_staff": True, "operator_roles": OperatorRole.values}
    user, _ = User.objects.get_or_create(username=name, defaults=everything)
    return user


def a_seller(
    number: str = "",
    *,
    company: str = "Contoso Cloud",
    certified: str | None = LONG_AGO,
    currency: str = "USD",
    withholding_tax: str = "0",
    digital_service_tax: str = "0",
    required_deposit: str = "0",
) -> Seller:
    new = NewSeller(
        number=number or f"S-{next(_serial)}",
        company_name=company,
        country="SG",
        settlement_currency=currency,
        certified_at=at(certified) if certified else None,
        withholding_tax_rate=Decimal(withholding_tax),
        digital_service_tax_rate=Decimal(digital_service_tax),
        required_deposit=Decimal(required_deposit),
    )
    return register_seller(new, actor=None)[0]


def a_product(
    seller: Seller, *, fee: str = "0.15", delivery: str = "saas", supervised: bool = False
) -> Product:
    new = NewProduct(
        number=f"P-{next(_serial)}",
        seller=seller.number,
        name="Firewall",
        delivery_method=delivery,
        supervised=supervised,
        platform_fee_ratio=Decimal(fee),
    )
    return register_product(new, actor=None)[0]


def an_order(
    product: Product,
    sales: str,
    effective: str | None,
    *,
    number: str = "",
    paid_amount: str | None = None,
    wht: str = "0",
    paid: str | None = "as effective",
    supervision: str | None = None,
    completed: str | None = None,
    order_type: str = "purchase",
    billing_mode: str = "one_time",
) -> Order:
    """Paid on the day it takes effect, without VAT; a supervision is long over, unless said.

    A trial is free, whatever it would cost.
    """
    paid = effective if paid == "as effective" else paid
    sales = "0" if order_type == "trial" else sales
    if supervision is None and product.supervised and order_type == "purchase":
        supervision, completed = "completed", LONG_AGO
    placed = LONG_AGO if effective is None else min(LONG_AGO, effective)
    new = NewOrder(
        number=number or f"O-{next(_serial)}",
        product=product.number,
        order_type=order_type,
        billing_mode=billing_mode,
        customer_name="Fabrikam",
        customer_account="fabrikam",
        currency=product.seller.settlement_currency,
        paid_amount=Decimal(paid_amount or sales),
        sales_amount=Decimal(sales),
        customer_wht=Decimal(wht),
        placed_at=at(placed),
        paid_at=at(paid) if paid else None,
        effective_at=at(effective) if effective else None,
        supervision_status=supervision or "not_applicable",
        supervision_completed_at=at(completed) if completed else None,
    )
    return record_order(new, actor=None)[0]


def a_pay_per_use_order(product: Product, paid: str | None = LONG_AGO, **details: Any) -> Order:
    """Settled by its usage alone, which by default it was paid for before."""
    return an_order(product, "0", LONG_AGO, paid=paid, billing_mode="pay_per_use", **details)


def some_usage(
    order: Order, sales: str, started: str, *, wht: str = "0", sn: str = ""
) -> UsageRecord:
    """One hour of consumption."""
    new = NewUsage(
        metering_sn=sn or f"U-{next(_serial)}",
        order=order.number,
        started_at=at(started),
        ended_at=at(started) + timedelta(hours=1),
        quantity=Decimal(1),
        sales_amount=Decimal(sales),
        customer_wht=Decimal(wht),
    )
    [outcome] = record_usage([new], actor=None)
    require_accepted(outcome)
    return UsageRecord.objects.get(metering_sn=new.metering_sn)


def close(cycle: str, *sellers: Seller) -> None:
    close_through([seller.pk for seller in sellers], Cycle(cycle))


def the_bill(seller: Seller, cycle: str) -> Bill:
    return Bill.objects.get(seller=seller, cycle=cycle)


def a_refund(order: Order, amount: str, *, paid_out: str | None = None) -> Refund:
    """Asked for under a special agreement and approved; paid out if an instant is given."""
    olga, oscar = an_operator("olga"), an_operator("oscar")
    refund = lifecycle.request_refund(
        order.number, Decimal(amount), "not needed", "contract 7", actor=olga
    )
    if refund.state == "seller_review":
        lifecycle.agree_refund(refund.number, actor=an_operator("sam"))
    refund = lifecycle.approve_refund(refund.number, actor=oscar)
    if refund.approvals_needed > 1:
        refund = lifecycle.approve_refund(refund.number, actor=an_operator("otto"))
    if paid_out:
        refund = lifecycle.complete_refund(refund.number, at(paid_out), actor=oscar)
    return refund


def a_deposit(seller: Seller, amount: str) -> DepositMovement:
    """A top-up."""
    reference = f"transfer {next(_serial)}"
    return done(
        move_deposit(seller.number, "top_up", Decimal(amount), reference, actor=an_operator())
    )


def a_returned_deposit(seller: Seller, amount: str) -> Payout:
    """Topped up and returned, so that a payout is planned."""
    a_deposit(seller, amount)
    reference = f"agreement {next(_serial)}"
    done(move_deposit(seller.number, "return", Decimal(amount), reference, actor=an_operator()))
    return seller.payouts.get()


def a_payout() -> Payout:
    """500 for a seller of its own, who has a bank account."""
    seller = a_seller(company=f"Paid {next(_serial)}")
    a_certified_account(seller)
    return a_returned_deposit(seller, "500")


def an_adjustment(bill: Bill, amount: str) -> Adjustment:
    reason = "usage measured wrongly"
    return done(adjust_bill(bill.number, Decimal(amount), reason, actor=an_operator()))


def an_invoice_says(amount: str, **facts: Any) -> dict[str, Any]:
    """What a seller enters: everything an invoice needs that is not known of it."""
    return {
        "invoice_no": f"INV-{next(_serial)}",
        "amount": Decimal(amount),
        "vat_number": "SG 2012 3456 7",
        "account_number": "003-912345-6",
        "bank_name": "Bank of Examples",
        "bank_address": "1 Raffles Place, Singapore",
        "swift_code": "EXMPSGSG",
        **facts,
    }


def a_certified_account(seller: Seller, *, usable_from: str = LONG_AGO) -> BankAccount:
    """The one that invoices of the tests name, checked with a certification."""
    checker, approver = an_operator("checker"), an_operator("approver")
    account = BankAccount.objects.create(
        number=f"BA-{next(_serial)}",
        seller=seller,
        version=1,
        state="approved",
        of_certification=True,
        account_holder=seller.company_name,
        account_number="003-912345-6",
        bank_name="Bank of Examples",
        bank_address="1 Raffles Place, Singapore",
        bank_country="SG",
        swift_code="EXMPSGSG",
        requested_by=an_operator(),
        checked_by=checker,
        checked_at=at(LONG_AGO),
        approved_by=approver,
        approved_at=at(LONG_AGO),
        usable_from=at(usable_from),
    )
    moved = {"state": ("checked", "approved")}
    audit.record(
        approver,
        "approved",
        "bank_account",
        account.number,
        seller=seller.number,
        changes=moved,
    )
    return account


def some_invoices(bill: Bill, *amounts: str, last: bool = True) -> list[Invoice]:
    """Submitted for a bill, which is approved first; `last`: they complete what it pays."""
    if bill.state == "pending_approval":
        approve_bill(bill.number, actor=an_operator())
    for place, amount in enumerate(amounts, start=1):
        said, more = an_invoice_says(amount), place < len(amounts) or not last
        submit_invoice(bill.number, said, more_follow=more, actor=an_operator())
    return list(bill.invoices.order_by("pk"))
