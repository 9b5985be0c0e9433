"""Cuts a stream of fragmented MP4 (ISO/IEC 14496-12) into files that play by themselves. Pure.

A fragment is a `moof` and the `mdat` after it; with the `ftyp` and `moov` from the stream's beginning in front it is a
whole file. Its times are set back so that each file begins at nought; where it began in the stream is said beside it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

#: Bytes of one box at most: no segment may be larger (docs/recording.md).
MOST = 8_000_000
_CODECS = {"Opus": "opus", "mp4a": "mp4a.40.2"}


class NotMedia(ValueError):
    """Bytes that are no fragmented MP4 as we ask ffmpeg for it."""


@dataclass(frozen=True)
class Piece:
    """A file that plays by itself. start, length: milliseconds since the stream began, and that it lasts."""

    start: int
    length: int
    media: str
    data: bytes


@dataclass(frozen=True)
class _Track:
    """Of a track in the `moov`: its kind (`vide`, `soun`), units to a second, and codec as RFC 6381 writes it."""

    kind: str
    scale: int
    codec: str
    lasts: int


@dataclass(frozen=True)
class _Run:
    """What a fragment has of one track. time: where in the fragment's bytes its 64-bit beginning is written."""

    track: _Track
    time: int
    begins: int
    lasts: int


class Boxes:
    """Takes the stream as it comes, gives each file as soon as it is whole."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._head, self._fragment = b"", b""
        self._tracks: dict[int, _Track] = {}

    def feed(self, data: bytes) -> list[Piece]:
        """The files that are whole now. Raises NotMedia."""
        self._rest += data
        pieces: list[Piece] = []
        while len(self._rest) >= 8:
            size, kind = struct.unpack_from(">I4s", self._rest)
            if not 8 <= size <= MOST:
                raise NotMedia(f"a box {kind!r} of {size} bytes; at most {MOST:,} are expected.")
            if len(self._rest) < size:
                break
            box = bytes(self._rest[:size])
            del self._rest[:size]
            pieces += self._box(kind, box)
        return pieces

    def _box(self, kind: bytes, box: bytes) -> Iterator[Piece]:
        try:
            if kind == b"ftyp":
                self._head = box
            elif kind == b"moov":
                self._tracks = dict(_tracks(box))
                self._head += box
            elif kind == b"moof":
                self._fragment = box
            elif kind == b"mdat" and self._fragment:
                fragment, self._fragment = self._fragment, b""
                yield self._piece(bytearray(fragment), box)
        except (struct.error, KeyError, IndexError, ZeroDivisionError) as fault:
            raise NotMedia(f"a box {kind!r} that cannot be read: {fault!r}.") from None

    def _piece(self, fragment: bytearray, media: bytes) -> Piece:
        runs = list(_runs(fragment, self._tracks))
        lead = next((run for run in runs if run.track.kind == "vide"), runs[0])
        start, end = (1000 * at // lead.track.scale for at in (lead.begins, lead.begins + lead.lasts))
        first = min(runs, key=lambda run: run.begins / run.track.scale)
        for run in runs:
            back = first.begins * run.track.scale // first.track.scale
            struct.pack_into(">Q", fragment, run.time, max(0, run.begins - back))
        kind = "video" if any(track.kind == "vide" for track in self._tracks.values()) else "audio"
        codecs = ",".join(track.codec for track in self._tracks.values())
        return Piece(start, end - start, f"{kind}/mp4;codecs={codecs}", self._head + bytes(fragment) + media)


def _inside(box: bytes | bytearray, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between two places: kind, and where their content begins and ends."""
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", box, start)
        if not 8 <= size <= end - start:
            raise IndexError(f"{kind!r} of {size} bytes")
        yield kind, start + 8, start + size
        start += size


def _within(box: bytes | bytearray, start: int, end: int, *path: bytes) -> tuple[int, int]:
    """Where the content of the first box on this path is. Raises KeyError."""
    for wanted in path:
        found = {kind: (at, to) for kind, at, to in reversed(list(_inside(box, start, end)))}
        start, end = found[wanted]
    return start, end


def _tracks(moov: bytes) -> Iterator[tuple[int, _Track]]:
    lasts = {}
    at, to = _within(moov, 8, len(moov), b"mvex")
    for kind, start, _end in _inside(moov, at, to):
        if kind == b"trex":
            track, _description, duration = struct.unpack_from(">III", moov, start + 4)
            lasts[track] = duration
    for kind, start, end in _inside(moov, 8, len(moov)):
        if kind != b"trak":
            continue
        header, media = (_within(moov, start, end, *path)[0] for path in ((b"tkhd",), (b"mdia", b"mdhd")))
        number = struct.unpack_from(">I", moov, header + (20 if moov[header] else 12))[0]
        scale = struct.unpack_from(">I", moov, media + (20 if moov[media] else 12))[0]
        handler = _within(moov, start, end, b"mdia", b"hdlr")[0]
        name = moov[handler + 8 : handler + 12].decode("latin-1")
        yield number, _Track(name, scale, _codec(moov, start, end), lasts.get(number, 0))


def _codec(moov: bytes, start: int, end: int) -> str:
    at, to = _within(moov, start, end, b"mdia", b"minf", b"stbl", b"stsd")
    kind, entry, last = next(_inside(moov, at + 8, to))
    if kind == b"avc1":
        profile = _within(moov, entry + 78, last, b"avcC")[0] + 1
        return f"avc1.{moov[profile : profile + 3].hex()}"
    name = kind.decode("latin-1")
    return _CODECS.get(name, name)


def _runs(fragment: bytearray, tracks: dict[int, _Track]) -> Iterator[_Run]:
    for kind, start, end in _inside(fragment, 8, len(fragment)):
        if kind != b"traf":
            continue
        header = _within(fragment, start, end, b"tfhd")[0]
        flags, number = struct.unpack_from(">II", fragment, header)
        track, optional = tracks[number], header + 8 + 8 * bool(flags & 1) + 4 * bool(flags & 2)
        usual = struct.unpack_from(">I", fragment, optional)[0] if flags & 8 else track.lasts
        time = _within(fragment, start, end, b"tfdt")[0]
        if not fragment[time]:
            raise IndexError("a time of 32 bits")
        lasts = sum(_lasts(fragment, at, usual) for kind, at, _to in _inside(fragment, start, end) if kind == b"trun")
        yield _Run(track, time + 4, struct.unpack_from(">Q", fragment, time + 4)[0], lasts)


def _lasts(fragment: bytearray, at: int, usual: int) -> int:
    """How long the samples of one `trun` last, in units of their track."""
    flags, count = struct.unpack_from(">II", fragment, at)
    if not flags & 0x100:
        return int(count * usual)
    first = at + 8 + 4 * bool(flags & 1) + 4 * bool(flags & 4)
    each = 4 * sum(bool(flags & one) for one in (0x100, 0x200, 0x400, 0x800))
    return sum(struct.unpack_from(">I", fragment, first + each * sample)[0] for sample in range(count))
