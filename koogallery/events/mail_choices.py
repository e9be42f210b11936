"""Which kinds of notices a member wants by e-mail: all, until they say otherwise (R10)."""

from collections.abc import Collection

from django.db import transaction

from koogallery import audit
from koogallery.kinds import KINDS
from koogallery.models import MailChoice, User


def wanted_mail(user: User, seller_number: str) -> list[str]:
    choice = MailChoice.objects.filter(user=user, seller_number=seller_number).first()
    unwanted = set(choice.unwanted) if choice else set()
    return [kind for kind in KINDS if kind not in unwanted]


@transaction.atomic
def choose_mail(user: User, seller_number: str, wanted: Collection[str]) -> None:
    """Kinds that come later are mailed: what is stored is what is not wanted."""
    unwanted = [kind for kind in KINDS if kind not in wanted]
    MailChoice.objects.update_or_create(
        user=user, seller_number=seller_number, defaults={"unwanted": unwanted}
    )
    audit.record(
        user,
        "chose_mail",
        "member",
        user.username,
        seller=seller_number,
        unwanted=", ".join(unwanted),
    )
