"""Reading a time stamp (RFC 3161 2.4.2): what it says, before anybody has judged whether it is true.

Only definite lengths and one-byte tags are read. So much of DER leaves one way to cut bytes into fields, and what is
read here is what the judges in `stamps.py` see. The library's own reading is not used: it drops fractions of a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

SIGNED_DATA = bytes.fromhex("2a864886f70d010702")  # 1.2.840.113549.1.7.2, RFC 5652 5.1
TST_INFO = bytes.fromhex("2a864886f70d0109100104")  # 1.2.840.113549.1.9.16.1.4
DIGESTS = {
    bytes.fromhex(f"6086480165030402{number:02x}"): f"sha{size}" for number, size in ((1, 256), (2, 384), (3, 512))
}
INTEGER, BIT_STRING, OCTET_STRING, OID, UTF8, SEQUENCE, SET = 0x02, 0x03, 0x04, 0x06, 0x0C, 0x30, 0x31
GENERALIZED_TIME = 0x18
#: An accuracy beyond a day is no accuracy.
WORST_ACCURACY = 86_400.0
REFUSALS = {2: "rejection", 3: "waiting", 4: "revocation warning", 5: "revocation notification"}
#: PKIFailureInfo, RFC 3161 2.4.2: what each bit means.
FAILURES = {
    0: "unknown or unsupported algorithm",
    2: "request not permitted",
    5: "data of a wrong format",
    14: "its time source is not available",
    15: "policy not supported",
    16: "extension not supported",
    17: "additional information not available",
    25: "system failure",
}


class BadStamp(Exception):
    """Something that is no time stamp, or none over these data by an authority that is trusted. Says why."""


@dataclass(frozen=True)
class Part:
    """One DER element: its tag, its content, and both with the length between them."""

    tag: int
    content: bytes
    whole: bytes

    def parts(self) -> list[Part]:
        """The elements inside. Raises ValueError."""
        return read_parts(self.content)

    def number(self) -> int:
        """Its content as a two's complement integer. Raises ValueError where there is none."""
        if not self.content:
            raise ValueError("a number without figures")
        return int.from_bytes(self.content, signed=True)


@dataclass(frozen=True)
class Token:
    """What a time stamp token says. Nothing in it has been verified."""

    der: bytes
    time: datetime
    accuracy: float | None
    serial: int
    policy: str
    digest_alg: str
    imprint: bytes
    nonce: int | None
    certificates: tuple[bytes, ...]
    signer: tuple[bytes, int]

    def as_response(self) -> bytes:
        """The token in a TimeStampResp that says granted, in DER."""
        return _sequence(_sequence(b"\x02\x01\x00") + self.der)


def read_token(response: bytes) -> Token:
    """A TimeStampResp that grants a token, or a bare TimeStampToken. Raises BadStamp in words."""
    try:
        outer = _only(read_parts(response), SEQUENCE)
        parts = outer.parts()
        if parts[0].tag == OID:
            return _read_signed(outer)
        _check_status(_only(parts[:1], SEQUENCE).parts())
        return _read_signed(_only(parts[1:], SEQUENCE))
    except (IndexError, ValueError) as error:  # a field that is not there, or not what it should be
        raise BadStamp("it is damaged, or no RFC 3161 time stamp at all") from error


def read_parts(der: bytes) -> list[Part]:
    """The elements that lie one after another in these bytes. Raises ValueError where one is cut off."""
    parts = []
    start = 0
    while start < len(der):
        content = start + 2
        if content > len(der) or der[start] & 0x1F == 0x1F:
            raise ValueError("no tag where one should be")
        length = der[start + 1]
        if length >= 0x80:
            content += length - 0x80
            length = int.from_bytes(der[start + 2 : content])
            if length < 0x80 or content - start > 6:
                raise ValueError("no length where one should be")
        end = content + length
        if end > len(der):
            raise ValueError("cut off")
        parts.append(Part(der[start], der[content:end], der[start:end]))
        start = end
    return parts


def _check_status(fields: Sequence[Part]) -> None:
    """PKIStatusInfo: granted, with or without modifications (the token itself shows what was modified)."""
    status = _only(fields[:1], INTEGER).number()
    if status in (0, 1):
        return
    said = [REFUSALS.get(status, f"status {status}")]
    for field in fields[1:]:
        if field.tag == SEQUENCE:
            said += [repr(part.content[:200].decode(errors="replace")) for part in field.parts()]
        if field.tag == BIT_STRING:
            bits = "".join(f"{byte:08b}" for byte in field.content[1:5])
            said += [FAILURES.get(at, f"failure {at}") for at, bit in enumerate(bits) if bit == "1"]
    raise BadStamp("the authority granted none: " + ", ".join(said))


def _read_signed(token: Part) -> Token:
    """ContentInfo → SignedData → TSTInfo (RFC 5652 3 and 5.1, RFC 3161 2.4.2)."""
    kind, explicit = token.parts()
    if kind.content != SIGNED_DATA:
        raise ValueError("not CMS signed data")
    _version, _digests, encapsulated, *optional, signers = _only(explicit.parts(), SEQUENCE).parts()
    kind, explicit = encapsulated.parts()
    if kind.content != TST_INFO:
        raise ValueError("what is signed is no time stamp")
    info = _only(read_parts(_only(explicit.parts(), OCTET_STRING).content), SEQUENCE)
    _version, identity, *_ = _only(signers.parts(), SEQUENCE).parts()
    issuer, number = identity.parts()
    carried = [certificate.whole for part in optional if part.tag == 0xA0 for certificate in part.parts()]
    return _read_info(info.parts(), token.whole, tuple(carried), (issuer.whole, number.number()))


def _read_info(fields: Sequence[Part], der: bytes, certificates: tuple[bytes, ...], signer: tuple[bytes, int]) -> Token:
    _version, policy, imprint, serial, time, *optional = fields
    algorithm, digest = imprint.parts()
    name = algorithm.parts()[0].content
    if name not in DIGESTS:
        raise BadStamp(f"it hashes with {_dotted(name)}; sha256, sha384 and sha512 are accepted")
    if time.tag != GENERALIZED_TIME:
        raise ValueError("no time where the time should be")
    nonces = [field.number() for field in optional if field.tag == INTEGER]
    accuracies = [_seconds(field) for field in optional if field.tag == SEQUENCE]
    return Token(
        der=der,
        time=_moment(time.content.decode("ascii")),
        accuracy=accuracies[0] if accuracies else None,
        serial=serial.number(),
        policy=_dotted(policy.content),
        digest_alg=DIGESTS[name],
        imprint=digest.content,
        nonce=nonces[0] if nonces else None,
        certificates=certificates,
        signer=signer,
    )


def _moment(text: str) -> datetime:
    """`20260127170000Z` or `20260127170000.123Z`: UTC, always, and to the microsecond."""
    if not text.endswith("Z"):
        raise ValueError("a time that is not in UTC")
    whole, _, fraction = text[:-1].partition(".")
    if len(whole) != 14 or not (whole + fraction).isdecimal():
        raise ValueError("a time that cannot be read")
    return datetime.strptime(whole + f"{fraction:0<6}"[:6], "%Y%m%d%H%M%S%f").replace(tzinfo=UTC)


def _seconds(accuracy: Part) -> float:
    """Accuracy: seconds, thousandths, millionths; each may be left out."""
    units = {INTEGER: 1_000_000, 0x80: 1_000, 0x81: 1}
    micros = 0
    for field in accuracy.parts():
        if field.tag not in units or field.number() < 0:
            raise ValueError("an accuracy that cannot be read")
        micros += field.number() * units[field.tag]
    if micros > WORST_ACCURACY * 1_000_000:
        raise ValueError("an accuracy of more than a day")
    return micros / 1_000_000


def _dotted(oid: bytes) -> str:
    """An object identifier in figures and dots (X.690 8.19)."""
    arcs, arc = [], 0
    for byte in oid:
        arc = arc << 7 | byte & 0x7F
        if byte < 0x80:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def _only(parts: Sequence[Part], tag: int) -> Part:
    if len(parts) != 1 or parts[0].tag != tag:
        raise ValueError("a field that is missing, doubled or of another kind")
    return parts[0]


def _sequence(content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((SEQUENCE, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((SEQUENCE, 0x80 | len(length))) + length + content
