"""`inviolable run`: one process that serves the product until it is told to stop."""

import fcntl
import os
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn


class PortTaken(OSError):
    """Something else listens there, or this account may not."""


class HomeTaken(PortTaken):
    """Another server already serves this home: it would lose its unused links to us."""


class _Server(uvicorn.Server):
    """Tells its caller when it really listens."""

    on_ready: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self.on_ready()


_claims: list[int] = []


def claim(home: Path) -> None:
    """Hold `home` for this process until it ends. Raises HomeTaken where another one holds it."""
    try:
        # Kept open on purpose: the lock lasts as long as the process, however that ends.
        file = os.open(home / "running", os.O_WRONLY | os.O_CREAT, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise HomeTaken(
            f"home: another `inviolable run` serves {home}; stop it first, or set INVIOLABLE_HOME."
        ) from None
    except OSError as fault:
        raise HomeTaken(f"home: cannot lock {home / 'running'}: {fault.strerror}; is it yours?") from fault
    _claims.append(file)


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to `host` and `port` (0: any free one), for the only server of this home.

    Raises PortTaken with words for a person, HomeTaken where another server runs on the home.
    """
    from django.conf import settings

    # From here on whatever this process writes is for its owner only.
    os.umask(0o077)
    claim(Path(settings.HOME))
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    # What it accepts inherits this, which asyncio sets only on other sockets: each answer was 40 ms late without it.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        listener.bind((host, port))
    except OSError as fault:
        listener.close()
        raise PortTaken(f"port: cannot listen on {host}:{port}: {fault.strerror}; choose another with PORT.") from fault
    return listener


def serve(listener: socket.socket, on_ready: Callable[[], None]) -> None:
    """Serve on `listener` until Ctrl-C or a termination signal; requests under way are finished first."""
    from django.conf import settings

    from inviolable.web.asgi import application
    from inviolable.web.keeper import Keeper
    from inviolable.web.loops import loops
    from inviolable.web.replica import Replica

    config = uvicorn.Config(
        application,
        lifespan="on",
        # No WebSocket and no access log: an address may hold a sign-in link.
        ws="none",
        access_log=False,
        log_level="warning",
        # The address that reached us is the one that counts; links for this machine only depend on it.
        proxy_headers=False,
        server_header=False,
        # Beyond this many connections the answer is 503, well before the files that a process may open run out.
        limit_concurrency=400,
        timeout_graceful_shutdown=10,
    )
    server = _Server(config)
    server.on_ready = on_ready
    try:
        with Replica(Path(settings.HOME)), Keeper(), loops():
            server.run(sockets=[listener])
    except KeyboardInterrupt:
        return
    finally:
        listener.close()
