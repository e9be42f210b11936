"""What people are mailed about their own account: links, and what was done with it by whomever.

Written with the act and sent after it. A link is made as the mail is sent and kept nowhere else.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.core.signing import dumps
from django.db import Error, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from koogallery.browsers import browser_name
from koogallery.dates import instant_text
from koogallery.events.mail import STEPS, in_time
from koogallery.languages import Text, language_of_account
from koogallery.models import AccountMail, User
from koogallery.origin import current_origin
from koogallery.settlement_time import ZONE

logger = logging.getLogger(__name__)

#: Of the ten from one round to the next.
ROUND_SECONDS = 8

#: What signs links by which a person confirms an e-mail address.
ADDRESS_SALT = "koogallery.account_mail.address"
#: What signs links by which whoever reads mail at an address makes an account for it.
SIGN_UP_SALT = "koogallery.account_mail.sign_up"


def _password_link(mail: AccountMail) -> str:
    """Works once: it is over when the password, the address or the last sign-in is another."""
    user = _reader(mail)
    uid, token = (
        urlsafe_base64_encode(force_bytes(user.pk)),
        default_token_generator.make_token(user),
    )
    return reverse("password-choose", args=[uid, token])


def _address_link(mail: AccountMail) -> str:
    user = _reader(mail)
    signed = dumps({"user": user.pk, "from": user.email, "to": mail.address}, salt=ADDRESS_SALT)
    return reverse("account-address-confirm", args=[signed])


def _sign_up_link(mail: AccountMail) -> str:
    """Works once: then there is an account."""
    return reverse("sign-up-finish", args=[dumps(mail.address, salt=SIGN_UP_SALT)])


def _reader(mail: AccountMail) -> User:
    assert mail.user is not None, "of an account"
    return mail.user


@dataclass(frozen=True, slots=True)
class Letter:
    """Without a link it tells what happened, from where, and what to do if it was somebody else."""

    subject: Text
    sentence: Text
    link: Callable[[AccountMail], str] | None = None


RESET, SIGN_UP, SIGN_UP_KNOWN = "password_reset", "sign_up", "sign_up_known"
LETTERS: Mapping[str, Letter] = {
    RESET: Letter(
        gettext_lazy("Choose a new password"),
        gettext_lazy(
            "Somebody, probably you, asked for a new password for this account. If it was not you, "
            "do nothing: the password stays as it is."
        ),
        _password_link,
    ),
    SIGN_UP: Letter(
        gettext_lazy("Your account at KooGallery"),
        gettext_lazy(
            "Somebody, probably you, wants an account for this address, to apply for a company to "
            "sell on KooGallery. Choose its password. If it was not you, do nothing."
        ),
        _sign_up_link,
    ),
    SIGN_UP_KNOWN: Letter(
        gettext_lazy("You have an account at KooGallery"),
        gettext_lazy(
            "Somebody, probably you, asked for an account for this address, which has the one "
            "below. Sign in with its password, or choose a new one by the link. If it was not you, "
            "do nothing."
        ),
        _password_link,
    ),
    "password_chosen_first": Letter(
        gettext_lazy("Your account at KooGallery"),
        gettext_lazy(
            "%(by)s has made an account for you. Choose its password, which nobody else sees."
        ),
        _password_link,
    ),
    "password_withdrawn": Letter(
        gettext_lazy("Your password was withdrawn"),
        gettext_lazy(
            "%(by)s has withdrawn your password and ended your sessions. Choose a new one; for a "
            "day the account then neither asks for nor approves what takes two people."
        ),
        _password_link,
    ),
    "address_confirm": Letter(
        gettext_lazy("Confirm your e-mail address"),
        gettext_lazy(
            "This address is to become that of your account. Confirm it while you are signed in."
        ),
        _address_link,
    ),
    "password_changed": Letter(
        gettext_lazy("Your password was changed"),
        gettext_lazy("Your password was changed; all other sessions and your tokens have ended."),
    ),
    "new_browser": Letter(
        gettext_lazy("Signed in from a new browser"),
        gettext_lazy("Somebody, probably you, signed in from a browser new to this account."),
    ),
    "factor_added": Letter(
        gettext_lazy("A second factor was added"),
        gettext_lazy("A second factor was added to your account: %(factor)s."),
    ),
    "factor_removed": Letter(
        gettext_lazy("A second factor was removed"),
        gettext_lazy("A second factor was removed from your account: %(factor)s."),
    ),
    "single_sign_on_linked": Letter(
        gettext_lazy("Signed in by single sign-on for the first time"),
        gettext_lazy(
            "Somebody, probably you, signed in to this account by single sign-on for the first "
            "time. For a day it neither asks for nor approves what takes two people."
        ),
    ),
    "single_sign_on_removed": Letter(
        gettext_lazy("The link to single sign-on was removed"),
        gettext_lazy(
            "%(by)s has removed the link between this account and single sign-on and ended your "
            "sessions. For a day it neither asks for nor approves what takes two people."
        ),
    ),
    "codes_made": Letter(
        gettext_lazy("New recovery codes"),
        gettext_lazy("Your account has new recovery codes; the former ones work no more."),
    ),
    "address_changed": Letter(
        gettext_lazy("Your e-mail address was changed"),
        gettext_lazy("Mail of your account goes to %(address)s from now on."),
    ),
}


#: Second factors as people know them.
FACTORS: Mapping[str, Text] = {
    "totp": gettext_lazy("authenticator app"),
    "webauthn": gettext_lazy("passkey"),
    "recovery_codes": gettext_lazy("recovery codes"),
}


def mail_person(user: User, kind: str, *, to: str = "", **facts: str) -> None:
    """At the end of an act; nobody is told who has no address."""
    address = to or user.email
    if address:
        facts = {**_from_where(), **facts}
        AccountMail.objects.create(user=user, kind=kind, address=address, facts=facts)


def mail_whoever_is_at(address: str, kind: str) -> None:
    """The same work for an address that has an account and for one that has none."""
    facts = {**_from_where(), "language": translation.get_language() or ""}
    AccountMail.objects.create(kind=kind, address=address, facts=facts)


def _from_where() -> dict[str, str]:
    return {"at": timezone.now().isoformat(), "ip_address": current_origin().ip_address or ""}


def send_account_mail() -> int:
    """Those that are due; what goes wrong with one keeps no other waiting."""
    due = AccountMail.objects.filter(due_at__lte=timezone.now()).order_by("due_at", "pk")
    return sum(map(_send, in_time(list(due.values_list("pk", flat=True)), ROUND_SECONDS)))


@transaction.atomic
def _send(pk: int) -> bool:
    """One message, one transaction: it is gone exactly if the mail server took it."""
    rows = AccountMail.objects.filter(pk=pk).select_related("user")
    mail = rows.select_for_update(of=("self",), skip_locked=True).first()
    if mail is None:
        return False
    if mail.user is None and _is_handed_on(mail):
        return False
    language = mail.user.language if mail.user else mail.facts["language"]
    try:
        with translation.override(language_of_account(language)):
            send_mail(_subject(mail), "\n".join(_lines(mail)), None, [mail.address])
    except Error:  # the database's
        raise
    except Exception:
        logger.exception("Account mail %s could not be sent.", mail)
        _try_later(mail)
        return False
    mail.delete()
    return True


def _is_handed_on(mail: AccountMail) -> bool:
    """To each account of this address, as the account has it written; not where it is to be one."""
    accounts = list(User.objects.filter(email__iexact=mail.address).order_by("pk"))
    if mail.kind == SIGN_UP and not accounts:
        return False
    kind = SIGN_UP_KNOWN if mail.kind == SIGN_UP else mail.kind
    for user in accounts:
        if user.is_active:
            AccountMail.objects.create(user=user, kind=kind, address=user.email, facts=mail.facts)
    mail.delete()
    return True


def _try_later(mail: AccountMail) -> None:
    if mail.attempts >= len(STEPS):
        mail.delete()
        return
    later = timezone.now() + STEPS[mail.attempts]
    AccountMail.objects.filter(pk=mail.pk).update(attempts=mail.attempts + 1, due_at=later)


def _factors(kinds: str) -> str:
    return ", ".join(str(FACTORS.get(each, each)) for each in kinds.split(", "))


def _subject(mail: AccountMail) -> str:
    return f"KooGallery: {LETTERS[mail.kind].subject}"


def _lines(mail: AccountMail) -> Iterator[str]:
    letter, facts = LETTERS[mail.kind], mail.facts
    yield str(letter.sentence) % {**facts, "factor": _factors(facts.get("factor", ""))}
    if mail.user:
        yield ""
        yield _("Account: %(name)s") % {"name": mail.user.username}
    if letter.link:
        yield ""
        yield settings.PORTAL_URL + letter.link(mail)
        yield ""
        yield _("The link works once, within %(minutes)s minutes.") % {
            "minutes": settings.ACCOUNT_LINK_MINUTES
        }
        return
    at = f"{instant_text(datetime.fromisoformat(facts['at']))} ({ZONE})"
    yield _("When: %(at)s") % {"at": at}
    if facts.get("ip_address"):
        yield _("From: %(address)s") % {"address": facts["ip_address"]}
    if facts.get("browser"):
        yield _("Browser: %(browser)s") % {"browser": browser_name(facts["browser"])}
    yield ""
    yield _(
        "If it was not you, choose a new password at once, at %(address)s, and tell Huawei’s "
        "operations."
    ) % {"address": settings.PORTAL_URL + reverse("password-reset")}
