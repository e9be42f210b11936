"""The proof of a bill: every figure as a sum of others, down to lines and ledger entries.

A flat list of nodes, each after those it follows from. Whoever does not trust the portal computes
each node from its parts with four rules, and the sums of the lines from the lines themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from koogallery.kit.money import ZERO
from koogallery.statements import read_statement
from settlement.models import Allocation, Bill, LedgerEntry

STATEMENT = "settlement/proof_of_lines"
#: Lines in a run, so that any part of a long bill can be checked alone; a longer bill has longer
#: runs, so that its proof stays a page to read.
RUN, LONG_RUN, LONG_BILL = 1_000, 10_000, 200_000
FIGURES = ("sales_amount", "customer_wht", "settlement", "adjustments")
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Part:
    """Another node, added or taken away."""

    node: str
    sign: int


@dataclass(frozen=True, slots=True)
class Run:
    """The lines whose figures a node sums."""

    first: int
    last: int
    count: int
    figure: str


@dataclass(frozen=True, slots=True)
class Entry:
    """The ledger's entry that a node repeats."""

    journal: str
    account: str


@dataclass(frozen=True, slots=True)
class Taking:
    """The allocation that a node repeats; a negative balance has no refund (R3.5)."""

    recovery: str
    refund: str | None


@dataclass(frozen=True, slots=True)
class Node:
    """How `amount` follows: see `OPERATIONS`. `parts` are nodes that come before this one."""

    id: str
    rule: str
    operation: str
    amount: Decimal
    parts: tuple[Part, ...] = ()
    factor: Decimal = ONE
    lines: Run | None = None
    entry: Entry | None = None
    taking: Taking | None = None


#: How a node's amount follows from its parts, lines, entry or allocation.
OPERATIONS = {
    "sum": "its parts, added or taken away",
    "rounded_sum": "its parts' sum times `factor`, half up to the currency's minor unit (R2.4)",
    "at_least_zero": "its only part, or 0 if that is negative (R3.5)",
    "lines": "this figure of these lines, summed exactly",
    "allocation": "as it was taken",
    "entry": "as it is posted",
}


def proof_of(bill: Bill) -> Iterator[Node]:
    """Ends with what is paid out and with the journals, each of which is zero."""
    yield from _lines(bill)
    yield from _figures(bill)
    yield from _recovered(bill)
    yield _sum("net_payable", "R2.5", bill.net_payable, [Part("payable", 1), Part("recovered", -1)])
    yield from _ledger(bill)


def _lines(bill: Bill) -> Iterator[Node]:
    size = LONG_RUN if bill.line_count > LONG_BILL else RUN
    runs = _runs(bill, size)
    for first, last, count, *sums in runs:
        for figure, amount in zip(FIGURES, sums, strict=True):
            run = Run(first, last, count, figure)
            yield Node(f"{figure}:{first}-{last}", "R2.1", "lines", amount, lines=run)
    for place, figure in enumerate(FIGURES):
        parts = [Part(f"{figure}:{first}-{last}", 1) for first, last, *_ in runs]
        total = sum((Decimal(each[3 + place]) for each in runs), ZERO)
        yield _sum(f"exact:{figure}", "R2.4", total, parts)


def _runs(
    bill: Bill, size: int
) -> Sequence[tuple[int, int, int, Decimal, Decimal, Decimal, Decimal]]:
    with connection.cursor() as cursor:
        cursor.execute(read_statement(STATEMENT), {"bill": bill.pk, "size": size})
        return [row[1:] for row in cursor.fetchall()]


def _figures(bill: Bill) -> Iterator[Node]:
    """Only totals are rounded, each once; the platform fee is what is left between them."""
    earned = bill.sales_amount - bill.customer_wht - bill.platform_fee
    yield _rounded("sales_amount", "R2.4", bill.sales_amount, "exact:sales_amount")
    yield _rounded("customer_wht", "R2.4", bill.customer_wht, "exact:customer_wht")
    yield _rounded("earned", "R2.4", earned, "exact:settlement")
    yield _rounded(
        "withholding_tax",
        "R2.2",
        bill.withholding_tax,
        "exact:settlement",
        bill.withholding_tax_rate,
    )
    yield _rounded(
        "digital_service_tax",
        "R2.2",
        bill.digital_service_tax,
        "exact:sales_amount",
        bill.digital_service_tax_rate,
    )
    yield _rounded("adjustments", "R3.2", bill.adjustments, "exact:adjustments")
    fee = [Part("sales_amount", 1), Part("customer_wht", -1), Part("earned", -1)]
    yield _sum("platform_fee", "R2.5", bill.platform_fee, fee)
    parts = [Part("sales_amount", 1), Part("adjustments", 1)]
    taken = ("customer_wht", "platform_fee", "withholding_tax", "digital_service_tax")
    parts += [Part(name, -1) for name in taken]
    yield _sum("settlement_amount", "R2.2", bill.settlement_amount, parts)
    payable = max(bill.settlement_amount, ZERO)
    yield Node("payable", "R3.5", "at_least_zero", payable, (Part("settlement_amount", 1),))


def _recovered(bill: Bill) -> Iterator[Node]:
    allocations = Allocation.objects.filter(bill=bill).select_related("recovery__refund")
    parts = []
    for allocation in allocations.order_by("id"):
        recovery = allocation.recovery
        refund = recovery.refund.number if recovery.refund else None
        taking = Taking(recovery.number, refund)
        node = f"recovered:{recovery.number}"
        yield Node(node, "R5.2", "allocation", allocation.amount, taking=taking)
        parts.append(Part(node, 1))
    yield _sum("recovered", "R5.6", bill.recovered, parts)


#: Account -> the figure it repeats, and with which sign (R7.1).
POSTED = {
    "customer_sales": ("sales_amount", 1),
    "customer_wht": ("customer_wht", -1),
    "platform_fee": ("platform_fee", -1),
    "withholding_tax": ("withholding_tax", -1),
    "digital_service_tax": ("digital_service_tax", -1),
    "seller_payable": ("settlement_amount", -1),
}


def _ledger(bill: Bill) -> Iterator[Node]:
    """What was posted: each entry repeats a figure, and the entries of a journal sum to zero."""
    taken = list(Allocation.objects.filter(bill=bill).values_list("recovery__number", flat=True))
    keys = [f"bill:{bill.number}", *(f"allocation:{each}:{bill.number}" for each in taken)]
    entries = LedgerEntry.objects.filter(journal__key__in=keys, seller=bill.seller_id)
    of_journal: dict[str, list[Part]] = {}
    adjusted = []
    for entry in entries.select_related("journal").order_by("id"):
        posted = Entry(entry.journal.key, entry.account)
        node = f"entry:{posted.journal}:{posted.account}"
        yield Node(node, "R7.1", "entry", entry.amount, entry=posted)
        of_journal.setdefault(posted.journal, []).append(Part(node, 1))
        if entry.account in {"adjustments", "carried_over"}:
            adjusted.append(Part(node, 1))
    for key, parts in of_journal.items():
        yield _sum(f"journal:{key}", "R7.1", ZERO, parts)
    yield from _agreements(bill, of_journal.get(keys[0], []), adjusted, taken)


def _agreements(
    bill: Bill, posted: Sequence[Part], adjusted: Sequence[Part], taken: Sequence[str]
) -> Iterator[Node]:
    """Entry less figure: 0 where the ledger says what the bill says."""
    for part in posted:
        account = part.node.rpartition(":")[2]
        if account in POSTED:
            figure, sign = POSTED[account]
            yield _sum(f"agrees:{account}", "R7.2", ZERO, [part, Part(figure, -sign)])
    if adjusted:
        yield _sum("agrees:adjustments", "R7.2", ZERO, [*adjusted, Part("adjustments", -1)])
    for recovery in taken:
        entry = f"entry:allocation:{recovery}:{bill.number}:seller_payable"
        parts = [Part(entry, 1), Part(f"recovered:{recovery}", -1)]
        yield _sum(f"agrees:{recovery}", "R7.2", ZERO, parts)


def _sum(name: str, rule: str, amount: Decimal, parts: Sequence[Part]) -> Node:
    return Node(name, rule, "sum", amount, tuple(parts))


def _rounded(name: str, rule: str, amount: Decimal, of: str, factor: Decimal = ONE) -> Node:
    return Node(name, rule, "rounded_sum", amount, (Part(of, 1),), factor)
