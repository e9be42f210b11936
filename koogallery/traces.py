"""Traces of people that are kept for a while only: whoever asks, the schedule forgets them."""

from datetime import timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from koogallery.models import NoticeMail
from koogallery.models.notice_mails import MailState
from koogallery.models.tokens import TokenUse

FORGOTTEN = "@erased.invalid"


def forget_traces() -> None:
    """Sessions that are over, failed sign-ins, where tokens were used, where mail was sent."""
    before = timezone.now() - timedelta(days=settings.TRACES_DAYS)
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    AccessAttempt.objects.filter(attempt_time__lt=timezone.now() - timedelta(days=1)).delete()
    TokenUse.objects.filter(at__lt=before).delete()
    sent = NoticeMail.objects.filter(state=MailState.SENT, sent_at__lt=before)
    number = Cast(F("pk"), CharField())
    sent.exclude(address__endswith=FORGOTTEN).update(
        address=Concat(Value("sent-"), number, Value(FORGOTTEN))
    )
