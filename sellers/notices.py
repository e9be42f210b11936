"""What sellers are told about their side of the marketplace (R10): more than a kind and a row."""

from typing import Any

from django.utils import timezone

from koogallery.models import User, WebhookEndpoint
from koogallery.notices import tell
from sellers.models import BankAccount, Member

#: How the key of a notice begins that tells of an account in use.
ACTIVE = "bank_account_active:"


def webhook_changed(endpoint: WebhookEndpoint, change: str, actor: User) -> None:
    """Who reads a seller's events elsewhere could be anybody: its people hear of every change.

    The platform's own endpoints are no seller's matter; the record of acts has their changes.
    """
    if endpoint.is_platforms:
        return
    tell(
        "webhook_changed",
        endpoint,
        f"{endpoint.number}:{change}:{timezone.now().isoformat()}",
        endpoint=endpoint,
        address=endpoint.url,
        change=change,
        changed_by=actor.username,
    )


def owner_made(member: Member, asked_by: User) -> None:
    """By operators: all of the seller's people hear of it."""
    tell(
        "owner_made",
        member,
        f"{member.seller.number}:{member.pk}:{timezone.now().isoformat()}",
        owner=member.user.username,
        changed_by=asked_by.username,
    )


def member_changed(member: Member, change: str, actor: User) -> None:
    """Who acts for a company is its people's to know, whoever changed it."""
    tell(
        "member_changed",
        member,
        f"{member.pk}:{change}:{timezone.now().isoformat()}",
        member=member.user.username,
        membership=change,
        changed_by=actor.username,
    )


def tell_of_account(kind: str, account: BankAccount, **facts: Any) -> None:
    masked = account.masked_account_number
    tell(kind, account, account=masked, bank=account.bank_name, **facts)
