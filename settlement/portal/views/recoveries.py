"""A recovery's path as a seller reads it: each step in words, with its day, and what is left."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery.dates import cycle_label
from koogallery.kit.money import ZERO
from sellers.portal.pages import SellerDetailPage, SellerListingPage
from settlement.choices import ReceivableState, RecoveryState, Source
from settlement.listings.refunds import RECEIVABLES, RECOVERIES
from settlement.models import DepositMovement, Recovery
from settlement.readings.recovery_paths import (
    WITH_ALLOCATIONS,
    Progress,
    Step,
    recovery_path,
    taken_since_opening,
)
from settlement.services.deposits import balance_of


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """`left` is what is open after it; None for plans, whose amounts are the most they may give."""

    progress: Progress
    title: str
    amount: Decimal
    on: date
    left: Decimal | None
    rule: str
    bill: str = ""
    receivable: str = ""
    reference: str = ""

    @property
    def is_planned(self) -> bool:
        return self.progress == Progress.PLANNED


def timeline(recovery: Recovery) -> list[TimelineStep]:
    left, steps = recovery.amount, []
    for step in recovery_path(recovery):
        if step.progress == Progress.TAKEN:
            left -= step.amount
        steps.append(_step(step, left if step.progress == Progress.TAKEN else None))
    return steps


def _step(step: Step, left: Decimal | None) -> TimelineStep:
    taken = step.progress == Progress.TAKEN
    if step.source == Source.BILL:
        told = (
            _("Taken from your bill of %(cycle)s")
            if taken
            else _("To be taken from your bill of %(cycle)s")
        )
        title = told % {"cycle": cycle_label(step.cycle)}
        return TimelineStep(
            step.progress, title, step.amount, step.on, left, "R5.2", bill=step.document
        )
    if step.source == Source.DEPOSIT:
        title = (
            _("Taken from your deposit") if taken else _("What the bills leave open: your deposit")
        )
        return TimelineStep(step.progress, title, step.amount, step.on, left, "R6.1")
    return _payment(step, left)


def _payment(step: Step, left: Decimal | None) -> TimelineStep:
    if step.progress == Progress.TAKEN:
        title = _("Paid by you")
        return TimelineStep(
            step.progress, title, step.amount, step.on, left, "R5.6", reference=step.document
        )
    if step.progress == Progress.OPEN:
        title = _("To be paid by you")
        return TimelineStep(
            step.progress, title, step.amount, step.on, left, "R5.3", receivable=step.document
        )
    title = _("What is still open then: paid by you as a receivable")
    return TimelineStep(step.progress, title, step.amount, step.on, left, "R5.3")


@dataclass(frozen=True, slots=True)
class DepositCourse:
    """What this recovery took from the deposit, what that holds, and the most it may still give."""

    movements: list[DepositMovement]
    balance: Decimal
    planned: Decimal

    @property
    def concerns(self) -> bool:
        return bool(self.movements) or self.planned > ZERO


def deposit_course(recovery: Recovery) -> DepositCourse:
    movements = DepositMovement.objects.filter(allocation__recovery=recovery)
    planned = (
        step.amount
        for step in recovery_path(recovery)
        if step.source == Source.DEPOSIT and step.progress == Progress.PLANNED
    )
    return DepositCourse(list(movements), balance_of(recovery.seller_id), sum(planned, ZERO))


WITH_NAMES = Recovery.objects.select_related("seller", "refund__order", "original_bill")


class RecoveryList(SellerListingPage):
    listing = RECOVERIES
    template_name = "settlement/recovery_list.html"


class RecoveryDetail(SellerDetailPage):
    """One refund's way back from the seller: taken, planned, open (R5.6)."""

    queryset = WITH_NAMES.select_related("refund__order__product", "receivable")
    template_name = "settlement/recovery_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        recovery = self.object
        taken = recovery.amount - recovery.outstanding
        receivable = getattr(recovery, "receivable", None)
        return super().get_context_data(
            recovery=recovery,
            uncovered_on=recovery.uncovered_on,
            taken=taken,
            is_open=recovery.state == RecoveryState.OPEN,
            is_partly_taken=taken > ZERO and recovery.outstanding > ZERO,
            steps=timeline(recovery),
            course=deposit_course(recovery),
            receivable=receivable,
            paid=taken_since_opening(receivable) if receivable else (),
            payment_account=settings.PAYMENT_ACCOUNT,
            **kwargs,
        )


class ReceivableList(SellerListingPage):
    listing = RECEIVABLES
    template_name = "settlement/receivable_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(now=timezone.now(), **kwargs)


class ReceivableDetail(SellerDetailPage):
    """What the seller has to pay by other means: how much, until when, how (R5.3, R5.7)."""

    queryset = RECEIVABLES.rows.select_related("recovery__original_bill").prefetch_related(
        WITH_ALLOCATIONS
    )
    template_name = "settlement/receivable_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        receivable = self.object
        is_open = receivable.state == ReceivableState.OPEN
        return super().get_context_data(
            taken=taken_since_opening(receivable),
            is_open=is_open,
            is_overdue=is_open and receivable.due_at < timezone.now(),
            payment_account=settings.PAYMENT_ACCOUNT,
            **kwargs,
        )
