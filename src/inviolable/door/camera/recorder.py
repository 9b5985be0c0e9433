"""What is filmed becomes sealed segments in memory, and from an alarm on segments in the queue. Time is an argument.

Three threads share it: one brings what was filmed (`take`), one what the server says (`hear`), one sends
(`sending.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from threading import Condition
from typing import Any

from inviolable.door.camera.boxes import Piece
from inviolable.door.camera.home import Home, Reel
from inviolable.door.camera.queue import Queue
from inviolable.door.camera.ring import KEPT, Ring
from inviolable.door.camera.segment import MOST, Sealed, head
from inviolable.ledger import canonical, reserve
from inviolable.ledger.keys import verifies
from inviolable.ledger.moments import read
from inviolable.ledger.seal import BadRecipient, check_recipient, seal

Say = Callable[[str], object]
SOUNDS = ("off", "announced", "on")


@dataclass(frozen=True)
class Filmed:
    """Two seconds in one layer, in plain, in memory only. slice: counted from when this run of the device began; mono:
    milliseconds since then; wall: its clock, a claim."""

    slice: int
    layer: str
    mono: int
    wall: datetime
    piece: Piece


class Recorder:
    """boot: a name for this run of the device. say: tells the people who look after it, a line at a time."""

    def __init__(self, home: Home, queue: Queue, boot: str, say: Say) -> None:
        """Go on where it was. Raises BadHome, OSError."""
        self.home, self.queue, self.boot, self.say = home, queue, boot, say
        self.key, self.state = home.key(), home.load()
        self.changed = Condition()  # Its lock guards everything here.
        self._without = set[str]()
        self._ring = Ring()
        for reel in self.state.reels:
            self._catch_up(reel)
        # Slices of this run follow all that were numbered before.
        self._first = max((reel.slice for reel in self.state.reels), default=0)

    @property
    def sound(self) -> bool:
        """Whether the post may record what is said."""
        return self.state.sound in ("announced", "on")

    @property
    def reel(self) -> Reel | None:
        """What is sealed to now: the recording of the open alarm, else the one that begins next."""
        reels = self.state.reels
        return next((reel for reel in reels if reel.filming), reels[-1] if reels else None)

    @property
    def named(self) -> str:
        """What it says that it begins next: while headquarters knows nothing of what it filmed already, that.

        Naming a later one says that whatever has not begun before it is not needed."""
        reels = self.state.reels
        unknown = next((reel for reel in reels if reel.made and not reel.begun), None)
        return (unknown or reels[-1]).recording if reels else ""

    # ---- what is filmed ------------------------------------------------------------------------

    def take(self, filmed: Filmed) -> None:
        """Seal it, and keep it for two minutes; while an alarm stands open put it into the queue."""
        with self.changed:
            reel, piece = self.reel, filmed.piece
            if reel is None or not self.state.beacon:
                return
            sealed = seal(piece.data, [reel.recipient])
            if len(sealed) > MOST:
                self.say(f"TOO LARGE: slice {filmed.slice} has {len(sealed):,} bytes; at most {MOST:,} can be sent.")
                return
            one = Sealed(
                reel.recording, self._first + filmed.slice, filmed.layer, piece.media, self.boot, filmed.mono,
                piece.length, filmed.wall, self.state.beacon, sealed,
            )  # fmt: skip
            if reel.filming:
                self._number(reel, [one])
            else:
                self._ring.add(one)
                self._ring.forget(one.end)

    def forget(self, mono: int) -> None:
        """Also while nothing is filmed nothing older than two minutes is kept."""
        with self.changed:
            self._ring.forget(mono)

    # ---- what the server says ------------------------------------------------------------------

    def hear(self, answer: dict[str, Any], mono: int) -> None:
        """How things stand at the post. mono: milliseconds since this run began."""
        with self.changed:
            if isinstance(told := answer.get("film"), dict):
                self._prepare(told)
            if "now" not in answer:
                return  # It heard us, and cannot say how things stand.
            raised = [one["raised"] for one in answer["alarms"] if "ended" not in one]
            reel = self.reel
            if raised and reel and not reel.filming:
                past = read(answer["now"]) - min(read(one) for one in raised)
                self._begin(reel, mono - min(KEPT, int(past.total_seconds() * 1000)))
            elif raised and not reel:
                self.say("An alarm stands open, and nothing can be recorded: headquarters has named no key to seal to.")
            elif not raised and reel and reel.filming:
                reel.filming = False
                self.save()
                self.say(f"The alarm is over. {len(self.queue.of(reel.recording))} segments wait to be sent.")
                self.changed.notify_all()

    def doubts(self, answer: dict[str, Any]) -> bool:
        """Whether headquarters' record is signed by another key than the one that is believed."""
        film = answer.get("film")
        return isinstance(film, dict) and _hex(film.get("log")) and self.state.log not in ("", film["log"])

    def learn(self, told: dict[str, Any]) -> None:
        """Believe another key that the one which is believed has signed the entry of (`POST /door/log`)."""
        line, signature = str(told.get("line", "")).encode(), str(told.get("signature", ""))
        try:
            said = canonical.decode(line)
            body, public = said["body"], bytes.fromhex(self.state.log)
            good = said["kind"] == "key.enrolled" and body["role"] == "log" and _hex(body["public"])
            good = good and verifies(public, bytes.fromhex(signature), line)
        except (ValueError, KeyError, TypeError):
            return
        if good:
            with self.changed:
                self.state.log = body["public"]
                self.save()
            self.say(f"Headquarters' record signs with {body['public']} now; the key before has signed that.")

    def over(self) -> Reel | None:
        """A recording that is over, and of which all has left."""
        with self.changed:
            done = (one for one in self.state.reels if one.made and not one.filming)
            return next((one for one in done if not self.queue.of(one.recording)), None)

    def forget_reel(self, recording: str) -> None:
        """Headquarters knows that it is over, or has erased it."""
        with self.changed:
            for one in self.queue.of(recording):
                self.queue.drop(one)
            self.state.reels = [one for one in self.state.reels if one.recording != recording]
            self.save()

    def save(self) -> None:
        """Note how far it is. On a full disk it goes on: what waits in the queue says the same."""
        for last in (False, True):
            try:
                self.home.save(self.state)
                return
            except OSError as fault:
                self._full(fault, "how far it is" if last else "")

    def _full(self, fault: OSError, lost: str) -> None:
        """The disk takes nothing more: the reserve is given up. lost: what is not kept even so."""
        with suppress(OSError):
            reserve.release(self.home.folder)
        if lost:
            self.say(f"THE DISK TAKES NOTHING MORE ({fault.strerror}): {lost} is not kept.")

    def _prepare(self, told: dict[str, Any]) -> None:
        """What to film with. Another key of headquarters than at first sight changes nothing."""
        state, log = self.state, told.get("log")
        if not _hex(log):
            return
        if not state.log:
            self.say(f"Headquarters' record signs with {log}: receipts by any other key will not be believed.")
        elif log != state.log:
            self.say(
                f"ANOTHER KEY signs headquarters' record now, {log}. Ask headquarters; if it has changed its key, stop "
                "the camera, run `inviolable camera trust`, and start it again. Until then it goes on with what it has."
            )
            return
        before = (state.log, state.beacon, state.sound, len(state.reels))
        state.log = str(log)
        if isinstance(beacon := told.get("beacon"), str) and beacon.count("\n") == 3:
            state.beacon = beacon
        if told.get("sound") in SOUNDS:
            state.sound = told["sound"]
        recording, recipient = told.get("recording"), told.get("recipient")
        known = {one.recording for one in state.reels}
        if isinstance(recording, str) and isinstance(recipient, str) and _fits(recording, recipient, known):
            # One that has not begun was given up by headquarters, which names another.
            kept = [one for one in state.reels if one.made or one.filming]
            state.reels = [*kept, Reel(recording, recipient)]
        if before != (state.log, state.beacon, state.sound, len(state.reels)) or recording:
            self.save()

    def _begin(self, reel: Reel, touch: int) -> None:
        held = [one for one in self._ring.take() if one.recording == reel.recording and one.end > touch - KEPT]
        before = sum(one.end <= touch for one in held)
        reel.touch = held[before].slice if before < len(held) else max((one.slice for one in held), default=-1) + 1
        reel.filming = True
        seconds = (touch - held[0].mono) // 1000 if held else 0
        self.say(f"ALARM: recording, with the {seconds} seconds before the touch.")
        self._number(reel, held)
        self.save()

    # ---- into the queue ------------------------------------------------------------------------

    def _number(self, reel: Reel, sealed: list[Sealed]) -> None:
        for one in sealed:
            statement = one.statement(reel.made, reel.prev)
            if not self._keep(reel, one, head(statement, one.beacon, self.key)):
                continue
            reel.made, reel.prev = reel.made + 1, sha256(statement).hexdigest()
            reel.slice = max(reel.slice, one.slice + 1)
        self.save()
        self.changed.notify_all()

    def _keep(self, reel: Reel, one: Sealed, line: bytes) -> bool:
        """Put it into the queue; without the segment where there is no room. False where not even that was possible."""
        room = self.queue.has_room(one.layer, len(line) + len(one.sealed))
        if room == (one.layer in self._without):
            self._without ^= {one.layer}
            self.say(
                f"The queue has room for `{one.layer}` again." if room else
                f"THE QUEUE IS FULL: of `{one.layer}` nothing more is kept than what was filmed when. Nothing that "
                "waits is dropped; connect this camera to the network."
            )  # fmt: skip
        what = f"slice {one.slice} {one.layer}"
        for sealed, lost in ((one.sealed if room else b"", what), (b"", f"what was filmed in {what}")):
            try:
                self.queue.put(reel.recording, reel.made, line, sealed)
                return True
            except OSError as fault:
                self._full(fault, lost)
        return False

    def _catch_up(self, reel: Reel) -> None:
        """What was queued or announced before this device was cut off, and not yet noted."""
        for one in self.queue.of(reel.recording):
            if one.number < reel.headed and not one.whole:
                self.queue.drop(one)
            if one.number >= reel.made:
                statement = one.head()["statement"]
                reel.made, reel.prev = one.number + 1, sha256(statement.encode()).hexdigest()
                reel.slice = max(reel.slice, one.slice + 1)


def _hex(text: object) -> bool:
    return isinstance(text, str) and len(text) == 64 and not set(text) - set("0123456789abcdef")


def _fits(recording: str, recipient: str, known: set[str]) -> bool:
    """Whether it is new, can be the name of a folder, and sealed to."""
    with suppress(BadRecipient):
        check_recipient(recipient)
        return recording not in known and len(recording) == 36 and not set(recording) - set("0123456789abcdef-")
    return False
