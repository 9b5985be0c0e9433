"""E-mail over SMTP (RFC 5321), with STARTTLS and a delivery status notification where the server offers them.

[mail] in INVIOLABLE_HOME/outbox.toml:

    host = "smtp.example.org"
    port = 587
    sender = "inviolable@example.org"
    tls = "starttls"                 # or "tls" from the first byte, or "none", which only this machine may be
    user = "inviolable"              # with a password in the file `mail.password` beside outbox.toml
    roots = "mail-ca.pem"            # a certificate of your own authority, beside it, too
"""

from __future__ import annotations

import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate
from hashlib import sha256
from pathlib import Path
from typing import Any

from inviolable.law.faults import Faulty
from inviolable.law.files import read_toml_file
from inviolable.outbox.channels import Fault, Refusal, Text, Trouble

HERE = ("localhost", "127.0.0.1", "::1")
SECONDS = 10
KNOWN = {"host", "port", "sender", "tls", "user", "roots"}


def send(home: Path, address: str, text: Text, example: bool) -> str:
    """Hand it to the server; its Message-ID. Raises Trouble, Refusal."""
    settings = _settings(home, example)
    message = EmailMessage()
    name = sha256(text.id.encode()).hexdigest()[:32]
    message["Message-ID"] = reference = f"<{name}@{settings['sender'].rpartition('@')[2]}>"
    message["Date"], message["Subject"] = formatdate(), text.subject
    message["From"], message["Auto-Submitted"] = settings["sender"], "auto-generated"
    try:
        message["To"] = Address(addr_spec=address)
    except Exception as fault:  # What the parser of addresses raises is its own affair.
        raise Refusal("address", f"{address!r} is no address: {fault}") from None
    message.set_content(text.body)
    try:
        with _connected(home, settings) as server:
            options = ["NOTIFY=SUCCESS,FAILURE"] if server.has_extn("dsn") else []
            server.send_message(message, rcpt_options=options)
    except smtplib.SMTPRecipientsRefused as fault:
        [(code, said)] = fault.recipients.values()
        raise _fault(code, said) from None
    except smtplib.SMTPDataError as fault:
        raise _fault(fault.smtp_code, fault.smtp_error) from None
    except smtplib.SMTPResponseException as fault:  # Of the server and us, as a wrong password: another day it may do.
        raise Trouble(str(fault.smtp_code), f"{settings['host']}: {fault}") from None
    except (OSError, smtplib.SMTPException) as fault:
        raise Trouble("unreachable", f"{settings['host']}: {fault}") from None
    return reference


def _fault(code: int, said: bytes | str) -> Fault:
    """RFC 5321, 4.2.1: what begins with 4 may go later, what begins with 5 will not."""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return (Refusal if code >= 500 else Trouble)(str(code), f"{code} {words}")


def _settings(home: Path, example: bool) -> dict[str, Any]:
    path = home / "outbox.toml"
    try:
        found: dict[str, Any] = {"port": 587, "tls": "starttls", **read_toml_file(path).get("mail", {})}
    except Faulty as fault:
        raise Trouble("configuration", str(fault)) from None
    if unknown := sorted(found.keys() - KNOWN):
        raise Trouble("configuration", f"{path}: [mail] has no {unknown[0]}; allowed: {', '.join(sorted(KNOWN))}")
    if not found.get("host") or not found.get("sender"):
        raise Trouble("configuration", f"{path}: [mail] needs host and sender before anything can be sent")
    here = found["host"] in HERE
    if example and not here:
        raise Refusal("example", f"{path}: an example sends to this machine only, not to {found['host']}")
    if found["tls"] not in ("starttls", "tls", *(["none"] if here else [])):
        raise Trouble(
            "configuration",
            f"{path}: [mail] tls is {found['tls']!r}; allowed: starttls, tls; none for this machine itself",
        )
    return found


def _connected(home: Path, settings: dict[str, Any]) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if "roots" in settings:
        context.load_verify_locations(home / settings["roots"])
    where = {"host": settings["host"], "port": settings["port"], "timeout": SECONDS}
    server = smtplib.SMTP_SSL(**where, context=context) if settings["tls"] == "tls" else smtplib.SMTP(**where)
    try:
        if settings["tls"] == "starttls":
            server.starttls(context=context)
        if "user" in settings:
            server.login(settings["user"], (home / "mail.password").read_text("utf-8").strip())
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server
