"""What is sent next, and what becomes of it: docs/recording.md, "A segment" and "Order on a thin link"."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

from inviolable.door.camera.line import Answer
from inviolable.door.camera.queue import ORDER, Waiting
from inviolable.door.camera.recorder import Recorder
from inviolable.door.camera.segment import wrong_receipt
from inviolable.ledger.moments import read

#: Heads in a request.
HEADS = 50
#: Milliseconds after which what got no good receipt is sent again.
DOUBT = 60_000
#: Which field an answer has that says for good that a segment is not kept or does not count. Without one it is not
#: headquarters' but that of a proxy between, which must delete no film.
FINAL = {202: ("quarantined",), 400: ("fault", "detail"), 410: ("fault",), 413: ("detail",), 422: ("detail",)}


class CutOff(Exception):
    """Headquarters has cut this device off."""


@dataclass(frozen=True)
class Letter:
    """A request: where to, what, and which segments it is about."""

    address: str
    body: bytes
    about: tuple[Waiting, ...]
    kind: str = "json"


class Sending:
    """Chooses and settles, and leaves the line to others. safe: until when, by this device's clock, all is there."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder, self._doubted = recorder, dict[tuple[str, int], int]()
        self.safe = ""

    def next(self, mono: int) -> Letter | None:
        """What to send now; nothing where nothing waits. mono: milliseconds since this run began. Raises OSError."""
        with self._recorder.changed:
            held = self._recorder.queue.held.values()
            due = [one for one in held if one.whole and self._doubted.get((one.recording, one.number), 0) <= mono]
            slices = {(one.recording, one.slice) for one in due}
            if heads := self._heads(thin=len(slices) > 1):
                return _heads(heads)
            if not due:
                return None
            one = min(due, key=self._order)
        return Letter("/door/segment", one.body(), (one,), "octet-stream")

    def settle(self, letter: Letter, answer: Answer, mono: int) -> bool:
        """What became of it. False: not now, send it again in a moment. Raises CutOff, OSError."""
        say = self._recorder.say
        if answer.said.get("cut") == "yes":
            raise CutOff
        final = any(isinstance(answer.said.get(word), str) for word in FINAL.get(answer.status, ()))
        if answer.status != 200 and not final:
            say(f"NOT sent yet: headquarters answers {answer.status} to {letter.address}.")
            if answer.status in FINAL and letter.address == "/door/segment":  # It must not hold up the others.
                self._doubted[letter.about[0].recording, letter.about[0].number] = mono + DOUBT
            return False
        with self._recorder.changed:
            if answer.status == 202:
                self._begun(letter.about[0])
            if answer.status == 410:
                recording = letter.about[0].recording
                say(f"Recording {recording} was erased at headquarters: nothing more of it is sent.")
                self._recorder.forget_reel(recording)
            elif letter.address == "/door/heads":
                if answer.status != 200:
                    say(f"Headquarters does not take what will come: {_why(answer)}")
                self._headed(letter.about, taken=answer.status == 200)
            elif answer.status == 200:
                return self._receipt(letter.about[0], answer, mono)
            else:
                say(f"Segment {letter.about[0].number} DOES NOT COUNT at headquarters: {_why(answer)}")
                self._recorder.queue.drop(letter.about[0])
        return True

    def _receipt(self, one: Waiting, answer: Answer, mono: int) -> bool:
        statement = one.head()["statement"]
        if why := wrong_receipt(answer.said, statement, bytes.fromhex(self._recorder.state.log)):
            self._recorder.say(f"NO GOOD RECEIPT for segment {one.number}: {why}. It is kept here, and sent again.")
            self._doubted[one.recording, one.number] = mono + DOUBT
            return True
        self._begun(one)
        self._recorder.queue.drop(one)
        self._doubted.pop((one.recording, one.number), None)
        self._note(statement)
        return True

    def _begun(self, one: Waiting) -> None:
        for reel in self._recorder.state.reels:
            if reel.recording == one.recording and not reel.begun:
                reel.begun = True
                self._recorder.save()

    def _note(self, last: str) -> None:
        """Until when all from the touch on is there: where the oldest that waits began, or the last one ended."""
        touch = {reel.recording: reel.touch for reel in self._recorder.state.reels}
        held = self._recorder.queue.held.values()
        late = [one for one in held if one.whole and one.slice >= touch.get(one.recording, 0)]
        oldest = min(late, key=lambda one: (one.slice, one.number), default=None)
        said = json.loads(oldest.head()["statement"] if oldest else last)
        end = read(said["wall"]) + timedelta(milliseconds=0 if oldest else said["length"])
        self.safe = max(self.safe, f"{end:%Y-%m-%d %H:%M:%S} UTC")

    def _heads(self, *, thin: bool) -> list[Waiting]:
        """Of one recording, what headquarters does not know of yet: on a thin line, and what had no room here."""
        for reel in self._recorder.state.reels:
            found = [one for one in self._recorder.queue.of(reel.recording) if one.number >= reel.headed]
            if found and (thin or any(not one.whole for one in found)):
                return found[:HEADS]
        return []

    def _headed(self, about: tuple[Waiting, ...], *, taken: bool) -> None:
        for reel in self._recorder.state.reels:
            if reel.recording == about[0].recording:
                reel.headed = about[-1].number + 1
                reel.begun = reel.begun or taken
        self._recorder.save()
        for one in about:
            if not one.whole:
                self._recorder.queue.drop(one)

    def _order(self, one: Waiting) -> tuple[bool, int, bool, int]:
        """Of an open alarm before one that is over; by layer; from the touch on, then what was before it."""
        reels = {reel.recording: reel for reel in self._recorder.state.reels}
        reel = reels.get(one.recording)
        if reel is None:
            return True, ORDER.index(one.layer), False, one.number
        return not reel.filming, ORDER.index(one.layer), one.slice < reel.touch, one.number


def _why(answer: Answer) -> str:
    return next(str(answer.said[word])[:300] for word in FINAL[answer.status] if word in answer.said)


def _heads(about: list[Waiting]) -> Letter:
    told = [one.head() for one in about]
    beacons = list(dict.fromkeys(one.pop("beacon") for one in told))
    body = json.dumps({"beacons": beacons, "heads": told}, separators=(",", ":"), sort_keys=True)
    return Letter("/door/heads", body.encode(), tuple(about))
