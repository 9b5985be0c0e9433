"""A camera in a test's hands: its clock, its line to the real server, and pieces of film that are only a few bytes."""

import random
from datetime import timedelta

import pyrage
import pytest
from django.test import Client
from tests.alarm.conftest import NOW, clock, home, night, phones  # noqa: F401

from inviolable.door import actions
from inviolable.door.camera.boxes import Piece
from inviolable.door.camera.home import Home
from inviolable.door.camera.line import Answer, NoLine
from inviolable.door.camera.queue import Queue
from inviolable.door.camera.recorder import Filmed, Recorder
from inviolable.door.camera.sending import Sending
from inviolable.door.camera.speaking import Speaking
from inviolable.ledger import actions as ledger
from inviolable.ledger import beacons
from inviolable.web import clock as web_clock

HEAD, DUTY = {"role": "head_of_post", "id": "user-1"}, {"role": "duty_officer", "id": "user-2"}


class ToServer:
    """A line to the server in this process. lost: of each request or its answer, how often it gets lost."""

    def __init__(self) -> None:
        self._client = Client(raise_request_exception=False, HTTP_HOST="localhost")
        self.lost, self.chance, self.sent = 0.0, random.Random(6), []  # noqa: S311

    def post(self, address, body, kind="json"):
        if self.chance.random() < self.lost:
            raise NoLine("lost on the way there")
        answer = self._client.post(address, body, content_type=f"application/{kind}")
        self.sent.append((address, body))
        if self.chance.random() < self.lost:
            raise NoLine("lost on the way back")
        return Answer(answer.status_code, answer.json())


class Camera:
    """What `loop.py` does, by a clock that a test moves."""

    def __init__(self, folder, its_night, quota=1_000_000_000, layers=("full", "low")) -> None:
        self.home, self.night, self.quota, self.layers = Home(folder), its_night, quota, layers
        self.line, self.said, self.boots = ToServer(), [], 0
        self.home.prepare("http://localhost")
        self.start()

    def start(self) -> None:
        """Also after it was killed: nothing is left of it but what lies on its disk."""
        self.boots += 1
        self.began, self.slice = self.night.clock.now, 0
        self.recorder = Recorder(self.home, Queue(self.home.waiting, self.quota), f"b{self.boots}", self.said.append)
        self.sending, self.speaking = Sending(self.recorder), Speaking(self.line, self.recorder.key)

    @property
    def mono(self) -> int:
        return int((self.night.clock.now - self.began) / timedelta(milliseconds=1))

    def enrolled(self, name="front"):
        code = self.speaking.enrol().said["code"]
        actions.approve(code, "minneapolis", name, person="minneapolis-head", actor=HEAD, now=self.night.clock.now)
        self.speak()
        return self

    def speak(self) -> None:
        done, film, now = self.recorder.over(), self.recorder.named, self.night.clock.now
        try:
            answer = self.speaking.filmed(done, film, now) if done else self.speaking.beat(film, now)
        except NoLine:
            return
        if done and answer.status == 200:
            self.recorder.forget_reel(done.recording)
        if answer.status == 200:
            if self.recorder.doubts(answer.said):
                self.recorder.learn(self.line.post("/door/log", b"").said)
            self.recorder.hear(answer.said, self.mono)

    def film(self, seconds: int, *, send: bool = True, beat: bool = True) -> None:
        """So many seconds: a slice each two, a beat after each, and what waits is sent."""
        for _slice in range(seconds // 2):
            begins, wall = self.mono, self.night.clock.now
            self.night.clock.forward(seconds=2)
            for layer in self.layers:
                scene = f"{self.boots}/{self.slice}/{layer}".encode()
                piece = Piece(0, 2000, "video/mp4;codecs=avc1.64001e", scene)
                self.recorder.take(Filmed(self.slice, layer, begins, wall, piece))
            self.slice += 1
            if beat:
                self.speak()
            if send:
                self.send()

    def send(self, most: int = 1_000_000) -> None:
        """Until nothing waits, or so many requests."""
        for _request in range(most):
            letter = self.sending.next(self.mono)
            if letter is None:
                return
            try:
                answer = self.line.post(letter.address, letter.body, letter.kind)
            except NoLine:
                if self.line.lost == 1:
                    return
                continue
            self.sending.settle(letter, answer, self.mono)


@pytest.fixture
def identities(night):  # noqa: F811
    """Two keys of headquarters, to whom everything is sealed."""
    made = [pyrage.x25519.Identity.generate() for _ in range(2)]
    for number, one in enumerate(made):
        ledger.add_recipient(str(one.to_public()), f"key-{number}", actor=DUTY, now=night.clock.now)
    beacons.issue(night.clock.now)
    return made


@pytest.fixture
def camera(night, identities, monkeypatch, tmp_path):  # noqa: F811
    """An enrolled one that films, in fake time."""
    monkeypatch.setattr(web_clock.timezone, "now", lambda: night.clock.now)
    return Camera(tmp_path / "camera", night).enrolled()
