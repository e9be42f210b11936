from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from koogallery.models import User
from sellers.portal.readers import Reader


def reader(request: HttpRequest) -> dict[str, Any]:
    """Whose page it is, for the frame of pages that do not say so themselves; asked only there."""
    user = getattr(request, "user", None)
    return {"reader": SimpleLazyObject(lambda: Reader.of(user))} if isinstance(user, User) else {}
