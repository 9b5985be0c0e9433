"""E-mail over SMTP (RFC 5321), with STARTTLS, and a receipt where the server offers one (RFC 3461), which dsn.py reads.

[mail] in INVIOLABLE_HOME/outbox.toml, or several [[mail]] that stand in for each other:

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
from contextlib import closing, suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Any

from django.utils.crypto import salted_hmac

from inviolable.outbox.channels.providers import Provider, first_that_takes, must_be_here, providers
from inviolable.outbox.channels.terms import Fault, Refusal, Text, Trouble, Unclear

SECONDS = 10
NEEDED, ALLOWED = ("host", "sender"), ("port", "tls", "user", "roots")


def name_of(message: str) -> str:
    """What a mail of ours is called on its way: the same each time, and nobody guesses it who has not seen it."""
    return salted_hmac("inviolable.outbox.mail", message, algorithm="sha256").hexdigest()[:32]


def send(home: Path, address: str, text: Text, example: bool) -> str:
    """Hand it to the first server that takes it; its Message-ID. Raises Trouble, Refusal."""
    tables = providers(home, "mail", NEEDED, ALLOWED)
    return first_that_takes(
        tables, lambda told: _hand(home, address, text, _checked(home, told, example)), once=text.once
    )


def _checked(home: Path, told: Provider, example: bool) -> dict[str, Any]:
    found = {"port": 587, "tls": "starttls", **told}
    path = home / "outbox.toml"
    here = must_be_here(found["host"], str(path), example)
    if found["tls"] not in ("starttls", "tls", *(["none"] if here else [])):
        said = f"{path}: [mail] tls is {found['tls']!r}; allowed: starttls, tls; none for this machine itself"
        raise Trouble("configuration", said)
    return found


def _hand(home: Path, address: str, text: Text, settings: dict[str, Any]) -> str:
    name, beyond = name_of(text.id), Trouble
    reference = f"<{name}@{settings['sender'].rpartition('@')[2]}>"
    message = _written(address, text, settings["sender"], reference)
    try:
        with closing(_connected(home, settings)) as server:
            whole, each = (
                ([f"ENVID={name}", "RET=HDRS"], ["NOTIFY=SUCCESS,FAILURE"]) if server.has_extn("dsn") else ((), ())
            )
            beyond = Unclear  # A line that breaks from here on does not say whether the server has it.
            server.send_message(message, mail_options=whole, rcpt_options=each)
            with suppress(OSError, smtplib.SMTPException):  # It is taken, however the server says goodbye.
                server.quit()
    except smtplib.SMTPRecipientsRefused as fault:
        [(code, said)] = fault.recipients.values()
        raise _fault(code, said) from None
    except smtplib.SMTPDataError as fault:
        raise _fault(fault.smtp_code, fault.smtp_error) from None
    except smtplib.SMTPResponseException as fault:  # Of the server and us, as a wrong password: another day it may do.
        raise Trouble(str(fault.smtp_code), f"{settings['host']}: {fault}") from None
    except (OSError, smtplib.SMTPException) as fault:
        raise beyond("unreachable", f"{settings['host']}: {fault}") from None
    return reference


def _written(address: str, text: Text, sender: str, reference: str) -> EmailMessage:
    """The mail, with what is enclosed. What people sent by hand does not say that a machine did (RFC 3834, 5)."""
    message = EmailMessage()
    message["Message-ID"], message["Date"], message["Subject"] = reference, formatdate(), text.subject
    message["From"] = sender
    if not text.once:
        message["Auto-Submitted"] = "auto-generated"
    for name, spec in (("To", address), ("Reply-To", text.answers)):
        try:
            if spec or name == "To":
                message[name] = Address(addr_spec=spec)
        except Exception as fault:  # What the parser of addresses raises is its own affair.
            raise Refusal("address", f"{spec!r} is no address: {fault}") from None
    message.set_content(text.body)
    for one in text.enclosed:
        main, _, sub = one.media.partition("/")
        message.add_attachment(one.data, maintype=main, subtype=sub, filename=one.name)
    return message


def _fault(code: int, said: bytes | str) -> Fault:
    """RFC 5321, 4.2.1: what begins with 4 may go later, what begins with 5 will not."""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return (Refusal if code >= 500 else Trouble)(str(code), f"{code} {words}")


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
