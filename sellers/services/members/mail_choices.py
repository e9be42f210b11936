"""What a member is mailed of a seller's notices (R10): chosen by nobody but themselves."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from koogallery.events.mail_choices import choose_mail
from koogallery.kinds import KINDS
from koogallery.kit.errors import Forbidden, InvalidInput
from koogallery.models import User
from sellers.models import Seller


def is_mailed(user: User, seller: Seller) -> bool:
    """Members are; operators are not."""
    return seller.members.filter(user=user).exists()


def choose_own_mail(seller: Seller, kinds: Sequence[str] | None, *, actor: User) -> None:
    """These kinds alone; None: all, also those that come later."""
    if not is_mailed(actor, seller):
        raise Forbidden(
            _("Only members of %(seller)s are mailed its notices.") % {"seller": seller},
            code="members_only",
            rule="R10",
        )
    wanted = list(KINDS) if kinds is None else kinds
    if unknown := sorted(set(wanted) - set(KINDS)):
        raise InvalidInput(
            _("There is no kind of event called %(kind)s.") % {"kind": unknown[0]},
            code="unknown_kind",
            rule="R10",
            field="kinds",
        )
    choose_mail(actor, seller.number, wanted)
