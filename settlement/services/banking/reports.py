"""A bank's answer to a payment file: what it rejects has failed (R8.2).

What it accepts is only noted: paid is what a statement says has left the account.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from koogallery.kit.errors import InvalidInput
from koogallery.models import User
from sellers.services.closing import lock_sellers
from settlement.bank_files.mt940_details import NARRATIVE
from settlement.bank_files.statements import PaymentStatus, StatusReport
from settlement.choices import PayoutState
from settlement.models import Payout
from settlement.services.payouts.outcomes import record_undone

from .accounts import RULE

#: Rejected, or cancelled before it was executed.
_UNDONE = {"RJCT", "CANC"}


def take_report(report: StatusReport, actor: User | None) -> list[dict[str, Any]]:
    """Returns each status with the payouts it is about; refused where it is about none of ours."""
    about = [(status, _payouts_of(status)) for status in report.statuses]
    if not any(payouts for _status, payouts in about):
        told = ", ".join(sorted({status.message_id for status in report.statuses}))
        raise InvalidInput(
            _("The answer is to no payment file of ours: %(ids)s.") % {"ids": told or "?"},
            code="unknown_batch",
            rule=RULE,
        )
    _require_one_answer(about)
    payouts = Payout.objects.filter(pk__in={pk for _status, pks in about for pk in pks})
    lock_sellers(sorted(set(payouts.values_list("seller_id", flat=True))))
    return [_note(status, pks, actor) for status, pks in about]


def _payouts_of(status: PaymentStatus) -> set[int]:
    """All of the file that it answers, or the one that it names in it; ids of others are none."""
    if status.payment_information_id not in {"", status.message_id}:
        return set()
    payouts = Payout.objects.filter(batch__number=status.message_id)
    if named := status.end_to_end_id or status.instruction_id:
        payouts = payouts.filter(end_to_end_id=named)
    return set(payouts.values_list("pk", flat=True))


def _require_one_answer(about: Sequence[tuple[PaymentStatus, set[int]]]) -> None:
    """What is rejected as a whole is accepted in no part: it would be paid once more."""
    for status, rejected in about:
        if status.status in _UNDONE:
            for other, payouts in about:
                accepts = other.status not in _UNDONE and _depth(other) >= _depth(status)
                if accepts and payouts & rejected:
                    raise InvalidInput(
                        _("The answer rejects and accepts the same payment: %(ids)s.")
                        % {"ids": other.end_to_end_id or other.message_id},
                        code="contradictory_answer",
                        rule=RULE,
                    )


def _depth(status: PaymentStatus) -> int:
    """Of the whole file, of a part of it, of one payment."""
    if status.end_to_end_id or status.instruction_id:
        return 2
    return 1 if status.payment_information_id else 0


def _note(status: PaymentStatus, pks: set[int], actor: User | None) -> dict[str, Any]:
    failed = []
    if status.status in _UNDONE:
        for payout in Payout.objects.with_names().filter(pk__in=pks).order_by("seller_id"):
            if payout.state == PayoutState.SENT:
                code = next(iter(status.reasons), NARRATIVE)
                record_undone(payout, code[:10], status.text, actor=actor)
                failed.append(payout.number)
    return {
        "status": status.status,
        "message_id": status.message_id,
        "end_to_end_id": status.end_to_end_id,
        "reasons": list(status.reasons),
        "text": status.text,
        "payouts": sorted(Payout.objects.filter(pk__in=pks).values_list("number", flat=True)),
        "failed": failed,
    }
