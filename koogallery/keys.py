"""Secrets shared with sellers' servers: derived when needed, stored nowhere.

Each is an HMAC-SHA256 of what it is for under KEY_MASTER. A new version is a new secret; the row
that owns it keeps its version alone, so a copy of the database tells nobody any of them.
"""

import hmac
from hashlib import sha256

from django.conf import settings


def derived_key(purpose: str, subject: str, version: int) -> bytes:
    """32 bytes, always the same for the same purpose, subject (a public number) and version."""
    named = "\0".join([purpose, subject, str(version)])
    return hmac.digest(settings.KEY_MASTER.encode(), named.encode(), sha256)
