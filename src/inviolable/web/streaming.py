"""A request's body that a page reads while it arrives: never whole in memory, nothing of it on the server's disk.

The thread of the page pulls: only when it wants the next piece is the client asked for it, so at most one piece waits
here and a client that is faster than the page is held back by TCP. What breaks is an OSError in the page that reads,
which is how Django knows a broken request; what the client is told is decided by the bridge.
"""

import asyncio
import io
import re
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import Any

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]

#: The addresses whose POST is read in this way. Each one's page may take hours, and must look who asks before it reads.
STREAMED = re.compile(r"/incidents/[^/]+/(exhibits/add|sources/(add|import))/|/clip/give")


class Broken(OSError):
    """The body will never be complete. `status` and `said`: what the client is told, if it is there to be told."""

    status = 400
    said = "The request is broken.\n"


class ClientGone(Broken):
    """The client left before its request was complete. Nothing is to be done for it."""


class Stalled(Broken):
    """Not one byte came for too long."""

    status = 408

    def __init__(self, seconds: float) -> None:
        self.said = f"Nothing came for {seconds:g} seconds and the upload was dropped; nothing of it was kept.\n"
        super().__init__(self.said)


class TooLarge(Broken):
    """The body is larger than it may be."""

    status = 413

    def __init__(self, limit: int) -> None:
        self.said = f"The upload is larger than {limit / 1e9:g} GB and was dropped; nothing of it was kept.\n"
        super().__init__(self.said)


class Stopping(Broken):
    """The server ends before the body does."""

    status = 503
    said = "The server is being stopped and the upload was dropped; nothing of it was kept. Send it again.\n"


class Incoming(io.RawIOBase):
    """What a client sends, as a file: made in the event loop, read by one thread.

    `limit` is in bytes; `stall_seconds` is how long not one byte may come. Reading raises Broken, then and ever after.
    """

    def __init__(self, receive: Receive, *, limit: int, stall_seconds: float) -> None:
        self.fault: Broken | None = None
        self.ended = False
        self._receive = receive
        self._limit = limit
        self._stall_seconds = stall_seconds
        self._size = 0
        self._rest = memoryview(b"")
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Task[Any] | None = None

    def readable(self) -> bool:
        """Of course."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill some of `buffer`, waiting until there is something; 0 at the end."""
        if not self._rest:
            try:
                self._rest = memoryview(asyncio.run_coroutine_threadsafe(self._piece(), self._loop).result())
            except CancelledError:
                raise self.fault or Stopping(Stopping.said) from None
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count

    async def _piece(self) -> bytes:
        """The next piece as it came from the network; empty at the end."""
        piece = b""
        self._waiting = asyncio.current_task()
        try:
            async with asyncio.timeout(self._stall_seconds):
                while not piece and not self.ended and self.fault is None:
                    piece = await self._message()
        except TimeoutError:
            self.fault = Stalled(self._stall_seconds)
        self._size += len(piece)
        if self._size > self._limit:
            self.fault = TooLarge(self._limit)
        if self.fault is not None:
            raise self.fault
        return piece

    async def _message(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self.fault = ClientGone("The client left before its request was complete.")
            return b""
        self.ended = not message.get("more_body", False)
        piece: bytes = message.get("body", b"")
        return piece

    def abandon(self) -> None:
        """In the event loop: the server stops. Wake the thread that waits here."""
        self.fault = self.fault or Stopping(Stopping.said)
        if self._waiting is not None:
            self._waiting.cancel()

    async def drop(self, seconds: float) -> None:
        """Once answered: take what still comes and forget it, for so long at most.

        A client that is cut off while it still sends may never see the answer.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self.ended and not isinstance(self.fault, ClientGone | Stalled):
                    await self._message()
