"""Who signed in, who failed to, who was locked out: on record like any other act.

Django and axes tell it, from when the portal has started.
"""

from typing import Any

from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from koogallery import audit
from koogallery.models import AccessToken, User

KIND = "person"


@receiver(user_logged_in)
def _signed_in(*, user: Any, **_: Any) -> None:
    _record(user, "signed in", user.get_username())


@receiver(post_save, sender=User)
def _tokens_end_with_the_password(instance: User, *, created: bool, **_: Any) -> None:
    """Whoever had the old one may have issued them."""
    if created or not instance.has_new_password:
        return
    instance.password_is_withdrawn = False
    now = timezone.now()
    for token in AccessToken.objects.in_force().filter(user=instance).order_by("pk"):
        AccessToken.objects.filter(pk=token.pk).update(revoked_at=now, modified_at=now)
        seller = token.seller_number
        audit.record(None, "revoked", "token", token.number, seller=seller, cause="new password")


@receiver(user_logged_out)
def _signed_out(*, user: Any, **_: Any) -> None:
    if user is not None:
        _record(user, "signed out", user.get_username())


@receiver(user_login_failed)
def _failed(*, credentials: dict[str, Any], **_: Any) -> None:
    """Under the name that was typed; a password is never among what is told."""
    _record(None, "failed to sign in", str(credentials.get("username") or ""))


@receiver(user_locked_out)
def _locked_out(*, username: str | None = None, **_: Any) -> None:
    _record(None, "was locked out", username or "")


def _record(actor: Any, verb: str, name: str) -> None:
    audit.record(actor, verb, KIND, name)
