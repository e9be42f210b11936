"""Where a seller is paid: versions, two operators for a change, and a cool-down (R9.1)."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery import audit
from koogallery.acts import ActsOn, Said, Who, act
from koogallery.asks import REASON, REASON_FOR_SELLER
from koogallery.duties import Duty
from koogallery.kit.errors import Conflict, Forbidden, refuse
from koogallery.models import Notice, User
from koogallery.numbering import next_number
from sellers.choices import BankAccountState
from sellers.models import BankAccount, Certification, Seller
from sellers.models.bank_accounts import BANK_COLUMNS
from sellers.notices import ACTIVE, tell_of_account
from sellers.rules.bank_accounts import RULE, bank_violations, tidy, tidy_code
from sellers.services.authority import TREASURERS
from sellers.services.reviews import require_reason

ACCOUNTS = BankAccount.objects.select_related("seller")
WAITING = (BankAccountState.REQUESTED, BankAccountState.CHECKED)
CHECKERS = Who(Duty.APPROVE_BANK_ACCOUNTS)
by_checkers = ActsOn(ACCOUNTS, by=CHECKERS, rule=RULE)


def account_in_use(seller: Seller, at: datetime | None = None) -> BankAccount | None:
    """Where money goes at this instant: never to a version that is still cooling down."""
    return seller.bank_accounts.all().usable_at(at or timezone.now()).first()


def accounts_in_use(sellers: Iterable[int]) -> dict[int, BankAccount]:
    """The same now for several sellers, by their ids; who has none is left out."""
    usable = BankAccount.objects.filter(seller__in=list(sellers)).usable_at(timezone.now())
    latest = usable.order_by("seller_id", "-version").distinct("seller_id")
    return {account.seller_id: account for account in latest}


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


@act(
    "request_bank_account",
    Seller.objects.all(),
    by=TREASURERS | Duty.MANAGE_SELLERS,
    rule=RULE,
)
def request_bank_account(seller: Seller, details: Mapping[str, str], *, actor: User) -> BankAccount:
    """Ask for another account; every member of the company with an address is notified at once.

    An operator who records it for the seller is the first of the two operators.
    """
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
    tell_of_account("bank_account_requested", account, requested_by=account.requested_by.username)
    return account


def _asked_by_another(account: BankAccount, actor: User) -> None:
    if account.requested_by_id == actor.pk:
        raise _another_operator(_("You asked for this change; another operator has to approve it."))


def _checked_by_another(account: BankAccount, actor: User) -> None:
    _asked_by_another(account, actor)
    if account.checked_by_id == actor.pk:
        raise _another_operator(_("You checked this change; another operator has to approve it."))


@by_checkers(
    "check",
    in_person=True,
    to=BankAccountState.CHECKED,
    unless=_asked_by_another,
    said=Said(
        label=gettext_lazy("Check"),
        question=gettext_lazy("Is this the company’s own account?"),
        done=gettext_lazy("Checked. Another operator approves it."),
    ),
)
def check_bank_account(account: BankAccount, *, actor: User) -> BankAccount:
    """The first operator has called back and compared it with the documents; another approves."""
    account.move_to(BankAccountState.CHECKED, checked_by=actor, checked_at=timezone.now())
    _record(account, "checked", actor)
    return account


@by_checkers(
    "approve",
    in_person=True,
    to=BankAccountState.APPROVED,
    unless=_checked_by_another,
    said=Said(
        label=gettext_lazy("Approve"),
        question=gettext_lazy("Approve this bank account?"),
        done=gettext_lazy("The account is approved."),
    ),
)
def approve_bank_account(account: BankAccount, *, actor: User) -> BankAccount:
    """By a second operator (R9.1). The first account is used at once.

    A changed one cools down first, and meanwhile money goes to the old one.
    """
    now = timezone.now()
    changes = account.seller.bank_accounts.exclude(approved_at=None).exists()
    cool_down = timedelta(days=settings.BANK_ACCOUNT_COOL_DOWN_DAYS if changes else 0)
    account.move_to(
        BankAccountState.APPROVED, approved_by=actor, approved_at=now, usable_from=now + cool_down
    )
    _record(account, "approved", actor, usable_from=account.usable_from)
    tell_of_account("bank_account_approved" if changes else "bank_account_active", account)
    return account


@by_checkers(
    "reject",
    to=BankAccountState.REJECTED,
    asks=REASON_FOR_SELLER,
    said=Said(
        label=gettext_lazy("Reject"),
        question=gettext_lazy("Reject this bank account?"),
        done=gettext_lazy("The change is rejected."),
        is_final=True,
    ),
)
def reject_bank_account(account: BankAccount, reason: str, *, actor: User) -> BankAccount:
    """Not approved, with the reason."""
    return _close(account, BankAccountState.REJECTED, require_reason(reason, RULE), actor)


@act(
    "withdraw",
    ACCOUNTS,
    by=TREASURERS | Duty.MANAGE_SELLERS,
    rule=RULE,
    to=BankAccountState.WITHDRAWN,
    said=Said(
        label=gettext_lazy("Withdraw"),
        question=gettext_lazy("Withdraw this change of the bank account?"),
        consequence=gettext_lazy("Money goes on going where it went before."),
        done=gettext_lazy("The change is withdrawn."),
    ),
)
def withdraw_bank_account(account: BankAccount, *, actor: User) -> BankAccount:
    """The seller no longer wants it; possible until it is approved."""
    return _close(account, BankAccountState.WITHDRAWN, "", actor)


def _cooling_down(account: BankAccount, actor: User) -> None:  # noqa: ARG001
    if not account.is_cooling_down:
        raise Conflict(
            _("It is in use already; ask for a change to another account."),
            code="bank_account_in_use",
            rule=RULE,
        )


@act(
    "stop",
    ACCOUNTS,
    by=TREASURERS | Duty.APPROVE_BANK_ACCOUNTS,
    rule=RULE,
    to=BankAccountState.STOPPED,
    unless=_cooling_down,
    asks=REASON,
    said=Said(
        label=gettext_lazy("Stop the change"),
        question=gettext_lazy("Stop this change of the bank account?"),
        consequence=gettext_lazy(
            "Money goes on going where it went before. If nobody of you asked for the change, "
            "change your passwords and revoke your tokens as well."
        ),
        done=gettext_lazy("The change is stopped."),
        is_final=True,
    ),
)
def stop_bank_account(account: BankAccount, reason: str, *, actor: User) -> BankAccount:
    """While it cools down the owner stops what was not theirs, and the old account stays."""
    return _close(account, BankAccountState.STOPPED, require_reason(reason, RULE), actor)


def tell_of_accounts_in_use() -> int:
    """Tell sellers whose new account has cooled down, once each; how many were told."""
    told = Notice.objects.filter(key=Concat(Value(ACTIVE), OuterRef("number")))
    cooled = BankAccount.objects.usable_at(timezone.now())
    untold = list(cooled.filter(~Exists(told)).select_related("seller"))
    for account in untold:
        tell_of_account("bank_account_active", account)
    return len(untold)


def _another_operator(told: str) -> Forbidden:
    return Forbidden(told, code="a_bank_account_takes_a_second_operator", rule=RULE)


def _require_none_under_way(seller: Seller) -> None:
    under_way = seller.bank_accounts.all().underway().first()
    if under_way:
        raise Conflict(
            _("Change %(under_way)s is under way; withdraw or stop it first.")
            % {"under_way": under_way},
            code="one_bank_account_change_waits_at_a_time",
            rule=RULE,
        )


def _tidied(details: Mapping[str, str]) -> dict[str, str]:
    codes = {"account_number", "swift_code"}
    given = {name: details.get(name, "") for name in BANK_COLUMNS}
    tidied = {
        name: tidy_code(text) if name in codes else tidy(text) for name, text in given.items()
    }
    return {**tidied, "bank_country": tidied["bank_country"].upper()}


def _close(account: BankAccount, target: BankAccountState, reason: str, actor: User) -> BankAccount:
    account.move_to(target, closed_by=actor, closed_at=timezone.now(), reason=reason)
    _record(account, target, actor, **({"reason": reason} if reason else {}))
    tell_of_account("bank_account_closed", account, decision=account.state)
    return account


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
