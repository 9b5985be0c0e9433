"""A small second writer of dossiers, from docs/record.md alone: what it writes, the verifiers must accept.

It shares no code with the product. Its trees, notes and proofs are written the slow way the RFC defines them, so that
a mistake in the product's own cannot hide here. Only the time-stamp authority is a real `openssl ts`.
"""

import base64
import hashlib
import json
import struct
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SHIPPED = Path(__file__).parents[2] / "src" / "inviolable" / "ledger"
INCIDENT = "incident/6f1c1c1e-52b5-4a3b-9a39-0a1b2c3d4e5f"
OTHER = "incident/00000000-52b5-4a3b-9a39-0a1b2c3d4e5f"
OPENED = datetime(2026, 1, 27, 17, tzinfo=UTC)
Files = dict[str, bytes]


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def lines(items: Iterable[bytes]) -> bytes:
    return b"".join(item + b"\n" for item in items)


# RFC 6962, 2.1, word for word ---------------------------------------------------------------------------------------


def leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\0" + entry).digest()


def split(n: int) -> int:
    """The largest power of two smaller than n."""
    return 1 << (n - 1).bit_length() - 1


def mth(entries: list[bytes]) -> bytes:
    if len(entries) == 1:
        return leaf(entries[0])
    k = split(len(entries))
    return hashlib.sha256(b"\1" + mth(entries[:k]) + mth(entries[k:])).digest()


def path(m: int, entries: list[bytes]) -> list[bytes]:
    if len(entries) == 1:
        return []
    k = split(len(entries))
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def proof(m: int, entries: list[bytes], whole: bool = True) -> list[bytes]:
    if m == len(entries):
        return [] if whole else [mth(entries)]
    k = split(len(entries))
    if m <= k:
        return [*proof(m, entries[:k], whole), mth(entries[k:])]
    return [*proof(m - k, entries[k:], False), mth(entries[:k])]


# Keys and notes -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Key:
    """An Ed25519 key made from a word, the same every time."""

    word: str

    @property
    def private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(self.word.encode()).digest())

    @property
    def raw(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def pem(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def id(self) -> str:
        return sha(self.raw)[:16]

    def sign(self, data: bytes) -> bytes:
        return self.private.sign(data)

    def line(self, data: bytes) -> bytes:
        return f"{self.id} {base64.b64encode(self.sign(data)).decode()}".encode()

    def key_hash(self, name: str, kind: bytes) -> bytes:
        return hashlib.sha256(name.encode() + b"\n" + kind + self.raw).digest()[:4]

    def vkey(self, name: str, kind: bytes = b"\1") -> str:
        return f"{name}+{self.key_hash(name, kind).hex()}+{base64.b64encode(kind + self.raw).decode()}"


def signed_note(key: Key, origin: str, entries: list[bytes]) -> bytes:
    body = f"{origin}\n{len(entries)}\n{base64.b64encode(mth(entries)).decode()}\n"
    blob = key.key_hash(origin, b"\1") + key.sign(body.encode())
    return f"{body}\n— {origin} {base64.b64encode(blob).decode()}\n".encode()


def cosigned(note: bytes, witness: Key, name: str, seconds: int) -> bytes:
    body = note[: note.index(b"\n\n") + 1]
    stamp = struct.pack(">Q", seconds)
    signature = witness.sign(b"cosignature/v1\ntime %d\n" % seconds + body)
    blob = base64.b64encode(witness.key_hash(name, b"\4") + stamp + signature)
    return note + f"— {name} ".encode() + blob + b"\n"


def first_five(note: bytes) -> bytes:
    return lines(note.split(b"\n")[:5])


class Authority:
    """A real time-stamp authority: `openssl ts` with a root and a certificate of its own, in a folder."""

    CONFIG = """
        [req]
        distinguished_name = name
        [name]
        [ca]
        basicConstraints = critical, CA:TRUE
        [leaf]
        extendedKeyUsage = critical, timeStamping
        [tsa]
        default_tsa = here
        [here]
        serial = serial
        signer_digest = sha256
        default_policy = 2.999.1
        digests = sha256
        accuracy = secs:1
        ess_cert_id_alg = sha256
    """

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        (folder / "tsa.cnf").write_text("\n".join(line.strip() for line in self.CONFIG.splitlines()))
        (folder / "serial").write_text("01\n")
        new = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config tsa.cnf -days 9000"
        self.run(f"req -x509 {new} -keyout ca.key -out ca.pem -extensions ca -subj", f"/CN=EXAMPLE {name} root")
        self.run(f"req {new.replace('-days 9000', '')} -keyout tsa.key -out tsa.csr -subj", f"/CN=EXAMPLE {name}")
        sign = "x509 -req -CA ca.pem -CAkey ca.key -CAcreateserial -days 9000 -extfile tsa.cnf -extensions leaf"
        self.run(f"{sign} -in tsa.csr -out tsa.pem")
        self.certificate = (folder / "ca.pem").read_bytes()

    def run(self, command: str, *more: str, data: bytes | None = None) -> bytes:
        words = ["openssl", *command.split(), *more]
        return subprocess.run(words, cwd=self.folder, input=data, capture_output=True, check=True).stdout

    def stamp(self, data: bytes) -> bytes:
        """A time stamp response over data, now."""
        (self.folder / "data").write_bytes(data)
        self.run("ts -query -data data -sha256 -cert -out query")
        return self.run("ts -reply -config tsa.cnf -queryfile query -signer tsa.pem -inkey tsa.key")


# A record and its dossier --------------------------------------------------------------------------------------------


@dataclass
class Record:
    """An installation: its keys, and every entry of every stream in the order of the tree."""

    word: str = "installation"
    entries: list[bytes] = field(default_factory=list)
    signatures: list[bytes] = field(default_factory=list)
    heads: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    beacons: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    beacon: str = ""

    def __post_init__(self) -> None:
        self.key, self.device, self.witness, self.headquarters = (
            Key(f"{self.word} {role}") for role in ("log", "device", "witness", "headquarters")
        )
        self.origin = f"inviolable/{self.key.id}"

    def add(self, stream: str, kind: str, body: dict[str, Any], *, by: Key | None = None, **more: Any) -> bytes:
        """Record an entry; its line."""
        seq, before = self.heads.get(stream, (-1, b""))
        entry: dict[str, Any] = {
            "actor": {"id": "user-7", "role": "officer"},
            "body": body,
            "kind": kind,
            "recorded": f"{OPENED + timedelta(minutes=len(self.entries)):%FT%T}.000Z",
            "seq": seq + 1,
            "stream": stream,
            "v": 1,
            **more,
        }
        if before:
            entry["prev"] = before.hex()
        if self.beacon:
            entry["beacon"] = self.beacon
        line = canonical(entry)
        self.entries.append(line)
        self.signatures.append((by or self.key).line(line))
        self.heads[stream] = seq + 1, leaf(line)
        return line

    def shine(self, by: Key, issuer: str, time: str, token: bytes = b"") -> None:
        """Make a new beacon current; entries from now on name it."""
        said = {"issuer": issuer, "random": sha(f"{issuer} {time}".encode()), "time": time}
        line = canonical(said | ({"token": sha(token)} if token else {}))
        self.beacon = sha(line)
        self.beacons[self.beacon] = line, by.line(line)

    def note(self, size: int) -> bytes:
        return signed_note(self.key, self.origin, self.entries[:size])

    def keys(self, *revoked: tuple[Key, str]) -> Files:
        roles = [
            *((self.key, "log"), (self.device, "device")),
            *((self.headquarters, "beacon"), (self.witness, "witness")),
        ]
        when = dict(revoked)
        log = [f"{key.id} {role} 2026-01-01T00:00:00.000Z {when.get(key, '-')}".encode() for key, role in roles]
        return {"keys/log": lines(log)} | {f"keys/{key.id}.pem": key.pem for key, _ in roles}

    def tell(self, stream: str) -> Files:
        """The entries of a dossier with their signatures and proofs: this stream, then what is said of keys."""
        told = [json.loads(line) for line in self.entries]
        mine = [index for index, entry in enumerate(told) if entry["stream"] == stream]
        keys = [index for index, entry in enumerate(told) if entry["kind"].startswith("key.")]
        return self.place(mine + keys)

    def place(self, indices: list[int]) -> Files:
        proofs = [(index, path(index, self.entries)) for index in indices]
        return {
            "data/entries.jsonl": lines(self.entries[index] for index in indices),
            "entries.sig": lines(self.signatures[index] for index in indices),
            "proofs": lines(" ".join([str(i), *(one.hex() for one in found)]).encode() for i, found in proofs),
        }

    def lit(self) -> Files:
        """Every beacon, with its signature."""
        return {
            "data/beacons.jsonl": lines(line for line, _ in self.beacons.values()),
            "data/beacons.sig": lines(signature for _, signature in self.beacons.values()),
        }

    def check(self, size: int, note: bytes) -> Files:
        """A checkpoint that the dossier also holds, with its proof."""
        found = proof(size, self.entries)
        return {f"checkpoints/{size}": note, f"checkpoints/{size}.proof": lines(one.hex().encode() for one in found)}


def sealed(files: Files, key: Key) -> Files:
    """The files as a bag: sizes, manifests and the signature of the installation."""
    bag = dict(files)
    payload = {name: data for name, data in bag.items() if name.startswith("data/")}
    oxum = f"{sum(map(len, payload.values()))}.{len(payload)}"
    bag["bagit.txt"] = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    bag["bag-info.txt"] = f"External-Identifier: minneapolis-2026\nPayload-Oxum: {oxum}\n".encode()
    bag["manifest-sha256.txt"] = manifest(payload)
    own = ("tagmanifest-sha256.txt", "tagmanifest-sha256.txt.sig")
    bag[own[0]] = manifest({name: data for name, data in bag.items() if name not in payload and name not in own})
    bag[own[1]] = key.sign(bag[own[0]])
    return bag


def manifest(files: Files) -> bytes:
    return lines(f"{sha(data)}  {name}".encode() for name, data in sorted(files.items()))


def written(files: Files, folder: Path) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def sealed_as(data: bytes) -> dict[str, int | str]:
    return {"sealed_bytes": len(data), "sealed_sha256": sha(data)}


def commitment(field_name: str, value: str) -> bytes:
    return canonical({"field": field_name, "salt": sha(value.encode()), "subject": "subject-1", "value": value})


@dataclass
class Story:
    """One incident, recorded, stamped, witnessed; and the dossier of it."""

    authority: Authority
    second: Authority
    record: Record = field(default_factory=Record)
    identity: pyrage.x25519.Identity = field(default_factory=pyrage.x25519.Identity.generate)
    earlier: int = 0
    head: int = 0

    def tell(self, words: str = "They broke the door.") -> "Story":
        """Record it."""
        record, pack = self.record, b"a law\n"
        record.add("installation", "key.enrolled", {"key": record.key.id, "role": "log"})
        record.add("installation", "key.enrolled", {"key": record.device.id, "role": "device"})
        claim = {"from": "2026-01-27T16:58:00.000Z", "to": "2026-01-27T17:00:00.000Z", "zone": "America/Chicago"}
        claim["said"] = 'a las "once", {dicen}: \\ […]'
        record.add(INCIDENT, "incident.opened", {"post": "minneapolis"}, happened=claim)
        record.add(OTHER, "incident.opened", {"post": "elsewhere"})
        self.plain = words.encode()
        self.photo = pyrage.encrypt(self.plain, [self.identity.to_public()])
        self.video = pyrage.encrypt(b"\0" * 3000, [self.identity.to_public()])
        self.names = [commitment("giver", "officer"), commitment("witness", "visitor")]
        photo = {"exhibit": "photo", "bytes": len(self.plain), "sha256": sha(self.plain)} | sealed_as(self.photo)
        photo["note"] = "\u00e1\x7f\n\t/ \u20ac \U0001f600 \x01"
        hidden = {"giver": sha(self.names[0]), "witness": sha(self.names[1])}
        record.add(INCIDENT, "exhibit.received", photo, by=record.device, device="device-3", sealed=hidden)
        video = {"segment": "video-0", "recording": "video", "number": 0} | sealed_as(self.video)
        record.add(INCIDENT, "segment.received", video, by=record.device, device="device-3")
        self.earlier = len(record.entries)
        self.first_stamp = self.authority.stamp(first_five(record.note(self.earlier)))
        record.shine(record.key, record.origin, "2026-01-27T17:06:00.000Z", self.first_stamp)
        for name in ("never-given", "erased"):
            gone = pyrage.encrypt(name.encode(), [self.identity.to_public()])
            body = {"exhibit": name, "bytes": len(name), "sha256": sha(name.encode())} | sealed_as(gone)
            record.add(INCIDENT, "exhibit.received", body)
        record.add(OTHER, "incident.closed", {})
        record.shine(record.headquarters, "headquarters.example", "2026-01-27T17:09:00.000Z")
        record.add(INCIDENT, "subject.erased", {"subject": "erased", "about": "exhibit", "reason": "consent withdrawn"})
        finding = {"packs": {"vccr.md": sha(pack)}, "case": {"facts": {"seq": 5, "list": [1, []]}}}
        record.add(INCIDENT, "finding.made", finding)
        record.add("installation", "key.enrolled", {"key": record.witness.id, "role": "witness"})
        record.add(INCIDENT, "dossier.exported", {"entries": 8, "size": len(record.entries)})
        record.add(OTHER, "incident.opened", {"again": "yes"})
        self.head = len(record.entries)
        return self

    def files(self) -> Files:
        """The dossier, not yet a bag."""
        record = self.record
        newest, old = record.note(self.head), record.note(self.earlier)
        stamps = {
            f"checkpoints/{self.earlier}.1.tsr": self.first_stamp,
            f"checkpoints/{self.head}.1.tsr": self.authority.stamp(first_five(newest)),
            f"checkpoints/{self.head}.2.tsr": self.second.stamp(first_five(newest)),
        }
        return {
            **record.tell(INCIDENT),
            **record.keys(),
            **record.check(self.head, newest),
            **record.check(self.earlier, old),
            **stamps,
            "checkpoint": cosigned(newest, record.witness, "witness.example", 4_000_000_000),
            "authorities/1.pem": self.authority.certificate,
            "authorities/2.pem": self.second.certificate,
            **record.lit(),
            "data/disclosed.jsonl": lines(self.names[:1]),
            "data/documents/record.txt": b"What happened.\n",
            "data/exhibits/photo.age": self.photo,
            "data/exhibits/video-0.age": self.video,
            "data/opened/photo": self.plain,
            "data/packs/vccr.md": b"a law\n",
            "verify.py": (SHIPPED / "verifier.py").read_bytes(),
            "verify.sh": (SHIPPED / "verify.sh").read_bytes(),
            "README.txt": b"How to check this.\n",
        }
