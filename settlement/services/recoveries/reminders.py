"""When a receivable is due, and the reminders of it: by schedule, and by hand (R10)."""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import Said, act
from koogallery.asks import REASON, Asks, Day
from koogallery.kit.errors import Conflict, InvalidInput
from koogallery.models import User
from koogallery.settlement_time import ZONE
from settlement.choices import ReceivableState
from settlement.models import Receivable
from settlement.notices import tell_of_date
from settlement.services.authority import CASHIERS
from settlement.services.validation import require_text

RECEIVABLES = Receivable.objects.select_related("seller", "recovery")
DUE_DATE = Asks(
    "DueDateInput",
    (
        Day(
            name="due_on",
            label=gettext_lazy("Due on"),
            help=gettext_lazy("The last day to pay, in the settlement time zone; not past."),
        ),
        *REASON,
    ),
)


@act(
    "date",
    RECEIVABLES,
    by=CASHIERS,
    rule="R5.7",
    when=(ReceivableState.OPEN,),
    asks=DUE_DATE,
    said=Said(
        label=gettext_lazy("Change the due date"),
        question=gettext_lazy("Until when shall the seller pay?"),
        done=gettext_lazy("The due date is changed, and the seller is notified."),
    ),
)
def change_due_date(
    receivable: Receivable, due_on: date, reason: str, *, actor: User
) -> Receivable:
    """Give the seller until the end of another day, and notify it.

    Not before today, nor later than `RECEIVABLE_LONGEST_DAYS` after the receivable was opened: who
    need not pay for ever has been let off, and that is no one person's to decide (R4.4).
    """
    reason = require_text("reason", reason, rule="R5.7")
    was = receivable.due_at.astimezone(ZONE).date()
    _require_other(was, due_on)
    _require_in_time(receivable, due_on)
    receivable.due_at = end_of(due_on)
    receivable.modified_at = timezone.now()
    receivable.save(update_fields=["due_at", "modified_at"])
    audit.note(actor, "due_date_changed", receivable, was=was, due_on=due_on, reason=reason)
    tell_of_date("receivable_date_changed", receivable, receivable.modified_at.isoformat())
    return receivable


def end_of(day: date) -> datetime:
    """The last instant of a day in the settlement time zone."""
    return datetime.combine(day, time.max, tzinfo=ZONE)


def _require_other(was: date, due_on: date) -> None:
    if due_on < timezone.now().astimezone(ZONE).date():
        raise InvalidInput(
            _("due_on lies in the past."), code="in_past", rule="R5.7", field="due_on"
        )
    if due_on == was:
        raise InvalidInput(
            _("It is due on %(was)s already.") % {"was": was},
            code="changes_nothing",
            rule="R5.7",
            field="due_on",
        )


def _require_in_time(receivable: Receivable, due_on: date) -> None:
    longest = timedelta(days=settings.RECEIVABLE_LONGEST_DAYS)
    latest = (receivable.opened_at + longest).astimezone(ZONE).date()
    if due_on > latest:
        detail = _("It is postponed to %(latest)s at the latest.") % {"latest": latest}
        raise InvalidInput(detail, code="too_late", rule="R5.7", field="due_on")


@act(
    "remind",
    RECEIVABLES,
    by=CASHIERS,
    rule="R10",
    when=(ReceivableState.OPEN,),
    said=Said(
        label=gettext_lazy("Remind"),
        question=gettext_lazy("Remind the seller now?"),
        done=gettext_lazy("The seller is reminded."),
    ),
)
def remind(receivable: Receivable, *, actor: User) -> Receivable:
    """Remind the seller now, once a day at most."""
    today = timezone.now().astimezone(ZONE).date()
    if not tell_of_date("receivable_due", receivable, f"by_hand:{today}"):
        raise Conflict(
            _("The seller was reminded today already."), code="reminded_already", rule="R10"
        )
    audit.note(actor, "reminded", receivable, on=today)
    return receivable


def remind_of_due_receivables() -> int:
    """Those due within the days of the setting, and those due today: once each; how many."""
    today = timezone.now().astimezone(ZONE).date()
    soon = today + timedelta(days=settings.RECEIVABLE_REMINDER_DAYS)
    due = Receivable.objects.filter(
        state=ReceivableState.OPEN, due_at__gte=end_of(today - timedelta(days=1)),
        due_at__lte=end_of(soon),
    )  # fmt: skip
    return sum(_remind_on(pk, today) for pk in due.values_list("pk", flat=True))


@transaction.atomic
def _remind_on(pk: int, today: date) -> bool:
    """Of a new due date again; a receivable that was paid meanwhile is left alone."""
    RECEIVABLES.all().hold(pk)
    receivable = RECEIVABLES.get(pk=pk)
    if receivable.state != ReceivableState.OPEN:
        return False
    due_on = receivable.due_at.astimezone(ZONE).date()
    occasion = "on_the_day" if due_on == today else "before"
    return tell_of_date("receivable_due", receivable, f"{due_on}:{occasion}")
