"""The network between a worker's host and a server, which can fail and come back."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread


class Line:
    """Passes TCP connections on to a server's socket.

    While it is cut nothing gets through, in either direction, and neither side is told: what is
    sent meanwhile arrives once the line holds again, as of a network that was away for a while.
    """

    def __init__(self, server: Path) -> None:
        self.server = server
        self.holds = Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.ends: list[socket.socket] = []
        self.mend()
        Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self.holds.clear()

    def mend(self) -> None:
        self.holds.set()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(str(self.server))
                self.ends += [near, far]
                Thread(target=self._pass_on, args=[near, far], daemon=True).start()
                Thread(target=self._pass_on, args=[far, near], daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while sent := source.recv(65536):
                self.holds.wait()
                target.sendall(sent)
            self.holds.wait()
            target.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.mend()
        for end in (self.listener, *self.ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def line_to(server: Path) -> Iterator[Line]:
    line = Line(server)
    try:
        yield line
    finally:
        line.close()
