"""What would follow from attributing a line, shown before it is done: tried and rolled back."""

from collections.abc import Iterator

from django.db import transaction

from koogallery.guards import as_refusals
from koogallery.kit.money import ZERO
from koogallery.kit.seen import Fact, Seen, money, require_seen
from koogallery.models import ApprovalRequest, User
from koogallery.second_person import rehearsal
from settlement.choices import LinePurpose
from settlement.models import BankLine
from settlement.services.deposits import balance_of

from .accounts import RULE
from .attributing import LINES, attribute_line


def effect_of(number: str, to: str, comment: str, *, actor: User) -> Seen:
    """What the act refuses is refused here."""
    with transaction.atomic(), rehearsal():
        line = attribute_line(number, to, comment, actor=actor)
        assert not isinstance(line, ApprovalRequest), "what is tried needs no second person"
        facts = list(_facts(LINES.get(pk=line.pk), to))
        transaction.set_rollback(True)
    return Seen.of(facts)


def attribute_as_seen(
    number: str, to: str, comment: str, *, seen: str | None, actor: User
) -> BankLine | ApprovalRequest:
    """Exactly what was shown, or nothing."""
    with as_refusals(), transaction.atomic():
        LINES.held(number, actor=actor)
        require_seen(seen, effect_of(number, to, comment, actor=actor), rule=RULE)
    return attribute_line(number, to, comment, actor=actor)


def _facts(line: BankLine, to: str) -> Iterator[Fact]:
    yield Fact("leaves_suspense", money(line.amount, line.currency))
    yield Fact("to", to)
    if line.seller:
        yield Fact("seller", str(line.seller))
    if line.payout:
        yield Fact("payout_is_then", line.payout.state)
    if line.payment:
        outstanding = line.payment.receivable.recovery.outstanding
        yield Fact("receivable_still_open", money(outstanding, line.currency))
    if line.movement and line.seller:
        yield Fact("deposit_is_then", money(balance_of(line.seller.pk), line.currency))
    if line.adjustment:
        yield Fact("on_the_next_bill", money(line.adjustment.amount, line.currency))
    if line.kept != ZERO and line.purpose != LinePurpose.CHARGES:
        yield Fact("bank_charges", money(-line.kept, line.currency))
