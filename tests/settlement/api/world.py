"""Two sellers with the same of everything, two operators, and a caller for each of them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from koogallery.approvals import done
from koogallery.kit.cycles import Cycle
from koogallery.models import (
    AccessToken,
    ApprovalRequest,
    Attachment,
    ExportJob,
    Notice,
    User,
    WebhookDelivery,
    WebhookEndpoint,
)
from koogallery.numbering import next_number
from sellers.choices import Role
from sellers.models import (
    BankAccount,
    Certification,
    DeliveryMessage,
    Order,
    Product,
    ProductApplication,
    Seller,
    SellerApplication,
)
from sellers.services.access import webhook_replays
from sellers.services.orders.recording import record_order
from sellers.services.orders.usage import record_usage
from settlement.models import (
    Adjustment,
    BankLine,
    BankStatement,
    Bill,
    BillHold,
    BillLook,
    BillPreview,
    BillRun,
    Dispute,
    ExitRequest,
    Invoice,
    Payout,
    PayoutBatch,
    Receivable,
    Recovery,
    Refund,
    SelfBillingConsent,
)
from settlement.services import deposits
from settlement.services.banking.taking import take_statement
from settlement.services.bills import adjustments, disputes
from settlement.services.closing import holds, runs
from settlement.services.payouts.batches import create_batch
from settlement.services.previews import stored
from settlement.services.refunds import lifecycle
from tests.callers import Caller, operator_caller, seller_caller
from tests.sellers.delivery.builders import make_failed_message, make_interface
from tests.sellers.facts import new_pay_per_use_order, new_usage
from tests.settlement.api.applied import applied_for
from tests.settlement.banking import statements
from tests.settlement.banking.statements import Row
from tests.settlement.builders import (
    at,
    close,
    make_endpoint,
    make_member,
    make_operator,
    make_order,
    make_product,
    make_seller,
    refunded,
)
from tests.world import a_payout, a_returned_deposit, some_invoices

#: The owner of `mine`, by user name.
MEMBER = "mia"


@dataclass(frozen=True)
class Holding:
    """What one seller has: by the last cycle a recovery of 300 has become a receivable of 200."""

    seller: Seller
    product: Product
    order: Order  # not billed yet
    settled: Order
    bill: Bill
    adjustment: Adjustment
    attachment: Attachment  # of the dispute
    export: ExportJob  # of the bills, waiting
    dispute: Dispute  # of line 1, recorded by `oscar`, not answered yet
    refund: Refund  # waits for the seller's review
    invoice: Invoice  # 30 of the 80 of December's bill, which waits for more
    consent: SelfBillingConsent  # to self-billing, of a seller with nothing certified any more
    wish: ExitRequest  # to leave, while much is open
    recovery: Recovery
    receivable: Receivable
    payout: Payout  # of 30 returned from the deposit, planned
    message: DeliveryMessage  # failed
    served: Product  # by an interface
    token: AccessToken
    event: Notice
    endpoint: WebhookEndpoint
    delivery: WebhookDelivery
    application: SellerApplication
    certification: Certification
    bank_account: BankAccount
    product_application: ProductApplication

    def fill(self, text: str) -> str:
        """The text with this seller's numbers in the places of their words."""
        words: dict[str, Any] = {
            "seller": self.seller,
            "product": self.product,
            "order": self.order,
            "settled": self.settled,
            "bill": self.bill,
            "adjustment": self.adjustment,
            "attachment": self.attachment,
            "dispute": self.dispute,
            "export": self.export,
            "refund": self.refund,
            "invoice": self.invoice,
            "invoiced": self.invoice.bill,
            "consent": self.consent,
            "wish": self.wish,
            "recovery": self.recovery,
            "receivable": self.receivable,
            "payout": self.payout,
            "message": self.message,
            "served": self.served,
            "token": self.token,
            "event": self.event,
            "endpoint": self.endpoint,
            "delivery": self.delivery,
            "application": self.application,
            "certification": self.certification,
            "bank_account": self.bank_account,
            "product_application": self.product_application,
        }
        numbers = {word: row.number for word, row in words.items()}
        return text.format(**numbers, member=MEMBER)

    def fill_body(self, body: Any) -> Any:
        if isinstance(body, dict):
            return {name: self.fill_body(value) for name, value in body.items()}
        if isinstance(body, list):
            return [self.fill_body(value) for value in body]
        return self.fill(body) if isinstance(body, str) else body


@dataclass(frozen=True)
class World:
    """`olga` applies for refunds, `oscar` approves; `reader` and `writer` are `mine`'s clients."""

    olga: User
    oscar: User
    mine: Holding
    theirs: Holding
    run: BillRun
    preview: BillPreview
    hold: BillHold  # of `mine`, released
    asked: ApprovalRequest  # of `olga`, for an adjustment of `mine`'s bill
    batch: PayoutBatch  # of `olga`, of another seller's payout, not approved yet
    statement: BankStatement
    line: BankLine  # of it, in suspense
    operator: Caller
    second: Caller
    reader: Caller
    writer: Caller
    nobody: Caller

    def caller(self, who: str) -> Caller:
        caller: Caller = getattr(self, who)
        return caller


def build_world() -> World:
    olga, oscar = make_operator("olga"), make_operator("oscar")
    mine, theirs = (make_holding(name, olga, oscar) for name in ("mine", "theirs"))
    member = make_member(mine.seller, MEMBER, Role.OWNER)
    number = mine.seller.number
    [statement] = take_statement(statements.statement(Row("7.00")), actor=olga).statements
    return World(
        olga=olga,
        oscar=oscar,
        mine=mine,
        theirs=theirs,
        run=runs.request_run(Cycle("202603"), [number], actor=olga),
        preview=previewed(number, olga),
        hold=a_released_hold(number, olga),
        asked=asked_for(mine.bill, olga),
        batch=create_batch("USD", sellers=[a_payout().seller.number], actor=olga),
        statement=statement,
        line=statement.lines.get(),
        operator=operator_caller(olga),
        second=operator_caller(oscar),
        reader=seller_caller(member, number),
        writer=seller_caller(member, number, may_write=True),
        nobody=Caller(None),
    )


def previewed(seller: str, actor: User) -> BillPreview:
    preview = stored.request_preview(Cycle("202603"), [seller], actor=actor)
    stored.work_on_preview(preview.number)
    return preview


def a_released_hold(seller: str, actor: User) -> BillHold:
    hold = holds.hold_seller(seller, "A feed is late", actor=actor)
    return holds.release_hold(hold.number, "It has come", actor=actor)


def asked_for(bill: Bill, actor: User) -> ApprovalRequest:
    """More than one person moves alone."""
    came = adjustments.adjust_bill(bill.number, Decimal(10_000), "A feed was lost", actor=actor)
    assert isinstance(came, ApprovalRequest)
    return came


def make_holding(name: str, requester: User, approver: User) -> Holding:
    seller = make_seller(company_name=name)
    product, payout = make_product(seller), a_returned_deposit(seller, "30")
    make_order(product, "80", datetime(2025, 12, 5, tzinfo=UTC))
    december = close(seller, "202512")
    assert december is not None
    settled = make_order(product, "1000", at(1, 5))
    bill = close(seller, "202601")
    assert bill is not None
    BillLook.objects.create(
        bill=december,
        looks=[{"code": "first_bill_above", "detail": "It is the first bill."}],
        looked_by=approver,
        looked_at=at(1, 8),
    )
    refunded(settled, "300", at(1, 20), requester, approver)
    deposits.move_deposit(seller.number, "top_up", Decimal(100), "first", actor=requester)
    close(seller, "202602")
    adjustment = done(
        adjustments.adjust_bill(bill.number, Decimal(-5), "Charged twice", actor=requester)
    )
    order = make_order(product, "500", at(3, 5))
    record_usage_of(seller, requester)
    endpoint = make_endpoint(seller, requester)
    dispute = disputes.open_dispute(bill.number, 1, "A seat is missing", actor=approver)
    served = make_product(seller, delivery_method="saas", supervised=False)
    make_interface(served)
    return Holding(
        seller=seller,
        product=product,
        order=order,
        settled=settled,
        bill=bill,
        adjustment=adjustment,
        **applied_for(seller, requester),
        attachment=an_attachment_of(dispute, approver),
        dispute=dispute,
        export=ExportJob.objects.create(
            number=next_number("EX"),
            kind="bills",
            format="csv",
            requested_by=requester,
            every_seller=False,
            sellers=[seller.number],
        ),
        refund=lifecycle.request_refund(
            settled.number, Decimal(50), "Not needed", "contract 7", actor=requester
        ),
        invoice=some_invoices(december, "30", last=False)[0],
        consent=SelfBillingConsent.objects.create(
            number=next_number("SC"),
            seller=seller,
            vat_rate=Decimal("0.19"),
            agreed_by=requester,
        ),
        wish=ExitRequest.objects.create(
            number=next_number("XR"), seller=seller, requested_by=requester
        ),
        recovery=Recovery.objects.get(seller=seller),
        receivable=Receivable.objects.get(seller=seller),
        payout=payout,
        message=make_failed_message(served, f"CS{seller.pk}-000001"),
        served=served,
        token=make_token(requester, seller.number),
        event=Notice.objects.of_sellers().filter(seller_number=seller.number).earliest("sequence"),
        endpoint=endpoint,
        delivery=webhook_replays.send_test(endpoint.number, actor=requester),
    )


def an_attachment_of(dispute: Dispute, actor: User) -> Attachment:
    """The row alone: calls are refused or answered without looking at the file."""
    return Attachment.objects.create(
        number=next_number("AT"),
        object_kind="dispute",
        object_number=dispute.number,
        seller_number=dispute.seller.number,
        name="seats.pdf",
        media_type="application/pdf",
        size=4,
        digest="0" * 64,
        added_by=actor,
    )


def record_usage_of(seller: Seller, actor: User) -> None:
    product = make_product(seller, delivery_method="saas", supervised=False)
    metered = f"METERED-{seller.number}"
    record_order(new_pay_per_use_order(metered, product.number), actor=actor)
    usage = [new_usage(f"{metered}-{count}", metered) for count in range(3)]
    record_usage(usage, actor=actor)


def make_token(user: User, seller_number: str) -> AccessToken:
    """That a program of the seller has."""
    token: AccessToken
    token, _ = AccessToken.objects.create(user=user, name="till", seller_number=seller_number)
    return token
