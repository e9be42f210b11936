"""Where every round begins: two sellers with a past, and whoever calls for them."""

from decimal import Decimal

from koogallery.models import AccessToken, User
from sellers.choices import Role
from sellers.models import Seller
from settlement.services.bills.invoices import verify_invoice
from tests.settlement.builders import make_endpoint, make_member
from tests.world import (
    a_certified_account,
    a_deposit,
    a_pay_per_use_order,
    a_product,
    a_refund,
    a_seller,
    an_operator,
    an_order,
    close,
    some_invoices,
    the_bill,
)

SELLERS = ("A", "B")
#: Cycles behind everybody, and the one that is open.
PAST, OPEN = "202401", "202402"
#: Orders of the past, billed: what a seller has of them can be refunded.
BILLED = 6
OPERATORS = ("olga", "oscar", "otto", "sam")

Tokens = dict[str, str]


def build() -> Tokens:
    """The marketplace; the token of each person in it, by name."""
    tokens = {name: _token(an_operator(name)) for name in OPERATORS}
    for number in SELLERS:
        seller = a_seller(number, company=f"{number} Cloud", withholding_tax="0.05")
        owner = make_member(seller, f"owner-{number}", Role.OWNER)
        tokens[owner.username] = _token(owner, number)
        _live(seller, owner)
    return tokens


def _token(user: User, seller: str = "") -> str:
    _, token = AccessToken.objects.create(
        user=user, name="simulator", seller_number=seller, may_write=True
    )
    return str(token)


def _live(seller: Seller, owner: User) -> None:
    """Through January: its bill is to be paid, and a refund of it waits for February's."""
    a_certified_account(seller)
    make_endpoint(seller, owner)
    product = a_product(seller)
    for place in range(BILLED):
        an_order(product, "100.00", "2024-01-10", number=f"{seller.number}-past-{place}")
    a_pay_per_use_order(product, number=f"{seller.number}-metered")
    close(PAST, seller)
    bill = the_bill(seller, PAST)
    for invoice in some_invoices(bill, str(bill.net_payable)):
        verify_invoice(invoice.number, actor=an_operator("oscar"))
    past = seller.orders.get(number=f"{seller.number}-past-0")
    a_refund(past, "40.00", paid_out="2024-02-03")
    a_deposit(seller, str(Decimal(50)))
