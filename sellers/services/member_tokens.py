"""Tokens that an owner issues for the company's own programs, and takes back."""

from datetime import timedelta

from django.db import transaction

from koogallery import audit
from koogallery.kit.errors import NotFound
from koogallery.models import AccessToken, User
from sellers.models import Seller
from sellers.services.members import require_owner


@transaction.atomic
def issue_token(
    seller: Seller, name: str, valid_for: timedelta, *, may_write: bool, actor: User
) -> str:
    """The token itself, stored hashed and shown once; it acts as the owner who issued it."""
    require_owner(actor, seller)
    token: str
    _, token = AccessToken.objects.create(
        user=actor,
        expiry=valid_for,
        name=name,
        seller_number=seller.number,
        may_write=may_write,
    )
    audit.record(actor, "issued", "token", name[:60], seller=seller.number, may_write=may_write)
    return token


@transaction.atomic
def revoke_token(seller: Seller, key: str, *, actor: User) -> None:
    """At once, and for good."""
    require_owner(actor, seller)
    token = AccessToken.objects.filter(seller_number=seller.number, token_key=key).first()
    if token is None:
        raise NotFound("There is no such token.")
    audit.record(actor, "revoked", "token", token.name[:60], seller=seller.number)
    token.delete()
