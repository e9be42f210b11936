"""A recovery's path as a seller reads it: each step in words, with its day, and what is left."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from koogallery.dates import cycle_label
from koogallery.kit.money import ZERO
from settlement.choices import Source
from settlement.models import DepositMovement, Recovery
from settlement.readings.recovery_paths import Progress, Step, recovery_path
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

    @property
    def is_from_deposit(self) -> bool:
        return self.rule == "R6.1"


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
