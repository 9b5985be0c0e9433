"""A camera that films real pictures: each slice a complete WebM made by ffmpeg, sealed, signed and received.

    INVIOLABLE_HOME=… python -m tests.filming INCIDENT        films into the home of a server that runs

It says the id of its recording, then reads lines, does each and says `done`: `0,1,5 full,sound` films and sends; `head
6,7 full` only announces; of `overlap 0,1 full` each begins before the one before ends; `same 8 full` is the first scene
again; `junk 8 full` is no picture, `foreign 9 full` is sealed to somebody else; `end` ends it.
"""

import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

#: Milliseconds that a slice lasts, and that lie between the beginnings of two.
LENGTH, STEP = 2000, 2010
MEDIA = {"full": "video/webm;codecs=vp8,opus", "low": "video/webm;codecs=vp8", "sound": "audio/webm;codecs=opus"}
SIZES = {"full": "320x240", "low": "160x120"}


def scene(number: int, layer: str = "full") -> bytes:
    """Two seconds of a test picture with its timer. The grey of the upper left corner tells the number: see `shade`."""
    return _made(number, layer)


@cache
def _made(number: int, layer: str) -> bytes:
    sound = ["-f", "lavfi", "-i", f"sine=frequency={440 + 20 * number}:sample_rate=48000:duration=2"]
    grey = f"0x{shade(number):02x}" + f"{shade(number):02x}" * 2
    corner = f"drawbox=0:0:iw/4:ih/4:color={grey}:t=fill"
    picture = ["-f", "lavfi", "-ss", str(2 * number), "-t", "2", "-i", f"testsrc2=rate=15:size={SIZES.get(layer, '')}"]
    shown = [*picture, "-vf", corner, "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "300k"]
    with TemporaryDirectory() as folder:
        made = Path(folder, "made.webm")
        heard = [] if layer == "low" else ["-c:a", "libopus", "-b:a", "32k"]
        inputs = [*([] if layer == "low" else sound), *(shown if layer in SIZES else [])]
        run(["ffmpeg", "-v", "error", *inputs, *heard, "-f", "webm", str(made)], check=True)
        return made.read_bytes()


def shade(number: int) -> int:
    """A grey for each of seventeen numbers in a row, far enough from the next to survive coding."""
    return 20 + 12 * (number % 17)


@dataclass
class Camera:
    """A tablet that films one recording. sent: the statements by number."""

    recording: str
    recipient: str
    beacon: str
    began: datetime
    key: Ed25519PrivateKey
    statements: list[bytes] = field(default_factory=list)
    sealed: dict[int, bytes] = field(default_factory=dict)

    @classmethod
    def begin(cls, stream: str, now: datetime, device: str = "tablet-1") -> "Camera":
        from inviolable.ledger import actions, beacons, recordings
        from inviolable.ledger.actions import SYSTEM

        beacon, signing = beacons.issue(now), Ed25519PrivateKey.generate()
        key = actions.enrol_key(signing.public_key().public_bytes_raw(), "device", device, actor=SYSTEM, now=now)
        subject = recordings.begin(stream, key, MEDIA["full"], actor=SYSTEM, now=now)
        return cls(str(subject.id), subject.recipient, beacon.sha256, now, signing)

    def film(
        self, number: int, layer: str = "full", *, plain: bytes | None = None, recipient: str = "", **altered: object
    ) -> int:
        """Make the segment of one layer of slice `number`, and say so in a statement; its own number."""
        from inviolable.ledger import canonical
        from inviolable.ledger.moments import written

        to = pyrage.x25519.Recipient.from_str(recipient or self.recipient)
        sealed = pyrage.encrypt(scene(number, layer) if plain is None else plain, [to])
        said = {
            "recording": self.recording,
            "number": len(self.statements),
            "slice": number,
            "layer": layer,
            "media": MEDIA[layer],
            "boot": "b1",
            "mono": STEP * number,
            "length": LENGTH,
            "wall": written(self.began + timedelta(milliseconds=STEP * number)),
            "beacon": self.beacon,
            "sealed_bytes": len(sealed),
            "sealed_sha256": sha256(sealed).hexdigest(),
        }
        if self.statements:
            said["prev"] = sha256(self.statements[-1]).hexdigest()
        self.statements.append(canonical.encode(said | altered))
        self.sealed[said["number"]] = sealed
        return said["number"]

    def send(self, *numbers: int, now: datetime | None = None) -> None:
        """Have segments received."""
        from inviolable.ledger import recordings

        for number in numbers:
            statement = self.statements[number]
            pieces = (statement, self.key.sign(statement), self.sealed[number])
            recordings.receive_segment(*pieces, now=now or self.began)

    def announce(self, *numbers: int, now: datetime | None = None) -> None:
        """Have the heads of segments recorded that have not come."""
        from inviolable.ledger import recordings

        heads = [(self.statements[one], self.key.sign(self.statements[one])) for one in numbers]
        recordings.announce(heads, now=now or self.began)


def main(reference: str) -> None:
    from inviolable.cli.words import open_home

    open_home()
    from inviolable.incidents.lookup import find_incident
    from inviolable.ledger import recordings
    from inviolable.ledger.actions import SYSTEM

    incident = find_incident(reference)
    assert incident is not None
    camera = Camera.begin(incident.stream, datetime.now(UTC))
    print(camera.recording, flush=True)
    for line in sys.stdin:
        words = line.split()
        now = datetime.now(UTC)
        if words == ["end"]:
            recordings.end(incident.stream, camera.recording, actor=SYSTEM, now=now)
        else:
            do, (numbers, layers) = words[0], words[-2:]
            wrong = {
                "junk": {"plain": b"This is no picture."},
                "same": {"plain": scene(0)},
                "foreign": {"recipient": str(pyrage.x25519.Identity.generate().to_public())},
            }.get(do, {})
            step = 1750 if do == "overlap" else STEP
            wanted = [(int(one), layer) for one in numbers.split(",") for layer in layers.split(",")]
            made = [camera.film(one, layer, mono=step * one, **wrong) for one, layer in wanted]
            camera.announce(*made, now=now) if do == "head" else camera.send(*made, now=now)
        print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
