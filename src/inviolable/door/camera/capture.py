"""ffmpeg films: a pipe for each layer, never a file. What is filmed is in plain in memory only.

A keyframe each two seconds, and a fragment for each keyframe, so that every fragment plays by itself. Opus has frames
of 20 milliseconds: a hundred of them are two seconds, and `sound` is cut where the picture is.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from queue import Queue
from threading import Thread

from inviolable.door.camera.boxes import Boxes, NotMedia, Piece

#: Milliseconds of a slice.
SLICE = 2000
#: What came to an end of a layer is told as no piece.
Inbox = Queue[tuple[str, Piece | None]]

_URL = re.compile(r"(rtsps?|https?|tcp|udp)://\S+")
_SECRET = re.compile(r"//[^/@\s]+@")
_FRAGMENTS = ["-flush_packets", "1", "-map_metadata", "-1", "-f", "mp4"]
_KEYFRAMES = ["-force_key_frames", f"expr:gte(t,n_forced*{SLICE // 1000})", "-sc_threshold", "0", "-g", "10000"]
_H264 = ["-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-pix_fmt", "yuv420p", *_KEYFRAMES]
_FULL = ["-vf", "scale='min(1280,iw)':-2", *_H264, "-crf", "26", "-maxrate", "1500k", "-bufsize", "1500k"]
_LOW = ["-vf", "fps=8,scale='min(320,iw)':-2", *_H264, "-b:v", "80k", "-maxrate", "80k", "-bufsize", "80k"]
_OPUS = ["-c:a", "libopus", "-b:a", "24k", "-ac", "1", "-frame_duration", "20", "-af", "aresample=async=1"]
_BY_KEYFRAME = ["-movflags", "+frag_keyframe+empty_moov+default_base_moof", *_FRAGMENTS]
_BY_TIME = ["-movflags", "+empty_moov+default_base_moof", "-frag_duration", str(SLICE * 1000), *_FRAGMENTS]


class BadSource(ValueError):
    """A source that no camera is; the message says what is expected."""


@dataclass(frozen=True)
class Source:
    """name: `rtsp://…`, `/dev/video0`, or `test`, a picture made up for trying it out. microphone: for `/dev/videoN`,
    as ALSA calls it. copy: take the camera's own H.264 as it is, which costs no processor; there is no `low` then."""

    name: str
    microphone: str = ""
    copy: bool = False

    def __post_init__(self) -> None:
        """Refuse what is no source."""
        if self.name != "test" and not self.name.startswith("/dev/") and not _URL.fullmatch(self.name):
            raise BadSource(f"{shown(self.name)!r} is no source; expected rtsp://…, /dev/video0, or test.")
        if self.copy and self.name == "test":
            raise BadSource("test: has no H.264 of its own to copy; leave --copy out.")

    def layers(self, *, sound: bool) -> tuple[str, ...]:
        """What is made of it."""
        return ("full", *(() if self.copy else ("low",)), *(("sound",) if sound else ()))

    def arguments(self, pipes: dict[str, int], *, sound: bool) -> list[str]:
        """ffmpeg's. pipes: a layer's file descriptor. Without sound none is read, decoded or written."""
        heard = self._heard() if sound else []
        voice = ["-map", f"{1 if heard else 0}:a:0", *_OPUS] if sound else ["-an"]
        said = ["ffmpeg", "-nostdin", "-hide_banner", "-v", "error", *self._seen(), *heard]
        for layer, pipe in pipes.items():
            if layer == "full":
                picture = ["-c:v", "copy"] if self.copy else _FULL
                said += ["-map", "0:v:0", *picture, *voice, *_BY_KEYFRAME]
            elif layer == "low":
                said += ["-map", "0:v:0", "-an", *_LOW, *_BY_KEYFRAME]
            else:
                said += [*voice, "-vn", *_BY_TIME]
            said.append(f"pipe:{pipe}")
        return said

    def _seen(self) -> list[str]:
        if self.name == "test":
            return ["-re", "-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25"]
        if self.name.startswith("/dev/"):
            return ["-thread_queue_size", "64", "-f", "v4l2", "-i", self.name]
        patience = ["-rtsp_transport", "tcp", "-timeout", "10000000"] if self.name.startswith("rtsp") else []
        return [*patience, "-i", self.name]

    def _heard(self) -> list[str]:
        if self.name == "test":
            return ["-re", "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"]
        return ["-thread_queue_size", "64", "-f", "alsa", "-i", self.microphone] if self.microphone else []


class Capture:
    """One run of ffmpeg. Whole files arrive in `inbox` with their layer; None when a layer has come to its end."""

    def __init__(self, source: Source, *, sound: bool) -> None:
        """Raises OSError."""
        self.inbox: Inbox = Queue(64)
        self._last: deque[str] = deque(maxlen=3)
        self._over = False
        ends = {layer: os.pipe() for layer in source.layers(sound=sound)}
        pipes = {layer: writing for layer, (_reading, writing) in ends.items()}
        try:
            self._process = subprocess.Popen(  # noqa: S603
                source.arguments(pipes, sound=sound),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=list(pipes.values()),
            )
        except OSError:
            for reading, _writing in ends.values():
                os.close(reading)
            raise
        finally:
            for writing in pipes.values():
                os.close(writing)
        for layer, (reading, _writing) in ends.items():
            Thread(target=self._read, args=(layer, reading), name=layer, daemon=True).start()
        self._listening = Thread(target=self._listen, name="ffmpeg", daemon=True)
        self._listening.start()

    def end(self) -> str:
        """Stop it where it runs; its last words."""
        self._over = True
        self._process.kill()
        self._process.wait()
        self._listening.join(5)
        return " / ".join(self._last)

    def _read(self, layer: str, pipe: int) -> None:
        boxes = Boxes()
        try:
            with os.fdopen(pipe, "rb", buffering=0) as file:
                while (data := file.read(1 << 16)) and not self._over:
                    for piece in boxes.feed(data):
                        self.inbox.put((layer, piece))
        except (NotMedia, OSError) as fault:
            self._last.append(f"{layer}: {fault}")
        self.inbox.put((layer, None))

    def _listen(self) -> None:
        assert self._process.stderr  # noqa: S101
        with suppress(OSError, ValueError), self._process.stderr as said:
            for line in said:
                self._last.append(shown(line.decode("utf-8", "replace").strip()[:300]))


def shown(text: str) -> str:
    """A text in which a source may stand, without the camera's name and password."""
    return _SECRET.sub("//…@", text)
