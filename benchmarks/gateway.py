"""A gateway for text messages in a process of its own: an answer after 100 ms, fifty messages at once.

    python -m benchmarks.gateway        prints its port

POST takes a message; GET gives every call so far, `[[when, message's id], …]`, and forgets them. DELAY and AT_ONCE are
the goals' (issue 4, section 7).
"""

import asyncio
import json
import time

DELAY, AT_ONCE = 0.1, 50
ANSWER = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}"


class Gateway:
    """What it got, and its fifty lines."""

    def __init__(self) -> None:
        self.lines, self.got = asyncio.Semaphore(AT_ONCE), list[tuple[float, str]]()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until the other side ends it."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                said = await self.answer(head, reader)
                writer.write(ANSWER.format(len(said), said).encode())
                await writer.drain()
                if b"connection: close" in head:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()

    async def answer(self, head: bytes, reader: asyncio.StreamReader) -> str:
        if head.startswith(b"get"):
            got, self.got = self.got, []
            return json.dumps(got)
        length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        async with self.lines:
            # Apprise names no id and writes its own JSON; it is only counted.
            self.got.append((time.time(), json.loads(body).get("id", "")))
            await asyncio.sleep(DELAY)
        return '{"reference": "taken"}'


async def main() -> None:
    server = await asyncio.start_server(Gateway().serve, "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
