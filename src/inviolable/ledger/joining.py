"""One file that plays, of segments that each play alone: by ffmpeg in the sandbox, copied where that is possible.

It runs by its device's clock: where film is missing it is black and silent. What is not like most of the best layer (a
smaller picture, sound alone) is coded again to fit to it; the segments themselves stay as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from inviolable.ledger.media import FORMATS, MAKING, MAX_PIXELS, READING
from inviolable.ledger.sandbox import INPUT, MADE, Limits, MediaFailed, sandbox
from inviolable.ledger.slices import JOINT, LAYERS, Filmed

#: Milliseconds of black: at most for what is missing, and where a device began again, since nobody knows for how long.
LONGEST_BLACK, BEGAN_AGAIN = 60_000, 3_000
#: Milliseconds that a piece lasts, whatever its device claims.
SHORTEST, LONGEST = 40, 60_000
#: Milliseconds that a packet of sound lasts: one that begins before a cut must not reach beyond it.
PACKET = 20
#: Files that one run in the sandbox looks at: what it may print is bounded.
AT_ONCE = 2000
CODING = Limits(seconds=300, processor=300, memory=3 << 30, file=1 << 30)
#: How what does not fit is coded again, by what it must fit to.
ENCODERS = {
    "vp8": ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "6", "-b:v", "1M"],
    "vp9": ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "6", "-b:v", "1M"],
    "h264": ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"],
    "opus": ["-c:a", "libopus"],
    "vorbis": ["-c:a", "libvorbis"],
    "aac": ["-c:a", "aac"],
}
#: Codecs of which two encoders' streams may follow each other in one file, where both count in the same steps, those of
#: WebM; of others all is coded again by one.
FREE, MATROSKA = {"vp8", "vp9", "opus", ""}, "1/1000"
OPEN = ["-protocol_whitelist", "file", "-format_whitelist", f"{FORMATS},concat", "-max_pixels", str(MAX_PIXELS)]
FFMPEG = ["ffmpeg", "-nostdin", "-y", "-v", "error", "-threads", "2"]
SHOWN = "stream=codec_type,codec_name,width,height,sample_rate,channels,time_base"
ASK = " ".join(["ffprobe", "-v", "quiet", *OPEN, "-show_entries", SHOWN, "-of", "compact=p=0"])
PROBE = f"while read -r name; do echo $name $({ASK} {INPUT}/$name 2>/dev/null); done <{INPUT}/names"


@dataclass(frozen=True)
class Like:
    """What a file plays: codecs ("" for none), size in pixels, rate of sampling, channels, steps in which it counts."""

    video: str = ""
    audio: str = ""
    width: int = 0
    height: int = 0
    rate: int = 48_000
    channels: int = 1
    steps: str = ""


#: The layers of a slice that there are, the best first: name of the file, what its device said of it.
Files = Sequence[tuple[str, Filmed]]


@dataclass(frozen=True)
class Piece:
    """What is seen for so many milliseconds: a file of the folder, or black where its name is "".

    sound: what is heard beside it.
    """

    name: str
    length: int
    sound: str = ""


def join(folder: Path, slices: Sequence[Files], out: Path, progress: Callable[[int, int], None]) -> str:
    """Write one file that plays; the media type of it. slices: their files in the folder, the best layer first.

    More is written into the folder. Raises MediaFailed, NoSandbox, FileExistsError; progress: pieces done, of how many.
    """
    rows, likes = _playable(folder, slices)
    if not rows:
        raise MediaFailed("Nothing in it plays.")
    model = _model(rows, likes)
    pieces = list(_pieces(rows))
    odd = any(likes.get(one.name) != model for one in pieces)
    again = odd and not ({model.video, model.audio} <= FREE and model.steps == MATROSKA)
    made = []
    for number, piece in enumerate(pieces):
        progress(number, len(pieces))
        fits = likes.get(piece.name) == model and not again
        made.append(piece if fits else _fitted(folder, f"made-{number:06}", piece, likes, model, again=again))
    progress(len(pieces), len(pieces))
    (folder / "list").write_text("ffconcat version 1.0\n" + "".join(map(_listed, made)))
    form, media = _container(model)
    copied = [*FFMPEG, *OPEN, "-f", "concat", "-i", f"{INPUT}/list", "-map", "0", "-c", "copy", "-map_metadata", "-1"]
    sandbox([*copied, "-fflags", "+bitexact", *form, MADE], folder, out, MAKING)
    return media


def _listed(piece: Piece) -> str:
    cut = max(piece.length - PACKET, SHORTEST // 2)
    return f"file {piece.name}\nduration {piece.length / 1000:.3f}\noutpoint {cut / 1000:.3f}\n"


def _playable(folder: Path, slices: Sequence[Files]) -> tuple[list[Files], dict[str, Like]]:
    """Of each slice its files from the best on that plays, and what those are that will be used."""
    left, likes = [list(one) for one in slices], dict[str, Like]()
    while asked := [row[0][0] for row in left if row and row[0][0] not in likes][:AT_ONCE]:
        likes |= _looked_at(folder, asked)
        left = [row[1:] if row and row[0][0] in asked and row[0][0] not in likes else row for row in left]
    rows: list[Files] = [row for row in left if row]
    heard = list(filter(None, map(_sound, rows)))
    for at in range(0, len(heard), AT_ONCE):
        likes |= _looked_at(folder, heard[at : at + AT_ONCE])
    return rows, likes


def _sound(row: Files) -> str:
    """What is heard beside a small picture, which has no sound of its own."""
    return row[-1][0] if (row[0][1].layer, row[-1][1].layer) == ("low", "sound") else ""


def _looked_at(folder: Path, names: Iterable[str]) -> dict[str, Like]:
    """What these files play; those that play nothing are left out."""
    found = {}
    (folder / "names").write_text("".join(f"{name}\n" for name in names))
    limits = replace(READING, seconds=MAKING.seconds)
    for line in sandbox(["sh", "-c", PROBE], folder, None, limits).decode(errors="replace").splitlines():
        name, *streams = line.split()
        like = _like([dict(one.partition("=")[::2] for one in stream.split("|")) for stream in streams])
        if like.video or like.audio:
            found[name] = like
    return found


def _like(streams: Sequence[dict[str, str]]) -> Like:
    video = next((one for one in streams if one.get("codec_type") == "video"), {})
    audio = next((one for one in streams if one.get("codec_type") == "audio"), {})

    def count(stream: dict[str, str], name: str, otherwise: int) -> int:
        told = stream.get(name, "")
        return int(told) if told.isdecimal() and len(told) < 8 else otherwise

    return Like(
        video.get("codec_name", ""),
        audio.get("codec_name", ""),
        count(video, "width", 0),
        count(video, "height", 0),
        count(audio, "sample_rate", Like.rate),
        count(audio, "channels", Like.channels),
        video.get("time_base", audio.get("time_base", "")),
    )


def _model(rows: Sequence[Files], likes: Mapping[str, Like]) -> Like:
    """What most files of the best layer are; heard as what lies beside it, where it has no sound of its own."""
    best = min((row[0][1].layer for row in rows), key=LAYERS.index)
    most = Counter(likes[row[0][0]] for row in rows if row[0][1].layer == best).most_common(1)[0][0]
    heard = next((likes[name] for name in map(_sound, rows) if name in likes), most)
    return most if most.audio else replace(most, audio=heard.audio, rate=heard.rate, channels=heard.channels)


def _pieces(rows: Sequence[Files]) -> Iterable[Piece]:
    """The files in their order, each cut where the next begins, and black between them where film is missing."""
    for row, following in pairwise(rows):
        (name, one), other = row[0], following[0][1]
        apart, length = other.mono - one.mono, min(max(one.length, SHORTEST), LONGEST)
        if one.boot != other.boot:
            yield from (Piece(name, length, _sound(row)), Piece("", BEGAN_AGAIN))
        elif apart > length + JOINT:
            yield from (Piece(name, length, _sound(row)), Piece("", min(apart - length, LONGEST_BLACK)))
        elif apart >= SHORTEST:
            yield Piece(name, apart, _sound(row))
    name, last = rows[-1][0]
    yield Piece(name, min(max(last.length, SHORTEST), LONGEST), _sound(rows[-1]))


def _fitted(folder: Path, name: str, piece: Piece, likes: Mapping[str, Like], model: Like, *, again: bool) -> Piece:
    """A piece made like the model; what it lacks is black or silent. again: its picture is coded anew in any case."""
    seconds = f"{piece.length / 1000:.3f}"
    inputs, maps, coded, count = list[str](), list[str](), list[str](), 0

    def takes(stream: str, source: Sequence[str], codec: Sequence[str]) -> None:
        nonlocal count
        inputs.extend([*source[:-1], "-i", source[-1]])
        maps.extend(["-map", f"{count}:{stream}:0"])
        coded.extend(codec)
        count += 1

    def first(*names: str, has: str) -> str:
        return next((one for one in names if one in likes and getattr(likes[one], has)), "")

    black = ["-f", "lavfi", "-t", seconds, f"color=black:size={model.width}x{model.height}:rate=10"]
    silence = [
        "-f",
        "lavfi",
        "-t",
        seconds,
        f"anullsrc=cl={'mono' if model.channels == 1 else 'stereo'}:r={model.rate}",
    ]
    if model.video:
        seen = first(piece.name, has="video")
        like = likes.get(seen, Like())
        same = (like.video, like.width, like.height) == (model.video, model.width, model.height) and not again
        size = f"{model.width}:{model.height}"
        fit = ["-vf", f"scale={size}:force_original_aspect_ratio=decrease,pad={size}:-1:-1,setsar=1"]
        codec = ["-c:v", "copy"] if same else [*fit, *_encoder(model.video)]
        takes("V", [*OPEN, f"{INPUT}/{seen}"] if seen else black, codec)
    if model.audio:
        heard = first(piece.name, piece.sound, has="audio")
        codec = [*_encoder(model.audio), "-ac", str(model.channels), "-ar", str(model.rate)]
        takes("a", [*OPEN, f"{INPUT}/{heard}"] if heard else silence, codec)
    whole = [*FFMPEG, *inputs, *maps, "-t", seconds, *coded, *_container(model)[0], MADE]
    sandbox(whole, folder, folder / name, CODING)
    return Piece(name, piece.length)


def _encoder(codec: str) -> list[str]:
    if codec not in ENCODERS:
        raise MediaFailed(f"It is coded as {codec}; of what is coded so, pieces that differ cannot be joined.")
    return ENCODERS[codec]


def _container(model: Like) -> tuple[list[str], str]:
    """As what a file of these codecs is written, and its media type."""
    kind = "video" if model.video else "audio"
    if model.video in ("vp8", "vp9", "av1", "") and model.audio in ("opus", "vorbis", ""):
        return ["-f", "webm"], f"{kind}/webm"
    if model.video in ("h264", "") and model.audio in ("aac", ""):
        return ["-movflags", "+faststart", "-video_track_timescale", "90000", "-f", "mp4"], f"{kind}/mp4"
    return ["-f", "matroska"], f"{kind}/x-matroska"
