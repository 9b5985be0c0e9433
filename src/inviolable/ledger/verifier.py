#!/usr/bin/env python3
"""Checks a dossier. One file, Python 3.9 or newer, nothing to install; time stamps are checked by `openssl`.

    python3 verify.py [--trust FILE] [--intervals] [DOSSIER]        DOSSIER: the folder, by default the one of this file

The plan. The code repeats the numbers; verify.sh takes the same steps, and docs/record.md says what each thing is.

  1 bag            every file is plain and listed once with its SHA-256; none is missing; bag-info.txt counts right
  2 keys           keys/log and keys/*.pem agree, an id is the hash of its key; the installation signed the tag manifest
  3 entries        each is canonical and names the one before; the incident's stream is whole, from 0 to its export
  4 signatures     each entry is signed by the installation or a device, with a key not revoked when it was recorded
  5 checkpoint     a signed note of the installation; each cosignature is of a known witness
  6 tree           each entry is in the tree of the checkpoint; within a stream the places increase
  7 checkpoints    each earlier checkpoint is signed, and the tree only grew since
  8 time stamps    each was made over its checkpoint by one of the authorities handed out
  9 beacons        each beacon that an entry names is there and signed, and nothing is older than what it names
 10 disclosed      each disclosed field is what an entry committed to
 11 exhibits       each has the size and hash its entry says; those not handed out are listed
 12 packs          each law file is one that a finding was made with
 13 trust          what you trust (--trust) vouches for this dossier

Exit 0 if everything holds, 1 at the first thing that does not, 2 if there is nothing to check or FILE cannot be read.

Without --trust a dossier can only agree with itself: whoever made it up could have made up keys and authorities too.
The last line then says "consistent; origin not checked". With it, and if all holds, "VERIFIED". FILE says, one a line,
what you got by another way; # begins a comment:

    log KEY            the installation's key: its fingerprint (64 hex digits) or its C2SP key line name+hash+key
    witness KEY        the C2SP key line of a witness, who must have cosigned the checkpoint
    authority CERT     a time-stamp authority that must have stamped the checkpoint: a PEM file, or the SHA-256 of one
                       of its certificates
    checkpoint FILE    a checkpoint you hold: this dossier must continue it
    token FILE         a time stamp (.tsr) you hold: it must be over a checkpoint of this dossier

Names of files are read from where FILE lies. An authority alone says when, not who: the origin stays unchecked.
"""

from __future__ import annotations

import base64
import binascii
import calendar
import functools
import hashlib
import io
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:  # `signed` asks openssl instead, some five milliseconds a signature
    Ed25519PublicKey = None  # type: ignore[assignment, misc]

STEPS = (
    *("bag", "keys", "entries", "signatures", "checkpoint", "tree", "checkpoints", "time stamps", "beacons"),
    *("disclosed", "exhibits", "packs", "trust"),
)
BUFFER = 1 << 20  # bytes read at a time
LONGEST_LINE = 1 << 20  # bytes; an entry has some hundreds
LARGEST_TAG = 1 << 28  # bytes of a file that is read whole; exhibits never are
DEEPEST = 24  # objects and arrays within each other
FOLDERS = 16  # within each other
AUTHORITIES = 100  # certificates
BIGGEST = (1 << 53) - 1  # the largest integer of the RFC 8785 profile

HEX = r"[0-9a-f]{64}"
ID = r"[0-9a-f]{16}"
SIZE = r"[1-9][0-9]{0,15}"
HASH = r"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="  # 32 bytes in base64; the last letter carries four bits
SIGNATURE = r"[A-Za-z0-9+/]{85}[AQgw]=="  # 64 bytes in base64; the last letter carries two bits
WHEN = r"[1-9][0-9]{3}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"
NAME = r"[A-Za-z0-9_][A-Za-z0-9._-]*"  # of a file or folder: nothing that a shell or a disk could read otherwise
KEY = re.compile(r"[!#-+\--9;-Z^-z|~]+")  # of an object: printable ASCII without space and "\,:{}[]
ALWAYS = (
    *("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig"),
    *("data/entries.jsonl", "data/disclosed.jsonl", "data/beacons.jsonl", "data/beacons.sig"),
    *("entries.sig", "proofs", "checkpoint", "keys/log"),
)


class NotVerified(Exception):
    """The first thing that does not hold. `step` is its number in the plan, `what` names file, line or byte."""

    def __init__(self, step: int, what: str) -> None:
        self.step, self.what = step, printable(what)
        super().__init__(f"{step} {STEPS[step - 1]}: {self.what}")


class BadInput(Exception):
    """There is nothing to check, or what the reader handed in cannot be read."""


@dataclass(frozen=True)
class Note:
    """A checkpoint: C2SP tlog-checkpoint. `signed_by` is the id of the key of the installation."""

    origin: str
    size: int
    root: bytes
    body: bytes
    first_five: bytes
    signed_by: str
    cosigned: tuple[tuple[bytes, int], ...] = ()  # (raw key of the witness, Unix seconds)


@dataclass
class Trust:
    """What the reader got from elsewhere.

    keys: SHA-256 of a raw key -> the origin it signs for, "" where the reader did not say. witnesses: raw key -> name.
    authorities: PEM, or the 32 bytes of a certificate's SHA-256. checkpoints, tokens: (name, content) of a file.
    """

    keys: dict[bytes, str] = field(default_factory=dict)
    witnesses: dict[bytes, str] = field(default_factory=dict)
    authorities: list[bytes] = field(default_factory=list)
    checkpoints: list[tuple[str, bytes]] = field(default_factory=list)
    tokens: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def origin(self) -> bool:
        """Whether it says anything of who made the dossier, and not only when."""
        return bool(self.keys or self.witnesses or self.checkpoints or self.tokens)


@dataclass(frozen=True)
class Key:
    """What keys/log says of a key, and the key, raw. revoked: the moment, or "" where it was not."""

    id: str
    roles: tuple[str, ...]
    revoked: str
    raw: bytes

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the raw key, hex; the id is its beginning."""
        return hashlib.sha256(self.raw).hexdigest()


@dataclass
class Entry:
    """What later steps need of an entry."""

    line: bytes
    stream: str
    seq: int
    kind: str
    recorded: str
    beacon: str
    body: dict[str, Any]
    sealed: dict[str, str]
    leaf: bytes
    index: int = 0
    signer: str = ""

    def __str__(self) -> str:
        return f"{self.stream} seq {self.seq}"


@dataclass(frozen=True)
class Bound:
    """A moment (Unix seconds) that somebody outside put on the first `size` entries."""

    time: int
    size: int
    source: str
    trusted: bool


Beacons = dict[str, list[Bound]]  # the hash of a beacon -> what no entry that names it is older than


@dataclass
class Outcome:
    """A dossier that holds. `verified`: the reader's own trust vouches for its origin."""

    verified: bool = False
    files: int = 0
    entries: int = 0
    size: int = 0
    withheld: list[str] = field(default_factory=list)
    erased: list[str] = field(default_factory=list)
    fingerprints: list[str] = field(default_factory=list)
    intervals: list[str] = field(default_factory=list)

    @property
    def last_line(self) -> str:
        """What a reader takes home."""
        return "VERIFIED" if self.verified else "consistent; origin not checked"


def printable(text: str) -> str:
    """What a terminal can be shown: a dossier may come from anybody."""
    return re.sub(r"[^ -~]", "?", text)


# Reading --------------------------------------------------------------------------------------------------------------


class Bag:
    """The files of a folder by their names, none read yet. Raises BadInput, NotVerified (step 1)."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise BadInput(f"{folder} is no folder: name the folder of a dossier")
        self.folder = folder
        self.sizes = dict(sorted(self._walk()))

    def _walk(self) -> Iterator[tuple[str, int]]:
        folders = [""]
        while folders:
            prefix = folders.pop()
            if prefix.count("/") > FOLDERS:
                raise NotVerified(1, f"{prefix} lies in more than {FOLDERS} folders")
            try:
                with os.scandir(self.folder / prefix) as found:
                    items = [(item.name, item.stat(follow_symlinks=False)) for item in found]
            except OSError as error:
                raise NotVerified(1, f"{prefix or self.folder} cannot be read: {error.strerror}") from None
            for item, status in items:
                name = prefix + item
                if not re.fullmatch(NAME, item):
                    raise NotVerified(1, f"{name!r} is no name of a file in a dossier (letters, digits, . _ -)")
                if stat.S_ISDIR(status.st_mode):
                    folders.append(name + "/")
                elif stat.S_ISREG(status.st_mode):
                    yield name, status.st_size
                else:
                    raise NotVerified(1, f"{name} is no plain file (a link, a pipe or a device)")

    def open(self, name: str) -> BinaryIO:
        """The file, for reading."""
        return io.FileIO(f"{self.folder}/{name}")

    def digest(self, name: str) -> bytes:
        """SHA-256 of the file."""
        digest, buffer = hashlib.sha256(), bytearray(min(BUFFER, self.sizes[name] + 1))
        with self.open(name) as file:
            while count := file.readinto(buffer):  # type: ignore[attr-defined]
                digest.update(memoryview(buffer)[:count])
        return digest.digest()

    def read(self, step: int, name: str) -> bytes:
        """The whole file."""
        if name not in self.sizes:
            raise NotVerified(step, f"{name} is missing")
        if self.sizes[name] > LARGEST_TAG:
            raise NotVerified(step, f"{name} has {self.sizes[name]:,} bytes, more than {LARGEST_TAG:,}")
        with self.open(name) as file:
            return file.read()

    def lines(self, step: int, name: str) -> list[bytes]:
        """The lines of a file, without their ends; each must have one."""
        data = self.read(step, name)
        if data and not data.endswith(b"\n"):
            raise NotVerified(step, f"{name}: the last line has no end")
        lines = data.split(b"\n")[:-1]
        for number, line in enumerate(lines, 1):
            if len(line) > LONGEST_LINE:
                raise NotVerified(step, f"{name} line {number}: longer than {LONGEST_LINE:,} bytes")
        return lines

    def matches(self, step: int, name: str, pattern: str) -> list[tuple[str, ...]]:
        """The groups of each line of a file, where every line must match."""
        found = []
        for number, line in enumerate(self.lines(step, name), 1):
            match = re.fullmatch(pattern, line.decode("ascii", "replace"))
            if not match:
                raise NotVerified(step, f"{name} line {number}: not in the form that docs/record.md gives")
            found.append(match.groups())
        return found

    def under(self, folder: str) -> list[str]:
        """The names of all files below a folder, without the folder's."""
        return sorted(name[len(folder) :] for name in self.sizes if name.startswith(folder))


def _refuse(found: str) -> NoReturn:
    raise ValueError(f"{found[:20]} is neither a string nor an integer")


_decode = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse).decode
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_is_key = functools.lru_cache(maxsize=1024)(KEY.fullmatch)


def _plain(value: Any, depth: int = 1) -> None:
    """Objects, arrays, strings and integers only. Raises ValueError."""
    kind = type(value)
    if kind is str:
        return
    if kind is int:
        if abs(value) > BIGGEST:
            raise ValueError(f"an integer beyond {BIGGEST}")
    elif kind is dict or kind is list:
        if depth > DEEPEST:
            raise ValueError(f"nested deeper than {DEEPEST}")
        for key in value if kind is dict else ():
            if not _is_key(key):
                raise ValueError(f"the key {key[:40]!r} is not plain ASCII")
        for inner in value.values() if kind is dict else value:
            if type(inner) is not str:
                _plain(inner, depth + 1)
    else:
        _refuse(json.dumps(value))


def parsed(step: int, where: str, line: bytes) -> dict[str, Any]:
    """The object that a canonical line holds. Raises NotVerified naming the first byte that is not canonical."""
    try:
        value = _decode(line.decode())
        _plain(value)
        again = _encode(value).encode()
    except (ValueError, RecursionError) as error:  # also not UTF-8, half of a surrogate pair, too many digits
        raise NotVerified(step, f"{where}: not canonical JSON: {str(error) or 'nested too deeply'}") from None
    if again != line:
        byte = next(i for i in range(len(line) + 1) if again[i : i + 1] != line[i : i + 1])
        raise NotVerified(step, f"{where}: not canonical JSON: byte {byte} would be written otherwise")
    if not isinstance(value, dict):
        raise NotVerified(step, f"{where}: not an object")
    return value


# Signatures, tree and time --------------------------------------------------------------------------------------------

SPKI = bytes.fromhex("302a300506032b6570032100")  # RFC 8410: what stands before the 32 bytes of an Ed25519 key


def pem(raw: bytes) -> bytes:
    """A raw Ed25519 key as a file that openssl reads."""
    return b"-----BEGIN PUBLIC KEY-----\n" + base64.b64encode(SPKI + raw) + b"\n-----END PUBLIC KEY-----\n"


@functools.lru_cache(maxsize=64)
def _key(raw: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(raw)


def signed(raw: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature (RFC 8032) over a message is of this key."""
    if Ed25519PublicKey is None:
        files = {"key": pem(raw), "message": message, "signature": signature}
        return not _openssl("pkeyutl -verify -pubin -inkey key -rawin -in message -sigfile signature", files).returncode
    try:
        _key(raw).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _openssl(command: str, files: dict[str, bytes]) -> subprocess.CompletedProcess[bytes]:
    """Runs openssl in a folder of its own that holds these files."""
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        for name, data in files.items():
            (Path(folder) / name).write_bytes(data)
        try:
            return subprocess.run(["openssl", *command.split()], cwd=folder, capture_output=True, check=False)  # noqa: S603, S607
        except FileNotFoundError:
            raise BadInput("openssl is missing: install it, time stamps are checked with it") from None


def key_hash(name: str, kind: bytes, raw: bytes) -> bytes:
    """The four bytes before a signature in a note (C2SP signed-note). kind: 0x01 Ed25519, 0x04 cosignature/v1."""
    return hashlib.sha256(name.encode() + b"\n" + kind + raw).digest()[:4]


def _base64(text: str) -> bytes:
    """Strict base64. Raises ValueError also where the last letter holds bits that count for nothing."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise ValueError("not the only way to write it")
    return data


@functools.lru_cache(maxsize=1 << 14)  # neighbours in the tree share most of their way to the root
def node(left: bytes, right: bytes) -> bytes:
    """RFC 6962, 2.1."""
    return hashlib.sha256(b"\1" + left + right).digest()


def root_from(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to, or None if it has a wrong length (RFC 9162, 2.1.3.2)."""
    place, last, root = index, size - 1, leaf
    for sibling in proof:
        if not last:
            return None
        if place & 1 or place == last:
            root = node(sibling, root)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            root = node(root, sibling)
        place, last = place >> 1, last >> 1
    return None if last else root


def roots_from(old: int, new: int, root: bytes, proof: list[bytes]) -> tuple[bytes, bytes] | None:
    """The two roots that a consistency proof leads to, 0 < old <= new, or None (RFC 9162, 2.1.4.2)."""
    if old == new:
        return None if proof else (root, root)
    path = [root, *proof] if not old & (old - 1) else proof
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    if not path:
        return None
    first = second = path[0]
    for sibling in path[1:]:
        if not last:
            return None
        if place & 1 or place == last:
            first, second = node(sibling, first), node(sibling, second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = node(second, sibling)
        place, last = place >> 1, last >> 1
    return None if last else (first, second)


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Said:
    """What an RFC 3161 token says; nothing of it verified. Unix seconds; `wide` is its accuracy, rounded up."""

    time: int
    wide: int
    algorithm: str
    imprint: bytes


def token_says(response: bytes) -> Said:
    """What the token in a response says. Raises ValueError."""
    token = _openssl("ts -reply -in response -token_out", {"response": response})
    if token.returncode:
        raise ValueError("not a time stamp response that was granted")
    # The token alone: the status of a response holds free text that nobody signs.
    text = _openssl("ts -reply -token_in -in token -text", {"token": token.stdout}).stdout.decode("ascii", "replace")
    stamp = re.search(r"^Time stamp: (\w{3}) ([ \d]\d) (\d\d):(\d\d):(\d\d)(\.\d+)? (\d{4}) GMT$", text, re.M)
    algorithm = re.search(r"^Hash Algorithm: (sha256|sha384|sha512)$", text, re.M)
    dump = re.search(r"^Message data:\n((?: {4}[0-9a-f]{4} - .*\n)+)", text, re.M)
    if not (stamp and algorithm and dump):
        raise ValueError("not a time stamp over SHA-256, SHA-384 or SHA-512")
    if len(re.findall(r"^(?:Time stamp|Accuracy|Hash Algorithm|Message data):", text, re.M)) != 4:
        raise ValueError("a time stamp that says a thing twice")  # An extension may hold any text.
    month, day, hour, minute, second, fraction, year = stamp.groups()
    clock = map(int, (year, MONTHS.index(month) + 1, day, hour, minute, second))
    imprint = "".join(re.findall(r"[0-9a-f]{2}", "".join(row[11:59] for row in dump[1].splitlines())))
    accuracy = re.search(r"^Accuracy: (?:0x([0-9A-F]{1,6})|unspecified) seconds, (.*)$", text, re.M)
    wide = bool(fraction) + (int(accuracy[1] or "0", 16) + ("0x" in accuracy[2]) if accuracy else 0)
    return Said(calendar.timegm(tuple(clock)), wide, algorithm[1], bytes.fromhex(imprint))


def stamped(response: bytes, message: bytes, anchors: bytes, others: bytes, when: int) -> bool:
    """Whether a time stamp is over the message, by who holds one of the certificates (PEM), valid at that moment."""
    files = {"response": response, "message": message, "anchors": anchors, "others": others}
    command = "ts -verify -in response -data message -CAfile anchors -untrusted others -partial_chain -attime"
    return not _openssl(f"{command} {when}", files).returncode


def certificates(text: bytes) -> dict[bytes, bytes]:
    """The certificates of a PEM file: SHA-256 (raw) -> PEM."""
    found = {}
    for block in re.findall(rb"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\n?", text):
        try:
            der = base64.b64decode(b"".join(block.split(b"-----")[2].split()), validate=True)
        except binascii.Error:
            continue
        found[hashlib.sha256(der).digest()] = block
    return found


def iso(seconds: int) -> str:
    """Unix seconds as a moment in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def epoch(moment: str) -> int:
    """The whole Unix seconds of a moment in UTC."""
    return calendar.timegm(time.strptime(moment[:19], "%Y-%m-%dT%H:%M:%S"))


# The steps ------------------------------------------------------------------------------------------------------------


def bag_holds(bag: Bag, progress: Callable[[int, int], None]) -> dict[str, bytes]:
    """1. Every file is listed once with its SHA-256, none is missing. The hashes by name."""
    for name in ALWAYS:
        if name not in bag.sizes:
            raise NotVerified(1, f"{name} is missing")
    if bag.read(1, "bagit.txt") != b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n":
        raise NotVerified(1, "bagit.txt does not say BagIt 1.0 in UTF-8")
    listed: dict[str, bytes] = {}
    for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        for number, (digest, name) in enumerate(bag.matches(1, manifest, rf"({HEX})  ({NAME}(?:/{NAME})*)"), 1):
            where = f"{manifest} line {number}: {name}"
            if name in listed:
                raise NotVerified(1, f"{where} is listed twice")
            if name.startswith("data/") != (manifest[0] == "m"):
                raise NotVerified(1, f"{where} belongs into the other manifest")
            if name not in bag.sizes:
                raise NotVerified(1, f"{where} is missing")
            listed[name] = bytes.fromhex(digest)
    for name in bag.sizes:
        if name not in listed and name not in ("tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig"):
            raise NotVerified(1, f"{name} is in no manifest")
    found = digests(bag, list(listed), progress)
    for name, expected in listed.items():
        if found[name] != expected:
            raise NotVerified(1, f"{name} is not the file that the manifest lists: its SHA-256 is {found[name].hex()}")
    payload = [size for name, size in bag.sizes.items() if name.startswith("data/")]
    oxums = [line for line in bag.lines(1, "bag-info.txt") if line.startswith(b"Payload-Oxum:")]
    if oxums != [b"Payload-Oxum: %d.%d" % (sum(payload), len(payload))]:
        raise NotVerified(1, f"bag-info.txt: Payload-Oxum should be {sum(payload)}.{len(payload)}")
    return listed


def digests(bag: Bag, names: list[str], progress: Callable[[int, int], None]) -> dict[str, bytes]:
    """The SHA-256 of each file. Two threads where it pays: hashlib lets go of Python's lock."""
    found: dict[str, bytes] = {}
    total, done = sum(bag.sizes[name] for name in names), 0
    queue = sorted(names, key=bag.sizes.__getitem__)  # the largest last, and taken from the end

    def work() -> None:
        nonlocal done
        while True:
            try:
                name = queue.pop()
            except IndexError:
                return
            found[name] = bag.digest(name)
            done += bag.sizes[name]
            progress(done, total)

    if total < BUFFER:
        work()
    else:
        with ThreadPoolExecutor(2) as pool:
            for future in [pool.submit(work), pool.submit(work)]:
                future.result()
    return found


def keys_hold(bag: Bag) -> tuple[dict[str, Key], Key]:
    """2. keys/log and the PEM files agree. The keys by id, and the one that signed the tag manifest."""
    keys: dict[str, Key] = {}
    pattern = rf"({ID}) (log|device|beacon|witness) (?:{WHEN}|-) ({WHEN}|-)"
    for number, (name, role, dashed) in enumerate(bag.matches(2, "keys/log", pattern), 1):
        roles, revoked = keys[name].roles if name in keys else (), "" if dashed == "-" else dashed
        if role in roles or (roles and keys[name].revoked != revoked):
            raise NotVerified(2, f"keys/log line {number}: {name} was listed before")
        keys[name] = Key(name, (*roles, role), revoked, public_key(bag, name))
    for name in bag.under("keys/"):
        if name != "log" and not (name.endswith(".pem") and name[:-4] in keys):
            raise NotVerified(2, f"keys/{name} is not in keys/log")
    manifest, signature = bag.read(2, "tagmanifest-sha256.txt"), bag.read(2, "tagmanifest-sha256.txt.sig")
    for key in keys.values():
        if "log" in key.roles and signed(key.raw, manifest, signature):
            if key.revoked:
                raise NotVerified(2, f"tagmanifest-sha256.txt.sig is by {key.id}, a key revoked on {key.revoked}")
            return keys, key
    raise NotVerified(2, "tagmanifest-sha256.txt.sig is no signature by a key of the installation in keys/log")


def public_key(bag: Bag, name: str) -> bytes:
    """2. The raw key in keys/<id>.pem, which must be the one of that id."""
    data = bag.read(2, f"keys/{name}.pem")
    try:
        raw = _base64(data.split(b"\n")[1].decode("ascii"))[len(SPKI) :]
    except (ValueError, IndexError):
        raw = b""
    if len(raw) != 32 or data != pem(raw):
        raise NotVerified(2, f"keys/{name}.pem is no Ed25519 public key in PEM")
    if hashlib.sha256(raw).hexdigest()[:16] != name:
        raise NotVerified(2, f"keys/{name}.pem holds another key than its name says")
    return raw


TEXT: Callable[[Any], bool] = lambda value: isinstance(value, str) and value != ""  # noqa: E731


def like(pattern: str) -> Callable[[Any], Any]:
    """Whether a value is a text of this form."""
    match = re.compile(pattern).fullmatch
    return lambda value: isinstance(value, str) and match(value)


DIGEST = like(HEX)
FORM: dict[str, Callable[[Any], Any]] = {
    "actor": lambda value: isinstance(value, dict) and set(value) == {"id", "role"} and all(map(TEXT, value.values())),
    "beacon": DIGEST,
    "body": lambda value: isinstance(value, dict),
    "device": TEXT,
    "happened": lambda value: isinstance(value, dict) and value and all(map(TEXT, value.values())),
    "kind": like(r"[a-z0-9_]+(\.[a-z0-9_]+)+"),
    "prev": DIGEST,
    "recorded": like(WHEN),
    "sealed": lambda value: isinstance(value, dict) and value and all(map(DIGEST, value.values())),
    "seq": lambda value: isinstance(value, int) and value >= 0,
    "stream": like(r"[a-z]+(/[A-Za-z0-9_-]+)*"),
    "v": lambda value: value == 1 and isinstance(value, int),
}
MAY_BE_ABSENT = {"beacon", "device", "happened", "prev", "sealed"}


def entries_hold(bag: Bag) -> list[Entry]:
    """3. Each line is canonical; the incident's stream is whole from 0; entries of others are in order."""
    entries: list[Entry] = []
    for number, line in enumerate(bag.lines(3, "data/entries.jsonl"), 1):
        where = f"data/entries.jsonl line {number}"
        value = parsed(3, where, line)
        for key in value:
            if key not in FORM or not FORM[key](value[key]):
                raise NotVerified(3, f"{where}: {key} is not as docs/record.md says")
        if absent := set(FORM) - MAY_BE_ABSENT - set(value):
            raise NotVerified(3, f"{where}: {min(absent)} is missing")
        leaf = hashlib.sha256(b"\0" + line).digest()
        entry = Entry(
            line, value["stream"], value["seq"], value["kind"], value["recorded"], value.get("beacon", ""),
            value["body"], value.get("sealed", {}), leaf,
        )  # fmt: skip
        before = entries[-1] if entries else None
        if wrong := out_of_place(entry, value.get("prev", ""), before, entries[0] if entries else entry):
            raise NotVerified(3, f"{where} ({entry}): {wrong}")
        entries.append(entry)
    own = [entry for entry in entries if entry.stream == entries[0].stream]
    if not own or own[-1].kind != "dossier.exported":
        raise NotVerified(3, "data/entries.jsonl: the stream of the incident does not end with dossier.exported")
    return entries


def out_of_place(entry: Entry, prev: str, before: Entry | None, first: Entry) -> str:
    """3. What is wrong with the place of an entry, if anything."""
    same = before is not None and before.stream == entry.stream
    if not before and not entry.stream.startswith("incident/"):
        return "the first entry is not of an incident"
    if entry.stream == first.stream:
        if entry.seq != (before.seq + 1 if before and same else 0):
            return "the stream of the incident is not whole and in order here"
    elif before and before.stream != first.stream and (before.stream, before.seq) >= (entry.stream, entry.seq):
        return "not in the order of stream and seq"
    if bool(prev) != bool(entry.seq):
        return "prev stands in every entry of a stream but the first"
    if before and same and before.seq + 1 == entry.seq and prev != before.leaf.hex():
        return "prev is not the hash of the entry before"
    return ""


def signatures_hold(bag: Bag, entries: list[Entry], keys: dict[str, Key]) -> None:
    """4. Each entry is signed by the installation or a device, with a key not revoked when it was recorded."""
    lines = bag.matches(4, "entries.sig", rf"({ID}) ({SIGNATURE})")
    if len(lines) != len(entries):
        raise NotVerified(4, f"entries.sig has {len(lines)} lines for {len(entries)} entries")
    todo, wrong = [], ""
    for number, (entry, (name, signature)) in enumerate(zip(entries, lines), 1):  # noqa: B905
        key = keys.get(name)
        if not key or not {"log", "device"} & set(key.roles):
            wrong = f"{name} is no key of the installation or a device in keys/log"
        elif key.revoked and key.revoked < entry.recorded:
            wrong = f"{name} was revoked on {key.revoked}, before {entry.recorded}"
        if not key or wrong:
            wrong = f"entries.sig line {number} ({entry}): {wrong}"
            break
        entry.signer = name
        todo.append((key.raw, entry.line, base64.b64decode(signature)))
    for number, (entry, good) in enumerate(zip(entries, all_signed(todo)), 1):  # noqa: B905
        if not good:
            raise NotVerified(4, f"entries.sig line {number} ({entry}): not the signature of {entry.signer}")
    if wrong:
        raise NotVerified(4, wrong)


def all_signed(todo: list[tuple[bytes, bytes, bytes]]) -> list[bool]:
    """For each (raw key, message, signature) whether it is signed. Two threads: who checks lets go of Python's lock."""
    half = len(todo) // 2
    with ThreadPoolExecutor(2) as pool:
        parts = pool.map(lambda part: [signed(*one) for one in part], (todo[:half], todo[half:]))
        return [good for part in parts for good in part]


def note(step: int, where: str, data: bytes, keys: dict[str, Key], witnesses: list[bytes], strict: bool = True) -> Note:
    """5. A checkpoint signed by the installation. strict: refuse cosignatures of witnesses that nobody here knows."""
    line = r"— ([!-*,-~]+) ([A-Za-z0-9+/=]+)\n"
    text = data.decode("utf-8", "replace")
    match = re.fullmatch(rf"(inviolable/({ID})\n({SIZE})\n({HASH})\n)\n((?:{line})+)", text)
    if not match:
        raise NotVerified(step, f"{where}: not a checkpoint in the form that docs/record.md gives")
    body, first, size, root, _, _, _ = match.groups()
    signatures = re.findall(line, match[5])
    origin, message = f"inviolable/{first}", body.encode()
    if first not in keys or "log" not in keys[first].roles:
        raise NotVerified(step, f"{where}: the origin names {first}, no key of the installation in keys/log")
    cosigned, signed_by = [], ""
    for number, (name, encoded) in enumerate(signatures, 5):
        at = f"{where} line {number}"
        try:
            blob = _base64(encoded)
        except ValueError:
            raise NotVerified(step, f"{at}: not base64") from None
        if number == 5:
            raws = [key for key in keys.values() if "log" in key.roles and key_hash(origin, b"\1", key.raw) == blob[:4]]
            if name != origin or not raws or not signed(raws[0].raw, message, blob[4:]):
                raise NotVerified(step, f"{at}: not the signature of the installation")
            signed_by = raws[0].id
            continue
        witness = [raw for raw in witnesses if key_hash(name, b"\4", raw) == blob[:4]]
        if not witness and not strict:
            continue
        seconds = int.from_bytes(blob[4:12], "big")
        cosignature = b"cosignature/v1\ntime %d\n" % seconds + message
        if not witness or seconds >= 1 << 37 or not signed(witness[0], cosignature, blob[12:]):
            raise NotVerified(step, f"{at}: not the cosignature of a witness in keys/log")
        cosigned.append((witness[0], seconds))
    first_five = text[: match.start(5)] + text[match.start(5) :].split("\n", 1)[0] + "\n"
    return Note(origin, int(size), base64.b64decode(root), message, first_five.encode(), signed_by, tuple(cosigned))


def tree_holds(bag: Bag, entries: list[Entry], newest: Note) -> None:
    """6. Each entry is in the tree of the checkpoint; within a stream the places increase."""
    lines = bag.matches(6, "proofs", rf"(0|{SIZE})((?: {HEX})*)")
    if len(lines) != len(entries):
        raise NotVerified(6, f"proofs has {len(lines)} lines for {len(entries)} entries")
    before: Entry | None = None
    for number, (entry, (index, proof)) in enumerate(zip(entries, lines), 1):  # noqa: B905
        where = f"proofs line {number} ({entry}, index {index})"
        entry.index = int(index)
        if entry.index >= newest.size:
            raise NotVerified(6, f"{where}: the checkpoint has only {newest.size} entries")
        if before and before.stream == entry.stream and before.index >= entry.index:
            raise NotVerified(6, f"{where}: comes before the entry it follows")
        siblings = [bytes.fromhex(one) for one in proof.split()]
        if root_from(entry.leaf, entry.index, newest.size, siblings) != newest.root:
            raise NotVerified(6, f"{where}: the proof does not lead from the entry to the checkpoint")
        before = entry


def checkpoints_hold(bag: Bag, newest: Note, keys: dict[str, Key], witnesses: list[bytes]) -> dict[int, Note]:
    """7. Each earlier checkpoint is signed, and the tree only grew since."""
    names = [name for name in bag.under("checkpoints/") if "." not in name]
    found: dict[int, Note] = {}
    for name in names:
        where = f"checkpoints/{name}"
        old = note(7, where, bag.read(7, where), keys, witnesses)
        if str(old.size) != name or old.origin != newest.origin:
            raise NotVerified(7, f"{where}: is of {old.origin} and of size {old.size}")
        if not grew(bag, old.size, old.root, newest):
            raise NotVerified(7, f"{where}: {where}.proof does not show that the checkpoint continues it")
        found[old.size] = old
    if newest.size not in found or found[newest.size].first_five != newest.first_five:
        raise NotVerified(7, f"checkpoints/{newest.size} is not the same as checkpoint")
    for name in bag.under("checkpoints/"):
        if not re.fullmatch(rf"({SIZE})(\.proof|\.{SIZE}\.tsr)?", name) or name.split(".")[0] not in names:
            raise NotVerified(7, f"checkpoints/{name} belongs to no checkpoint")
    return found


def grew(bag: Bag, size: int, root: bytes, newest: Note) -> bool:
    """Whether checkpoints/SIZE.proof leads from this root to the newest. Raises NotVerified if there is none."""
    lines = bag.matches(7, f"checkpoints/{size}.proof", f"({HEX})")
    proof = [bytes.fromhex(one) for (one,) in lines]
    return size <= newest.size and roots_from(size, newest.size, root, proof) == (root, newest.root)


@dataclass(frozen=True)
class Token:
    """A time stamp over a checkpoint. trusted: by an authority that the reader trusts."""

    name: str
    sha256: str
    size: int
    said: Said
    trusted: bool


def stamps_hold(bag: Bag, notes: dict[int, Note], trust: Trust | None) -> list[Token]:
    """8. Each time stamp is over the first five lines of its checkpoint, by one of the authorities handed out."""
    tokens = []
    given = b"".join(bag.read(8, f"authorities/{name}") for name in bag.under("authorities/"))
    if given.count(b"-----BEGIN CERTIFICATE-----") > AUTHORITIES:
        raise NotVerified(8, f"authorities/ holds more than {AUTHORITIES} certificates")
    wanted = (
        [certificates(given).get(one, b"") if len(one) == 32 else one for one in trust.authorities] if trust else []
    )
    for name in bag.under("checkpoints/"):
        if not name.endswith(".tsr"):
            continue
        where, size = f"checkpoints/{name}", int(name.split(".")[0])
        data, over = bag.read(8, where), notes[size].first_five
        try:
            said = token_says(data)
        except ValueError as error:
            raise NotVerified(8, f"{where}: {error}") from None
        if hashlib.new(said.algorithm, over).digest() != said.imprint:
            raise NotVerified(8, f"{where} is not over the first five lines of checkpoints/{size}")
        if not stamped(data, over, given, given, said.time):
            raise NotVerified(8, f"{where} is by none of the authorities in authorities/")
        trusted = any(stamped(data, over, anchor, given, said.time) for anchor in wanted if anchor)
        tokens.append(Token(where, hashlib.sha256(data).hexdigest(), size, said, trusted))
    return tokens


def beacons_hold(bag: Bag, keys: dict[str, Key], tokens: list[Token], origin: str, trust: Trust | None) -> Beacons:
    """9. Each beacon is signed by its issuer, and the time stamp it names is here. What bounds who names it."""
    lines, signatures = bag.lines(9, "data/beacons.jsonl"), bag.matches(9, "data/beacons.sig", rf"({ID}) ({SIGNATURE})")
    if len(lines) != len(signatures):
        raise NotVerified(9, f"data/beacons.sig has {len(signatures)} lines for {len(lines)} beacons")
    by_hash = {token.sha256: token for token in tokens}
    beacons: Beacons = {}
    for number, (line, (name, signature)) in enumerate(zip(lines, signatures), 1):  # noqa: B905 (Python 3.9)
        where, key = f"data/beacons.jsonl line {number}", keys.get(name)
        value = parsed(9, where, line)
        if not _is_beacon(value):
            raise NotVerified(9, f"{where}: not a beacon in the form that docs/record.md gives")
        if not key or not {"log", "beacon"} & set(key.roles) or ("log" in key.roles and value["issuer"] != origin):
            raise NotVerified(9, f"{where}: {name} is no issuer of beacons in keys/log")
        if key.revoked and key.revoked < value["time"]:
            raise NotVerified(9, f"{where}: {name} was revoked on {key.revoked}, before {value['time']}")
        if not signed(key.raw, line, base64.b64decode(signature)):
            raise NotVerified(9, f"data/beacons.sig line {number}: not the signature of {name}")
        bounds, token = [], by_hash.get(value.get("token", ""))
        if token:
            bounds.append(Bound(token.said.time - token.said.wide, 0, token.name, token.trusted))
        elif "log" in key.roles and "token" in value:
            raise NotVerified(9, f"{where}: the time stamp that it names is not here")
        if "log" not in key.roles:
            trusted = trust is not None and hashlib.sha256(key.raw).digest() in trust.keys
            bounds.append(Bound(epoch(value["time"]), 0, f"beacon of {name}", trusted))
        beacons[hashlib.sha256(line).hexdigest()] = bounds
    return beacons


def _is_beacon(value: dict[str, Any]) -> bool:
    forms = {"issuer": "(?s).+", "random": HEX, "time": WHEN, "token": HEX}
    if {*value, "token"} != set(forms) or not all(map(TEXT, value.values())):
        return False
    try:
        return all(re.fullmatch(forms[key], one) for key, one in value.items()) and epoch(value["time"]) is not None
    except ValueError:  # no such day
        return False


def times_hold(entries: list[Entry], beacons: Beacons, upper: list[Bound], trust: Trust | None) -> list[str]:
    """9. Each beacon that an entry names is here, and none is from the entry's future. The interval of each entry."""
    intervals = []
    for number, entry in enumerate(entries, 1):
        where = f"data/entries.jsonl line {number} ({entry})"
        if entry.beacon and entry.beacon not in beacons:
            raise NotVerified(9, f"{where}: the beacon {entry.beacon} is not in data/beacons.jsonl")
        after, before = beacons.get(entry.beacon, []), [bound for bound in upper if bound.size > entry.index]
        latest, earliest = max(after, default=None, key=_time), min(before, default=None, key=_time)
        if latest and earliest and latest.time > earliest.time:
            says = f"{iso(latest.time)} ({latest.source}) .. {iso(earliest.time)} ({earliest.source})"
            raise NotVerified(9, f"{where}: it names a beacon from the future: {says}")
        intervals.append(f"{entry} (index {entry.index}): {interval(after, before, trust)}")
    return intervals


def bounds(newest: Note, notes: dict[int, Note], tokens: list[Token], trust: Trust | None) -> list[Bound]:
    """What says "not after": each time stamp and each cosignature."""
    known = trust.witnesses if trust else {}
    return [Bound(one.said.time + one.said.wide, one.size, one.name, one.trusted) for one in tokens] + [
        Bound(when, one.size, f"cosignature of checkpoints/{one.size}", raw in known)
        for one in (newest, *notes.values())
        for raw, when in one.cosigned
    ]


def _time(bound: Bound) -> int:
    return bound.time


def interval(after: list[Bound], before: list[Bound], trust: Trust | None) -> str:
    """When an entry was made, as far as clocks outside say; with trust only the clocks that the reader trusts."""
    latest = max((one for one in after if one.trusted or not trust), default=None, key=_time)
    earliest = min((one for one in before if one.trusted or not trust), default=None, key=_time)
    since = f"{iso(latest.time)} ({latest.source})" if latest else "open"
    until = f"{iso(earliest.time)} ({earliest.source})" if earliest else "open"
    return f"{since} .. {until}"


def disclosed_hold(bag: Bag, entries: list[Entry]) -> int:
    """10. Each disclosed field is what an entry committed to, under that name. How many."""
    committed = {pair for entry in entries for pair in entry.sealed.items()}
    lines = bag.lines(10, "data/disclosed.jsonl")
    for number, line in enumerate(lines, 1):
        where = f"data/disclosed.jsonl line {number}"
        value = parsed(10, where, line)
        named = [value.get(key, "") for key in ("field", "subject", "salt")]
        if len(value) != 4 or "value" not in value or not (all(map(TEXT, named)) and re.fullmatch(HEX, named[2])):
            raise NotVerified(10, f"{where}: not a commitment in the form that docs/record.md gives")
        if (value["field"], hashlib.sha256(line).hexdigest()) not in committed:
            raise NotVerified(10, f"{where}: no entry committed to this under the name {value['field']}")
    return len(lines)


RECEIVED = {"exhibit.received": "exhibit", "segment.received": "segment"}


def items_received(entries: list[Entry]) -> dict[str, list[tuple[Entry, int]]]:
    """11. The entries, with their numbers, that say how an item came: by its name, which must be that of a file."""
    received: dict[str, list[tuple[Entry, int]]] = {}
    for number, entry in enumerate(entries, 1):
        named = [entry.body.get(key) for key in (RECEIVED.get(entry.kind, ""), "recording")]
        if entry.kind in RECEIVED and any(isinstance(one, str) and not re.fullmatch(NAME, one) for one in named):
            where = f"data/entries.jsonl line {number}"
            raise NotVerified(11, f"{where}: exhibit, segment or recording is no name of a file")
        if isinstance(named[0], str):
            received.setdefault(named[0], []).append((entry, number))
    return received


def exhibits_hold(bag: Bag, entries: list[Entry], hashes: dict[str, bytes], outcome: Outcome) -> str:
    """11. Each exhibit has the size and hash that its entry says. Those named but absent are withheld or erased."""
    received = items_received(entries)
    sealed, opened = bag.under("data/exhibits/"), bag.under("data/opened/")
    for folder, name, size, digest in [
        *(("data/exhibits/", name, "sealed_bytes", "sealed_sha256") for name in sealed),
        *(("data/opened/", name, "bytes", "sha256") for name in opened),
    ]:
        exhibit = name[:-4] if folder == "data/exhibits/" and name.endswith(".age") else name
        if exhibit not in received or (folder == "data/exhibits/" and exhibit == name):
            raise NotVerified(11, f"{folder}{name} is not named by an entry")
        for entry, number in received[exhibit]:
            where = f"{folder}{name} is not as data/entries.jsonl line {number} ({entry}) says"
            if entry.body.get(size) != bag.sizes[folder + name]:
                raise NotVerified(11, f"{where}: {size}")
            if entry.body.get(digest) != hashes[folder + name].hex():
                raise NotVerified(11, f"{where}: {digest}")
    erased = [entry.body.get("subject") for entry in entries if entry.kind == "subject.erased"]
    for name, ((entry, _), *_) in sorted(received.items()):
        if f"data/exhibits/{name}.age" not in bag.sizes:  # a segment goes with its recording
            gone = entry.body.get("recording", name) in erased
            (outcome.erased if gone else outcome.withheld).append(name)
    counts = {
        "sealed": len(sealed),
        "opened": len(opened),
        "withheld": len(outcome.withheld),
        "erased": len(outcome.erased),
    }
    return ", ".join(f"{count} {word}" for word, count in counts.items())


def packs_hold(bag: Bag, entries: list[Entry], hashes: dict[str, bytes]) -> int:
    """12. Each law file is one that a finding was made with. How many."""
    packs = [entry.body.get("packs") for entry in entries if entry.kind == "finding.made"]
    flat = [one for one in packs if isinstance(one, dict) and {*map(type, one.values())} <= {str, int}]
    used = {pair for one in flat for pair in one.items() if isinstance(pair[1], str)}
    names = bag.under("data/packs/")
    for name in names:
        plain = re.sub(f"^{HEX}/", "", name)
        if (plain, hashes[f"data/packs/{name}"].hex()) not in used:
            raise NotVerified(12, f"data/packs/{plain} is no law file that a finding here was made with")
    return len(names)


def trust_holds(
    bag: Bag,
    trust: Trust,
    keys: dict[str, Key],
    signer: Key,
    notes: dict[int, Note],
    newest: Note,
    tokens: list[Token],
    entries: list[Entry],
) -> None:
    """13. What the reader trusts vouches for this dossier: for what is in it, and for the keys that signed it.

    keys/log vouches for nobody. A checkpoint or token that the reader holds vouches for the key that signed it; a
    witness for the key that the origin is named after; any of these for a key that an entry of theirs enrols.
    """
    vouched: set[str] = set()
    if trust.keys:
        for what, key in (("checkpoint", keys[newest.signed_by]), ("tagmanifest-sha256.txt", signer)):
            origin = trust.keys.get(hashlib.sha256(key.raw).digest())
            if origin is None or origin not in ("", newest.origin):
                raise NotVerified(
                    13, f"{what} is signed by {key.fingerprint}, a key of {newest.origin} you do not trust"
                )
    cosigned = {raw for one in (newest, notes[newest.size]) for raw, _ in one.cosigned}
    if trust.witnesses and not cosigned & set(trust.witnesses):
        raise NotVerified(13, "no witness that you trust cosigned the checkpoint")
    if trust.witnesses:
        vouched.add(newest.origin.rpartition("/")[2])
    if trust.authorities and not any(token.trusted for token in tokens if token.size == newest.size):
        raise NotVerified(13, "no authority that you trust stamped the checkpoint")
    for name, data in trust.checkpoints:
        held = note(13, name, data, keys, [], strict=False)
        if held.origin != newest.origin:
            raise NotVerified(13, f"{name} is of {held.origin}, the dossier of {newest.origin}")
        if held.size > newest.size:
            raise NotVerified(13, f"this dossier is older than {name}: {newest.size} entries, you hold {held.size}")
        if held.size < newest.size and f"checkpoints/{held.size}.proof" not in bag.sizes:
            raise NotVerified(13, f"no proof from {name} to this dossier: ask for an export with --since {held.size}")
        if not (held.root == newest.root if held.size == newest.size else grew(bag, held.size, held.root, newest)):
            raise NotVerified(13, f"this dossier does not continue {name}: one of them was made up afterwards")
        vouched.add(held.signed_by)
    for name, data in trust.tokens:
        try:
            said = token_says(data)
        except ValueError as error:
            raise BadInput(f"{name}: {error}") from None
        over = [one for one in notes.values() if said.imprint == hashlib.new(said.algorithm, one.first_five).digest()]
        if not over:
            raise NotVerified(13, f"{name} is over no checkpoint of this dossier")
        vouched |= {one.signed_by for one in over}
    if vouched:
        for entry in entries:
            enrols = (entry.stream, entry.kind, entry.body.get("role")) == ("installation", "key.enrolled", "log")
            if enrols and entry.signer in vouched:
                vouched.add(str(entry.body.get("key")))
        for what, name in (("checkpoint", newest.signed_by), ("tagmanifest-sha256.txt", signer.id)):
            if name not in vouched and not trust.keys:
                raise NotVerified(13, f"{what} is signed by {name}, a key that nothing you trust vouches for")


# All of it ------------------------------------------------------------------------------------------------------------


def _silent(*_: object) -> None:
    """Nobody listens."""


def verify(
    folder: Path,
    trust: Trust | None = None,
    report: Callable[[str], None] = _silent,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Checks a dossier; `report` gets each line of the outcome, `progress` bytes hashed and bytes in all.

    Raises NotVerified at the first thing that does not hold, BadInput if there is no dossier.
    """
    try:
        return check(Bag(folder), trust, report, progress)
    except OSError as error:
        raise BadInput(f"{error.filename or folder} cannot be read: {error.strerror}") from None


def check(
    bag: Bag,
    trust: Trust | None = None,
    report: Callable[[str], None] = _silent,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """The plan, step by step, over an opened bag."""
    outcome = Outcome()

    def ok(step: int, what: str) -> None:
        report(f"{step:2} {STEPS[step - 1]}: ok ({what})")

    hashes = bag_holds(bag, progress or _silent)  # 1
    outcome.files = len(bag.sizes)
    ok(1, f"{len(bag.sizes)} files")
    keys, signer = keys_hold(bag)  # 2
    witnesses = [key.raw for key in keys.values() if "witness" in key.roles] + list(trust.witnesses if trust else ())
    ok(2, f"{len(keys)} keys; the manifest is signed by {signer.id}")
    entries = entries_hold(bag)  # 3
    outcome.entries = len(entries)
    ok(3, f"{len(entries)}, of them {sum(one.stream == entries[0].stream for one in entries)} of {entries[0].stream}")
    signatures_hold(bag, entries, keys)  # 4
    ok(4, str(len(entries)))
    newest = note(5, "checkpoint", bag.read(5, "checkpoint"), keys, witnesses)  # 5
    outcome.size = newest.size
    ok(5, f"{newest.origin}, {newest.size} entries, cosigned by {len(newest.cosigned)}")
    tree_holds(bag, entries, newest)  # 6
    ok(6, f"{len(entries)} proofs")
    notes = checkpoints_hold(bag, newest, keys, witnesses)  # 7
    ok(7, " ".join(map(str, sorted(notes))))
    tokens = stamps_hold(bag, notes, trust)  # 8
    ok(8, str(len(tokens)))
    beacons = beacons_hold(bag, keys, tokens, newest.origin, trust)  # 9
    outcome.intervals = times_hold(entries, beacons, bounds(newest, notes, tokens, trust), trust)
    ok(9, str(len(beacons)))
    ok(10, str(disclosed_hold(bag, entries)))  # 10
    ok(11, exhibits_hold(bag, entries, hashes, outcome))  # 11
    for name in outcome.withheld:
        report(f"   withheld: {printable(name)}")
    for name in outcome.erased:
        report(f"   erased: {printable(name)}")
    ok(12, str(packs_hold(bag, entries, hashes)))  # 12
    if trust:
        trust_holds(bag, trust, keys, signer, notes, newest, tokens, entries)  # 13
        ok(13, "what you trust vouches for it" if trust.origin else "the time only")
        outcome.verified = trust.origin
    outcome.fingerprints = fingerprints(bag, keys, signer, newest, notes[newest.size])
    for line in outcome.fingerprints:
        report(line)
    return outcome


def fingerprints(bag: Bag, keys: dict[str, Key], signer: Key, newest: Note, same: Note) -> list[str]:
    """Whom a reader relies on: compare these with what the ministry publishes."""
    cosigners = {raw for one in (newest, same) for raw, _ in one.cosigned}
    return [
        *sorted({f"installation {key.fingerprint} of {newest.origin}" for key in (keys[newest.signed_by], signer)}),
        *sorted(f"witness {hashlib.sha256(raw).hexdigest()}" for raw in cosigners),
        *(
            f"authority {digest.hex()}"
            for name in bag.under("authorities/")
            for digest in certificates(bag.read(8, f"authorities/{name}"))
        ),
    ]


def read_trust(path: Path) -> Trust:
    """What the reader trusts, from the file described at the top. Raises BadInput."""
    trust = Trust()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            words = line.split("#", 1)[0].split(None, 1)
            if words:
                _trusted(trust, path.parent, f"{path} line {number}", words[0], "".join(words[1:]).strip())
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read: {error}") from None
    if trust == Trust():
        raise BadInput(f"{path} names nothing to trust")
    return trust


def _trusted(trust: Trust, folder: Path, where: str, word: str, value: str) -> None:
    bare = value.replace(":", "").lower()
    if word == "log" and re.fullmatch(HEX, bare):
        trust.keys[bytes.fromhex(bare)] = ""
    elif word == "log":
        name, raw = key_line(where, value, b"\1")
        trust.keys[hashlib.sha256(raw).digest()] = name
    elif word == "witness":
        name, raw = key_line(where, value, b"\4")
        trust.witnesses[raw] = name
    elif word == "authority" and re.fullmatch(HEX, bare):
        trust.authorities.append(bytes.fromhex(bare))
    elif word == "authority":
        given = (folder / value).read_bytes()
        if not certificates(given):
            raise BadInput(f"{where}: {value} holds no certificate in PEM")
        trust.authorities.append(given)
    elif word in ("checkpoint", "token"):
        (trust.checkpoints if word == "checkpoint" else trust.tokens).append((value, (folder / value).read_bytes()))
    else:
        raise BadInput(f"{where}: {word} is not log, witness, authority, checkpoint or token")


def key_line(where: str, text: str, kind: bytes) -> tuple[str, bytes]:
    """(name, raw key) of a C2SP key line name+hash+key. Raises BadInput."""
    try:
        name, digest, encoded = text.split("+", 2)
        blob = _base64(encoded)
    except ValueError:
        name, digest, blob = "", "", b""
    if len(blob) != 33 or blob[:1] != kind or key_hash(name, kind, blob[1:]).hex() != digest:
        raise BadInput(f"{where}: not a C2SP key line of that kind (name+hash+key)")
    return name, blob[1:]


def main(arguments: list[str]) -> int:
    """The command. The exit code."""
    folder, trust, intervals = None, None, False
    try:
        words = iter(arguments)
        for word in words:
            if word in ("-h", "--help"):
                print(__doc__)
                return 0
            if word == "--trust":
                trust = read_trust(Path(next(words, "")))
            elif word == "--intervals":
                intervals = True
            elif folder is None and not word.startswith("-"):
                folder = Path(word)
            else:
                raise BadInput(f"{word} is not understood: verify.py [--trust FILE] [--intervals] [DOSSIER]")
        outcome = verify(folder or Path(__file__).parent, trust, print)
    except NotVerified as error:
        print(f"NOT VERIFIED: {error}")
        return 1
    except BadInput as error:
        print(error, file=sys.stderr)
        return 2
    for line in outcome.intervals if intervals else []:
        print(line)
    print(outcome.last_line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
