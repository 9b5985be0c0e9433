"""A line between a browser and a server that can be thin, broken or gone, as real ones are."""

import random
import socket
import struct
import threading
import time
from collections.abc import Callable
from typing import Self

PIECE = 4096


class Line:
    """Carries connections to a port. rate: bytes a second upwards; resets: the chance that a piece is its last."""

    def __init__(self, port: int, seed: int = 6) -> None:
        self.rate, self.resets, self.down = 0, 0.0, False
        self._to, self._chance = port, random.Random(seed)  # noqa: S311
        self._free, self._lock = 0.0, threading.Lock()
        self._open: set[socket.socket] = set()
        self._ear = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._ear.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ear.close()
        self.cut()

    def cut(self) -> None:
        """Everything that is open breaks, as when somebody pulls the cable."""
        self.down = True
        for one in list(self._open):
            _break(one)

    def mend(self) -> None:
        self.down = False

    def _listen(self) -> None:
        while True:
            try:
                near, _ = self._ear.accept()
            except OSError:
                return
            if self.down:
                _break(near)
                continue
            far = socket.create_connection(("127.0.0.1", self._to))
            self._open |= {near, far}
            for one, other, wait in ((near, far, self._wait), (far, near, _no_wait)):
                threading.Thread(target=self._carry, args=(one, other, wait), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket, wait: Callable[[int], None]) -> None:
        try:
            while piece := one.recv(PIECE):
                wait(len(piece))
                if self.down or self._chance.random() < self.resets:
                    break
                other.sendall(piece)
        except OSError:
            pass
        _break(one)
        _break(other)
        self._open -= {one, other}

    def _wait(self, size: int) -> None:
        if not self.rate:
            return
        with self._lock:
            begin = max(self._free, time.monotonic())
            self._free = begin + size / self.rate
        time.sleep(max(0.0, self._free - time.monotonic()))


def _no_wait(_size: int) -> None:
    """Downwards nothing is large."""


def _break(one: socket.socket) -> None:
    """End it with a reset."""
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    one.close()
