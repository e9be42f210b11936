"""What people choose for themselves."""

from django.db import transaction

from koogallery import audit
from koogallery.models import User
from koogallery.signing_in import KIND


@transaction.atomic
def choose_language(user: User, language: str) -> None:
    """Of the console and of e-mail; empty: as the browser asks, and English in e-mail."""
    if user.language == language:
        return
    before, user.language = user.language, language
    user.save(update_fields=["language"])
    changes = {"language": (before, language)}
    audit.record(user, "changed", KIND, user.username, changes=changes)
