"""Signed notes and checkpoints as C2SP writes them (signed-note, tlog-checkpoint, tlog-cosignature v1), Ed25519 only.

A note is a text, an empty line and signature lines. A checkpoint is a note whose text says how large a tree was and
what root it had. A cosignature is a witness's signature over a checkpoint, with the time at which it was given.

What is parsed here comes from strangers: it is accepted in exactly one spelling, or BadNote says why not.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .tree import HASH

#: Signature types: a log's signature over the text, and a witness's with its time.
ED25519, COSIGNATURE = 1, 4
#: No size, index or time is larger.
MOST = 2**63 - 1
#: Limits of what is parsed. The specification asks for at least 16 signatures, of up to 5 kB each.
MOST_BYTES, MOST_SIGNATURES = 131_072, 64
#: What a signature line begins with: an em dash and a space.
DASH = "— "
NUMBER = re.compile("0|[1-9][0-9]{0,18}")


class BadNote(Exception):
    """A note, checkpoint, signature, verifier key or proof file that is malformed or does not hold; says why."""


@dataclass(frozen=True)
class Checkpoint:
    """How large a tree is and what root it has. Refuses with BadNote what cannot be written as a checkpoint.

    `origin` names the log. Our own checkpoints have no extension lines; those of other logs may.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for line in (self.origin, *self.extensions):
            if not line or _forbidden(line):
                raise BadNote(f"no line of a checkpoint can be {_shown(line)}")
        if not 0 <= self.size <= MOST:
            raise BadNote(f"no tree has {self.size} leaves")
        if len(self.root) != HASH:
            raise BadNote(f"a root has {HASH} bytes, not {len(self.root)}")

    def body(self) -> str:
        """The text that is signed, each line with its end."""
        return "".join(f"{line}\n" for line in (self.origin, self.size, base64(self.root), *self.extensions))

    @classmethod
    def parse(cls, body: str) -> Checkpoint:
        """The checkpoint that a note's text is. Raises BadNote."""
        lines = body.split("\n")
        if len(lines) < 4 or lines[-1]:
            raise BadNote("a checkpoint has three lines: the log's origin, the number of leaves, the root")
        origin, size, root, *extensions = lines[:-1]
        return cls(origin, number(size, "size of a tree"), unhash(root), tuple(extensions))


@dataclass(frozen=True)
class Signature:
    """One signature line: the signer's name, the four bytes that tell its keys apart, and what it signed with them."""

    name: str
    key_id: bytes
    blob: bytes

    def __str__(self) -> str:
        return f"{DASH}{self.name} {base64(self.key_id + self.blob)}\n"


@dataclass(frozen=True)
class Note:
    """A text and its signatures. Nothing is verified by parsing; `str` gives back exactly what was parsed."""

    body: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.body}\n" + "".join(map(str, self.signatures))


@dataclass(frozen=True)
class Verifier:
    """A signer's name and public key, and whether it signs as a log (ED25519) or as a witness (COSIGNATURE)."""

    name: str
    public_key: Ed25519PublicKey
    kind: int = ED25519

    def __post_init__(self) -> None:
        _check_name(self.name)

    @property
    def key_id(self) -> bytes:
        """Four bytes that a signature of this key names it by, together with the name."""
        return sha256(self.name.encode() + b"\n" + self._material()).digest()[:4]

    def vkey(self) -> str:
        """The verifier key as one line of text, `name+id+key`, as others configure it."""
        return f"{self.name}+{self.key_id.hex()}+{base64(self._material())}"

    @classmethod
    def from_vkey(cls, text: str) -> Verifier:
        """The verifier that a line `name+id+key` describes. Raises BadNote."""
        parts = text.split("+", 2)  # The key's base64 may hold a plus of its own; the name may not.
        if len(parts) != 3:
            raise BadNote(f"a verifier key reads name+id+key, not {_shown(text)}")
        material = unbase64(parts[2])
        if len(material) != 33 or material[0] not in {ED25519, COSIGNATURE}:
            raise BadNote("only Ed25519 keys (type 1, or 4 for a witness) can be used here")
        found = cls(parts[0], Ed25519PublicKey.from_public_bytes(material[1:]), material[0])
        if found.key_id.hex() != parts[1]:
            raise BadNote(
                f"the id in the verifier key is {_shown(parts[1])}; of this name and key it is {found.key_id.hex()}"
            )
        return found

    def made(self, signature: Signature) -> bool:
        """Whether the signature says that it is of this key."""
        return (signature.name, signature.key_id) == (self.name, self.key_id)

    def check(self, body: str, signature: Signature) -> int:
        """Raise BadNote unless the signature is of this key over that text.

        Returns the time of a cosignature in seconds since 1970, and 0 for a log's signature.
        """
        stamp, blob = (b"", signature.blob) if self.kind == ED25519 else (signature.blob[:8], signature.blob[8:])
        seconds = int.from_bytes(stamp, "big")
        try:
            self.public_key.verify(blob, _cosigned(body, seconds) if self.kind == COSIGNATURE else body.encode())
        except InvalidSignature:
            raise BadNote(f"the signature of {self.name} does not hold: text or signature was altered") from None
        return seconds

    def _material(self) -> bytes:
        return bytes([self.kind]) + self.public_key.public_bytes_raw()


@dataclass(frozen=True)
class Signer:
    """A name and a private key to sign with. A log's name is its origin; a witness has a key of its own."""

    name: str
    key: Ed25519PrivateKey

    def verifier(self, kind: int = ED25519) -> Verifier:
        """Who verifies what this one signs."""
        return Verifier(self.name, self.key.public_key(), kind)


def sign(checkpoint: Checkpoint, signer: Signer) -> str:
    """The checkpoint as a note with the log's signature."""
    body = checkpoint.body()
    return str(Note(body, (Signature(signer.name, signer.verifier().key_id, signer.key.sign(body.encode())),)))


def cosign(note: Note, witness: Signer, seconds: int) -> Signature:
    """A witness's signature over a checkpoint, given `seconds` after 1970. Raises BadNote where no clock can say so."""
    signature = witness.key.sign(_cosigned(note.body, seconds))
    return Signature(witness.name, witness.verifier(COSIGNATURE).key_id, seconds.to_bytes(8, "big") + signature)


def parse_note(data: bytes | str) -> Note:
    """The note that is spelt there, with nothing verified yet. Raises BadNote, and nothing else.

    Stricter than signed-note in one thing: no key may have signed twice.
    """
    text = decode(data)
    body, gap, rest = text.rpartition("\n\n")
    if not gap or not rest.endswith("\n"):
        raise BadNote("a note is a text, an empty line, and signature lines, each with a line end")
    lines = rest[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise BadNote(f"the note has {len(lines)} signatures; {MOST_SIGNATURES} are allowed")
    signatures = tuple(map(_parse_signature, lines))
    if len({(one.name, one.key_id) for one in signatures}) < len(signatures):
        raise BadNote("the same key has signed the note twice")
    return Note(body + "\n", signatures)


def verify_note(note: Note, verifiers: Iterable[Verifier]) -> list[tuple[Verifier, int]]:
    """Who signed, in the order of the note, each with what its `check` returns. Unknown keys are passed over.

    Raises BadNote where a signature of a known key does not hold, and where no known key has signed.
    """
    known = list(verifiers)
    found = [(who, who.check(note.body, one)) for one in note.signatures for who in known if who.made(one)]
    if not found:
        names = ", ".join(who.name for who in known) or "nobody"
        raise BadNote(f"no known key has signed the note; known here: {names}")
    return found


def verify_cosignature(note: Note, witness: Verifier) -> int:
    """When that witness cosigned, in seconds since 1970. Raises BadNote where it did not, or not this text."""
    return verify_note(note, [witness])[0][1]


def first_five_lines(note: Note) -> bytes:
    """What a time stamp covers: origin, size, root, empty line and the log's own signature; as `head -n 5` prints."""
    checkpoint = Checkpoint.parse(note.body)
    if checkpoint.extensions or note.signatures[0].name != checkpoint.origin:
        raise BadNote("time stamps cover a checkpoint of three lines whose first signature is the log's own")
    return str(Note(note.body, note.signatures[:1])).encode()


def decode(data: bytes | str, most: int = MOST_BYTES) -> str:
    """Text of at most so many bytes, UTF-8, with no control characters but line ends. Raises BadNote otherwise."""
    try:
        raw = data.encode() if isinstance(data, str) else data
        if len(raw) > most:
            raise BadNote(f"{len(raw):,} bytes are more than the {most:,} allowed")
        text = raw.decode()
    except UnicodeError:
        raise BadNote("is not UTF-8") from None
    if _forbidden(text.replace("\n", "")):
        raise BadNote("no control characters are allowed, and lines end with LF alone")
    return text


def base64(data: bytes) -> str:
    """Standard base64 with padding (RFC 4648, section 4)."""
    return b64encode(data).decode()


def unbase64(text: str) -> bytes:
    """The bytes of standard base64 in its one canonical spelling. Raises BadNote otherwise."""
    try:
        data = b64decode(text, validate=True)
    except ValueError:
        data = None
    if data is None or base64(data) != text:
        raise BadNote(f"is not base64 as it must be written: {_shown(text)}")
    return data


def unhash(text: str) -> bytes:
    """A hash in base64. Raises BadNote."""
    data = unbase64(text)
    if len(data) != HASH:
        raise BadNote(f"a hash has {HASH} bytes, not {len(data)}: {_shown(text)}")
    return data


def number(text: str, what: str) -> int:
    """A decimal number up to 2**63 - 1 without leading zeros. Raises BadNote, which says `what` it should have been."""
    if not NUMBER.fullmatch(text) or int(text) > MOST:
        raise BadNote(f"the {what} is a decimal number without leading zeros up to 2^63 - 1, not {_shown(text)}")
    return int(text)


def _cosigned(body: str, seconds: int) -> bytes:
    if not 0 < seconds <= MOST:
        raise BadNote(f"no cosignature is of {seconds} seconds after 1970")
    return f"cosignature/v1\ntime {seconds}\n{body}".encode()


def _parse_signature(line: str) -> Signature:
    name, space, blob = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not space:
        raise BadNote(f"a signature line reads: em dash, name, base64, one space between them; not {_shown(line)}")
    _check_name(name)
    data = unbase64(blob)
    if len(data) < 5:
        raise BadNote(f"the signature of {_shown(name)} is too short")
    return Signature(name, data[:4], data[4:])


def _check_name(name: str) -> None:
    if not name or "+" in name or any(c.isspace() for c in name) or _forbidden(name):
        raise BadNote(f"the name of a key is not empty and holds no spaces and no plus: {_shown(name)}")


def _forbidden(text: str) -> bool:
    return any(c < " " or "\ud800" <= c <= "\udfff" for c in text)


def _shown(text: str) -> str:
    return ascii(text if len(text) <= 60 else text[:59] + "…")
