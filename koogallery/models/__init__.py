"""Users, their access tokens, what was done by whom, and what must be told to whom."""

from koogallery.models.account_mails import AccountMail
from koogallery.models.acts import Act
from koogallery.models.approvals import Approval, ApprovalRequest, ApprovalState
from koogallery.models.attachments import Attachment
from koogallery.models.exports import ExportJob
from koogallery.models.idempotency import IdempotencyKey
from koogallery.models.keys import DerivedKey
from koogallery.models.notice_mails import NoticeMail
from koogallery.models.notices import MailChoice, Notice, NoticeCount, PlatformMark, Reading
from koogallery.models.saved_views import SavedView
from koogallery.models.schedule import ScheduledTask
from koogallery.models.tokens import AccessToken, TokenUse
from koogallery.models.users import User
from koogallery.models.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint

__all__ = [
    "AccessToken",
    "AccountMail",
    "Act",
    "Approval",
    "ApprovalRequest",
    "ApprovalState",
    "Attachment",
    "DerivedKey",
    "ExportJob",
    "IdempotencyKey",
    "MailChoice",
    "Notice",
    "NoticeCount",
    "NoticeMail",
    "PlatformMark",
    "Reading",
    "SavedView",
    "ScheduledTask",
    "TokenUse",
    "User",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
]
