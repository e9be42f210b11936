"""Payouts go to the bank in batches: put together, approved by others, sent as a file (R8.2).

A batch is one currency, paid from one of our accounts on one day. Whoever puts it together does not
approve it; from the limit on it takes two who do (R4.4).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import ActsOn, Said, Who, act
from koogallery.asks import COMMENT
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, Forbidden, NotFound, Violation
from koogallery.kit.money import ZERO, format_amount
from koogallery.models import User
from koogallery.notices import tell
from koogallery.numbering import next_number
from koogallery.own_hand import require_own_hand
from koogallery.settlement_time import ZONE
from sellers.models import Seller
from sellers.services.closing import lock_sellers
from sellers.services.companies.bank_accounts import accounts_in_use
from settlement.choices import BatchState, PayoutState
from settlement.models import ApprovalLimit, Payout, PayoutApproval, PayoutBatch
from settlement.readings.calendar import WorkingDays
from settlement.readings.payment_files import paying_account, payment_file_of
from settlement.rules.payouts import expected_day
from settlement.services.payouts.planning import post_payout
from settlement.services.validation import optional_text

RULE = "R8.2"
BATCHES = PayoutBatch.objects.select_related("created_by")
PAYERS = Who(Duty.PAY_OUT)
by_payers = ActsOn(BATCHES, by=PAYERS, rule=RULE)
#: From the limit on.
TWO = 2


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A payout that a batch does not take, and why."""

    payout: Payout
    violation: Violation


def due_payouts(
    currency: str, until: date | None = None, sellers: Collection[str] | None = None
) -> tuple[list[Payout], list[LeftOut]]:
    """What a batch would take and leave out now; of each seller one payout, the earliest."""
    planned = Payout.objects.planned().filter(currency=currency).with_names()
    if until:
        planned = planned.filter(expected_on__lte=until)
    if sellers is not None:
        planned = planned.filter(seller__number__in=sellers)
    earliest: dict[int, Payout] = {}
    for payout in planned.order_by("expected_on", "pk"):
        earliest.setdefault(payout.seller_id, payout)
    accounts = accounts_in_use(earliest)
    taken, left_out = [], []
    for seller, payout in earliest.items():
        payout.bank_account = accounts.get(seller)
        if payout.bank_account:
            taken.append(payout)
        else:
            left_out.append(LeftOut(payout, _no_account(payout)))
    return taken, left_out


def create_batch(
    currency: str,
    expected_on: date | None = None,
    sellers: Collection[str] | None = None,
    *,
    actor: User,
) -> PayoutBatch:
    """Put together what is planned in a currency, until a day and of some sellers, if named.

    Each amount is that of its bills, each account certified and past its cool-down. What has no
    such account is left out; where a seller is named, it is refused instead. What no bank would
    take is refused now, not once it is approved.
    """
    require_duty(actor, Duty.PAY_OUT, rule=RULE)
    require_own_hand(actor)
    with as_refusals(), transaction.atomic():
        _require_sellers(sellers)
        payer = paying_account(currency)
        _lock(Payout.objects.planned().filter(currency=currency), sellers)
        payouts, left_out = due_payouts(currency, expected_on, sellers)
        if sellers and left_out:
            raise Conflict.of([each.violation for each in left_out])
        if not payouts:
            raise _nothing_planned(currency, left_out)
        amount = sum((each.amount for each in payouts), ZERO)
        batch = PayoutBatch.objects.create(
            number=next_number("PB"),
            currency=currency,
            expected_on=_execution_day(expected_on),
            amount=amount,
            count=len(payouts),
            payer_holder=payer.holder,
            payer_number=payer.number,
            payer_swift_code=payer.swift_code,
            approvals_needed=approvals_needed(amount, currency),
            created_by=actor,
        )
        for payout in payouts:
            payout.move_to(
                PayoutState.IN_BATCH,
                batch=batch,
                bank_account=payout.bank_account,
                end_to_end_id=payout.number,
            )
        payment_file_of(batch, timezone.now(), batch.expected_on)
        _record(batch, "created", actor)
        return batch


def approvals_needed(amount: Decimal, currency: str) -> int:
    """Besides who put it together (R4.4)."""
    return TWO if amount >= ApprovalLimit.objects.get(currency=currency).amount else 1


def _by_another(batch: PayoutBatch, actor: User) -> None:
    if batch.created_by_id == actor.pk:
        raise Forbidden(
            _("You put this batch together; another operator has to approve it."),
            code="who_puts_a_batch_together_does_not_approve_it",
            rule="R4.4",
        )
    if batch.approvals.filter(operator=actor).exists():
        raise Conflict(
            _("You approved this already; another person has to approve it, too."),
            code="each_approves_once",
            rule="R4.4",
        )


@act(
    "approve",
    BATCHES,
    by=PAYERS,
    rule="R4.4",
    to=BatchState.APPROVED,
    unless=_by_another,
    in_person=True,
    asks=COMMENT,
    said=Said(
        label=gettext_lazy("Approve"),
        question=gettext_lazy("Pay these sellers?"),
        done=gettext_lazy("Your approval is recorded."),
    ),
)
def approve_batch(batch: PayoutBatch, comment: str = "", *, actor: User) -> PayoutBatch:
    """One of the approvals that it needs; with the last one its file can be fetched and sent."""
    PayoutApproval.objects.create(
        batch=batch,
        operator=actor,
        created_by=batch.created_by,
        comment=optional_text("comment", comment),
    )
    _require_certified(batch)
    if batch.approvals.count() >= batch.approvals_needed:
        batch.move_to(BatchState.APPROVED, approved_at=timezone.now())
    _record(batch, "approved", actor)
    return batch


@by_payers(
    "cancel",
    to=BatchState.CANCELLED,
    said=Said(
        label=gettext_lazy("Cancel the batch"),
        question=gettext_lazy("Cancel this batch?"),
        consequence=gettext_lazy("Its payouts are planned again and can go into another batch."),
        done=gettext_lazy("The batch is cancelled."),
        is_final=True,
    ),
)
def cancel_batch(batch: PayoutBatch, *, actor: User) -> PayoutBatch:
    """Before it is sent; nothing has left, and its payouts are planned as they were."""
    _lock(Payout.objects.filter(batch=batch))
    for payout in batch.payouts.select_related("seller"):
        payout.move_to(PayoutState.PLANNED, batch=None, bank_account=None, end_to_end_id="")
    batch.move_to(BatchState.CANCELLED)
    _record(batch, "cancelled", actor)
    return batch


@by_payers(
    "send",
    to=BatchState.SENT,
    when=(BatchState.APPROVED,),
    said=Said(
        label=gettext_lazy("Fetch the file for the bank"),
        question=gettext_lazy("Fetch the payment file?"),
        consequence=gettext_lazy(
            "From then on the batch counts as sent: hand the file to the bank, once."
        ),
        done=gettext_lazy("The file is written; the sellers are notified."),
    ),
)
def send_batch(batch: PayoutBatch, *, actor: User) -> PayoutBatch:
    """Write the file; the payouts leave the sellers' balances and are in transit (R7.1)."""
    _lock(Payout.objects.filter(batch=batch))
    _require_certified(batch)
    now = timezone.now()
    day = _execution_day(batch.expected_on)
    file = payment_file_of(batch, now, day)
    batch.move_to(BatchState.SENT, sent_at=now, expected_on=day, file=file)
    for payout in batch.payouts.with_names().order_by("seller_id"):
        payout.move_to(PayoutState.SENT, sent_at=now, **post_payout(payout, now))
        record_payout(payout, "sent", actor, batch=batch.number)
        assert payout.bank_account is not None, "what is sent has its account"
        tell("payout_sent", payout, account=payout.bank_account.masked_account_number)
    _record(batch, "sent", actor)
    return batch


def file_of(number: str, *, actor: User) -> tuple[PayoutBatch, bytes]:
    """The batch's pain.001, the same bytes whenever it is fetched; the first time sends it."""
    batch = BATCHES.visible_to(actor).filter(number=number).first()
    if batch is None:
        raise NotFound(_("There is no payout batch %(number)s.") % {"number": number})
    PAYERS.require(actor, batch, rule=RULE)
    if batch.file is None:
        batch = send_batch(number, actor=actor)
    assert batch.file is not None, "a sent batch has its file"
    return batch, bytes(batch.file)


def settle_if_done(batch: PayoutBatch | None) -> None:
    """A batch ends with the last of its payouts. The caller holds the lock of that one's seller."""
    if batch is None:
        return
    held = PayoutBatch.objects.select_for_update(of=("self",), no_key=True).get(pk=batch.pk)
    under_way = held.payouts.filter(state__in=(PayoutState.IN_BATCH, PayoutState.SENT))
    if held.state == BatchState.SENT and not under_way.exists():
        held.move_to(BatchState.SETTLED, settled_at=timezone.now())


def _require_certified(batch: PayoutBatch) -> None:
    """The account may have been stopped or replaced since the batch was put together."""
    payouts = batch.payouts.with_names()
    accounts = accounts_in_use([each.seller_id for each in payouts])
    changed = [each for each in payouts if accounts.get(each.seller_id) != each.bank_account]
    if changed:
        raise Conflict.of([_no_account(each) for each in changed])


def _no_account(payout: Payout) -> Violation:
    told = _(
        "%(payout)s: no certified bank account of %(seller)s can be paid to now (it is missing, "
        "cooling down, or another one than when the batch was put together)."
    ) % {"payout": payout.number, "seller": payout.seller.number}
    return Violation("sellers", "no_certified_account", told, RULE)


def _nothing_planned(currency: str, left_out: list[LeftOut]) -> Conflict:
    if left_out:
        return Conflict.of([each.violation for each in left_out])
    return Conflict(
        _("Nothing in %(currency)s is planned to be paid out by that day.")
        % {"currency": currency},
        code="nothing_planned",
        rule=RULE,
    )


def _require_sellers(sellers: Collection[str] | None) -> None:
    if sellers is None:
        return
    known = set(Seller.objects.filter(number__in=sellers).values_list("number", flat=True))
    unknown = sorted(set(sellers) - known)
    if unknown:
        told = _("There is no seller %(number)s.") % {"number": _(", ").join(unknown)}
        raise NotFound(told, field="sellers")


def _lock(payouts: Iterable[Payout], sellers: Collection[str] | None = None) -> None:
    """The sellers first, in one order for everybody, then their payouts."""
    wanted = Seller.objects.filter(payouts__in=payouts)
    if sellers is not None:
        wanted = wanted.filter(number__in=sellers)
    lock_sellers(sorted(set(wanted.values_list("pk", flat=True))))


def _execution_day(expected_on: date | None) -> date:
    """The day itself where it is a banking day to come, else the next one."""
    today = timezone.now().astimezone(ZONE).date()
    return expected_day(max(expected_on or today, today), 0, (), WorkingDays().includes)


def record_payout(payout: Payout, verb: str, actor: User | None, **facts: str) -> None:
    """What has become of one payout."""
    audit.note(
        actor,
        verb,
        payout,
        state=payout.state,
        amount=format_amount(payout.amount, payout.currency),
        currency=payout.currency,
        **{name: value for name, value in facts.items() if value},
    )


def _record(batch: PayoutBatch, verb: str, actor: User | None) -> None:
    audit.note(
        actor,
        verb,
        batch,
        state=batch.state,
        amount=format_amount(batch.amount, batch.currency),
        currency=batch.currency,
        payouts=str(batch.count),
    )
