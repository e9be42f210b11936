"""`/metrics/`: what the processes of this host count, and how the portal stands."""

import logging
from collections.abc import Callable, Iterator

from django.db import Error, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from prometheus_client import CONTENT_TYPE_LATEST
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from redis.exceptions import RedisError

from koogallery.addresses import client_address
from koogallery.gauges import READINGS, Reading, family
from koogallery.metrics import METRICS, exposition, may_read_metrics
from koogallery.probes import FINE, checks

logger = logging.getLogger(__name__)

#: Of one statement: who watches must not be a burden.
LONGEST = "5s"


def answer_metrics(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware, outside of hosts and TLS as probes are: a process is asked by its address."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if request.path != METRICS or not may_read_metrics(
            client_address(request), request.headers.get("Authorization", "")
        ):
            return get_response(request)
        return HttpResponse(exposition(Portal()), content_type=CONTENT_TYPE_LATEST)

    return respond


class Portal(Collector):
    """Each reading by itself: one that fails is told, and keeps no other from being told."""

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing: what there is, is known once it is read."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found = dict(checks())
        yield family(
            "check",
            "What /ready/ asks for: 1 where it is as it should be.",
            {(name,): said == FINE for name, said in found.items()},
            ["check"],
        )
        is_there = found["database"] == FINE
        told = {read.__name__: list(_told(read)) if is_there else [] for read in READINGS}
        for families in told.values():
            yield from families
        yield family(
            "reading_failed",
            "1 where a part of these figures could not be read.",
            {(part,): not families for part, families in told.items()},
            ["part"],
        )


def _told(read: Reading) -> Iterator[GaugeMetricFamily]:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = '{LONGEST}'")
            yield from list(read())
    except (Error, RedisError, OSError) as error:
        logger.warning("Metrics lack the %s: %s", read.__name__, error)
