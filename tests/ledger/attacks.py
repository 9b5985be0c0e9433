"""The ways of altering a dossier: what an attacker does, at which step it must be refused, and in which words."""

import re
from collections.abc import Callable

from tests.ledger.make_dossier import INCIDENT, Files, Key, Story, cosigned, manifest, sealed, signed_note

Attack = Callable[[Files, Story], Files]
Attacks = dict[str, tuple[Attack, int, str]]
THIEF = Key("thief")
H = "0" * 64
HASH = H.encode()


def flipped(data: bytes, place: int, bit: int = 0) -> bytes:
    return data[:place] + bytes([data[place] ^ 1 << bit]) + data[place + 1 :]


def put(name: str, data: bytes | Callable[[Story], bytes]) -> Attack:
    """A file is there, or is another."""
    return lambda files, story: files | {name: data(story) if callable(data) else data}


def drop(*names: str) -> Attack:
    """Files are gone."""
    return lambda files, _: {name: data for name, data in files.items() if name not in names}


def change(name: str, make: Callable[[bytes], bytes]) -> Attack:
    """A file is made from what it was."""
    return lambda files, _: files | {name: make(files[name])}


def line(name: str, number: int, make: Callable[[bytes], bytes]) -> Attack:
    """A line of a file is made from what it was; it may become none or several."""

    def again(data: bytes) -> bytes:
        every = data.splitlines(keepends=True)
        every[number - 1] = make(every[number - 1])
        assert b"".join(every) != data
        return b"".join(every)

    return change(name, again)


def swap(name: str, first: int, second: int) -> Attack:
    """Two lines of a file change places."""

    def again(data: bytes) -> bytes:
        every = data.splitlines(keepends=True)
        every[first - 1], every[second - 1] = every[second - 1], every[first - 1]
        return b"".join(every)

    return change(name, again)


def instead(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data.replace(old, new, 1)


def entry(old: bytes, new: bytes, number: int = 1) -> Attack:
    """An entry says something else."""
    return line("data/entries.jsonl", number, instead(old, new))


def revoked(word: str, when: str) -> Attack:
    """keys/log says that a key was revoked."""
    return lambda files, story: files | story.record.keys((getattr(story.record, word), when))


def noted(key: Key, origin: str = "") -> Attack:
    """The checkpoint is signed by another key."""
    return put("checkpoint", lambda s: signed_note(key, origin or s.record.origin, s.record.entries[: s.head]))


def witnessed(word: str, seconds: int) -> Attack:
    """The checkpoint has a cosignature of that key (of the record, or of a thief) and that time."""

    def make(story: Story) -> bytes:
        key = getattr(story.record, word, THIEF)
        return cosigned(story.record.note(story.head), key, "witness.example", seconds)

    return put("checkpoint", make)


def signer(new: Callable[[Story], Key]) -> Attack:
    """The first signature of entries.sig says that it is of another key."""
    return lambda files, story: line("entries.sig", 1, lambda data: new(story).id.encode() + data[16:])(files, story)


def another_tree(story: Story) -> bytes:
    """An earlier checkpoint over other entries, signed by the real key."""
    return signed_note(story.record.key, story.record.origin, [b"x", *story.record.entries[1 : story.earlier]])


def resigned(files: Files, story: Story) -> Files:
    """The tag manifest made and signed again; the manifest of the payload stays as it is."""
    tags = {name: data for name, data in files.items() if not name.startswith(("data/", "tagmanifest"))}
    again = manifest(tags)
    return files | {"tagmanifest-sha256.txt": again, "tagmanifest-sha256.txt.sig": story.record.key.sign(again)}


def then_resigned(attack: Attack) -> Attack:
    return lambda files, story: resigned(attack(files, story), story)


#: What the bag alone shows. Nobody signs it again, unless the attack does.
BAGS: Attacks = {
    "a file that is not listed": (put("more.txt", b""), 1, "more.txt is in no manifest"),
    "a file that is missing": (drop("data/documents/record.txt"), 1, "record.txt is missing"),
    "no entries": (drop("data/entries.jsonl"), 1, "data/entries.jsonl is missing"),
    "a path that escapes": (line("manifest-sha256.txt", 2, instead(b"data/", b"data/../../")), 1, "line 2: not in"),
    "a path from the root": (line("manifest-sha256.txt", 2, instead(b"  data", b"  /etc")), 1, "line 2: not in"),
    "a hash too short": (line("manifest-sha256.txt", 2, lambda data: data[1:]), 1, "line 2: not in"),
    "a line twice": (line("manifest-sha256.txt", 2, lambda data: data * 2), 1, "is listed twice"),
    "a line elsewhere": (change("manifest-sha256.txt", lambda d: d + HASH + b"  proofs\n"), 1, "the other manifest"),
    "a zero byte": (line("manifest-sha256.txt", 1, instead(b"data", b"da\0ta")), 1, "line 1: not in the form"),
    "no end": (change("manifest-sha256.txt", lambda data: data[:-1]), 1, "the last line has no end"),
    "an empty manifest": (put("manifest-sha256.txt", b""), 1, "is in no manifest"),
    "another BagIt": (put("bagit.txt", b"BagIt-Version: 0.97\n"), 1, "does not say BagIt 1.0"),
    "no count": (then_resigned(put("bag-info.txt", b"")), 1, "Payload-Oxum should be"),
    "a wrong count": (then_resigned(put("bag-info.txt", b"Payload-Oxum: 1.1\n")), 1, "Payload-Oxum should be"),
    "two counts": (
        then_resigned(change("bag-info.txt", lambda data: data + b"Payload-Oxum: 1.1\n")), 1, "Payload-Oxum should be"
    ),
    "signed by somebody else": (lambda files, story: sealed(files, THIEF), 2, "no signature by a key of the install"),
    "signed by a device": (lambda files, story: sealed(files, story.record.device), 2, "no signature by a key of the"),
    "a signature cut short": (change("tagmanifest-sha256.txt.sig", lambda data: data[:-1]), 2, "no signature"),
    "a signature with more": (change("tagmanifest-sha256.txt.sig", lambda data: data + b"\0"), 2, "no signature"),
    "no signature": (put("tagmanifest-sha256.txt.sig", b""), 2, "no signature"),
}  # fmt: skip

#: What an entry must not hold where "minneapolis" stands, because there is another way to write it, or none.
NOT_CANONICAL = {
    "a space": b' "minneapolis"',
    "a fraction": b"1.5",
    "an exponent": b"1e0",
    "true": b"true",
    "null": b"null",
    "nothing": b"",
    "a zero before a number": b"01",
    "a plus": b"+1",
    "a minus before zero": b"-0",
    "a number too large": b"9007199254740992",
    "a number too small": b"-9007199254740992",
    "a number far too large": b"9" * 5000,
    "a letter escaped for nothing": b'"\\u006dinneapolis"',
    "an escape in capitals": b'"\\u001F"',
    "a line end escaped otherwise": b'"\\u000a"',
    "an escaped slash": b'"\\/"',
    "half a character": b'"\\ud83d"',
    "half a character, raw": b'"\xed\xa0\xbd"',
    "a character too large": b'"\xf4\x90\x80\x80"',
    "not UTF-8": b'"\xff"',
    "a character written too long": b'"\xc0\xaf"',
    "a byte that is zero": b'"\0"',
    "a tab": b'"\t"',
    "a byte of ours": b'"a\x06,\x05b"',
    "a string that does not end": b'"minneapolis',
    "a string in single quotes": b"'minneapolis'",
    "a bracket that does not end": b"[[]",
    "a comma too many": b"[1,]",
    "a comma too few": b"[1 2]",
    "an object without a value": b'{"a"}',
    "a name twice": b'{"a":1,"a":1}',
    "keys out of order": b'{"b":1,"a":1}',
    "a key that is a number": b"{1:1}",
    "a key beyond ASCII": '{"ñ":1}'.encode(),
    "nested too deeply": b"[" * 99 + b"]" * 99,
    "nested without end": b"[" * 99999,
}
#: What may stand there, though it looks odd.
CANONICAL = {
    "every escape": rb'"\b\t\n\f\r\"\\\u0000\u001f"',
    "raw what need not be escaped": '"/\x7f\u2028ñ€\U0001f600"'.encode(),
    "what looks like fields": rb'"\",\"seq\":9,\"stream\":\"x\",\"v\":1}"',
    "what looks like brackets": b'"{[}]:,"',
    "the largest numbers": b"[9007199254740991,-9007199254740991,0]",
    "nothing in anything": b'[[],{},"",[{}]]',
    "keys that begin alike": b'{"a":1,"a-b":1,"a.b":1,"ab":{"a":1}}',
    "the keys of an entry": b'{"beacon":"x","body":{},"kind":"a.b","prev":"","seq":1,"stream":"s","v":1}',
}
_C = "line 1: not canonical JSON"

#: What the installation itself could do: its real key signs the bag again afterwards.
ATTACKS: Attacks = {
    "a key that is not of its id": (lambda f, s: put(f"keys/{s.record.key.id}.pem", THIEF.pem)(f, s), 2, "another key"),
    "a key that nobody listed": (put(f"keys/{THIEF.id}.pem", THIEF.pem), 2, "is not in keys/log"),
    "a key that is missing": (lambda f, s: drop(f"keys/{s.record.device.id}.pem")(f, s), 2, "is missing"),
    "no key in the file": (lambda f, s: put(f"keys/{s.record.key.id}.pem", b"-----BEGIN")(f, s), 2, "no Ed25519"),
    "a key with more in its file": (
        lambda f, s: change(f"keys/{s.record.key.id}.pem", lambda data: data + b"x\n")(f, s), 2, "no Ed25519"
    ),
    "a key twice": (change("keys/log", lambda data: data * 2), 2, "was listed before"),
    "a role that there is not": (line("keys/log", 2, instead(b"device", b"king")), 2, "line 2: not in the form"),
    "keys without an end": (change("keys/log", lambda data: data[:-1]), 2, "the last line has no end"),
    "a bag signed by a revoked key": (revoked("key", "2026-02-01T00:00:00.000Z"), 2, "revoked on 2026-02-01"),
    **{name: (entry(b'"minneapolis"', new), 3, _C) for name, new in NOT_CANONICAL.items()},
    "keys of an entry out of order": (entry(b'"id":"user-7","role":"officer"', b'"role":"x","id":"y"'), 3, _C),
    "a line end of Windows": (entry(b"\n", b"\r\n"), 3, _C),
    "an empty line": (entry(b"{", b"\n{"), 3, _C),
    "a line that never ends": (entry(b"minneapolis", b"x" * 1_100_000), 3, "line 1: longer than 1,048,576 bytes"),
    "an array for an entry": (entry(b"{", b"[]\n{"), 3, "data/entries.jsonl line 1: "),
    "a field that there is not": (entry(b'"v":1', b'"v":1,"w":2'), 3, "as docs/record.md says"),
    "another version": (entry(b'"v":1', b'"v":2'), 3, "as docs/record.md says"),
    "a field that is missing": (entry(b'"kind":"incident.opened",', b""), 3, "data/entries.jsonl line 1"),
    "a beacon that is no hash": (entry(b'"body"', b'"beacon":"now","body"'), 3, "as docs/record.md says"),
    "an empty device": (entry(b'"happened"', b'"device":"","happened"'), 3, "as docs/record.md says"),
    "an actor with more": (entry(b'"id":"user-7"', b'"id":"user-7","name":"x"'), 3, "as docs/record.md says"),
    "a first entry that names one before": (entry(b'"recorded"', b'"prev":"%b","recorded"' % HASH), 3, "prev stands"),
    "an entry that names none": (
        line("data/entries.jsonl", 2, lambda data: re.sub(b'"prev":"[^"]*",', b"", data)), 3, "prev stands"
    ),
    "no entry": (put("data/entries.jsonl", b""), 3, "data/entries.jsonl"),
    "entries without an end": (change("data/entries.jsonl", lambda data: data[:-1]), 3, "the last line has no end"),
    "an entry reworded": (entry(b"minneapolis", b"minnesota"), 3, "line 2"),
    "the last entry reworded": (entry(b'"entries":8', b'"entries":7', 8), 4, "entries.sig line 8"),
    "signatures of two entries swapped": (swap("entries.sig", 1, 4), 4, "entries.sig line 1"),
    "a signature missing": (line("entries.sig", 1, lambda data: b""), 4, "10 lines for 11 entries"),
    "an entry signed by a witness": (signer(lambda s: s.record.witness), 4, "no key of the installation or a device"),
    "an entry signed by nobody known": (signer(lambda s: THIEF), 4, "no key of the installation or a device"),
    "a device revoked before": (revoked("device", "2026-01-27T17:03:00.000Z"), 4, "was revoked on 2026-01-27T17:03"),
    "signed by somebody else": (noted(THIEF), 5, "line 5: not the signature of the installation"),
    "signed in another name": (line("checkpoint", 5, instead(b"able/", b"able.")), 5, "line 5: not the signature"),
    "of another installation": (noted(THIEF, f"inviolable/{THIEF.id}"), 5, "checkpoint: the origin names"),
    "a checkpoint with more in it": (line("checkpoint", 3, lambda data: data + b"more\n"), 5, "not a checkpoint"),
    "a checkpoint of size 0": (line("checkpoint", 2, lambda data: b"0\n"), 5, "not a checkpoint"),
    "a size that fits no number": (line("checkpoint", 2, lambda data: b"9" * 20 + b"\n"), 5, "not a checkpoint"),
    "an empty checkpoint": (put("checkpoint", b""), 5, "not a checkpoint"),
    "a checkpoint that nobody signed": (line("checkpoint", 5, lambda data: b""), 5, "line 5: not the signature"),
    "a huge checkpoint": (put("checkpoint", b"x" * 5_000_000 + b"\n"), 5, "not a checkpoint"),
    "cosigned by nobody known": (witnessed("thief", 1_800_000_000), 5, "line 6: not the cosignature of a witness"),
    "cosigned beyond all time": (witnessed("witness", 1 << 40), 5, "line 6: not the cosignature of a witness"),
    "cosigned with nonsense": (line("checkpoint", 6, lambda data: data[:-9] + b"\n"), 5, "checkpoint line 6: not"),
    "another checkpoint": (lambda f, s: put("checkpoint", f[f"checkpoints/{s.earlier}"])(f, s), 6, "proofs line 1"),
    "a proof shortened": (line("proofs", 1, lambda data: data[:-66] + b"\n"), 6, "proofs line 1"),
    "a proof lengthened": (line("proofs", 1, instead(b"2 ", b"2 " + HASH + b" ")), 6, "proofs line 1"),
    "a proof lengthened at its end": (line("proofs", 11, instead(b"\n", b" " + HASH + b"\n")), 6, "proofs line 11"),
    "proofs of two entries swapped": (swap("proofs", 1, 2), 6, "proofs line "),
    "a proof missing": (line("proofs", 1, lambda data: b""), 6, "10 lines for 11 entries"),
    "a place beyond the tree": (line("proofs", 1, instead(b"2 ", b"14 ")), 6, "the checkpoint has only 14 entries"),
    "a place that fits no number": (line("proofs", 1, instead(b"2 ", b"9" * 40 + b" ")), 6, "line 1: not in the form"),
    "a checkpoint of another tree": (put("checkpoints/6", another_tree), 7, "does not show"),
    "the newest is missing": (
        drop("checkpoints/14", "checkpoints/14.proof", "checkpoints/14.1.tsr", "checkpoints/14.2.tsr"),
        7, "checkpoints/14 is not the same as checkpoint",
    ),
    "a consistency proof missing": (drop("checkpoints/6.proof"), 7, "checkpoints/6.proof is missing"),
    "a consistency proof shortened": (line("checkpoints/6.proof", 1, lambda data: b""), 7, "does not show"),
    "a consistency proof lengthened": (change("checkpoints/6.proof", lambda d: d + HASH + b"\n"), 7, "does not show"),
    "a proof where none is needed": (put("checkpoints/14.proof", HASH + b"\n"), 7, "does not show"),
    "under another size": (lambda f, s: put("checkpoints/7", f["checkpoints/6"])(f, s), 7, "checkpoints/7: is of"),
    "a stray among checkpoints": (put("checkpoints/9.1.tsr", lambda s: s.first_stamp), 7, "belongs to no checkpoint"),
    "a file among checkpoints": (put("checkpoints/6.txt", b"x"), 7, "checkpoints/6.txt belongs to no checkpoint"),
    "a stamp over other data": (put("checkpoints/14.1.tsr", lambda s: s.authority.stamp(b"x")), 8, "is not over"),
    "a stamp of the earlier checkpoint": (put("checkpoints/14.1.tsr", lambda s: s.first_stamp), 8, "is not over"),
    "a stamp of nobody handed out": (drop("authorities/2.pem"), 8, "14.2.tsr is by none of the authorities"),
    "no authority at all": (drop("authorities/1.pem", "authorities/2.pem"), 8, "is by none of the authorities"),
    "an authority that is none": (put("authorities/2.pem", b"hello\n"), 8, "is by none of the authorities"),
    "a stamp that is none": (put("checkpoints/14.1.tsr", b"hello"), 8, "checkpoints/14.1.tsr: not a time stamp"),
    "a stamp cut short": (change("checkpoints/14.1.tsr", lambda data: data[:-9]), 8, "checkpoints/14.1.tsr"),
    "the stamp of a beacon missing": (drop("checkpoints/6.1.tsr"), 9, "the time stamp that it names is not here"),
    "a beacon missing": (
        lambda f, s: line("data/beacons.jsonl", 1, lambda d: b"")(line("data/beacons.sig", 1, lambda d: b"")(f, s), s),
        9, "is not in data/beacons.jsonl",
    ),
    "beacons signed the other way round": (swap("data/beacons.sig", 1, 2), 9, "line 1"),
    "a beacon of no issuer": (line("keys/log", 3, instead(b"beacon", b"device")), 9, "no issuer of beacons"),
    "a beacon after its issuer": (revoked("headquarters", "2026-01-27T17:08:59.999Z"), 9, "was revoked on 2026-01-27"),
    "a beacon reworded": (line("data/beacons.jsonl", 1, instead(b"2026", b"2025")), 9, "line 1: not the signature"),
    "a beacon with a space": (line("data/beacons.jsonl", 1, instead(b":", b": ")), 9, "line 1: not canonical JSON"),
    "a beacon with more in it": (line("data/beacons.jsonl", 1, instead(b"{", b'{"a":1,')), 9, "line 1: not a beacon"),
    "a beacon on no day": (line("data/beacons.jsonl", 1, instead(b"01-27", b"02-31")), 9, "line 1: not a beacon"),
    "more beacons than signatures": (put("data/beacons.sig", b""), 9, "0 lines for 2 beacons"),
    "cosigned before it was made": (witnessed("witness", 1_000_000_000), 9, "a beacon from the future"),
    "a disclosed value changed": (
        line("data/disclosed.jsonl", 1, instead(b"officer", b"nobody")), 10, "line 1: no entry committed to this"
    ),
    "disclosed under another name": (
        put("data/disclosed.jsonl", lambda s: s.names[1].replace(b'"witness"', b'"giver"') + b"\n"),
        10, "line 1: no entry committed to this under",
    ),
    "a disclosed line that is none": (put("data/disclosed.jsonl", b'{"field":"giver"}\n'), 10, "not a commitment"),
    "a disclosed name that is none": (
        line("data/disclosed.jsonl", 1, instead(b'"giver"', b'["giver"]')), 10, "line 1: not a commitment"
    ),
    "two exhibits swapped": (
        lambda f, s: f | {"data/exhibits/photo.age": s.video, "data/exhibits/video-0.age": s.photo},
        11, "data/exhibits/photo.age is not as data/entries.jsonl line 2",
    ),
    "an exhibit altered": (put("data/exhibits/photo.age", lambda s: flipped(s.photo, 9)), 11, "sealed_sha256"),
    "an exhibit cut": (put("data/exhibits/photo.age", lambda s: s.photo[:-1]), 11, "sealed_bytes"),
    "an exhibit slipped in": (put("data/exhibits/more.age", b"x"), 11, "more.age is not named by an entry"),
    "an exhibit without .age": (put("data/exhibits/photo", b"x"), 11, "data/exhibits/photo is not named by an entry"),
    "an opened exhibit altered": (put("data/opened/photo", b"They broke the doOr."), 11, "opened/photo is not as"),
    "an opened exhibit longer": (put("data/opened/photo", lambda s: s.plain + b" "), 11, "opened/photo is not as"),
    "a segment opened": (put("data/opened/video-0", b"x"), 11, "video-0 is not as data/entries.jsonl line 3"),
    "a law altered": (put("data/packs/vccr.md", b"another law\n"), 12, "data/packs/vccr.md is no law file"),
    "a law slipped in": (put("data/packs/own.md", b"a law\n"), 12, "data/packs/own.md is no law file"),
}  # fmt: skip


def foreign_beacon(story: Story, time: str) -> Story:
    """The same incident, with its end made under a beacon of headquarters of that time."""
    later = Story(story.authority, story.second).tell()
    later.record.shine(later.record.headquarters, "headquarters.example", time)
    later.record.add(INCIDENT, "dossier.exported", {"entries": 9, "size": 14})
    later.head = len(later.record.entries)
    return later
