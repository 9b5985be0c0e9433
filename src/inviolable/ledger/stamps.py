"""Time stamps (RFC 3161): asking an authority for one, and judging one.

Two judges. `rfc3161-client` comes first. It insists on DER to the letter, and some authorities, OpenSSL's own among
them, do not sort the certificates they send along; such a token goes to `openssl ts -verify`, which does not mind.

The chain of certificates is judged at the time that the token names, not today (`openssl ts -verify -attime`): a token
outlives the certificate it was made under, as long as the key was not stolen (RFC 3161 4). Lists of revoked
certificates are not fetched, because nothing here calls anybody on its own; what guards against one bad authority is a
second one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import ssl
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from .asking import NoAnswer, post
from .tokens import BadStamp, Token, read_token

__all__ = ["Authority", "BadStamp", "Stamp", "StampRefused", "certificates", "reply", "request_stamp", "verify_stamp"]

#: Seconds that one run of openssl may take.
PATIENCE = 30.0
LOCAL = "openssl:"


class StampRefused(Exception):
    """No stamp came that can be kept: which authority, what came instead, what to do."""


@dataclass(frozen=True)
class Authority:
    """A time-stamp authority and the root certificates (PEM) that its stamps must lead to.

    The address is http:// or https:// (RFC 3161 3.4), or openssl:/folder for one on this machine (local_authority.py).
    """

    name: str
    url: str
    roots: bytes

    def __post_init__(self) -> None:
        if not self.url.startswith(("http://", "https://", LOCAL)):
            raise ValueError(f"{self.name}: address {self.url!r}; allowed: http://…, https://…, openssl:/folder")
        try:
            x509.load_pem_x509_certificates(self.roots)
        except ValueError:
            raise ValueError(f"{self.name}: no certificate in its roots; give the PEM file of its root") from None


@dataclass(frozen=True)
class Stamp:
    """A verified time stamp: these data existed at that time, says that authority.

    `accuracy` in seconds, None where the authority names none. `token_sha256` is over the bytes as they are kept: the
    whole response, where it was one.
    """

    time: datetime
    accuracy: float | None
    serial: int
    policy: str
    digest_alg: str
    authority_name: str
    token_sha256: str
    by: Literal["rfc3161-client", "openssl"]

    @property
    def earliest(self) -> datetime:
        """The time less the accuracy."""
        return self.time - timedelta(seconds=self.accuracy or 0)

    @property
    def latest(self) -> datetime:
        """The time and the accuracy: the data are not younger than this."""
        return self.time + timedelta(seconds=self.accuracy or 0)


def request_stamp(authority: Authority, data: bytes, timeout: float = 10.0) -> bytes:
    """Ask for a stamp over the SHA-256 of the data; the whole TimeStampResp (DER), verified. Raises StampRefused.

    `timeout` in seconds, for everything together. Nothing but the hash and a random number leaves this machine.
    """
    query = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
    if authority.url.startswith(LOCAL):
        response = reply(Path(authority.url.removeprefix(LOCAL)), query.as_bytes(), timeout)
    else:
        try:
            response = post(authority.url, query.as_bytes(), timeout)
        except NoAnswer as none:
            raise _refused(authority, *none.args) from None
    try:
        verify_stamp(response, data, authority.roots)
        nonce = read_token(response).nonce
    except BadStamp as bad:
        raise _refused(
            authority, f"its answer cannot be kept: {bad}", "check its address and its root certificate"
        ) from None
    if nonce != query.nonce:
        raise _refused(
            authority,
            "its stamp answers another request (the random number differs): an old answer played again?",
            "ask again; if it repeats, do not trust the way to this authority",
        )
    return response


def verify_stamp(response: bytes, data: bytes, roots: bytes) -> Stamp:
    """Judge a TimeStampResp or a bare TimeStampToken (DER) over these data. Raises BadStamp in words.

    `roots`: trusted certificates (PEM). Checked: granted, imprint, signature, chain to a root at the time of the stamp,
    and that the signer's certificate is for time stamps only (RFC 3161 2.3 and 2.4.2).
    """
    token = read_token(response)
    if hashlib.new(token.digest_alg, data).digest() != token.imprint:
        raise BadStamp("it stamps other data: the hash in it is not the hash of these")
    by: Literal["rfc3161-client", "openssl"] = "rfc3161-client"
    if not _strictly(token, data, roots):
        by = "openssl"
        _with_openssl(token, data, roots)
    return Stamp(
        time=token.time,
        accuracy=token.accuracy,
        serial=token.serial,
        policy=token.policy,
        digest_alg=token.digest_alg,
        authority_name=_signer(token).subject.rfc4514_string(),
        token_sha256=hashlib.sha256(response).hexdigest(),
        by=by,
    )


def certificates(response: bytes) -> list[bytes]:
    """The certificates (PEM) that a response or a token carries, in its order. Raises BadStamp."""
    return [ssl.DER_cert_to_PEM_cert(der).encode() for der in read_token(response).certificates]


def reply(folder: Path, query: bytes, timeout: float = PATIENCE) -> bytes:
    """The answer (TimeStampResp, DER) of the local authority in a folder to a TimeStampReq. Raises StampRefused.

    openssl reads, raises and writes the serial number without a lock, so one request at a time.
    """
    with tempfile.TemporaryDirectory() as desk:
        asked, answered = Path(desk, "query"), Path(desk, "response")
        asked.write_bytes(query)
        try:
            with (folder / "lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                arguments = ["-reply", "-config", "tsa.cnf", "-queryfile", str(asked), "-out", str(answered)]
                done = _openssl(arguments, folder, timeout)
            if done.returncode == 0:
                return answered.read_bytes()
            why = _reason(done.stderr)
        except (OSError, subprocess.TimeoutExpired) as error:
            why = str(error)
    raise StampRefused(f"the local time-stamp authority in {folder} gave no answer: {why}; make a new one")


# ---- the two judges -------------------------------------------------------------------------


def _strictly(token: Token, data: bytes, roots: bytes) -> bool:
    """The first judge. True: the stamp is good. False: its DER is not strict enough to be judged."""
    try:
        trusted = x509.load_pem_x509_certificates(roots)
    except ValueError:
        raise BadStamp("there is no trusted certificate to judge it by; give the root of the authority") from None
    if not token.certificates:
        raise BadStamp("it does not carry the certificate of its authority")
    try:
        parsed = decode_timestamp_response(token.as_response())
        return VerifierBuilder(roots=trusted).build().verify_message(parsed, data)
    except VerificationError as error:
        raise BadStamp(f"its signature does not hold, or leads to no trusted root ({_reason(str(error))})") from None
    except ValueError:
        return False


def _with_openssl(token: Token, data: bytes, roots: bytes) -> None:
    """The second judge. Raises BadStamp unless the stamp is good."""
    with tempfile.TemporaryDirectory() as desk:
        for name, content in (("token", token.der), ("data", data), ("roots", roots)):
            Path(desk, name).write_bytes(content)
        arguments = ["-verify", "-token_in", "-in", "token", "-data", "data", "-CAfile", "roots"]
        try:
            done = _openssl([*arguments, "-attime", str(int(token.time.timestamp()))], Path(desk), PATIENCE)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise BadStamp(f"it needs openssl to be judged: {error}") from None
    if done.returncode != 0 or "Verification: OK" not in done.stdout:
        raise BadStamp(f"its signature does not hold, or leads to no trusted root ({_reason(done.stderr)})")


def _signer(token: Token) -> x509.Certificate:
    """The certificate whose key signed the token; both judges take the first one that fits."""
    for der in token.certificates:
        try:
            certificate = x509.load_der_x509_certificate(der)
        except ValueError:
            continue
        if (certificate.issuer.public_bytes(), certificate.serial_number) == token.signer:
            return certificate
    raise BadStamp("it does not carry the certificate of its signer, or that one cannot be read")


def _openssl(arguments: list[str], folder: Path, timeout: float) -> subprocess.CompletedProcess[str]:
    """Run `openssl ts` in a folder, without the machine's own configuration. Raises OSError, TimeoutExpired."""
    program = shutil.which("openssl")
    if program is None:
        raise FileNotFoundError("openssl is missing: apt-get install openssl")
    return subprocess.run(  # noqa: S603 (no shell; every argument is ours)
        [program, "ts", *arguments],
        cwd=folder,
        env={"OPENSSL_CONF": os.devnull},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=timeout,
        check=False,
    )


def _reason(errors: str) -> str:
    """The last thing that OpenSSL complains about, in its own words."""
    found = re.findall(r'[Vv]erify error: ?([^:"\n]+)|reason: "([^"]+)"|routines:[^:]*:([^:\n]+)', errors)
    return "".join(found[-1]) if found else errors.strip()[-200:]


def _refused(authority: Authority, what: str, way_out: str) -> StampRefused:
    return StampRefused(f"{authority.name} ({authority.url}) gave no time stamp: {what}; {way_out}")
