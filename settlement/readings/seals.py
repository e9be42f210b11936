"""A bill's seal, and the way from it to a signed root (R7.3)."""

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from settlement.models import Bill, Seal, SealRoot
from settlement.rules.canonical import Step, merkle_path


@dataclass(frozen=True, slots=True)
class SealOfBill:
    """The link that the close of its cycle put into its seller's chain."""

    bill: Bill
    seal: Seal
    path: list[Step]
    root: SealRoot | None

    @property
    def previous(self) -> str | None:
        """The seal before it in its seller's chain."""
        said: dict[str, str | None] = json.loads(self.seal.content)
        return said["previous"]


def seal_of(bill: Bill) -> SealOfBill | None:
    """None for a bill that was issued before bills were sealed."""
    seal = Seal.objects.filter(bill=bill).select_related("root").first()
    return SealOfBill(bill, seal, path_of(seal), seal.root) if seal else None


def is_seal_of(bill: str, seal: str) -> bool:
    """Whether a bill of this number was issued with this seal."""
    return Seal.objects.filter(bill__number=bill, hash=seal.lower()).exists()


def check_address(bill: Bill, seal: str) -> str:
    """Where anybody can check them, without an account."""
    query = urlencode({"bill": bill.number, "seal": seal})
    return f"{settings.PORTAL_URL}{reverse('verify')}?{query}"


def path_of(seal: Seal) -> list[Step]:
    if seal.root is None:
        return []
    leaves = list(seal.root.sealed.as_leaves().values_list("hash", flat=True))
    return merkle_path(leaves, leaves.index(seal.hash))
