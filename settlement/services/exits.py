"""A seller asks to leave, and leaves once nothing is open any more (R6.3)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from koogallery import audit
from koogallery.acts import Said, TwoPeople, Who, act, act_of_two
from koogallery.asks import REASON_FOR_SELLER, Asks, Prose
from koogallery.duties import Duty
from koogallery.kit.errors import Conflict, Violation
from koogallery.kit.money import ZERO, format_amount
from koogallery.models import User
from koogallery.notices import tell
from koogallery.numbering import next_number
from sellers.models import Seller
from sellers.rules.sellers import left_violation
from sellers.services.authority import OWNERS
from sellers.services.companies.leaving import keep_registrations_out, registrations_of
from sellers.services.locks import lock_seller, visible_seller
from settlement.choices import ExitState, MoneyAct, MovementKind
from settlement.models import Deposit, ExitRequest
from settlement.readings.exits import exit_obstacles, exit_reference, open_request_of
from settlement.rules.exits import ENDED_BY_THE_SELLER, Obstacle
from settlement.services.deposits import record_movement
from settlement.services.previews.effects import on_the_seller
from settlement.services.validation import optional_text, require_text

REQUESTS = ExitRequest.objects.select_related("seller", "requested_by", "decided_by")

WISH = Asks(
    "ExitRequestForm",
    (
        Prose(
            name="reason",
            label=_("Why you leave"),
            help=_("If you like to say it. Huawei’s operations read it."),
            required=False,
        ),
    ),
)


def _may_ask(seller: Seller, _actor: User) -> None:
    """Once; and when nothing is open that the seller ends itself."""
    _require_here(seller)
    standing = open_request_of(seller)
    if standing:
        raise Conflict(
            gettext("Request %(request)s stands already.") % {"request": standing},
            code="a_seller_asks_to_leave_once",
            rule="R6.3",
        )
    own = [each for each in exit_obstacles(seller) if each.code in ENDED_BY_THE_SELLER]
    _refuse_while(own)


@act(
    "request_exit",
    Seller.objects.all(),
    by=OWNERS,
    rule="R6.3",
    unless=_may_ask,
    asks=WISH,
    said=Said(
        label=_("Ask to leave"),
        question=_("Leave KooGallery?"),
        consequence=_(
            "Huawei’s operations let you leave once nothing is open any more. Your whole deposit "
            "is then paid out to your certified bank account, and your company cannot register "
            "again, under any spelling of its name. You can withdraw the request until then; the "
            "exit itself is final."
        ),
        done=_("Your request is with Huawei’s operations. You will be told when you have left."),
    ),
)
def request_exit(seller: Seller, reason: str = "", *, actor: User) -> ExitRequest:
    """Say that the seller wants to leave; what is still open may be settled meanwhile."""
    request = ExitRequest.objects.create(
        number=next_number("XR"),
        seller=seller,
        reason=optional_text("reason", reason),
        requested_by=actor,
    )
    audit.note(actor, "requested", request, reason=request.reason)
    tell("exit_requested", request)
    return request


@act(
    "withdraw",
    REQUESTS,
    by=OWNERS,
    rule="R6.3",
    to=ExitState.WITHDRAWN,
    said=Said(
        label=_("Withdraw the request"),
        question=_("Stay with KooGallery?"),
        consequence=_("Everything stays as it is. You can ask again at any time."),
        done=_("Your request is withdrawn."),
    ),
)
def withdraw_exit(request: ExitRequest, *, actor: User) -> ExitRequest:
    """The seller stays; possible until it has left."""
    _decide(request, ExitState.WITHDRAWN, actor)
    tell("exit_withdrawn", request)
    return request


@act(
    "refuse",
    REQUESTS,
    by=Who(Duty.MANAGE_SELLERS),
    rule="R6.3",
    to=ExitState.REFUSED,
    asks=REASON_FOR_SELLER,
    said=Said(
        label=_("Refuse"),
        question=_("Refuse this exit?"),
        done=_("The request is refused; the seller is told why."),
        is_final=True,
    ),
)
def refuse_exit(request: ExitRequest, reason: str, *, actor: User) -> ExitRequest:
    """The seller stays, and is told why; it may ask again."""
    _decide(request, ExitState.REFUSED, actor, require_text("reason", reason, rule="R6.3"))
    tell("exit_refused", request, reason=request.answer)
    return request


def _decide(request: ExitRequest, state: ExitState, actor: User, answer: str = "") -> None:
    request.move_to(state, answer=answer, decided_by=actor, decided_at=timezone.now())
    audit.note(actor, state, request, **{"answer": answer} if answer else {})


def _lock_company(number: str, actor: User) -> None:
    """Registrations, then all that the company is registered as: in one order for everybody."""
    keep_registrations_out()
    named = visible_seller(number, actor)
    for each in sorted([number, *registrations_of(named).values_list("number", flat=True)]):
        lock_seller(number=each)


@act_of_two(
    "leave",
    Seller.objects.all(),
    TwoPeople("exit", _("Let a seller leave"), on_the_seller),
    by=Who(Duty.MANAGE_SELLERS),
    rule="R6.3",
    before=_lock_company,
    said=Said(
        label=_("Let the seller leave"),
        question=_("Let this seller leave KooGallery?"),
        done=_("The seller has left; its deposit is returned."),
        is_final=True,
    ),
)
def exit_seller(seller: Seller, *, actor: User) -> Seller:
    """Return the whole deposit and let the seller go; refused while anything is open.

    A company leaves with all that it is registered as, so that none of it outlives the exit.
    The locks keep out whatever could open something beside it: orders, refunds, bills, listings.
    """
    _require_here(seller)
    _refuse_while(exit_obstacles(seller))
    others = registrations_of(seller).filter(left_at=None)
    returned = _return_deposit(seller, actor)
    left_at, leaving = timezone.now(), [seller, *others]
    Seller.objects.filter(pk__in=[each.pk for each in leaving]).update(
        left_at=left_at, modified_at=left_at
    )
    for request in ExitRequest.objects.open().filter(seller__in=leaving):
        _decide(request, ExitState.GRANTED, actor)
    for each in leaving:
        _tell(each, left_at, returned if each is seller else ZERO, actor)
    return seller


def _tell(seller: Seller, left_at: datetime, returned: Decimal, actor: User) -> None:
    seller.left_at = left_at
    audit.note(
        actor,
        "left",
        seller,
        changes={"left_at": (None, left_at)},
        returned=format_amount(returned, seller.settlement_currency),
        currency=seller.settlement_currency,
    )
    tell("seller_left", seller, returned=returned, currency=seller.settlement_currency)


def _require_here(seller: Seller) -> None:
    if seller.left_at:
        raise Conflict.of(
            [
                left_violation(
                    "",
                    gettext("%(number)s left on %(left_at)s.")
                    % {"number": seller.number, "left_at": f"{seller.left_at:%Y-%m-%d}"},
                )
            ]
        )


def _refuse_while(open_: Sequence[Obstacle]) -> None:
    if open_:
        raise Conflict.of([Violation("", each.code, each.detail, "R6.3") for each in open_])


def _return_deposit(seller: Seller, actor: User) -> Decimal:
    deposit = Deposit.objects.filter(seller=seller).first()
    if deposit is None or deposit.balance == ZERO:
        return ZERO
    record_movement(
        seller,
        MovementKind.RETURN,
        deposit.balance,
        exit_reference(seller),
        gettext("The seller leaves KooGallery."),
        actor=actor,
        by=MoneyAct.EXIT,
    )
    return deposit.balance
