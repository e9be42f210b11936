"""What is told of each request and task; every line of the log says where it came from."""

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from celery.signals import before_task_publish, setup_logging, task_postrun, task_prerun
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from koogallery.kit.log_lines import FIELDS, Fields
from koogallery.metrics import count_request
from koogallery.origin import current_origin
from koogallery.tracing import name_request, span, trace_headers, trace_id

if TYPE_CHECKING:
    from celery import Task
    from opentelemetry.trace import Span

logger = logging.getLogger(__name__)

#: In the message of a task: the number of the request that asked for it.
REQUEST_ID = "request_id"


def watch_requests(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: each answer is counted, traced and logged once it begins.

    The line names the view and its row, never the address: links that are mailed hold their token
    in it, and a search what was searched for.
    """

    def respond(request: HttpRequest) -> HttpResponseBase:
        before = FIELDS.set(partial(_fields_of, request, current_origin().request_id))
        began = time.monotonic()
        try:
            with span("request", "SERVER") as traced:
                response = get_response(request)
                _tell(request, response.status_code, time.monotonic() - began, traced)
        finally:
            FIELDS.reset(before)
        return response

    return respond


def _tell(request: HttpRequest, status: int, seconds: float, traced: "Span | None") -> None:
    match, method = request.resolver_match, request.method or ""
    view = match.view_name if match else ""
    count_request(view, method, status, seconds)
    if traced is not None:
        name_request(traced, view, method, status)
    told = {
        "method": method,
        "view": view,
        "row": match.kwargs.get("number", match.kwargs.get("object_id")) if match else "",
        "status": status,
        "ms": round(1000 * seconds),
    }
    logger.info("request", extra={"fields": told})


def _fields_of(request: HttpRequest, number: str) -> Fields:
    """Who it is, if anybody has asked for it by now; no line is a reason to ask."""
    user = request.__dict__.get("user")
    if isinstance(user, SimpleLazyObject):
        user = request.__dict__.get("_cached_user")
    return {REQUEST_ID: number, "user_id": getattr(user, "pk", None), "trace_id": trace_id()}


@setup_logging.connect
def keep_ours(**_: Any) -> None:
    """Celery leaves logging alone where somebody listens."""


@before_task_publish.connect
def number_task(headers: dict[str, Any], **_: Any) -> None:
    """What a request asks for, and what its task asks for in turn, bears its number and trace."""
    fields = FIELDS.get()
    if fields and (number := fields().get(REQUEST_ID)):
        headers[REQUEST_ID] = number
    headers.update(trace_headers())


@task_prerun.connect
def begin_task(task_id: str, task: "Task[..., Any]", **_: Any) -> None:
    told = {
        REQUEST_ID: task.request.get(REQUEST_ID),
        "task": task.name,
        "task_id": task_id,
    }
    FIELDS.set(lambda: {**told, "trace_id": trace_id()})


@task_postrun.connect
def end_task(**_: Any) -> None:
    FIELDS.set(None)
