"""What lies on the camera's disk beside the queue: its key, its server, and how far each recording is."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from inviolable.ledger import canonical
from inviolable.ledger.keys import SigningKey, key_id, write_new, write_over


class BadHome(ValueError):
    """A home that cannot be used; the message says why, and what to do."""


@dataclass
class Reel:
    """A recording, as its camera knows it.

    made: how many segments were numbered; prev: SHA-256 of the last statement; slice: the next one; touch: the first
    slice after the touch; headed: up to which number headquarters knows what will come; filming: an alarm stands open;
    begun: headquarters has recorded something of it.
    """

    recording: str
    recipient: str
    made: int = 0
    prev: str = ""
    slice: int = 0
    touch: int = 0
    headed: int = 0
    filming: bool = False
    begun: bool = False


#: Fields of a reel; a canonical line has no other truth.
YES_OR_NO = ("filming", "begun")


@dataclass
class State:
    """reels: the oldest first; the last begins next, or is the only one. log: headquarters' pinned key, in hex."""

    log: str = ""
    beacon: str = ""
    sound: str = "off"
    reels: list[Reel] = field(default_factory=list)


class Home:
    """A folder for its owner only. It holds no key that opens anything."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.waiting = folder / "waiting"
        self.lock = folder / "lock"

    def prepare(self, server: str) -> None:
        """Make it, with a new key, for this server; where it is there for this server already, nothing changes.

        Raises BadHome, BadKey, OSError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (self.folder / "key").exists() and any(self.waiting.glob("*/*")):
            raise BadHome(f"{self.folder}: was cut off, and segments wait there that never left; name another --home.")
        if (self.folder / "server").exists() and self.server() != server:
            raise BadHome(f"{self.folder}: belongs to {self.server()}; name another --home.")
        write_new(self.folder / "key", Ed25519PrivateKey.generate().private_bytes_raw())
        write_new(self.folder / "server", f"{server}\n".encode())

    def server(self) -> str:
        """The address it speaks to. Raises BadHome."""
        try:
            return (self.folder / "server").read_text("utf-8").strip()
        except FileNotFoundError:
            raise BadHome(f"{self.folder}: is no camera's home yet; run `inviolable camera enrol` first.") from None

    def key(self) -> SigningKey:
        """Its own key, which signs and opens nothing. Raises BadHome."""
        try:
            private = Ed25519PrivateKey.from_private_bytes((self.folder / "key").read_bytes())
        except FileNotFoundError:
            raise BadHome(f"{self.folder}: holds no key; run `inviolable camera enrol` first.") from None
        except ValueError:
            raise BadHome(f"{self.folder}/key: is damaged; expected 32 bytes. Name another --home.") from None
        public = private.public_key().public_bytes_raw()
        return SigningKey(private, public, key_id(public))

    def forget_key(self) -> None:
        """It is cut off: it has nothing more to say."""
        with suppress(OSError), (self.folder / "key").open("r+b") as file:
            file.write(bytes(32))
            os.fsync(file.fileno())
        (self.folder / "key").unlink(missing_ok=True)

    def load(self) -> State:
        """How far it was. Raises BadHome."""
        path = self.folder / "state"
        try:
            said: dict[str, Any] = canonical.decode(path.read_bytes())
            reels = [Reel(**one | {name: one.get(name) == "yes" for name in YES_OR_NO}) for one in said.pop("reels")]
            return State(**said, reels=reels)
        except FileNotFoundError:
            return State()
        except (ValueError, KeyError, TypeError) as fault:
            raise BadHome(f"{path}: is damaged ({fault}); enrol anew with another --home.") from None

    def save(self, state: State) -> None:
        """On the disk before this returns. Raises OSError."""
        said = asdict(state)
        for reel in said["reels"]:
            reel |= {name: "yes" if reel[name] else "no" for name in YES_OR_NO}
        write_over(self.folder / "state", canonical.encode(said))
