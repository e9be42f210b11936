"""A seller's server as the access guide wants it, over real HTTP, with faults on demand.

It shares no code with KooGallery's side: what it signs and checks is written here once more.
"""

import hmac
import json
import threading
import time
from base64 import b64encode
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Body = dict[str, Any]
#: What the server does instead of its work; None: its work.
Fault = Callable[["Handler"], None]


class SellerServer(ThreadingHTTPServer):
    """Idempotent: an order line has one instance, however often it is asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.keys: set[str] = set()
        self.instances: dict[str, str] = {}
        self.released: set[str] = set()
        self.statuses: dict[str, str] = {}
        self.ends: dict[str, str] = {}
        self.created = 0
        self.seen: list[Body] = []
        self.nonces: set[str] = set()
        self.faults: deque[Fault] = deque()
        #: Answers 000004 so many times before an instance is ready.
        self.steps = 0
        self.guard = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/saas"

    @property
    def activities(self) -> list[str]:
        return [body["activity"] for body in self.seen]


class Handler(BaseHTTPRequestHandler):
    server: SellerServer

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.guard:
            body = json.loads(raw)
            self.server.seen.append(body)
            fault = self.server.faults.popleft() if self.server.faults else None
        key = self.key_of(raw)
        if key is None:
            self.answer({"resultCode": "000001", "resultMsg": "bad signature"})
        elif fault is not None:
            self.key = key
            self.body = body
            fault(self)
        else:
            self.answer(self.act(body), key=key)

    def key_of(self, raw: bytes) -> str | None:
        """The key by which this call is signed; None if it is old, replayed or signed by none."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        timestamp, nonce = query["timestamp"], query["nonce"]
        with self.server.guard:
            fresh = nonce not in self.server.nonces
            self.server.nonces.add(nonce)
        if not fresh or abs(time.time() - int(timestamp) / 1000) > 60:
            return None
        return next(
            (
                key
                for key in self.server.keys
                if query["signature"] == signed(key, nonce, timestamp, raw)
            ),
            None,
        )

    def act(self, body: Body) -> Body:
        with self.server.guard:
            return getattr(self, body["activity"])(body)  # type: ignore[no-any-return]

    def newInstance(self, body: Body) -> Body:
        server = self.server
        if body["orderLineId"] not in server.instances:
            server.created += 1
            server.instances[body["orderLineId"]] = f"i-{server.server_port}-{server.created}"
        told = {"instanceId": server.instances[body["orderLineId"]]}
        if server.steps and body["testFlag"] == "0":
            return {"resultCode": "000004", **told}
        return {"resultCode": "000000", "resultMsg": "success.", **told}

    def queryInstance(self, body: Body) -> Body:
        server = self.server
        if body["instanceId"] not in server.instances.values():
            return {"resultCode": "000003"}
        server.steps = max(server.steps - 1, 0)
        if server.steps:
            return {"resultCode": "000004"}
        info = {"instanceId": body["instanceId"], "appInfo": {"password": "hunter2"}}
        return {"resultCode": "000000", "info": [info]}

    def refreshInstance(self, body: Body) -> Body:
        return self.change(body, self.server.ends, body.get("expireTime", ""))

    def updateInstanceStatus(self, body: Body) -> Body:
        return self.change(body, self.server.statuses, body["status"])

    def releaseInstance(self, body: Body) -> Body:
        self.server.released.add(body["instanceId"])
        return self.change(body, {}, "")

    def change(self, body: Body, told: dict[str, str], value: str) -> Body:
        if body["instanceId"] not in self.server.instances.values():
            return {"resultCode": "000003", "resultMsg": "no such instance"}
        told[body["instanceId"]] = value
        return {"resultCode": "000000"}

    def answer(
        self, body: Body, *, key: str = "", status: int = 200, sign: str | None = None
    ) -> None:
        raw = json.dumps(body).encode()
        digest = b64encode(hmac.digest(key.encode(), raw, sha256)).decode()
        header = f'sign_type="HMAC-SHA256", signature="{digest}"' if sign is None else sign
        self.send_response(status)
        self.send_header("Content-Length", str(len(raw)))
        if header:
            self.send_header("Body-Sign", header)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def signed(key: str, nonce: str, timestamp: str, raw: bytes) -> str:
    inner = hmac.new(key.encode(), raw, sha256).hexdigest()
    return hmac.new(key.encode(), f"{key}{nonce}{timestamp}{inner}".encode(), sha256).hexdigest()


# --- faults -----------------------------------------------------------------------------------


def answers(code: str, **more: Any) -> Fault:
    return lambda handler: handler.answer({"resultCode": code, **more}, key=handler.key)


def breaks_down(handler: Handler) -> None:
    handler.answer({"resultCode": "000000"}, key=handler.key, status=500)


def acts_but_signs_wrongly(handler: Handler) -> None:
    handler.answer(handler.act(handler.body), key="another key")


def acts_without_signing(handler: Handler) -> None:
    handler.answer(handler.act(handler.body), key=handler.key, sign="")


def acts_and_hangs_up(handler: Handler) -> None:
    """As a server that is slow: it has acted, and its answer never arrives."""
    handler.act(handler.body)
    handler.close_connection = True


def waits_for(event: threading.Event, arrived: threading.Event) -> Fault:
    def wait(handler: Handler) -> None:
        arrived.set()
        event.wait(20)
        handler.answer(handler.act(handler.body), key=handler.key)

    return wait


@contextmanager
def running_server() -> Iterator[SellerServer]:
    with SellerServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
