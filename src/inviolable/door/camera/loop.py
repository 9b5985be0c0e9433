"""The camera at work, until it is told to stop: one thread films, one speaks with the server, one sends."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from queue import Empty
from threading import Event, Thread
from typing import NamedTuple

from inviolable.door.camera.capture import SLICE, Capture, Source, shown
from inviolable.door.camera.home import Home
from inviolable.door.camera.line import Line, NoLine
from inviolable.door.camera.queue import ORDER, Queue
from inviolable.door.camera.recorder import Filmed, Recorder
from inviolable.door.camera.sending import CutOff, Sending
from inviolable.door.camera.speaking import Speaking
from inviolable.ledger import reserve

#: Seconds between two beats; how soon it learns of an alarm.
BEAT = 2.0
#: Seconds: from the first pause to the longest, where the line and where the source is gone.
LINE_PAUSES, SOURCE_PAUSES = (0.5, 5.0), (1.0, 30.0)
#: Seconds without a picture after which ffmpeg is started anew, and between two lines on how things stand.
STALLED, REPORTS = 15.0, 10.0


class Clock(NamedTuple):
    """mono: seconds that never go back; wall: the device's clock, a claim."""

    mono: Callable[[], float]
    wall: Callable[[], datetime]


class Camera:
    """say: tells whoever looks after it, a line at a time. sound: False where none is wanted whatever the post may."""

    def __init__(
        self, home: Home, source: Source, quota: int, clock: Clock, say: Callable[[str], None], *, sound: bool = True
    ) -> None:
        """Raises BadHome, BadServer, OSError."""
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # No picture of the memory, in which films are in plain.
        self._clock, self._began, self._tell, self._source = clock, clock.mono(), say, source
        self._home, self._sound, self._stop = home, sound, Event()
        self._failed: list[BaseException] = []
        self._said = ("", 0.0)
        self.recorder = Recorder(home, Queue(home.waiting, quota), os.urandom(8).hex(), self._say)
        self._sending = Sending(self.recorder)
        self._lines = [Line(home.server()) for _thread in range(2)]
        reserve.keep(home.folder)

    def stop(self) -> None:
        """From a signal: end soon."""
        self._stop.set()

    def run(self) -> None:
        """Film until stopped. Raises CutOff, and what went wrong in any thread."""
        for work in (self._speak, self._send):
            Thread(target=self._watched, args=(work,), daemon=True).start()
        self._watched(self._film)
        if self._failed:
            raise self._failed[0]

    def _watched(self, work: Callable[[], None]) -> None:
        """Without one of them the others must not go on as if all were well: whoever started us starts us again."""
        try:
            work()
        except BaseException as fault:
            self._failed.append(fault)
        self._stop.set()

    def _say(self, line: str) -> None:
        """The same again only after a minute."""
        last, at = self._said
        if line != last or self._clock.mono() - at > 60:
            self._said = line, self._clock.mono()
            self._tell(line)

    def _mono(self) -> int:
        return int((self._clock.mono() - self._began) * 1000)

    # ---- film ----------------------------------------------------------------------------------

    def _film(self) -> None:
        first, longest = SOURCE_PAUSES
        pause, slices = first, 0
        while not self._stop.is_set():
            began, sound = self._mono(), self._sound and self.recorder.sound
            capture = Capture(self._source, sound=sound)
            try:
                slices = self._follow(capture, slices, sound)
            finally:
                said = capture.end()
            if self._stop.is_set() or sound != (self._sound and self.recorder.sound):
                continue
            pause = first if self._mono() - began > 60_000 else min(longest, 2 * pause)
            self._say(f"NOTHING IS FILMED: {shown(self._source.name)} broke off ({said}). Again in {pause:.0f} s.")
            self._stop.wait(pause)

    def _follow(self, capture: Capture, slices: int, sound: bool) -> int:
        """Take what one run of ffmpeg films; the number of the next slice."""
        anchor, heard, count, report, next_slice = None, self._clock.mono(), 0, self._clock.mono(), slices
        while not self._stop.is_set() and sound == (self._sound and self.recorder.sound):
            if self._clock.mono() - report > REPORTS:
                report = self._clock.mono()
                self._report()
            try:
                layer, piece = capture.inbox.get(timeout=1)
            except Empty:
                self.recorder.forget(self._mono())
                if self._clock.mono() - heard > STALLED:
                    break
                continue
            if piece is None:
                break
            heard, now = self._clock.mono(), self._mono()
            if anchor is None:
                anchor = now - piece.start - piece.length
                self._say(f"Filming {shown(self._source.name)}, {'with' if sound else 'without'} sound.")
            mono = max(0, anchor + piece.start)
            wall = self._clock.wall() - timedelta(milliseconds=now - mono)
            slice_ = slices + (count if self._source.copy else round(piece.start / SLICE))
            count += layer == "full"
            next_slice = max(next_slice, slice_ + 1)
            self.recorder.take(Filmed(slice_, layer, mono, wall, piece))
        return next_slice

    def _report(self) -> None:
        queue, reel = self.recorder.queue, self.recorder.reel
        if len(queue.held) > len(ORDER):  # A slice is always on its way.
            safe = f"safe at headquarters up to {self._sending.safe}" if self._sending.safe else "NOTHING IS SENT YET"
            self._say(f"{len(queue.held)} segments of {queue.bytes:,} bytes NOT sent yet; {safe}.")
        elif reel and reel.filming:
            self._say(f"Recording; safe at headquarters up to {self._sending.safe}.")
        if full := reserve.mind(self._home.folder):
            self._say(full)

    # ---- speak and send ------------------------------------------------------------------------

    def _speak(self) -> None:
        speaking, away = Speaking(self._lines[0], self.recorder.key), False
        while not self._stop.is_set():
            done, film, now = self.recorder.over(), self.recorder.named, self._clock.wall()
            try:
                answer = speaking.filmed(done, film, now) if done else speaking.beat(film, now)
            except NoLine as fault:
                if not away:
                    self._say(f"No line to headquarters ({fault}): an alarm at the post cannot be heard of.")
                away = True
                self._stop.wait(BEAT)
                continue
            if answer.said.get("cut") == "yes":
                raise CutOff
            if away and answer.status == 200:
                self._say("The line to headquarters is there again.")
            away = away and answer.status != 200
            if done and answer.status in (200, 400):
                why = f" Headquarters says: {answer.said.get('fault')}" if answer.status == 400 else ""
                self._say(f"Recording {done.recording} is over: {done.made} segments.{why}")
                self.recorder.forget_reel(done.recording)
            if answer.status == 200:
                if self.recorder.doubts(answer.said):
                    with suppress(NoLine):
                        self.recorder.learn(self._lines[0].post("/door/log", b"").said)
                self.recorder.hear(answer.said, self._mono())
            else:
                self._say(f"Headquarters answers {answer.status}: {answer.said.get('detail', '')}")
            self._stop.wait(BEAT)

    def _send(self) -> None:
        first, longest = LINE_PAUSES
        pause = first
        while not self._stop.is_set():
            with self.recorder.changed:
                letter = self._sending.next(self._mono())
                if letter is None:
                    self.recorder.changed.wait(1)
                    continue
            try:
                answer = self._lines[1].post(letter.address, letter.body, letter.kind)
                sent = self._sending.settle(letter, answer, self._mono())
            except NoLine:
                sent = False
            pause = first if sent else min(longest, 2 * pause)
            if not sent:
                self._stop.wait(pause)
