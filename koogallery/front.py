"""The web process: it reads calls whole before a thread has them, however slowly they come.

gunicorn starts, replaces and stops these processes; in each, waitress reads and writes in a loop
of its own, and its threads answer. So a slow client costs a connection, not a thread (ADR 0021).
Neither does a call that finds the waiting room for locks full: it comes again once somebody left.
"""

import os
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.conf import settings
from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, create_server
from waitress.task import WSGITask

from koogallery.locks import AFTERWARDS, TURNED_AWAY, has_room

#: Seconds within which a call has to have come whole, its body included; a whole one is answered
#: however long that takes.
READ_SECONDS = 60
#: Seconds that a connection may be kept without a call.
IDLE_SECONDS = 75
#: The largest answer that waits, on disk, for a client that reads slowly, while its thread is free.
LONGEST_ANSWER = 1024**3
MIB = 1024**2
LOOP_SECONDS = 1.0
#: A connection that was taken last may not have said yet what it wants.
LAST_CALL_SECONDS = 1.0

#: Since when a call comes again, in its environment.
SINCE = "koogallery.turned_away_since"

Sockets = dict[int, wasyncore.dispatcher]


class ComeAgain(BaseException):
    """Nothing was done of this call; no `except Exception` answers it."""


class Task(WSGITask):
    def get_environment(self) -> dict[str, Any]:
        """A call that comes again is read from its beginning."""
        environ: dict[str, Any] = super().get_environment()
        environ["wsgi.input"].seek(0)
        environ[SINCE] = self.request.__dict__.get(SINCE, time.monotonic())
        return environ


class Channel(HTTPChannel):
    task_class = Task

    def service(self) -> None:
        """Each that was let in lets in the next one: it may have found nobody to wait for."""
        about = self.requests[0].__dict__
        was_let_in = SINCE in about
        try:
            super().service()
        except ComeAgain:
            since = about.setdefault(SINCE, time.monotonic())
            (_TURNED_AWAY.appendleft if was_let_in else _TURNED_AWAY.append)((since, self))
            was_let_in = has_room()
        if was_let_in:
            let_in()

    def send_continue(self) -> None:
        """Waitress also tells who announced too much to go on; who is refused is told that."""
        if self.request.error is None:
            super().send_continue()
        else:
            self.request.expect_continue = False


class BufferingWorker(Worker):
    """`--threads` answer at once; `--worker-connections` may be open."""

    def run(self) -> None:
        sockets: Sockets = {}
        AFTERWARDS.append(let_in)
        server = create_server(
            patient(self.wsgi),
            map=sockets,
            sockets=[each.sock for each in self.sockets],
            threads=self.cfg.threads,
            connection_limit=self.cfg.worker_connections,
            channel_timeout=IDLE_SECONDS,
            max_request_header_size=32 * 1024,
            max_request_body_size=largest_body(),
            outbuf_high_watermark=LONGEST_ANSWER,
            clear_untrusted_proxy_headers=False,  # BEHIND_PROXY decides what is believed
            asyncore_use_poll=True,
            ident=None,
        )
        for each in sockets.values():
            if isinstance(each, BaseWSGIServer):
                each.channel_class = Channel
        while self.alive and self.ppid == os.getppid():
            self._turn(sockets)
        self._finish(sockets)
        server.task_dispatcher.shutdown()

    def _turn(self, sockets: Sockets) -> None:
        self.notify()
        wasyncore.loop(timeout=LOOP_SECONDS, use_poll=True, map=sockets, count=1)
        _end_slow(sockets)
        _end_waiting()

    def _finish(self, sockets: Sockets) -> None:
        """No connection is taken any more; what comes on those that were, is answered."""
        for each in list(sockets.values()):
            if isinstance(each, BaseWSGIServer):
                each.accepting = False
                each.del_channel()
        now = time.monotonic()
        until, heard = now + self.cfg.graceful_timeout, now + LAST_CALL_SECONDS
        while (now := time.monotonic()) < heard or (
            now < until and any(map(_is_at_work, sockets.values()))
        ):
            self._turn(sockets)


#: Calls that wait outside of the threads, the first to be let in first.
_TURNED_AWAY: deque[tuple[float, Channel]] = deque()


def let_in() -> None:
    """The next one that was turned away, if there is one."""
    with suppress(IndexError):
        _since, channel = _TURNED_AWAY.popleft()
        channel.server.add_task(channel)


def _end_waiting() -> None:
    """Whoever waits for too long is told so: its call is tried for the last time."""
    with suppress(IndexError):
        since, _channel = _TURNED_AWAY[0]
        if not _may_wait(since):
            let_in()


def patient(application: Callable[..., Any]) -> Callable[..., Any]:
    """Who was turned away comes again, as long as a call waits for a lock at most."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        told = application(environ, start_response)
        if environ.get(TURNED_AWAY) and _may_wait(environ[SINCE]):
            told.close()
            raise ComeAgain
        return told

    return answer


def _may_wait(since: float) -> bool:
    longest = settings.DATABASE_LIMITS["web"].lock
    return not longest or time.monotonic() - since < longest


def largest_body() -> int:
    """Refused by its announced length before any of it is read, or once it comes to more."""
    return max(settings.ATTACHMENT_MAX_BYTES, settings.BANK_FILE_MAX_BYTES, 4 * MIB) + MIB


def _is_at_work(each: Any) -> bool:
    return isinstance(each, HTTPChannel) and bool(
        each.requests or each.total_outbufs_len or each.request is not None
    )


def _end_slow(sockets: Sockets) -> None:
    """Waitress lets a call drip for ever: each byte is a sign of life to it."""
    now = time.monotonic()
    for each in list(sockets.values()):
        if isinstance(each, HTTPChannel) and each.request is not None:
            begun = each.request.__dict__.setdefault("seen_at", now)
            if now - begun > READ_SECONDS:
                each.will_close = True
