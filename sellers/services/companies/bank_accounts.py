"""Where a seller is paid: versions, two operators for a change, and a cool-down (R9.1)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from koogallery import audit
from koogallery.duties import Duty, require_duty
from koogallery.guards import as_refusals
from koogallery.kit.errors import Conflict, Forbidden, IllegalTransition, NotFound, refuse
from koogallery.models import Notice, User
from koogallery.numbering import next_number
from koogallery.own_hand import require_own_hand
from sellers import notices
from sellers.choices import BankAccountState
from sellers.models import BankAccount, Certification, Seller
from sellers.models.bank_accounts import BANK_COLUMNS
from sellers.rules.bank_accounts import RULE, bank_violations, tidy, tidy_code
from sellers.services.authority import require_treasurer
from sellers.services.locks import lock_seller
from sellers.services.reviews import require_reason

WAITING = (BankAccountState.REQUESTED, BankAccountState.CHECKED)


def account_in_use(seller: Seller, at: datetime | None = None) -> BankAccount | None:
    """Where money goes at this instant: never to a version that is still cooling down."""
    return seller.bank_accounts.all().usable_at(at or timezone.now()).first()


def take_over(certification: Certification, *, actor: User) -> BankAccount:
    """The first account, checked with the certification; another operator approves it."""
    now, sender = timezone.now(), certification.submitted_by
    assert sender is not None, "what is decided was submitted"
    account = BankAccount.objects.create(
        number=next_number("BA"),
        seller=certification.seller,
        version=1,
        state=BankAccountState.CHECKED,
        of_certification=True,
        requested_by=sender,
        checked_by=actor,
        checked_at=now,
        **{name: getattr(certification, name) for name in BANK_COLUMNS},
    )
    _record(account, "checked", actor)
    return account


@as_refusals()
@transaction.atomic
def request_bank_account(
    seller_number: str, details: Mapping[str, str], *, actor: User
) -> BankAccount:
    """Ask for another account. Who is told at once: every member of the company with an address.

    An operator who records it for the seller is the first of the two operators.
    """
    seller = _locked_seller(seller_number, actor)
    require_treasurer(actor, seller)
    tidied = _tidied(details)
    refuse(bank_violations(tidied, seller.company_name))
    _require_none_under_way(seller)
    by_operator = actor.is_operator
    account = BankAccount.objects.create(
        number=next_number("BA"),
        seller=seller,
        version=seller.bank_accounts.count() + 1,
        state=BankAccountState.CHECKED if by_operator else BankAccountState.REQUESTED,
        requested_by=actor,
        checked_by=actor if by_operator else None,
        checked_at=timezone.now() if by_operator else None,
        **tidied,
    )
    _record(account, "requested", actor)
    notices.bank_account_requested(account)
    return account


@as_refusals()
@transaction.atomic
def check_bank_account(number: str, *, actor: User) -> BankAccount:
    """The first operator has called back and compared; another one approves."""
    account = _locked(number, actor)
    require_checker(account, actor)
    _move(account, BankAccountState.CHECKED, checked_by=actor, checked_at=timezone.now())
    _record(account, "checked", actor)
    return account


@as_refusals()
@transaction.atomic
def approve_bank_account(number: str, *, actor: User) -> BankAccount:
    """By a second operator (R9.1). The first account is used at once.

    A changed one cools down first, and meanwhile money goes to the old one.
    """
    account = _locked(number, actor)
    require_approver(account, actor)
    now = timezone.now()
    changes = account.seller.bank_accounts.exclude(approved_at=None).exists()
    cool_down = timedelta(days=settings.BANK_ACCOUNT_COOL_DOWN_DAYS if changes else 0)
    _move(
        account,
        BankAccountState.APPROVED,
        approved_by=actor,
        approved_at=now,
        usable_from=now + cool_down,
    )
    _record(account, "approved", actor, usable_from=account.usable_from)
    (notices.bank_account_approved if changes else notices.bank_account_active)(account)
    return account


@as_refusals()
@transaction.atomic
def reject_bank_account(number: str, reason: str, *, actor: User) -> BankAccount:
    account = _locked(number, actor)
    require_rejecter(account, actor)
    return _close(account, BankAccountState.REJECTED, require_reason(reason, RULE), actor)


@as_refusals()
@transaction.atomic
def withdraw_bank_account(number: str, *, actor: User) -> BankAccount:
    """The seller no longer wants it; possible until it is approved."""
    account = _locked(number, actor)
    require_treasurer(actor, account.seller)
    return _close(account, BankAccountState.WITHDRAWN, "", actor)


@as_refusals()
@transaction.atomic
def stop_bank_account(number: str, reason: str, *, actor: User) -> BankAccount:
    """While it cools down the owner stops what was not theirs, and the old account stays."""
    account = _locked(number, actor)
    require_stopper(account, actor)
    return _close(account, BankAccountState.STOPPED, require_reason(reason, RULE), actor)


def tell_of_accounts_in_use() -> int:
    """Tell sellers whose new account has cooled down, once each; how many were told."""
    told = Notice.objects.filter(key=Concat(Value(notices.ACTIVE), OuterRef("number")))
    cooled = BankAccount.objects.usable_at(timezone.now())
    untold = list(cooled.filter(~Exists(told)).select_related("seller"))
    for account in untold:
        notices.bank_account_active(account)
    return len(untold)


def require_checker(account: BankAccount, actor: User) -> None:
    require_duty(actor, Duty.APPROVE_BANK_ACCOUNTS, rule=RULE)
    require_own_hand(actor)
    _require_state(account, BankAccountState.REQUESTED)
    if account.requested_by_id == actor.pk:
        raise _another_operator(_("You asked for this change; an operator checks it."))


def require_approver(account: BankAccount, actor: User) -> None:
    """Neither who asked for it nor who checked it; pages tell the same reason beforehand."""
    require_duty(actor, Duty.APPROVE_BANK_ACCOUNTS, rule=RULE)
    require_own_hand(actor)
    _require_state(account, BankAccountState.CHECKED)
    if account.requested_by_id == actor.pk:
        raise _another_operator(_("You asked for this change; another operator has to approve it."))
    if account.checked_by_id == actor.pk:
        raise _another_operator(_("You checked this change; another operator has to approve it."))


def require_rejecter(account: BankAccount, actor: User) -> None:
    require_duty(actor, Duty.APPROVE_BANK_ACCOUNTS, rule=RULE)
    _require_state(account, *WAITING)


def require_stopper(account: BankAccount, actor: User) -> None:
    """An owner or finance member, or an operator who may decide on accounts."""
    if actor.is_operator:
        require_duty(actor, Duty.APPROVE_BANK_ACCOUNTS, rule=RULE)
    else:
        require_treasurer(actor, account.seller)
    _require_state(account, BankAccountState.APPROVED)
    if not account.is_cooling_down:
        told = _("It is in use already; ask for a change to another account.")
        raise Conflict(told, code="bank_account_in_use", rule=RULE)


def _another_operator(told: str) -> Forbidden:
    return Forbidden(told, code="a_bank_account_takes_a_second_operator", rule=RULE)


def _require_state(account: BankAccount, *states: BankAccountState) -> None:
    if account.state not in states:
        told = _("This bank account is %(state)s; that is no longer possible.") % {
            "state": account.state_label.lower()
        }
        raise IllegalTransition(told, rule=RULE)


def _require_none_under_way(seller: Seller) -> None:
    under_way = seller.bank_accounts.all().underway().first()
    if under_way:
        told = _("Change %(under_way)s is under way; withdraw or stop it first.") % {
            "under_way": under_way
        }
        raise Conflict(told, code="one_bank_account_change_waits_at_a_time", rule=RULE)


def _tidied(details: Mapping[str, str]) -> dict[str, str]:
    codes = {"account_number", "swift_code"}
    given = {name: details.get(name, "") for name in BANK_COLUMNS}
    tidied = {
        name: tidy_code(text) if name in codes else tidy(text) for name, text in given.items()
    }
    return {**tidied, "bank_country": tidied["bank_country"].upper()}


def _locked(number: str, actor: User) -> BankAccount:
    rows = BankAccount.objects.select_related("seller")
    found = rows.visible_to(actor).filter(number=number).first()
    if found is None:
        raise NotFound(_("There is no bank account %(number)s.") % {"number": number})
    rows.hold(found.pk)
    return rows.get(pk=found.pk)


def _locked_seller(number: str, actor: User) -> Seller:
    if not Seller.objects.visible_to(actor).filter(number=number).exists():
        raise NotFound(_("There is no seller %(number)s.") % {"number": number})
    return lock_seller(number=number)


def _close(account: BankAccount, target: BankAccountState, reason: str, actor: User) -> BankAccount:
    _move(account, target, closed_by=actor, closed_at=timezone.now(), reason=reason)
    _record(account, target, actor, **({"reason": reason} if reason else {}))
    notices.bank_account_closed(account)
    return account


def _move(account: BankAccount, target: BankAccountState, **columns: Any) -> None:
    account.move_to(target, modified_at=timezone.now(), **columns)


def _record(account: BankAccount, verb: str, actor: User, **facts: Any) -> None:
    audit.record(
        actor,
        verb,
        "bank_account",
        account.number,
        seller=account.seller.number,
        row=account,
        account_number=account.masked_account_number,
        bank_name=account.bank_name,
        **facts,
    )
