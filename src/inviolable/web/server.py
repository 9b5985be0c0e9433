"""`inviolable run`: one process that serves the product until it is told to stop."""

import socket
from collections.abc import Callable

import uvicorn


class PortTaken(OSError):
    """Something else listens there, or this account may not."""


class _Server(uvicorn.Server):
    """Tells its caller when it really listens."""

    on_ready: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self.on_ready()


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to `host` and `port` (0: any free one). Raises PortTaken with words for a person."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as fault:
        listener.close()
        raise PortTaken(f"port: cannot listen on {host}:{port}: {fault.strerror}; choose another with PORT.") from fault
    return listener


def serve(listener: socket.socket, on_ready: Callable[[], None]) -> None:
    """Serve on `listener` until Ctrl-C or a termination signal; requests under way are finished first."""
    from inviolable.web.asgi import application

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
        timeout_graceful_shutdown=10,
    )
    server = _Server(config)
    server.on_ready = on_ready
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        return
    finally:
        listener.close()
