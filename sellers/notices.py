"""What sellers are told about their side of the marketplace (R10)."""

from dataclasses import dataclass

from django.utils import timezone

from koogallery.models import User, WebhookEndpoint
from koogallery.notices import notify
from sellers.models import (
    BankAccount,
    Certification,
    CertificationUnlock,
    DeliveryMessage,
    Invitation,
    Member,
    ProductApplication,
    SellerApplication,
)


@dataclass(frozen=True, slots=True)
class _Numbered:
    number: str


#: How the key of a notice begins that tells of an account in use.
ACTIVE = "bank_account_active:"


def delivery_failed(message: DeliveryMessage) -> None:
    """Each time it is given up: again if it was sent again in vain."""
    assert message.order is not None, "who makes a test sees its result"
    notify(
        key=f"delivery_failed:{message.number}:{message.attempts_made}",
        kind="delivery_failed",
        seller=message.seller,
        message=message.number,
        order=message.order.number,
        reason=message.result,
    )


def webhook_changed(endpoint: WebhookEndpoint, change: str, actor: User) -> None:
    """Who reads a seller's events elsewhere could be anybody: its people hear of every change.

    The platform's own endpoints are no seller's matter; the record of acts has their changes.
    """
    if endpoint.is_platforms:
        return
    notify(
        key=f"webhook_changed:{endpoint.number}:{change}:{timezone.now().isoformat()}",
        kind="webhook_changed",
        seller=_Numbered(endpoint.seller_number),
        endpoint=endpoint.number,
        address=endpoint.url,
        change=change,
        changed_by=actor.username,
    )


def owner_made(member: Member, asked_by: User) -> None:
    """By operators: all of the seller's people hear of it."""
    notify(
        key=f"owner_made:{member.seller.number}:{member.pk}:{timezone.now().isoformat()}",
        kind="owner_made",
        seller=member.seller,
        owner=member.user.username,
        changed_by=asked_by.username,
    )


def member_invited(invitation: Invitation) -> None:
    notify(
        key=f"member_invited:{invitation.number}",
        kind="member_invited",
        seller=invitation.seller,
        email=invitation.email,
        role=invitation.role,
        changed_by=invitation.invited_by.username,
    )


def member_changed(member: Member, change: str, actor: User) -> None:
    """Who acts for a company is its people's to know, whoever changed it."""
    notify(
        key=f"member_changed:{member.pk}:{change}:{timezone.now().isoformat()}",
        kind="member_changed",
        seller=member.seller,
        member=member.user.username,
        role=member.role,
        membership=change,
        changed_by=actor.username,
    )


def application_approved(application: SellerApplication) -> None:
    assert application.seller is not None, "made by the approval"
    notify(
        key=f"application_approved:{application.number}",
        kind="application_approved",
        seller=application.seller,
        application=application.number,
        company=application.company_name,
    )


def application_rejected(application: SellerApplication) -> None:
    """Under the application's own number: there is no seller, only the person who applied."""
    notify(
        key=f"application_rejected:{application.number}",
        kind="application_rejected",
        seller=application,
        application=application.number,
        company=application.company_name,
        reason=application.reason,
    )


def certification_decided(certification: Certification) -> None:
    reason = {"reason": certification.reason} if certification.is_rejected else {}
    notify(
        key=f"certification:{certification.number}",
        kind=f"certification_{certification.state}",
        seller=certification.seller,
        certification=certification.number,
        company=certification.company_name,
        **reason,
    )


def certification_locked(certification: Certification) -> None:
    notify(
        key=f"certification_locked:{certification.number}",
        kind="certification_locked",
        seller=certification.seller,
        certification=certification.number,
        company=certification.seller.company_name,
    )


def certification_unlocked(unlock: CertificationUnlock) -> None:
    notify(
        key=f"certification_unlocked:{unlock.pk}",
        kind="certification_unlocked",
        seller=unlock.seller,
        company=unlock.seller.company_name,
        reason=unlock.reason,
    )


def bank_account_requested(account: BankAccount) -> None:
    """At once, so that an owner who knows nothing of it can stop it."""
    _tell(account, "bank_account_requested", requested_by=account.requested_by.username)


def bank_account_approved(account: BankAccount) -> None:
    _tell(account, "bank_account_approved", usable_from=_usable_from(account))


def bank_account_active(account: BankAccount) -> None:
    _tell(account, "bank_account_active", usable_from=_usable_from(account))


def bank_account_closed(account: BankAccount) -> None:
    reason = {"reason": account.reason} if account.reason else {}
    _tell(account, "bank_account_closed", decision=str(account.state), **reason)


def product_application_decided(application: ProductApplication) -> None:
    rejected = application.is_rejected
    more = {"reason": application.reason} if rejected else {"product": _product(application)}
    notify(
        key=f"product_application:{application.number}",
        kind=f"product_application_{application.state}",
        seller=application.seller,
        product_application=application.number,
        name=application.name,
        **more,
    )


def _product(application: ProductApplication) -> str:
    assert application.product is not None, "an approved application has its product"
    return application.product.number


def _usable_from(account: BankAccount) -> str:
    assert account.usable_from is not None, "told once it is approved"
    return account.usable_from.isoformat()


def _tell(account: BankAccount, kind: str, **facts: str) -> None:
    notify(
        key=f"{kind}:{account.number}",
        kind=kind,
        seller=account.seller,
        bank_account=account.number,
        account=account.masked_account_number,
        bank=account.bank_name,
        **facts,
    )
