"""Sellers with money to move, in every way that a person's will moves it (R4.4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import count
from typing import Any

from django.utils import timezone

from koogallery.duties import OperatorRole
from koogallery.models import User
from sellers.choices import Role
from sellers.models import Member, Order, Seller
from settlement.models import BankLine, Bill, Invoice, Payout, Receivable
from settlement.services import deposits, exits
from settlement.services.authorisations import keep_limits
from settlement.services.banking.attributing import attribute_line
from settlement.services.banking.taking import take_statement
from settlement.services.bills import adjustments, approval, disputes, invoices
from settlement.services.payouts import batches, outcomes
from settlement.services.recoveries import receivables
from tests import world
from tests.authority import a_day_later, no_limits
from tests.settlement.banking.statements import Row, statement

serial = count(1)

#: What one person moves alone for a seller is less than this, in the tests of this directory.
LIMIT = Decimal(100)
#: And over all sellers.
OF_A_PERSON = Decimal(300)


def narrow(settings: Any) -> None:
    settings.SECOND_APPROVAL_FROM = {"USD": LIMIT}
    settings.SECOND_APPROVAL_PERSON_MULTIPLE = OF_A_PERSON / LIMIT
    keep_limits()


@dataclass(frozen=True)
class Account:
    """A seller with a bill of 500 to approve, a receivable of 500, and a deposit elsewhere."""

    seller: Seller
    order: Order
    bill: Bill
    receivable: Receivable
    invoice: Invoice  # of another bill, under review
    kept: Seller  # holds a deposit of 500; with nothing open
    planned: Payout  # 500 to be paid to another seller
    sent: Payout  # and to one more
    line: BankLine  # 500 that came in, of which nobody knows whose they are
    owner: User


def an_account() -> Account:
    """Whatever it takes was done before the limits were those of the test."""
    no_limits()
    seller = world.a_seller()
    product = world.a_product(seller, fee="0")
    settled = world.an_order(product, "500", "2024-01-10")
    world.close("202401", seller)
    world.a_refund(settled, "500", paid_out="2024-02-03")
    world.close("202403", seller)
    order = world.an_order(product, "500", "2024-04-10")
    world.close("202404", seller)
    [invoice] = world.some_invoices(world.the_bill(seller, "202401"), "500")
    kept = world.a_seller(company=f"Keeper {next(serial)}")
    world.a_deposit(kept, "500")
    planned, sent = world.a_payout(), world.a_payout()
    batch = batches.create_batch("USD", sellers=[sent.seller.number], actor=world.an_operator())
    batches.approve_batch(batch.number, actor=world.an_operator("oscar"))
    batches.send_batch(batch.number, actor=world.an_operator())
    came = statement(Row("500.00"), name=f"{next(serial)}")
    [taken] = take_statement(came, actor=world.an_operator()).statements
    owner = User.objects.create_user(f"owner-{next(serial)}")
    Member.objects.create(seller=seller, user=owner, role=Role.OWNER)
    bill = world.the_bill(seller, "202404")
    receivable = Receivable.objects.get(seller=seller)
    a_day_later()
    line = taken.lines.get()
    return Account(seller, order, bill, receivable, invoice, kept, planned, sent, line, owner)


def one_in(*roles: str, superuser: bool = False) -> User:
    """One person in all these roles."""
    return User.objects.create_user(
        f"one-{next(serial)}", is_staff=True, is_superuser=superuser, operator_roles=list(roles)
    )


def in_every_role() -> User:
    return one_in(*OperatorRole.values)


def adjust(of: Account, amount: Decimal, actor: User) -> object:
    return adjustments.adjust_bill(of.bill.number, amount, "wrong", actor=actor)


def accept(of: Account, amount: Decimal, actor: User) -> object:
    dispute = of.bill.disputes.filter(state="open").first() or disputes.open_dispute(
        of.bill.number, None, "too little", actor=of.owner
    )
    return disputes.accept_dispute(dispute.number, "right", amount, actor=actor)


def top_up(of: Account, amount: Decimal, actor: User) -> object:
    return _move(of, "top_up", amount, actor)


def penalise(of: Account, amount: Decimal, actor: User) -> object:
    return _move(of, "penalty", amount, actor)


def correct(of: Account, amount: Decimal, actor: User) -> object:
    return _move(of, "adjustment", amount, actor)


def give_back(of: Account, amount: Decimal, actor: User) -> object:
    return _move(of, "return", amount, actor)


def _move(of: Account, kind: str, amount: Decimal, actor: User) -> object:
    number = of.kept.number
    reference = f"ref {next(serial)}"
    return deposits.move_deposit(number, kind, amount, reference, "A reason.", actor=actor)


def pay(of: Account, amount: Decimal, actor: User) -> object:
    number = of.receivable.number
    return receivables.pay_receivable(number, amount, f"wire {next(serial)}", actor=actor)


def move(of: Account, _: Decimal, actor: User) -> object:
    number = of.receivable.number
    return receivables.move_receivable_to_next_bill(number, "by mail", actor=actor)


def approve(of: Account, _: Decimal, actor: User) -> object:
    return approval.approve_bill(of.bill.number, actor=actor)


def leave(of: Account, _: Decimal, actor: User) -> object:
    return exits.exit_seller(of.kept.number, actor=actor)


def verify(of: Account, _: Decimal, actor: User) -> object:
    """It names a bank account that nobody has certified."""
    return invoices.verify_invoice(of.invoice.number, "called back", actor=actor)


def pay_out(of: Account, _: Decimal, actor: User) -> object:
    at = timezone.now()
    return outcomes.pay_by_hand(of.planned.number, "TT-1", at, actor=actor)


def fail_payout(of: Account, _: Decimal, actor: User) -> object:
    return outcomes.fail_by_hand(of.sent.number, "AC04", "closed", actor=actor)


def attribute(of: Account, _: Decimal, actor: User) -> object:
    to = f"deposit:{of.kept.number}"
    return attribute_line(of.line.number, to, "told by mail", actor=actor)


Move = Callable[[Account, Decimal, User], object]

#: Ways to move any amount, so that it can be split.
IN_PARTS: Mapping[str, Move] = {
    "adjustment": adjust,
    "dispute": accept,
    "top_up": top_up,
    "penalty": penalise,
    "deposit_adjustment": correct,
    "return": give_back,
    "payment": pay,
}
#: Every act of the register, by which money moves.
MOVES: Mapping[str, Move] = {
    "adjustment": adjust,
    "dispute": accept,
    "deposit": penalise,
    "payment": pay,
    "receivable_move": move,
    "bill": approve,
    "exit": leave,
    "invoice": verify,
    "payout": pay_out,
    "payout_failure": fail_payout,
    "bank_line": attribute,
}
