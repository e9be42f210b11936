"""Slow clients hold no thread, and what is too large is refused before it is read."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Event, Thread, Timer

import pytest
from waitress.channel import HTTPChannel

from koogallery import front
from tests.servers import THREADS, client_of, served
from tools.places import run_directory

pytestmark = pytest.mark.django_db(transaction=True)

UPLOAD = "/api/mkp-openapi-public/global/v1/isv/usage-data"
HEAD = "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n{more}\r\n"


@pytest.fixture(scope="module")
def portal(django_db_setup: None) -> Iterator[Path]:
    with run_directory() as directory, served(directory) as found:
        yield found


def test_what_comes_last_is_answered_and_systemd_knows_when_it_begins() -> None:
    """A connection that was taken before it is stopped may say afterwards what it wants."""
    with (
        run_directory() as directory,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd,
        socket.socket(socket.AF_UNIX) as client,
    ):
        systemd.bind(str(directory / "notify"))
        with served(directory, NOTIFY_SOCKET=str(directory / "notify")) as portal:
            assert systemd.recv(100) == b"READY=1"
            client.connect(str(portal))
            client.settimeout(30)
            ask = b"GET /health/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
            Timer(0.5, client.sendall, [ask]).start()
        assert client.recv(100).startswith(b"HTTP/1.1 200")


def connected(portal: Path, length: int, more: str = "") -> socket.socket:
    client = socket.socket(socket.AF_UNIX)
    client.connect(str(portal))
    client.sendall(HEAD.format(path=UPLOAD, length=length, more=more).encode())
    return client


@contextmanager
def dripping(portal: Path, clients: int) -> Iterator[None]:
    """So many who announce 100,000 bytes each, and send one a second."""
    stop = Event()
    with ExitStack() as stack:
        sockets = [stack.enter_context(connected(portal, 100_000)) for _ in range(clients)]

        def drip() -> None:
            while not stop.wait(1):
                for each in sockets:
                    each.send(b" ")

        thread = Thread(target=drip)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


@pytest.mark.parametrize("clients", [16, 64, 10 * THREADS])
def test_slow_clients_leave_every_thread_free(portal: Path, clients: int) -> None:
    with dripping(portal, clients), client_of(portal) as client:
        answers = [client.get(path) for path in ("/health/", "/ready/", "/api/v1/me/")]
    assert [each.status_code for each in answers] == [200, 200, 401]


@pytest.mark.parametrize(
    ("length", "more"),
    [(10**10, ""), (front.largest_body() + 1, ""), (10**10, "Expect: 100-continue\r\n")],
)
def test_what_is_too_large_is_refused_before_it_comes(portal: Path, length: int, more: str) -> None:
    with connected(portal, length, more) as client:
        assert refused_with(client) == "413"


def refused_with(client: socket.socket) -> str:
    """The status of the answer, behind the leave to go on that was asked for."""
    told = b""
    with suppress(ConnectionResetError):  # what it did not read is thrown away
        while piece := client.recv(4096):
            told += piece
    *_, answer = told.split(b"HTTP/1.")
    return answer.split()[1].decode()


def test_what_comes_in_pieces_is_refused_once_it_is_too_large(portal: Path) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(portal))
        head = f"POST {UPLOAD} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        client.sendall(head.encode())
        piece = b"%x\r\n%s\r\n" % (front.MIB, b" " * front.MIB)
        for _ in range(front.largest_body() // front.MIB + 2):
            try:
                client.sendall(piece)
            except BrokenPipeError:
                break
        assert refused_with(client) == "413"


def test_a_head_without_an_end_is_refused(portal: Path) -> None:
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(portal))
        client.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 64 * 1024)
        assert refused_with(client) == "431"


def test_a_call_that_never_ends_is_given_up() -> None:
    """Its bytes are signs of life to the server; its beginning is what counts."""
    channel = object.__new__(HTTPChannel)
    channel.request = HTTPChannel.parser_class(None)
    sockets = {1: channel}
    front._end_slow(sockets)
    assert not channel.will_close
    channel.request.seen_at -= front.READ_SECONDS + 1
    front._end_slow(sockets)
    assert channel.will_close
