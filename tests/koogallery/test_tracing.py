"""Traces: one from the request through its task to the statement, and nobody's data in it."""

import time
from collections.abc import Iterator

import pytest
from celery.contrib.testing.worker import start_worker
from django.db import connection
from django.test import Client
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from koogallery import tracing
from koogallery.celery import app
from koogallery.origin import HEADER
from settlement.portal.views.seals import VerifySeal
from settlement.tasks import dispatch_proof

ADDRESS = "mia.lin@seller.example"


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    found = InMemorySpanExporter()
    tracing.start_tracing(SimpleSpanProcessor(found))
    yield found
    connection.execute_wrappers.clear()
    tracing._tracing.spans, tracing._tracing.process = None, 0


def by_name(exporter: InMemorySpanExporter, name: str) -> ReadableSpan:
    [found] = [each for each in exporter.get_finished_spans() if each.name == name]
    return found


def told(span: ReadableSpan, name: str) -> object:
    return (span.attributes or {})[name]


def parent_of(span: ReadableSpan) -> int | None:
    return span.parent and span.parent.span_id


@pytest.mark.django_db(transaction=True)
def test_one_trace_from_request_to_statement(
    exporter: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(VerifySeal, "get", lambda *_: dispatch_proof())
    with start_worker(app, pool="solo", perform_ping_check=False):
        answer = Client(raise_request_exception=False).get(f"/verify/?bill={ADDRESS}")
        until = time.monotonic() + 30
        while "settlement.tasks.prove_books" not in {s.name for s in exporter.get_finished_spans()}:
            assert time.monotonic() < until
            time.sleep(0.05)
    request = by_name(exporter, "GET verify")
    task = by_name(exporter, "settlement.tasks.prove_books")
    statements = [
        each for each in exporter.get_finished_spans() if parent_of(each) == task.context.span_id
    ]
    assert told(request, "request_id") == answer[HEADER]
    assert told(request, "http.response.status_code") == 500
    assert task.context.trace_id == request.context.trace_id
    assert parent_of(task) == request.context.span_id
    assert len(statements) > 20
    assert {told(each, "db.system.name") for each in statements} == {"postgresql"}


@pytest.mark.django_db
def test_no_span_says_who(exporter: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch) -> None:
    def repeat(*_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO auth_group (name) VALUES (%s), (%s)", [ADDRESS] * 2)

    monkeypatch.setattr(VerifySeal, "get", repeat)
    Client(raise_request_exception=False).get(f"/verify/?bill={ADDRESS}")
    Client().post("/accounts/login/", {"login": ADDRESS, "password": "of hers"})
    spans = exporter.get_finished_spans()
    failed = by_name(exporter, "INSERT")
    assert failed.status.description == "IntegrityError"
    assert "auth_group" in str(told(failed, "db.query.text"))
    assert [each.name for each in spans if ADDRESS in each.to_json()] == []


def test_nothing_is_traced_unless_somebody_collects() -> None:
    tracing.start_tracing()
    assert tracing._tracing.spans is None and tracing.trace_headers() == {}
