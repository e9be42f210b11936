"""What each process counts for Prometheus, and who may read it.

The processes of a host count into the files of PROMETHEUS_MULTIPROC_DIR, which any of them reads:
a web process at `/metrics/`, a worker at METRICS_LISTEN. Without that directory nothing is counted,
for one process of several would tell of itself alone.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from hmac import compare_digest
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

from celery.exceptions import Retry
from django.conf import settings
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from koogallery.kit.networks import Address, is_within

METRICS = "/metrics/"
if settings.METRICS_DIR:
    Path(settings.METRICS_DIR).mkdir(parents=True, exist_ok=True)
_BEARER = "Bearer "
#: Told apart; whatever else a client calls its method is one more.
METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})

REQUESTS = Histogram(
    "koogallery_request_seconds",
    "Answers to requests, but for those of probes: how many, and how long until they began.",
    ["view", "method", "status"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
TASKS = Histogram(
    "koogallery_task_seconds",
    "Tasks of workers, as they ended: success, retry, failure.",
    ["task", "outcome"],
    buckets=(0.05, 0.25, 1, 5, 30, 120, 600, 1800),
)


def count_request(view: str, method: str, status: int, seconds: float) -> None:
    """What no address leads to is counted under no view."""
    known = method if method in METHODS else "other"
    REQUESTS.labels(view, known, str(status)).observe(seconds)


@contextmanager
def counted_task(name: str) -> Iterator[None]:
    began, outcome = time.monotonic(), "failure"
    try:
        yield
        outcome = "success"
    except Retry:
        outcome = "retry"
        raise
    finally:
        TASKS.labels(name, outcome).observe(time.monotonic() - began)


def may_read_metrics(address: Address | None, authorization: str) -> bool:
    """Nobody, unless METRICS_FROM or METRICS_TOKEN says who."""
    token = settings.METRICS_TOKEN
    is_told = authorization.startswith(_BEARER) and compare_digest(
        authorization.removeprefix(_BEARER).encode(), token.encode()
    )
    return bool(token and is_told) or is_within(address, settings.METRICS_FROM)


def exposition(*more: Collector) -> bytes:
    """In Prometheus' text format."""
    registry = CollectorRegistry()
    if settings.METRICS_DIR:
        MultiProcessCollector(registry, settings.METRICS_DIR)  # type: ignore[no-untyped-call]
    for each in more:
        registry.register(each)
    return generate_latest(registry)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        address = ip_address(self.client_address[0])
        if self.path != METRICS or not may_read_metrics(
            address, self.headers.get("Authorization", "")
        ):
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        body = exposition()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", CONTENT_TYPE_LATEST)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base's name
        """A scrape is no news."""


def serve_metrics() -> None:
    """Of a worker's host, where METRICS_LISTEN says so."""
    if settings.METRICS_LISTEN:
        host, _, port = settings.METRICS_LISTEN.rpartition(":")
        server = ThreadingHTTPServer((host, int(port)), _Handler)
        Thread(target=server.serve_forever, name="metrics", daemon=True).start()
