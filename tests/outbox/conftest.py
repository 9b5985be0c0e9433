"""A home with one person of staff, and a real SMTP server with STARTTLS and a password."""

import socket
import ssl
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from django.conf import settings

from inviolable.ledger.actions import SYSTEM
from inviolable.posts.actions import Reached, list_person

NOW = datetime(2026, 1, 27, 17, 0, tzinfo=UTC)


@dataclass
class Clock:
    """Time that moves when a test says so."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += timedelta(**time)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def home(db, tmp_path, monkeypatch):
    place = tmp_path / "home"
    place.mkdir(mode=0o700)
    monkeypatch.setattr(settings, "HOME", place)
    for name, language in (("ana", "es"), ("bea", "en")):
        ways = [Reached("mail", f"{name}@example.org"), Reached("sms", "+12025550101")]
        told = {"name": name, "language": language, "time_zone": "America/Guayaquil", "contacts": ways}
        list_person(name, **told, actor=SYSTEM, now=NOW)
    return place


@dataclass
class Mailbox:
    """What a server got; `answers` is what it says to the next recipients instead of taking them. `asked`: what was
    asked for with each mail, by a server that gives receipts (DSN)."""

    port: int = 0
    got: list[tuple[str, EmailMessage]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)
    came: threading.Event = field(default_factory=threading.Event)

    def wait_for(self, address: str, seconds: float = 30) -> bool:
        """Until something came for an address."""
        end = time.monotonic() + seconds
        while all(to != address for to, _ in self.got):
            if not self.came.wait(end - time.monotonic()):
                return False
            self.came.clear()
        return True

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's name
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.got.append((envelope.rcpt_tos[0], message_from_bytes(envelope.content, policy=policy.default)))
        self.came.set()
        return "250 taken"


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("smtp")
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 9"
    )
    subprocess.run(
        [*command.split(), "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return folder


class Receipts(SMTP):
    """A server that offers delivery status notifications (RFC 3461); the one of the library does not know them."""

    async def push(self, status):
        await super().push("250-DSN\r\n250 HELP" if status == "250 HELP" else status)

    def _getparams(self, params):
        found = super()._getparams([one for one in params if not one.startswith(("NOTIFY=",))])
        ours = dict(one.split("=", 1) for one in params if one.startswith(("ENVID=", "RET=", "NOTIFY=")))
        self.event_handler.asked |= ours
        return {name: value for name, value in (found or {}).items() if name not in ours}


class Server(Controller):
    """Of the library's kind, or with receipts."""

    kind = SMTP

    def factory(self):
        return self.kind(self.handler, **self.SMTP_kwargs)


@contextmanager
def mail_server(home, certificate, kind=SMTP):
    """It runs until the end of the block, and `home` is configured to send through it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    box = Mailbox()

    def knows(server, session, envelope, mechanism, data):
        return AuthResult(success=(data.login, data.password) == (b"inviolable", b"open sesame"), handled=False)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        box.port = free.getsockname()[1]
    controller = Server(
        box, hostname="127.0.0.1", port=box.port, tls_context=context, require_starttls=True,
        authenticator=knows, auth_required=True,
    )  # fmt: skip
    controller.kind = kind
    controller.start()
    (home / "outbox.toml").write_text(
        f'[mail]\nhost = "localhost"\nport = {box.port}\nsender = "inviolable@example.org"\n'
        'user = "inviolable"\nroots = "roots.pem"\n'
    )
    (home / "mail.password").write_text("open sesame\n")
    (home / "roots.pem").write_bytes((certificate / "cert.pem").read_bytes())
    try:
        yield box
    finally:
        controller.stop()


@pytest.fixture
def mailbox(home, certificate):
    with mail_server(home, certificate) as box:
        yield box
