"""Lines a CPU second: the close, beside a loop over the same rows that saves each line by the ORM.

    python -m tests.bench.loop [--transactions 1000000] [--lines 5000]

The loop writes bills and lines alone, with no trigger on them: no journal, no sum of a product, no
seal, no notice, no fence. Both are of one market, each on tables that hold nothing yet.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from typing import Any

from tests.bench.market import CYCLES, backend_cpu, close, fill, market, run_module, servers, tell

CYCLE = min(CYCLES)


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--transactions", type=int, default=1_000_000)
    parser.add_argument("--lines", type=int, default=5_000)
    options = parser.parse_args(arguments)
    with servers() as environment, market(environment, options.transactions) as (database, own):
        fill(database, options.transactions, CYCLE)
        looped = float(run_module(own, "tests.bench.loop", "measure", str(options.lines)))
        closed = close(database, own, CYCLE, 1)
        rate = closed.lines / closed.cpu
        tell(
            f"{closed.lines:,} lines closed: {rate:,.0f} a CPU s; "
            f"{options.lines:,} saved one by one: {looped:,.0f}; ratio {rate / looped:.0f}"
        )


def measure(lines: int) -> None:
    """What was saved is rolled back."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "koogallery.settings")
    import django  # noqa: PLC0415

    django.setup()
    from django.db import connection, transaction  # noqa: PLC0415

    with transaction.atomic():
        with connection.cursor() as cursor:
            for table in ("bill", "billproduct", "billline", "billline_0"):
                cursor.execute(f"ALTER TABLE settlement_{table} DISABLE TRIGGER USER")
        before = time.process_time() + backend_cpu(connection.connection.info.backend_pid)
        saved = _loop(lines)
        used = time.process_time() + backend_cpu(connection.connection.info.backend_pid) - before
        transaction.set_rollback(True)
    sys.stdout.write(f"{saved / used}\n")


def _loop(lines: int) -> int:
    from decimal import Decimal  # noqa: PLC0415

    from sellers.models import Order, Seller, UsageRecord  # noqa: PLC0415
    from settlement.models import Bill, BillLine, BillProduct  # noqa: PLC0415

    saved = 0
    for seller in Seller.objects.exclude(number="S0"):
        if saved >= lines:
            break
        bill = Bill(
            number=f"B{CYCLE}-{seller.number}",
            seller=seller,
            cycle=CYCLE,
            currency=seller.settlement_currency,
            withholding_tax_rate=seller.withholding_tax_rate,
            digital_service_tax_rate=seller.digital_service_tax_rate,
            seller_name=seller.company_name,
            seller_country=seller.country,
            issuer_name="Platform",
        )
        orders = Order.objects.filter(seller=seller, due_cycle=CYCLE).order_by("effective_at")
        records = UsageRecord.objects.filter(seller=seller, due_cycle=CYCLE).select_related("order")
        rows: list[tuple[str, Any, Order, Any]] = []
        rows += [("order", each, each, each.effective_at) for each in orders]
        rows += [("usage", each, each.order, each.started_at) for each in records]
        sums, products = [Decimal(), Decimal(), Decimal()], dict[int, BillProduct]()
        bill.sales_amount = bill.customer_wht = bill.platform_fee = Decimal()
        bill.withholding_tax = bill.digital_service_tax = bill.adjustments = Decimal()
        bill.settlement_amount = bill.recovered = bill.net_payable = Decimal()
        bill.line_count = len(rows)
        bill.save()
        for line_no, (kind, row, order, effective_at) in enumerate(rows, 1):
            product = products.get(order.product_id)
            if product is None:
                product = products[order.product_id] = BillProduct.objects.create(
                    bill=bill,
                    product=order.product,
                    number=order.product.number,
                    name=order.product.name,
                    line_count=0,
                    sales_amount=0,
                    customer_wht=0,
                    settlement=0,
                )
            settlement = (row.sales_amount - row.customer_wht) * (1 - order.platform_fee_ratio)
            BillLine(
                bill=bill,
                line_no=line_no,
                seller=seller,
                kind=kind,
                order=order,
                product=product,
                usage_record=row if kind == "usage" else None,
                cycle=row.cycle,
                catch_up=row.cycle < CYCLE,
                effective_at=effective_at,
                sales_amount=row.sales_amount,
                customer_wht=row.customer_wht,
                platform_fee_ratio=order.platform_fee_ratio,
                settlement=settlement,
            ).save(force_insert=True)
            for place, amount in enumerate((row.sales_amount, row.customer_wht, settlement)):
                sums[place] += amount
        saved += len(rows)
        bill.sales_amount, bill.customer_wht, bill.settlement_amount = (
            round(each, 2) for each in sums
        )
        bill.platform_fee = bill.sales_amount - bill.customer_wht - bill.settlement_amount
        bill.net_payable = bill.settlement_amount
        bill.save()
    return saved


if __name__ == "__main__":
    if sys.argv[1:2] == ["measure"]:
        measure(int(sys.argv[2]))
    else:
        main(sys.argv[1:])
