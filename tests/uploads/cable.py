"""A cable between a browser and a server that can be cut: connections end in the middle of what they carry."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Cable:
    """Forwards connections to a port of this machine. After each number of bytes in `cuts` all of them are cut."""

    to: int
    cuts: list[int]
    carried: int = 0
    cut: int = 0
    _lines: list[socket.socket] = field(default_factory=list)
    _all: list[socket.socket] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def carry(self, line: socket.socket) -> None:
        """Carry one connection, both ways, until it ends; one that nobody takes at the far end is closed."""
        try:
            far = socket.create_connection(("127.0.0.1", self.to), 10)
        except OSError:  # the program is down just now
            line.close()
            return
        with self._lock:
            self._lines += [line, far]
            self._all += [line, far]
        for come, go, counted in ((far, line, False), (line, far, True)):
            thread = threading.Thread(target=self._copy, args=(come, go, counted), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _copy(self, come: socket.socket, go: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while block := come.recv(65536):
                go.sendall(block)
                if counted:
                    self._count(len(block))
        for line in (come, go):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def _count(self, size: int) -> None:
        with self._lock:
            self.carried += size
            if not self.cuts or self.carried < self.cuts[0]:
                return
            self.cuts.pop(0)
            self.cut += 1
            lines, self._lines = self._lines, []
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close whatever is still open."""
        for line in self._all:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for line in self._all:
            line.close()


@contextmanager
def cable(to: int, *cuts: int) -> Iterator[tuple[str, Cable]]:
    """A cable to a port; gives its own address."""
    listening = socket.create_server(("127.0.0.1", 0))
    laid = Cable(to, list(cuts))

    def accept() -> None:
        with suppress(OSError):
            while True:
                laid.carry(listening.accept()[0])

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", laid
    finally:
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        accepting.join(5)
        listening.close()
        laid.close()
