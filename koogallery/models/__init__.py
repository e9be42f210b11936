"""Users, their access tokens, what was done by whom, and what must be told to whom."""

from koogallery.models.acts import Act
from koogallery.models.attachments import Attachment
from koogallery.models.idempotency import IdempotencyKey
from koogallery.models.notices import Notice, NoticeCount, Reading
from koogallery.models.tokens import AccessToken
from koogallery.models.users import User

__all__ = [
    "AccessToken",
    "Act",
    "Attachment",
    "IdempotencyKey",
    "Notice",
    "NoticeCount",
    "Reading",
    "User",
]
