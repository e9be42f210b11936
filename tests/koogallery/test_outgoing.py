"""Servers of sellers, called over real sockets; names resolve to what a test says."""

import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from pytest_django import Settings

from koogallery.kit.errors import InvalidInput
from koogallery.outgoing import LARGEST_ANSWER, Unreachable, call, require_allowed_target

Answering = Callable[[BaseHTTPRequestHandler], None]


class Server(ThreadingHTTPServer):
    daemon_threads = True
    answering: Answering
    asked: list[tuple[str, str, bytes]]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, self.headers["Host"], body))
        self.server.answering(self)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


def answered(status: int, body: bytes, **headers: str) -> Answering:
    def answering(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answering


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    settings.OUTGOING_PRIVATE_TARGETS = True
    with Server(("127.0.0.1", 0), Handler) as started:
        started.asked, started.answering = [], answered(200, b"taken")
        thread = threading.Thread(target=started.serve_forever)
        thread.start()
        yield started
        started.shutdown()
        thread.join()


def post(server: Server, path: str = "/hook?x=1", *, timeout: float = 5.0) -> tuple[int, bytes]:
    address = f"http://localhost:{server.server_port}{path}"
    answer = call("POST", address, b"{}", {"Content-Type": "application/json"}, timeout=timeout)
    return answer.status, answer.body


def test_a_call_is_answered(server: Server) -> None:
    server.answering = answered(202, b"later", Body_Sign="abc")
    address = f"http://localhost:{server.server_port}/hook?x=1"
    answer = call("POST", address, b"{}", {}, timeout=5)
    assert (answer.status, answer.body, answer.is_success) == (202, b"later", True)
    assert answer.headers["body-sign"] == "abc"
    assert server.asked == [("/hook?x=1", f"localhost:{server.server_port}", b"{}")]


def test_a_redirect_is_an_answer_and_is_not_followed(server: Server) -> None:
    server.answering = answered(302, b"", Location="http://169.254.169.254/")
    assert post(server) == (302, b"")


def test_a_long_answer_is_cut(server: Server) -> None:
    server.answering = answered(200, b"x" * (LARGEST_ANSWER + 5_000))
    assert post(server) == (200, b"x" * LARGEST_ANSWER)


def test_a_server_that_drips_is_given_up_at_the_deadline(server: Server) -> None:
    """Each byte comes in time, all of them never would."""
    released = threading.Event()

    def dripping(handler: BaseHTTPRequestHandler) -> None:
        try:
            for piece in b"HTTP/1.1 200 OK\r\n" * 40:
                handler.wfile.write(bytes([piece]))
                if released.wait(0.05):
                    return
        except OSError:
            return

    server.answering = dripping
    with pytest.raises(Unreachable, match=r"No answer within 0\.3 seconds"):
        post(server, timeout=0.3)
    released.set()


def test_nobody_listening_is_said_so(settings: Settings) -> None:
    settings.OUTGOING_PRIVATE_TARGETS = True
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unreachable, match="The connection failed"):
        call("POST", f"http://127.0.0.1:{port}/", b"", {}, timeout=5)


@pytest.fixture
def resolves(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def resolve_to(*addresses: str) -> None:
        found = [(0, 0, 0, "", (address, 443)) for address in addresses]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: found)

    return resolve_to


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b:1::7f00:1",
        "fec0::1",
        "192.0.0.192",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "ff02::1",
    ],
)
def test_a_name_that_leads_inside_is_refused_and_never_called(
    address: str, resolves: Callable[..., None]
) -> None:
    resolves(address)
    with pytest.raises(InvalidInput) as refusal:
        require_allowed_target("https://inside.example/hook", field="url", rule="R10")
    assert (refusal.value.code, refusal.value.field, refusal.value.rule) == (
        "private_target",
        "url",
        "R10",
    )
    with pytest.raises(Unreachable, match="it is not called"):
        call("POST", "https://inside.example/hook", b"", {}, timeout=5)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost.",
        "LOCALHOST",
        "foo.localhost",
        "foo.localhost.",
        "seller.example.",
        "intranet",
        "printer.local",
        "db.internal",
        "metadata.google.internal.",
        "x.test",
        "x.invalid",
        "x.home.arpa",
        "1.0.0.127.in-addr.arpa",
        "x.onion",
        "x.lan",
        "[fe80::1%25eth0]",
        "[fe80::1%eth0]",
        "[2606:2800:21f:cb07::1%25eth0]",
        "%6cocalhost.example",
    ],
)
def test_a_name_of_one_site_is_refused_though_it_does_not_resolve(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_named: [])
    with pytest.raises(InvalidInput) as refusal:
        require_allowed_target(f"https://{host}/hook", field="url", rule="R10")
    assert (refusal.value.code, refusal.value.rule) == ("private_target", "R10")
    with pytest.raises(Unreachable, match="private or local"):
        call("POST", f"https://{host}/hook", b"", {}, timeout=5)


def test_a_name_of_one_site_is_called_where_it_is_allowed(settings: Settings) -> None:
    settings.OUTGOING_PRIVATE_TARGETS = True
    require_allowed_target("https://hooks.internal./")


def test_the_address_that_was_judged_is_the_one_that_is_called(
    server: Server, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second look-up would lead inside; there is none."""
    settings.OUTGOING_PRIVATE_TARGETS = False
    asked: list[str] = []

    def resolve(host: str, *_args: object, **_named: object) -> list[object]:
        asked.append(host)
        address = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, server.server_port))]

    connected: list[object] = []

    def connect(address: object, *_args: object, **_named: object) -> None:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(Unreachable, match="The connection failed"):
        call("POST", f"https://rebinding.example:{server.server_port}/", b"", {}, timeout=5)
    assert (asked, connected) == (["rebinding.example"], [("93.184.215.14", server.server_port)])
    assert server.asked == []


def test_a_public_address_is_accepted(resolves: Callable[..., None]) -> None:
    resolves("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c")
    require_allowed_target("https://seller.example/hook")


def test_a_name_that_does_not_resolve_yet_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_args: object, **_named: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    require_allowed_target("https://not-yet.example/hook")
    with pytest.raises(Unreachable, match="does not resolve"):
        call("POST", "https://not-yet.example/hook", b"", {}, timeout=5)


def test_a_resolver_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    never = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_n: [never.wait()][:0])
    with pytest.raises(Unreachable, match="does not resolve"):
        call("POST", "https://slow.example/hook", b"", {}, timeout=0.2)
    never.set()


@pytest.mark.parametrize(
    "url",
    [
        "http://seller.example/",
        "ftp://seller.example/",
        "seller.example",
        "",
        "https://",
        "https://user:secret@seller.example/",
        "https://[::1",
        "https://seller.example:22/",
        "https://seller.example:80/",
        "https://seller.example:99999/",
        "https://sellér.example/",
        "https://sel ler.example/",
        "https://seller.example/a b",
        "https://seller.example/\n",
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        require_allowed_target(url, field="url")
    assert refusal.value.code == "not_an_address"
    with pytest.raises(Unreachable):
        call("POST", url, b"", {}, timeout=5)
