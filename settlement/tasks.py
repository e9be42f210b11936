"""Celery tasks: numbers in, one service call, a stated retry policy. All are safe to repeat."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from smtplib import SMTPException
from typing import Any

from celery import Task, shared_task
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils import timezone, translation
from redis.exceptions import RedisError

from koogallery.kit.cycles import Cycle
from koogallery.kit.errors import DomainError
from koogallery.settlement_time import ZONE, current_cycle
from koogallery.tasks import queue
from sellers.models import Seller
from settlement.models import Batched, Bill, BillPreview, BillRun, Refund, SealRoot
from settlement.readings import bill_files, calendar
from settlement.services import proving
from settlement.services.bills import invoices
from settlement.services.closing import runs
from settlement.services.closing.work import take_up_stalled
from settlement.services.deposits import tell_of_levels_never_reached
from settlement.services.payouts.planning import plan_what_is_missing
from settlement.services.previews import kept, stored
from settlement.services.recoveries import reminders
from settlement.services.recoveries.opening import sellers_with_unsettled_refunds, settle_refunds_of
from settlement.services.sealing import batches, roots

logger = logging.getLogger(__name__)

RETRIED = (OperationalError, InterfaceError)
STALLED_AFTER = timedelta(seconds=10)
#: So many seconds a page does not ask again for the same forecast; where very much is due, longer.
FORECAST_ASKED_FOR, LONG_FORECAST_ASKED_FOR = 30, 600


@shared_task(autoretry_for=RETRIED, retry_backoff=True, max_retries=10)
def work_on_bill_run(number: str) -> None:
    """One worker's share of a run; as many of these as BILL_RUN_WORKERS are queued."""
    runs.work_on_run(number)


@shared_task(autoretry_for=RETRIED, retry_backoff=True, max_retries=10)
def work_on_bill_preview(number: str) -> None:
    """One worker's share of a preview, as of a run."""
    stored.work_on_preview(number)


WORKERS: Mapping[type[Batched], "Task[[str], None]"] = {
    BillRun: work_on_bill_run,
    BillPreview: work_on_bill_preview,
}


def dispatch(work: Batched) -> None:
    """Queue its workers once it is committed."""
    transaction.on_commit(partial(queue_workers, type(work), work.number))


def queue_workers(kind: type[Batched], number: str) -> None:
    """Those that the broker does not take, `resume_bill_runs` queues."""
    for _ in range(settings.BILL_RUN_WORKERS):
        queue(WORKERS[kind], number)


@shared_task(autoretry_for=RETRIED, retry_backoff=True, max_retries=5)
def close_monthly_bills(cycle: str) -> None:
    """Close a cycle for everyone, unless a run for everyone was asked for already (R1.6, R1.7).

    If its preview was approved meanwhile, what is issued is that and nothing else.
    """
    if BillRun.objects.filter(cycle=cycle, everyone=True).exists():
        return
    preview = stored.preview_to_run(Cycle(cycle))
    dispatch(
        stored.run_preview(preview.number, actor=None)
        if preview
        else runs.request_run(Cycle(cycle), None, actor=None)
    )


@shared_task
def close_on_run_day() -> None:
    """Daily: from the run day of last month's cycle on, see that it is closed (R1.6)."""
    cycle = current_cycle().previous
    if timezone.now().astimezone(ZONE).date() >= calendar.run_day_of(cycle):
        close_monthly_bills.delay(cycle)


@shared_task
def resume_bill_runs() -> None:
    """Take up runs and previews that stand still: their workers, or the broker's tasks, died."""
    for kind in WORKERS:
        for number in take_up_stalled(kind, STALLED_AFTER):
            queue_workers(kind, number)


@shared_task(autoretry_for=RETRIED, retry_backoff=True, max_retries=5)
def recover_unsettled_refunds() -> None:
    """Daily: refunds of billed orders without a recovery, and recoveries past their window (R5).

    A report and a close do it themselves; this finishes what anything has left. A seller for whom
    it fails stops no other.
    """
    for seller in sellers_with_unsettled_refunds():
        try:
            settle_refunds_of(seller)
        except (DatabaseError, DomainError) as failure:
            if isinstance(failure, RETRIED):
                raise
            logger.exception("Seller %s: unsettled refunds are left.", seller)


@shared_task(autoretry_for=RETRIED, retry_backoff=True, max_retries=5)
def remind_of_receivables() -> None:
    """Daily: tell sellers what is due soon or today, and levels never reached, each once (R10)."""
    reminders.remind_of_due_receivables()
    tell_of_levels_never_reached()


@shared_task(autoretry_for=RETRIED, retry_backoff=True, max_retries=10)
def plan_missing_payouts() -> None:
    """Of bills that were to be paid before there were payouts (R8.2)."""
    plan_what_is_missing()


@shared_task
def check_invariants() -> None:
    """Prove what has changed since, and keep the result for the admin (R7.2)."""
    proving.prove_what_changed()


@shared_task(autoretry_for=RETRIED, retry_backoff=True, max_retries=5)
def seal_changes() -> None:
    """What has changed since it was last sealed goes into its seller's chain (R7.3)."""
    batches.seal_what_changed()


@shared_task(autoretry_for=RETRIED, retry_backoff=True, max_retries=5)
def sign_seals() -> None:
    """Daily: the root over all seals that have none yet; it is published and mailed (R7.3)."""
    root = roots.sign_day()
    if root:
        mail_seal_root.delay(root.place)


@shared_task(autoretry_for=(SMTPException, OSError), retry_backoff=60, max_retries=10)
def mail_seal_root(place: int) -> None:
    """To whoever keeps the roots elsewhere."""
    roots.mail_root(SealRoot.objects.get(place=place))


@shared_task
def prove_books() -> None:
    """Weekly, and when an operator has asked for it: over all books, and every seal (R7.3)."""
    proving.prove_everything()


@shared_task(autoretry_for=RETRIED, retry_backoff=True, max_retries=5)
def make_document(number: str, form: str, language: str) -> None:
    """The file of a long bill, once; everybody gets the same afterwards (R3.2)."""
    with translation.override(language):
        bill_files.make_document(Bill.objects.get(number=number), form)


def dispatch_document(number: str, form: str) -> None:
    """In the language of who asks."""
    queue(make_document, number, form, translation.get_language() or settings.LANGUAGE_CODE)


def dispatch_proof() -> None:
    """If the broker is away, the schedule proves at least what has changed."""
    queue(prove_books)


@shared_task(autoretry_for=RETRIED, retry_backoff=True, max_retries=5)
def tell_of_overdue_invoices() -> None:
    """Daily: each overdue invoicing list once (R8.1)."""
    invoices.tell_of_overdue_invoices(timezone.now())


@shared_task(autoretry_for=RETRIED, retry_backoff=True, max_retries=1)
def renew_forecast(seller: str, refund: str | None = None) -> None:
    """What a seller's page, or that of a refund, shows of the coming bills."""
    asked = refund and Refund.objects.get(number=refund)
    kept.renew(Seller.objects.get(number=seller), asked or None)


def await_forecast(
    found: kept.Kept[Any], seller: str, refund: str | None = None, *, insisted: bool = False
) -> bool:
    """Whether a worker is asked to renew it; of very many transactions only if somebody insists.

    If the broker is away, it is asked again when the page is read again.
    """
    if found.is_current or not (found.facts.are_few or insisted):
        return False
    seconds = FORECAST_ASKED_FOR if found.facts.are_few else LONG_FORECAST_ASKED_FOR
    try:
        if cache.add(f"forecast-{seller}-{refund}-{found.facts.digest}", 1, seconds):
            queue(renew_forecast, seller, refund)
    except RedisError:
        logger.warning("Redis is away; a forecast of %s waits to be asked for again.", seller)
    return True
