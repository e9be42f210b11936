"""The month before it is closed: the close itself, rolled back (R1.6, R5.6)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery.dates import cycle_label
from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import Conflict
from koogallery.kit.language import Sentence
from koogallery.kit.money import ZERO
from koogallery.settlement_time import current_cycle
from sellers.models import Seller
from settlement.choices import RefundState
from settlement.models import Bill, Refund
from settlement.services.closing.cycles import close_through
from settlement.services.closing.digests import NOTHING, Content, Mark
from settlement.services.closing.runs import sellers_of
from settlement.services.previews.what_if import Position, positions_of, what_if


@dataclass(frozen=True, slots=True)
class Held:
    """Why something due stays off the bill: no certification (R1.3), or a refund on its way."""

    order: str = ""
    refund: str = ""

    @property
    def told(self) -> Sentence:
        if not self.order:
            return Sentence("The seller is not certified; nothing is billed (R1.3).")
        return Sentence(
            "Order %(order)s waits for refund %(refund)s to be paid out (R4.6).",
            {"order": self.order, "refund": self.refund},
        )

    def __str__(self) -> str:
        return str(self.told)


@dataclass(frozen=True, slots=True)
class SellerPreview:
    """What one seller's bill of the cycle would be, or why there would be none.

    `previous_settlement` is the last issued bill's; `from_deposit` and `to_receivable` are what
    recoveries whose window passes would take there (R5.3), `carried_over` what the bill after would
    be reduced by (R3.5). `held` names what stays off the bill.
    `content` is everything that would be issued, also of cycles the seller is behind.
    """

    seller: str
    company_name: str
    currency: str
    bill: str | None
    line_count: int
    sales_amount: Decimal
    platform_fee: Decimal
    settlement_amount: Decimal
    recovered: Decimal
    net_payable: Decimal
    previous_settlement: Decimal | None
    difference: Decimal
    from_deposit: Decimal
    to_receivable: Decimal
    carried_over: Decimal
    held: tuple[Held, ...]
    content: Content = NOTHING


#: What is summed by currency.
SUMMED = (
    "line_count",
    "sales_amount",
    "platform_fee",
    "settlement_amount",
    "recovered",
    "net_payable",
    "difference",
    "from_deposit",
    "to_receivable",
)


@dataclass(slots=True)
class CurrencyTotals:
    """Sums over all sellers settled in one currency."""

    currency: str
    bills: int = 0
    line_count: int = 0
    sales_amount: Decimal = ZERO
    platform_fee: Decimal = ZERO
    settlement_amount: Decimal = ZERO
    recovered: Decimal = ZERO
    net_payable: Decimal = ZERO
    difference: Decimal = ZERO
    from_deposit: Decimal = ZERO
    to_receivable: Decimal = ZERO
    negative: int = 0

    def add(self, seller: SellerPreview) -> None:
        self.bills += seller.bill is not None
        self.negative += seller.settlement_amount < 0
        for name in SUMMED:
            setattr(self, name, getattr(self, name) + getattr(seller, name))


@dataclass(slots=True)
class Preview:
    """Everything a run of this cycle would issue, changing nothing."""

    cycle: Cycle
    sellers: list[SellerPreview] = field(default_factory=list)
    totals: dict[str, CurrencyTotals] = field(default_factory=dict)


def preview_run(cycle: Cycle, seller_numbers: Sequence[str] | None) -> Preview:
    """What `request_run` with the same arguments would issue; also for a running month."""
    preview = Preview(cycle)
    for seller in preview_sellers(cycle, seller_numbers):
        preview.sellers.append(seller)
        preview.totals.setdefault(seller.currency, CurrencyTotals(seller.currency)).add(seller)
    return preview


def preview_sellers(cycle: Cycle, seller_numbers: Sequence[str] | None) -> Iterator[SellerPreview]:
    """Seller by seller, in batches, so that memory does not grow with the marketplace."""
    require_begun(cycle)
    sellers = sellers_of(seller_numbers, cycle)
    size = settings.BILL_RUN_BATCH_SELLERS
    for batch in (sellers[at : at + size] for at in range(0, len(sellers), size)):
        yield from preview_batch(batch, cycle)


def require_begun(cycle: Cycle) -> None:
    """The running month can be previewed; a later one has nothing yet (R1.6)."""
    if cycle > current_cycle():
        raise Conflict(
            _("Cycle %(cycle)s has not begun.") % {"cycle": cycle_label(cycle)},
            code="cycle_not_begun",
            rule="R1.6",
            field="cycle",
        )


def preview_batch(
    ids: Sequence[int], cycle: Cycle, *, with_content: bool = False, hurried: bool = False
) -> list[SellerPreview]:
    """Through `cycle`, which may lie in the future: then it holds what is known of it today."""
    with what_if(ids, hurried=hurried) as before:
        mark = Mark.of(ids) if with_content else None
        held, previous = _held(ids, cycle), _last_settlements(ids)
        close_through(ids, cycle)
        contents = mark.issued_since() if mark else {}
        after = positions_of(ids)
        bills = {bill.seller_id: bill for bill in Bill.objects.filter(seller__in=ids, cycle=cycle)}
        return [
            _describe(
                seller,
                bills.get(seller.pk),
                previous.get(seller.pk),
                (before[seller.pk], after[seller.pk]),
                held.get(seller.pk, ()),
                contents.get(seller.pk, NOTHING),
            )
            for seller in Seller.objects.filter(pk__in=ids).order_by("number")
        ]


def _last_settlements(ids: Sequence[int]) -> dict[int, Decimal]:
    latest_first = Bill.objects.filter(seller__in=ids).order_by("seller_id", "-cycle")
    latest = latest_first.distinct("seller_id")
    return dict(latest.values_list("seller_id", "settlement_amount"))


def _held(ids: Sequence[int], cycle: Cycle) -> dict[int, tuple[Held, ...]]:
    uncertified = Seller.objects.filter(pk__in=ids).exclude(certified_at__lte=timezone.now())
    held: dict[int, tuple[Held, ...]] = {seller.pk: (Held(),) for seller in uncertified}
    waiting = Refund.objects.filter(
        seller__in=ids, state=RefundState.APPROVED, order__due_cycle__lte=cycle
    ).exclude(order__bill_lines__isnull=False)
    for seller, refund, order in waiting.values_list("seller_id", "number", "order__number"):
        held[seller] = (*held.get(seller, ()), Held(order, refund))
    return held


def _describe(
    seller: Seller,
    bill: Bill | None,
    previous: Decimal | None,
    positions: tuple[Position, Position],
    held: tuple[Held, ...],
    content: Content,
) -> SellerPreview:
    before, after = positions
    settlement = bill.settlement_amount if bill else ZERO
    return SellerPreview(
        seller=seller.number,
        company_name=seller.company_name,
        currency=seller.settlement_currency,
        bill=bill.number if bill else None,
        line_count=bill.line_count if bill else 0,
        sales_amount=bill.sales_amount if bill else ZERO,
        platform_fee=bill.platform_fee if bill else ZERO,
        settlement_amount=settlement,
        recovered=bill.recovered if bill else ZERO,
        net_payable=bill.net_payable if bill else ZERO,
        previous_settlement=previous,
        difference=settlement - (previous or ZERO),
        from_deposit=before.deposit - after.deposit,
        to_receivable=after.receivable - before.receivable,
        carried_over=after.carried_over,
        held=held,
        content=content,
    )
