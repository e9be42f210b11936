"""Traces, from a request through its tasks to their statements, for whoever collects them.

The spans are ours: those of instrumentation packages repeat addresses with their tokens, values and
errors with the rows they name. Nothing is traced, and OpenTelemetry need not be installed, unless
OTEL_EXPORTER_OTLP_ENDPOINT names a collector.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.backends.signals import connection_created

from koogallery.origin import current_origin

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from opentelemetry.sdk.trace import SpanProcessor
    from opentelemetry.trace import Span

    from koogallery.spans import Spans

#: W3C's name of where a span stands in its trace.
PARENT = "traceparent"


@dataclass(slots=True)
class _Tracing:
    """Of this process: a forked one begins its own, for threads are not inherited."""

    spans: "Spans | None" = None
    process: int = 0


_tracing = _Tracing()


def start_tracing(processor: "SpanProcessor | None" = None) -> None:
    """Once a process, after it was forked; safe to repeat."""
    if not (settings.TRACES_TO or processor) or _tracing.process == os.getpid():
        return
    try:
        from koogallery.spans import Spans  # noqa: PLC0415  # an extra
    except ImportError as missing:
        raise ImproperlyConfigured(
            "OTEL_EXPORTER_OTLP_ENDPOINT needs what requirements-observability.lock installs."
        ) from missing
    service = os.environ.get("OTEL_SERVICE_NAME", f"koogallery-{settings.PORTAL_PROCESS}")
    _tracing.spans, _tracing.process = Spans(service, processor), os.getpid()
    connection_created.connect(_trace_statements)
    _trace_statements(connection)


def name_request(request: "Span", view: str, method: str, status: int) -> None:
    """After its view, with its number."""
    request.update_name(f"{method} {view}".strip())
    request.set_attributes(
        {
            "http.request.method": method,
            "http.route": view,
            "http.response.status_code": status,
            "request_id": current_origin().request_id,
        }
    )


@contextmanager
def traced_task(name: str, message: Any) -> Iterator[None]:
    """Below the request or task that asked for it, as its message says."""
    start_tracing()
    parent = message.get(PARENT)
    with span(name, "CONSUMER", {PARENT: parent} if parent else {}) as task:
        if task is not None:
            task.set_attribute("messaging.message.id", str(message.id))
        yield


def trace_headers() -> dict[str, str]:
    return _tracing.spans.headers() if _tracing.spans else {}


def trace_id() -> str | None:
    """As who collects them writes it."""
    parent = trace_headers().get(PARENT)
    return parent.split("-")[1] if parent else None


def span(
    name: str, kind: str, parent: Mapping[str, str] | None = None
) -> "AbstractContextManager[Span | None]":
    """None where nothing is traced."""
    return _tracing.spans.span(name, kind, parent or {}) if _tracing.spans else nullcontext()


def _trace_statements(connection: Any, **_: Any) -> None:
    if _run_traced not in connection.execute_wrappers:
        connection.execute_wrappers.append(_run_traced)


def _run_traced(execute: Callable[..., Any], sql: Any, *rest: Any) -> Any:
    """Its text, whose values stand apart from it and are not told."""
    text = str(sql)
    with span(text.split(maxsplit=1)[0].upper(), "CLIENT") as statement:
        if statement is not None:
            statement.set_attributes({"db.system.name": "postgresql", "db.query.text": text})
        return execute(sql, *rest)
