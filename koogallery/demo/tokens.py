"""Tokens of some programs, with their past; nobody has them, for what is kept of one is its digest.

Past the service, which issues tokens as of now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from koogallery.demo.desk import Desk
from koogallery.duties import OperatorRole
from koogallery.models import AccessToken, TokenUse, User
from sellers.choices import Role
from sellers.models import Member


@dataclass(frozen=True, slots=True)
class Past:
    """In days before now; `life` is what it was issued for."""

    name: str
    issued: int
    life: int = 365
    revoked: int | None = None
    used: float | None = None
    used_from: str = ""
    may_write: bool = False
    networks: Sequence[str] = ()
    roles: Sequence[OperatorRole] = ()


ERP_OLD = Past("ERP", 400, 365, used=36, used_from="203.0.113.18", may_write=True)
ERP = Past(
    "ERP", 37, used=0.02, used_from="203.0.113.18", may_write=True, networks=("203.0.113.0/28",)
)
#: A seller's, in the order in which they were issued; the ERP's first token has a successor.
OF_SELLERS: dict[str, Sequence[Past]] = {
    "S000004": (
        ERP_OLD,
        Past("Spreadsheet of the tax adviser", 160, 90, used=95, used_from="198.51.100.7"),
        ERP,
        Past("Notebook that was stolen", 21, 90, revoked=9, used=10, used_from="198.51.100.60"),
    ),
    "S000012": (Past("Business intelligence", 82, 90, used=0.4, used_from="192.0.2.41"),),
}
TRADING = Past(
    "Trading system",
    112,
    used=0.01,
    used_from="10.20.0.15",
    networks=("10.20.0.0/24",),
    roles=(OperatorRole.TRADING_SYSTEM,),
)
MONTH_END = Past("Month-end checks", 61, 90, used=20, used_from="10.20.4.7")
TRIED = Past("Trial of the API", 75, 30, revoked=70)


def show_tokens(desk: Desk) -> None:
    _issued(TRADING, desk.trading)
    _issued(TRIED, desk.second)
    _issued(MONTH_END, desk.first)
    for seller, pasts in OF_SELLERS.items():
        owner = Member.objects.select_related("user").get(
            seller__number=seller, role=Role.OWNER, user__is_active=True
        )
        made = [_issued(past, owner.user, seller) for past in pasts]
        if ERP_OLD in pasts:
            # As a rotation leaves it: the old one is over a day later.
            old = made[pasts.index(ERP_OLD)]
            successor = made[pasts.index(ERP)]
            AccessToken.objects.filter(pk=old.pk).update(
                replaced_by=successor,
                expiry=min(old.expiry, successor.created + timedelta(days=1)),
                modified_at=successor.created,
            )


def _issued(past: Past, holder: User, seller: str = "") -> AccessToken:
    token, _ = AccessToken.objects.create(
        user=holder,
        name=past.name,
        seller_number=seller,
        may_write=past.may_write or not seller,
        allowed_networks=list(past.networks),
        roles=list(past.roles),
    )
    issued = _ago(past.issued)
    times = {
        "created": issued,
        "expiry": issued + timedelta(days=past.life),
        "revoked_at": None if past.revoked is None else _ago(past.revoked),
        "modified_at": issued if past.revoked is None else _ago(past.revoked),
    }
    AccessToken.objects.filter(pk=token.pk).update(**times)
    if past.used is not None:
        TokenUse.objects.create(token=token, at=_ago(past.used), address=past.used_from)
    token.refresh_from_db()
    made: AccessToken = token
    return made


def _ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)
