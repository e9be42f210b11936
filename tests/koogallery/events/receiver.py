"""A seller's server: real HTTP, real sockets, and every fault that a test asks of it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


@dataclass
class Message:
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """Answers `status` to what it gets; `holds` makes it wait until it is set free."""

    url: str = ""
    status: int = 200
    answer: bytes = b"ok"
    extra: dict[str, str] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    lets_go: threading.Event = field(default_factory=threading.Event)
    holds: bool = False
    come_up: Callable[[], None] = lambda: None
    entered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def events(self, secret: str) -> list[dict[str, Any]]:
        """What was received, each verified by the reference library; a wrong signature raises."""
        return [Webhook(secret).verify(each.body, each.headers) for each in self.messages]

    def sequences(self, secret: str) -> list[int | None]:
        return [event["sequence"] for event in self.events(secret)]


@contextmanager
def receiver(*, is_up: bool = True) -> Iterator[Receiver]:
    """Serves until the block ends; if it is not up, from `come_up` on, and refuses until then."""
    got = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            got.messages.append(Message(headers, body))
            got.entered.release()
            if got.holds:
                got.lets_go.wait(timeout=30)
            self.send_response(got.status)
            for name, value in got.extra.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(got.answer)))
            self.end_headers()
            self.wfile.write(got.answer)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=False)
    server.server_bind()
    got.url = f"http://127.0.0.1:{server.server_port}/hooks"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})

    def come_up() -> None:
        server.server_activate()
        thread.start()

    got.come_up = come_up
    if is_up:
        come_up()
    try:
        yield got
    finally:
        got.lets_go.set()
        if thread.is_alive():
            server.shutdown()
            thread.join()
        server.server_close()
