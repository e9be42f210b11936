"""Secrets shared with sellers' servers: derived when needed, stored nowhere.

Each is an HMAC-SHA256 of what it is for under a key master: KEY_MASTER when it was first needed,
and the same one ever after, for which KEY_MASTER_FALLBACKS keeps the former ones. A new version is
a new secret, of the KEY_MASTER of then. The row that owns it keeps its version alone, so a copy of
the database tells nobody any of them.
"""

import hmac
from collections.abc import Mapping
from hashlib import sha256

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet

from koogallery.models import DerivedKey

_NAME_OF_A_MASTER = b"name of a key master"


def derived_key(purpose: str, subject: str, version: int) -> bytes:
    """32 bytes, always the same for the same purpose, subject (a public number) and version."""
    master = _master_of(purpose, subject, version)
    named = "\0".join([purpose, subject, str(version)])
    return hmac.digest(master.encode(), named.encode(), sha256)


def key_masters() -> Mapping[str, str]:
    """The one in use and the former ones, by their names; a name tells nothing of its master."""
    masters = [settings.KEY_MASTER, *settings.KEY_MASTER_FALLBACKS]
    return {name_of_master(master): master for master in masters}


def newest_keys() -> QuerySet[DerivedKey]:
    """What is in somebody's hands; the versions before were replaced."""
    rows = DerivedKey.objects.order_by("purpose", "subject", "-version")
    return rows.distinct("purpose", "subject")


def name_of_master(master: str) -> str:
    return hmac.digest(master.encode(), _NAME_OF_A_MASTER, sha256).hex()[:16]


def _master_of(purpose: str, subject: str, version: int) -> str:
    first, _ = DerivedKey.objects.get_or_create(
        purpose=purpose,
        subject=subject,
        version=version,
        defaults={"master": name_of_master(settings.KEY_MASTER)},
    )
    try:
        return key_masters()[first.master]
    except KeyError:
        raise ImproperlyConfigured(missing_master(first.master)) from None


def missing_master(name: str) -> str:
    return (
        f"Secrets of sellers are derived from the key master {name}, which is neither KEY_MASTER "
        "nor among KEY_MASTER_FALLBACKS."
    )
