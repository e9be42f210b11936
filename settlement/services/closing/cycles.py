"""Closing cycles for sellers: Python drives, PostgreSQL computes (R1.5 to R1.7).

One call is one transaction over one ordered batch of sellers. It either did everything for them -
bills, lines, recoveries, deposits, receivables, journals, notices, the fence moved on - or nothing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from string import Template
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from koogallery.kit.cycles import Cycle
from koogallery.kit.money import ZERO
from koogallery.settlement_time import ZONE, current_cycle
from koogallery.statements import MINOR_UNITS, read_statement, run_statement
from sellers.models import Seller
from sellers.services import closing as facts
from settlement.services.recoveries.expiry import settle_expired_recoveries
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
    with batch_of_changes() as batch:
        issued = _bill_and_recover(seller_ids, cycle, as_if_refunded, apart=apart)
    seal_batch(batch, [bill for bill, *_ in issued])
    return Counter({seller: lines for _, seller, lines, _ in issued})


def _bill_and_recover(
    seller_ids: Sequence[int], cycle: Cycle, as_if_refunded: Sequence[int], *, apart: bool
) -> Sequence[tuple[int, int, int, object]]:
    now = timezone.now()
    scope = {
        "sellers": list(seller_ids),
        "cycle": cycle,
        "now": now,
        "as_if_refunded": list(as_if_refunded),
    }
    issued = _issue(cycle, {**scope, **_issuer(), "minor_units": MINOR_UNITS}, apart=apart)
    _post_and_tell(issued, cycle)
    held = run_statement("settlement/held_orders", scope)
    facts.carry_over_uncertified(seller_ids, cycle, now)
    facts.open_next(seller_ids, cycle)
    facts.hold_back([order for order, pending in held if pending], cycle)
    facts.retire([order for order, pending in held if not pending])
    settle_expired_recoveries(seller_ids)
    return issued


def _issue(
    cycle: Cycle, scope: Mapping[str, Any], *, apart: bool
) -> list[tuple[int, int, int, object]]:
    """The bills and their lines: beside all others, or in a partition that is indexed once full."""
    lines, partition = "closing_lines", 0
    with connection.cursor() as cursor:
        cursor.execute(read_statement("settlement/staging"))
        if apart:
            cursor.execute(OPEN_PARTITION, [cycle])
            [partition] = cursor.fetchone()
            lines = f"settlement_billline_{partition}"
        for name in ("settlement/stage_lines", "settlement/issue_bills"):
            statement = Template(read_statement(name)).substitute(lines=lines)
            cursor.execute(statement, {**scope, "partition": partition})
        issued: list[tuple[int, int, int, object]] = cursor.fetchall()
        if apart:
            cursor.execute("SELECT attach_partition_of_lines(%s)", [partition])
            plan_for_cached_tables()
        else:
            cursor.execute("INSERT INTO settlement_billline SELECT * FROM closing_lines")
    return issued


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
