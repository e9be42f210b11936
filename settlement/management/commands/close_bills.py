from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from tqdm import tqdm

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import DomainError
from koogallery.kit.money import format_amount
from settlement.choices import RunSellerState, RunState
from settlement.models import BillRun
from settlement.readings.progress import progress_of
from settlement.services.closing import runs
from settlement.services.previews.preview import CurrencyTotals, SellerPreview, preview_sellers


class Command(BaseCommand):
    """The same bill run as the API's, worked on by this process too. Exit 0 only when closed."""

    help = "Close a cycle (YYYYMM) for everyone or for named sellers, or preview it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("cycle", help="the month to close, YYYYMM")
        parser.add_argument("--preview", action="store_true", help="show it, change nothing")
        parser.add_argument("--seller", nargs="+", metavar="S000001", help="only these sellers")

    def handle(self, *, cycle: str, preview: bool, seller: list[str] | None, **_: Any) -> None:
        try:
            if preview:
                self._preview(Cycle(cycle), seller)
            else:
                self._close(Cycle(cycle), seller)
        except DomainError as refusal:
            raise CommandError(f"{refusal} ({refusal.rule or refusal.code})") from None
        except OperationalError as failure:
            raise CommandError(
                f"The database went away: {failure}What was closed is closed. A worker goes on "
                "with the run, or run this again."
            ) from None

    def _close(self, cycle: Cycle, sellers: list[str] | None) -> None:
        run = runs.request_run(cycle, sellers, actor=None)
        self.stderr.write(f"Bill run {run.number}: cycle {cycle}, {run.sellers_total} sellers")
        with tqdm(total=run.lines_expected, unit=" lines", disable=None) as bar:

            def advance() -> None:
                bar.update(progress_of(run).weight_done - bar.n)

            runs.work_on_run(run.number, wait=True, on_progress=advance)
        run.refresh_from_db()
        self._report(run)

    def _report(self, run: BillRun) -> None:
        progress = progress_of(run)
        self.stdout.write(
            f"{run.state}: cycle {run.cycle}, {progress.lines} lines, "
            f"{progress.sellers_done} of {run.sellers_total} sellers"
        )
        for part in run.parts.filter(state=RunSellerState.PARKED).select_related("seller"):
            self.stderr.write(f"parked {part.seller.number}: {part.told_reason}")
        if run.state != RunState.CLOSED:
            raise CommandError(f"Cycle {run.cycle} is not closed: {run.told_reason}")

    def _preview(self, cycle: Cycle, sellers: list[str] | None) -> None:
        totals: dict[str, CurrencyTotals] = {}
        for seller in preview_sellers(cycle, sellers):
            totals.setdefault(seller.currency, CurrencyTotals(seller.currency)).add(seller)
            if seller.bill or seller.held or seller.from_deposit or seller.to_receivable:
                self.stdout.write(_seller_line(seller))
        for total in totals.values():
            self.stdout.write(_total_line(total))
        self.stdout.write("Nothing was changed.")


def _seller_line(seller: SellerPreview) -> str:
    def money(name: str) -> str:
        return format_amount(getattr(seller, name), seller.currency)

    parts = [
        f"{seller.seller}  {seller.bill or 'no bill':<20}",
        f"{seller.line_count:>8} lines  sales {money('sales_amount'):>14}",
        f"settlement {money('settlement_amount'):>14} ({money('difference')} to the last)",
        f"recovered {money('recovered'):>12}",
        f"to be paid {money('net_payable'):>14} {seller.currency}",
    ]
    if seller.from_deposit:
        parts.append(f"deposit {money('from_deposit')}")
    if seller.to_receivable:
        parts.append(f"receivable {money('to_receivable')}")
    return "  ".join([*parts, *map(str, seller.held)])


def _total_line(total: CurrencyTotals) -> str:
    def money(name: str) -> str:
        return format_amount(getattr(total, name), total.currency)

    return (
        f"{total.currency}: {total.bills} bills, {total.line_count} lines, "
        f"sales {money('sales_amount')}, platform fee {money('platform_fee')}, "
        f"settlement {money('settlement_amount')} ({money('difference')} to the last), "
        f"recovered {money('recovered')}, to be paid {money('net_payable')}, "
        f"from deposits {money('from_deposit')}, to receivables {money('to_receivable')}, "
        f"{total.negative} negative"
    )
