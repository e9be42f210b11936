"""Closing cycles for sellers: Python drives, PostgreSQL computes (R1.5 to R1.7).

One call is one transaction over one ordered batch of sellers. It either did everything for them -
bills, lines, recoveries, deposits, receivables, journals, notices, the fence moved on - or nothing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from string import Template
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from koogallery.kit.cycles import Cycle
from koogallery.kit.money import ZERO
from koogallery.settlement_time import ZONE, current_cycle
from koogallery.statements import MINOR_UNITS, read_statement, run_statement
from sellers.models import Seller
from sellers.services import closing as facts
from settlement.services.recoveries.opening import settle_expired_recoveries
from settlement.services.sealing.batches import batch_of_changes, seal_batch

#: A sort of as many lines is worth its memory, and what they are of is most of what there is.
OPEN_PARTITION = """
SELECT open_partition_of_lines(%s)
FROM set_config('work_mem', '128MB', true) memory, set_config('random_page_cost', '4', true) cost
"""


@transaction.atomic
def close_through(
    seller_ids: Sequence[int],
    cycle: Cycle,
    *,
    as_if_refunded: Sequence[int] = (),
    apart: bool = False,
) -> Counter[int]:
    """Bring each seller up to date through `cycle`, in order, without gaps (R1.6).

    Returns the number of order and usage lines billed per seller. A seller whose cycle is closed
    already is left alone (R1.7); one never closed before starts with the earliest cycle in which
    something is due, or with `cycle` where nothing is.
    `as_if_refunded` names refunds to regard as paid out: for a simulation that is rolled back.
    `apart` puts the lines of `cycle` into a partition of their own, which is for a large batch.
    """
    plan_for_cached_tables()
    billed: Counter[int] = Counter()
    open_cycles = facts.lock_sellers(seller_ids)
    while steps := _next_steps(open_cycles, cycle):
        step = min(steps.values())
        batch = sorted(id_ for id_, next_ in steps.items() if next_ == step)
        billed += close_cycle(
            batch, step, as_if_refunded=as_if_refunded, apart=apart and step == cycle
        )
        open_cycles.update(dict.fromkeys(batch, step.following))
    return billed


def _next_steps(open_cycles: Mapping[int, Cycle | None], cycle: Cycle) -> dict[int, Cycle]:
    """Of each seller not closed through `cycle`, the next one in which anything happens."""
    behind = [id_ for id_, open_ in open_cycles.items() if not open_ or open_ < cycle]
    steps = {id_: cycle for id_, open_ in open_cycles.items() if open_ == cycle}
    if behind:
        scope = {"sellers": behind, "cycle": cycle, "now": timezone.now()}
        rows = run_statement("settlement/next_steps", scope)
        steps |= {id_: Cycle(next_) for id_, next_ in rows}
    return steps


def next_cycle_of(seller: Seller) -> Cycle:
    """The next to be closed; the running month for a seller with nothing due yet (R1.6)."""
    if seller.open_cycle:
        return Cycle(seller.open_cycle)
    current = current_cycle()
    return min(current, facts.first_due([seller.pk]).get(seller.pk, current))


def close_cycle(
    seller_ids: Sequence[int],
    cycle: Cycle,
    *,
    as_if_refunded: Sequence[int] = (),
    apart: bool = False,
) -> Counter[int]:
    """Close the cycle that is next for all of these sellers, whose locks the caller holds.

    What it does is sealed with it: a link in the chain of each seller, over its bill (R7.3).
    """
    lines = _Lines.apart(cycle) if apart else _Lines(0)
    with batch_of_changes() as batch:
        issued = _bill_and_recover(seller_ids, cycle, as_if_refunded, lines)
    seal_batch(batch, [bill for bill, *_ in issued], lines.table)
    lines.attach_partition()
    return Counter({seller: lines for _, seller, lines, _ in issued})


class _Lines(NamedTuple):
    """Where the lines of a close are: beside all others, or in a partition of their own."""

    partition: int

    @classmethod
    def apart(cls, cycle: Cycle) -> Self:
        """Nobody else sees them before they are attached."""
        with connection.cursor() as cursor:
            cursor.execute(OPEN_PARTITION, [cycle])
            return cls(*cursor.fetchone())

    @property
    def table(self) -> str:
        return f"settlement_billline_{self.partition}"

    def attach_partition(self) -> None:
        """The last thing done: whoever else attaches waits for the end of the transaction."""
        if self.partition:
            _call("attach_partition_of_lines", self.partition)


def _bill_and_recover(
    seller_ids: Sequence[int], cycle: Cycle, as_if_refunded: Sequence[int], lines: _Lines
) -> Sequence[tuple[int, int, int, object]]:
    now = timezone.now()
    scope = {
        "sellers": list(seller_ids),
        "cycle": cycle,
        "now": now,
        "as_if_refunded": list(as_if_refunded),
    }
    issued = _issue_bills({**scope, **_issuer(), "minor_units": MINOR_UNITS}, lines)
    _post_and_tell(issued, cycle)
    held = run_statement("settlement/held_orders", scope)
    facts.carry_over_uncertified(seller_ids, cycle, now)
    facts.open_next(seller_ids, cycle)
    facts.hold_back([order for order, pending in held if pending], cycle)
    facts.retire([order for order, pending in held if not pending])
    settle_expired_recoveries(seller_ids)
    return issued


def _issue_bills(scope: Mapping[str, Any], lines: _Lines) -> list[tuple[int, int, int, object]]:
    """The bills, with their lines; those of a partition get their keys when it is full."""
    staged = lines.table if lines.partition else "closing_lines"
    with connection.cursor() as cursor:
        cursor.execute(read_statement("settlement/staging"))
        for name in ("settlement/stage_lines", "settlement/issue_bills"):
            statement = Template(read_statement(name)).substitute(lines=staged)
            cursor.execute(statement, {**scope, "partition": lines.partition})
        issued: list[tuple[int, int, int, object]] = cursor.fetchall()
        if not lines.partition:
            cursor.execute("INSERT INTO settlement_billline SELECT * FROM closing_lines")
    if lines.partition:
        _call("check_partition_of_lines", lines.partition)
        plan_for_cached_tables()
    return issued


def _call(function: str, partition: int) -> None:
    with connection.cursor() as cursor:
        cursor.callproc(function, [partition])


def _issuer() -> dict[str, str]:
    """The platform's contracting entity of today; a bill keeps it (R3.2)."""
    return {
        "issuer": settings.INVOICE_BILL_TO,
        "issuer_address": settings.INVOICE_BILL_TO_ADDRESS,
        "issuer_tax_number": settings.INVOICE_BILL_TO_TAX_NUMBER,
    }


def _post_and_tell(issued: Sequence[tuple[int, int, int, object]], cycle: Cycle) -> None:
    bills = [bill for bill, *_ in issued]
    if not bills:
        return
    at = {"bills": bills, "at": cycle.end(ZONE)}
    run_statement("settlement/post_bills", at)
    run_statement("settlement/notify_bills", {"bills": bills, "minor_units": MINOR_UNITS})
    negative = [bill for bill, _, _, amount in issued if amount < ZERO]  # type: ignore[operator]
    if negative:
        scope = {**at, "bills": negative, "minor_units": MINOR_UNITS}
        run_statement("settlement/carry_negative_balances", scope)


def plan_for_cached_tables() -> None:
    """Let the planner reach what is due through its index, however large the history has grown.

    At the default cost of a random page it reads whole tables instead, once for every batch.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL random_page_cost = 1.1")
