"""Lines of logs: one form for the portal, its web server and its workers, and nobody's data.

What is logged may repeat what somebody sent, an exception above all. So of an error of the database
only the first line is told, without the row it names, and mail addresses and account numbers are
masked wherever they stand.
"""

import json
import logging
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Final

from koogallery.kit.mail_addresses import mask_address

Fields = Mapping[str, Any]

#: Of what is done just now: the number of the request, whose it is, the task.
FIELDS: ContextVar[Callable[[], Fields] | None] = ContextVar("fields", default=None)

_MAIL: Final = re.compile(r"[^\s@<>\"'(),:;=/]+@[^\s@<>\"'(),:;=/]+\.[^\W\d_]{2,}")
#: An IBAN, or digits alone as many as accounts have; no part of a longer word or number.
_ACCOUNT: Final = re.compile(r"(?<![\w.-])(?:[A-Z]{2}\d{2}[A-Z0-9]{10,30}|\d{8,34})(?![\w-]|\.\d)")
#: What PostgreSQL adds to an error: the row, the values, the statement; also within a `repr`.
_ROW: Final = re.compile(r"(?:\n|\\n)(?:DETAIL|CONTEXT|HINT|LINE \d+):.*", re.DOTALL)


def masked(text: str) -> str:
    text = _MAIL.sub(lambda found: mask_address(found[0]), _ROW.sub("", text))
    return _ACCOUNT.sub(lambda found: f"…{found[0][-4:]}", text)


class TextLine(logging.Formatter):
    """For people: what happened, then the fields."""

    def format(self, record: logging.LogRecord) -> str:
        told = fields_of(record)
        head = "{at} {level} {logger}: {event}".format_map(told)
        trace = f"\n{told.pop('exception')}" if "exception" in told else ""
        return " ".join([head, *(f"{key}={told[key]}" for key in list(told)[4:])]) + trace


class JsonLine(logging.Formatter):
    """For what collects them: one object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(fields_of(record), ensure_ascii=False, default=str)


LINES: Final[Mapping[str, type[logging.Formatter]]] = {"text": TextLine, "json": JsonLine}


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    """In this order; those of the record itself are given as `extra={"fields": …}`."""
    provide = FIELDS.get()
    told = {**(provide() if provide else {}), **getattr(record, "fields", {})}
    found = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "event": _event(record),
        "process": record.process,
        **{name: value for name, value in told.items() if value not in {None, ""}},
    }
    if record.exc_info and record.exc_info[1]:
        found["exception"] = "\n".join(_causes(record.exc_info[1]))
    return found


def _event(record: logging.LogRecord) -> str:
    """Django tells the path, in which a link's token may stand: its lines of requests are cut."""
    if hasattr(record, "request"):
        return str(record.msg).partition(":")[0]
    return masked(record.getMessage())


def _causes(error: BaseException | None) -> Iterator[str]:
    """From the first to the last: where, and what."""
    if error is not None:
        yield from _causes(
            error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        )
        where = "".join(traceback.format_tb(error.__traceback__))
        yield f"{where}{type(error).__qualname__}: {masked(str(error)).partition(chr(10))[0]}"


def configuration(line: str, level: str) -> dict[str, Any]:
    """As `logging.config.dictConfig` takes it; KeyError for a form that there is not."""
    quiet = {"handlers": ["nowhere"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": LINES[line]}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # It names who failed to sign in; the record of acts has it.
            "axes": quiet,
            # What was refused stands in the line of its request.
            "django.request": {"level": "ERROR"},
            # How a task ended is a line of its own.
            "celery.worker.strategy": {"level": "WARNING"},
            # Calls that wait for a thread: metrics tell how long they take.
            "waitress.queue": {"level": "ERROR"},
            "gunicorn.error": {"handlers": [], "propagate": True},
        },
    }
