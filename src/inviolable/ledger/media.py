"""Untrusted media, opened by ffmpeg in the sandbox only: what it says of itself, a small picture, a masked copy.

A mask is drawn by a person: black boxes, or the whole picture in coarse squares. Nothing here looks for faces. A masked
copy has no sound and no metadata and is encoded anew from the masked pictures: stills as PNG, moving pictures as H.264.
Squares hide less than black does: from a moving picture some of what they cover can be guessed back.

Pictures are measured as people see them, after the turn that a telephone notes in the file.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inviolable.ledger.sandbox import INPUT, MADE, Limits, MediaFailed, NoSandbox, sandbox

__all__ = ["Box", "MediaFailed", "NoSandbox", "mask", "pixelate", "probe", "thumbnail"]

#: Formats that are opened at all. Among those left out are play lists, which name other files.
FORMATS = (
    "jpeg_pipe,png_pipe,webp_pipe,bmp_pipe,tiff_pipe,gif,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,asf,flv"
    ",ogg,wav,mp3,aac,flac,amr"
)
#: A still of a good telephone has some 100 million pixels; more is meant to fill the memory.
MAX_PIXELS = 120_000_000
READING = Limits(seconds=60, processor=60, memory=2 << 30, file=8 << 20)
MAKING = Limits(seconds=4 * 3600, processor=8 * 3600, memory=3 << 30, file=16 << 30)
#: The longer side of a thumbnail, in pixels, and of a pixelated picture, in squares.
THUMBNAIL, SQUARES = 480, 24
#: A box stays this much longer before and after: the frame that a person saw began before the moment they noted.
MARGIN_MS = 1000
#: Of a container's tags these tell of the format, not of the recording.
FORMAL = {"major_brand", "minor_version", "compatible_brands", "handler_name", "vendor_id", "language"}
MAX_TAGS, MAX_TEXT, LONGEST_S = 100, 500, 10**9
ENTRIES = (
    "format=format_name,duration:format_tags:stream=codec_type,codec_name:stream_tags"
    ":stream_disposition=attached_pic:frame_tags"
)

OPEN = ["-protocol_whitelist", "file", "-format_whitelist", FORMATS, "-max_pixels", str(MAX_PIXELS)]
FFMPEG = ["ffmpeg", "-nostdin", "-y", "-v", "error", "-filter_threads", "2", "-threads", "2", *OPEN, "-i", INPUT]
FFMPEG += ["-map", "0:V:0", "-an", "-sn", "-dn"]
FORGET = ["-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"]
#: What lies hidden where a still is transparent becomes black, as nobody saw it when drawing boxes.
FLAT = "format=gbrap,premultiply=inplace=1,format=rgb24"
#: How H.264 that plays everywhere keeps colours: one for two pixels by two.
HALVED = "format=yuv420p"
FORGET_IN_FRAMES = "sidedata=mode=delete"
STILL = ["-frames:v", "1", "-c:v", "png", "-f", "image2pipe"]
MOVING = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-a53cc", "0", "-threads", "2"]
MOVING += ["-movflags", "+faststart", "-f", "mp4"]

Data = dict[str, Any]


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels from the upper left corner; of a moving picture perhaps only a time in milliseconds."""

    x: int
    y: int
    width: int
    height: int
    start_ms: int | None = None
    end_ms: int | None = None


def probe(path: Path) -> Data:
    """What a file says of itself, as claimed: strings and integers only. Raises MediaFailed, NoSandbox.

    `format`, `duration_ms`, `width` and `height` as people see it, `streams` ({kind, codec}), `tags` (the container's
    and the first picture's, such as a place or a camera), `tool` and `version`; absent where not known."""
    argv = ["ffprobe", "-v", "error", *OPEN, "-show_program_version", "-show_entries", ENTRIES]
    said = sandbox([*argv, "-read_intervals", "%+#1", "-of", "json", INPUT], path, None, READING)
    try:
        found = _reduced(json.loads(said))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise MediaFailed("It was read, but what came out makes no sense.") from error
    return found | _shown_size(path) if any(stream["kind"] == "video" for stream in found["streams"]) else found


def thumbnail(path: Path, out: Path) -> None:
    """A small JPEG of the first picture, without metadata. Raises MediaFailed, NoSandbox, FileExistsError."""
    small = f"scale='min({THUMBNAIL},iw)':'min({THUMBNAIL},ih)':force_original_aspect_ratio=decrease,{FORGET_IN_FRAMES}"
    argv = [*FFMPEG, "-vf", small, *FORGET, "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "4", "-f", "image2pipe", MADE]
    sandbox(argv, path, out, READING)


def mask(path: Path, out: Path, boxes: Sequence[Box]) -> Data:
    """A copy in which the boxes are black, without sound and metadata; returns how it was made, for the record.

    Raises MediaFailed (also for a box that is not within the picture), NoSandbox, FileExistsError."""
    if not boxes:
        raise MediaFailed("There is no box. Draw at least one, or pixelate the whole picture.")
    found = _picture(path)
    filters = [_black(box, found) for box in boxes]
    drawn = [{key: value for key, value in vars(box).items() if value is not None} for box in boxes]
    return _masked(path, out, found, filters, {"boxes": drawn})


def pixelate(path: Path, out: Path) -> Data:
    """A copy in coarse squares of one colour each, without sound and metadata; otherwise as `mask`."""
    found = _picture(path)
    width, height = _made_size(found)
    side = -(-max(width, height) // SQUARES // 2) * 2 or 2  # even, for HALVED colours
    columns, rows = -(-width // side), -(-height // side)
    filters = [
        "format=rgb24",  # so that light and colour have the same squares
        f"pad={columns * side}:{rows * side}",
        f"scale={columns}:{rows}:flags=area",
        f"scale={columns * side}:{rows * side}:flags=neighbor",
        f"crop={width}:{height}:0:0",
        "format=rgb24" if _is_still(found) else HALVED,
    ]
    return _masked(path, out, found, filters, {"square": side})


def _picture(path: Path) -> Data:
    found = probe(path)
    if "width" not in found:
        raise MediaFailed("There is no picture in it.")
    return found


def _black(box: Box, found: Data) -> str:
    """Opaque black over a box, wholly or partly within the picture."""
    left, top = max(box.x, 0), max(box.y, 0)
    right, bottom = min(box.x + box.width, found["width"]), min(box.y + box.height, found["height"])
    if right <= left or bottom <= top:
        raise MediaFailed(f"{_named(box)} is not within the picture of {found['width']} by {found['height']} pixels.")
    drawn = f"drawbox=x={left}:y={top}:w={right - left}:h={bottom - top}:color=black:t=fill"
    if box.start_ms is None and box.end_ms is None:
        return drawn
    start, end = box.start_ms or 0, box.end_ms if box.end_ms is not None else sys.maxsize
    if _is_still(found) or end < start:
        raise MediaFailed(f"{_named(box)} has times that mean nothing here. Leave them out, or end after the start.")
    if start >= found.get("duration_ms", sys.maxsize):
        raise MediaFailed(f"{_named(box)} begins at {start} ms, after the end at {found['duration_ms']} ms.")
    return f"{drawn}:enable='between(t,{start - MARGIN_MS}/1000,{end + MARGIN_MS}/1000)'"


def _named(box: Box) -> str:
    return f"The box {box.x},{box.y},{box.width},{box.height}"


def _masked(path: Path, out: Path, found: Data, filters: Sequence[str], parameters: Data) -> Data:
    """Encodes what the filters leave, and looks at the result before it may stand."""
    still, (width, height) = _is_still(found), _made_size(found)
    # A recording may change its size midway; a player stretches it, and boxes were drawn on what the player shows.
    first = [f"scale={found['width']}:{found['height']}", f"pad={width}:{height}", FLAT if still else HALVED]
    chain = ",".join([*first, *filters, FORGET_IN_FRAMES])
    if out.exists():
        raise FileExistsError(out)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix="masking-") as folder:
        made = Path(folder, "made")
        sandbox([*FFMPEG, "-vf", chain, *FORGET, *(STILL if still else MOVING), MADE], path, made, MAKING)
        result = probe(made)
        if [stream["kind"] for stream in result["streams"]] != ["video"] or result["tags"].keys() - {"encoder"}:
            raise MediaFailed("The copy was thrown away: it still has sound or metadata.")
        if (result["width"], result["height"]) != (width, height):
            raise MediaFailed("The copy was thrown away: its picture has another size.")
        made.rename(out)
    return {
        "tool": found["tool"],
        "version": found["version"],
        "media_type": "image/png" if still else "video/mp4",
        "parameters": parameters | {"filters": chain},
    }


def _made_size(found: Data) -> tuple[int, int]:
    """A moving picture gets even sides for its HALVED colours, with black on its right and lower edge."""
    width, height = found["width"], found["height"]
    return (width, height) if _is_still(found) else (width + width % 2, height + height % 2)


def _is_still(found: Data) -> bool:
    return bool(found["format"].endswith("_pipe"))


def _shown_size(path: Path) -> Data:
    """Width and height of the first picture, decoded and turned upright."""
    said = sandbox([*FFMPEG, "-frames:v", "1", "-f", "framecrc", "-"], path, None, READING).decode(errors="replace")
    size = re.search(r"^#dimensions 0: (\d{1,6})x(\d{1,6})$", said, re.MULTILINE)
    if not size:
        raise MediaFailed("No picture of it can be decoded.")
    return {"width": int(size[1]), "height": int(size[2])}


def _reduced(said: Data) -> Data:
    """ffprobe's report without its numbers of floating point and without what nobody needs."""
    tagged = [said["format"], *said["streams"], *said.get("frames", [])]
    tags = {
        _words(key): _words(value)
        for part in tagged
        for key, value in part.get("tags", {}).items()
        if key not in FORMAL
    }
    found: Data = {
        "tool": "ffmpeg",
        "version": _words(said["program_version"]["version"]),
        "format": _words(said["format"]["format_name"]),
        "streams": [
            {
                "kind": "cover" if part["disposition"]["attached_pic"] else _words(part["codec_type"]),
                "codec": _words(part.get("codec_name", "")),
            }
            for part in said["streams"][:MAX_TAGS]
        ],
        "tags": dict(sorted(tags.items())[:MAX_TAGS]),
    }
    seconds = float(said["format"].get("duration", -1))
    if 0 <= seconds < LONGEST_S:
        found["duration_ms"] = round(seconds * 1000)
    return found


def _words(value: object) -> str:
    """A stranger's text on one line, without signs that would do something to a screen."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in str(value)[:MAX_TEXT]).split())
