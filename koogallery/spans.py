"""What koogallery/tracing.py needs of OpenTelemetry, which is there only where it is asked for."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR = TraceContextTextMapPropagator()


class Spans:
    """Those of one process, sent in batches by a thread of it."""

    def __init__(self, service: str, processor: SpanProcessor | None) -> None:
        provider = TracerProvider(resource=Resource.create({"service.name": service}))
        provider.add_span_processor(processor or BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = provider.get_tracer("koogallery")

    @contextmanager
    def span(self, name: str, kind: str, parent: Mapping[str, str]) -> Iterator[Span]:
        """Below the one under way, or the one that `parent` names. Of an error only its kind."""
        with self._tracer.start_as_current_span(
            name,
            _PROPAGATOR.extract(parent) if parent else None,
            SpanKind[kind],
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield span
            except Exception as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__qualname__))
                raise

    @staticmethod
    def headers() -> dict[str, str]:
        """By which a message names the span that sends it."""
        found: dict[str, str] = {}
        _PROPAGATOR.inject(found)
        return found
