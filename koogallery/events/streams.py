"""Two sequences of events: each seller's own, and one over all for the platform's systems (R10).

A seller's events are counted as they are written. Over all of them, and over what customers are
notified of, the platform's sequence is counted just after the commit, by whoever delivers: no act
and no bill run waits for another because of it, and still it has no gaps, and no number appears
before its predecessor.
"""

from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q

from koogallery.models import Notice, NoticeCount, WebhookEndpoint
from koogallery.models.notices import PLATFORM
from koogallery.statements import read_statement

COUNT = "koogallery/count_platform_events"

#: The type of a platform's event that tells what a customer is notified of.
CUSTOMER_NOTICE = "customer_notice"


@transaction.atomic
def count_platform_events() -> int:
    """Number what was committed since, each seller's in its order; how many that were."""
    NoticeCount.objects.get_or_create(pk=PLATFORM, defaults={"last": 0})
    count = NoticeCount.objects.select_for_update(no_key=True).get(pk=PLATFORM)
    with connection.cursor() as cursor:
        cursor.execute(read_statement(COUNT), {"last": count.last})
        counted = int(cursor.rowcount)
    NoticeCount.objects.filter(pk=PLATFORM).update(last=F("last") + counted)
    return counted


def last_sequence(seller_number: str) -> int:
    """How many events there were: of the seller, or without one of the platform."""
    count = NoticeCount.objects.filter(pk=seller_number or PLATFORM).first()
    return count.last if count else 0


def events_of(endpoint: WebhookEndpoint) -> Any:
    """All that can be told there; `place` is the place in its sequence."""
    if endpoint.is_platforms:
        return Notice.objects.of_platform().annotate(place=F("platform_sequence"))
    mine = Notice.objects.of_sellers().filter(seller_number=endpoint.seller_number)
    return mine.annotate(place=F("sequence"))


def wanted_by(endpoint: WebhookEndpoint) -> Q:
    """Those of the kinds it chose, as a condition; `wants` says the same of one."""
    if endpoint.kinds is None:
        return Q()
    customers = Q(recipient="customer") if CUSTOMER_NOTICE in endpoint.kinds else Q(pk__in=[])
    return Q(recipient="seller", kind__in=endpoint.kinds) | customers


def wants(endpoint: WebhookEndpoint, notice: Notice) -> bool:
    chosen = endpoint.kinds
    return chosen is None or type_of(notice, for_platform=endpoint.is_platforms) in chosen


def type_of(notice: Notice, *, for_platform: bool) -> str:
    return CUSTOMER_NOTICE if for_platform and notice.recipient == "customer" else notice.kind
