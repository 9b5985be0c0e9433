"""Real pictures and recordings: what a person covered is gone, and so are sound, place and camera; the rest stays."""

import json
import shutil
import struct
import subprocess
import zlib

import numpy as np
import pytest

from inviolable.ledger import media
from inviolable.ledger.media import Box, MediaFailed, NoSandbox, mask, pixelate, probe, thumbnail
from inviolable.ledger.sandbox import Limits, sandbox_works

WIDTH, HEIGHT, RATE = 320, 240, 10
#: Where every sample has its red patch: the face that must not be seen.
FACE = Box(100, 60, 40, 50)
SCENE = "testsrc2=s={}x{}:r={}:d={},drawbox=x={}:y={}:w={}:h={}:color=red:t=fill"
CLAIMS = ["-metadata", "title=Consulate door", "-metadata", "location=+44.9700-093.2600/"]


@pytest.fixture(autouse=True)
def _tools():
    if not shutil.which("ffmpeg"):
        pytest.skip("ffmpeg is missing: apt-get install ffmpeg")
    if not sandbox_works():
        pytest.skip("no sandbox works here: apt-get install bubblewrap, and allow user namespaces")


def ffmpeg(*arguments):
    return subprocess.run(
        ["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, arguments)], check=True, capture_output=True
    ).stdout


def scene(width=WIDTH, height=HEIGHT, seconds=1, scale=1):
    numbers = (FACE.x, FACE.y, FACE.width, FACE.height)
    return ["-f", "lavfi", "-i", SCENE.format(width, height, RATE, seconds, *(n * scale for n in numbers))]


def frames(path):
    """Every picture of a file as an array: frames, rows, columns, colours."""
    said = subprocess.run(
        [
            "ffprobe",
            "-v",
            "error",
            "-select_streams",
            "V:0",
            "-show_entries",
            "stream=width,height",
            "-of",
            "json",
            path,
        ],
        check=True,
        capture_output=True,
    ).stdout
    size = json.loads(said)["streams"][0]
    raw = ffmpeg("-i", path, "-map", "0:V:0", "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
    return np.frombuffer(raw, np.uint8).reshape(-1, size["height"], size["width"], 3).astype(int)


def inside(pictures, box=FACE, margin=0):
    return pictures[:, box.y + margin : box.y + box.height - margin, box.x + margin : box.x + box.width - margin]


def red(pictures):
    face = inside(pictures, margin=4)
    return face[..., 0].min() > 200 and face[..., 1:].max() < 60


@pytest.fixture
def video(tmp_path):
    """Six seconds of picture and tone, which say where they were filmed."""
    path = tmp_path / "video"
    h264 = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-preset", "ultrafast", "-crf", "10", "-c:a", "aac"]
    ffmpeg(*scene(seconds=6), "-f", "lavfi", "-i", "sine=d=6", *CLAIMS, *h264, "-f", "mp4", path)
    return path


@pytest.fixture
def still(tmp_path):
    path = tmp_path / "still"
    ffmpeg(*scene(), "-frames:v", 1, "-c:v", "png", "-f", "image2pipe", path)
    return path


def photo(path, orientation=1):
    """A JPEG as a telephone makes it: with maker, place, and how it was held (EXIF 2.3, tag 0x0112)."""
    ffmpeg(*scene(), "-frames:v", 1, "-c:v", "mjpeg", "-q:v", 1, "-f", "image2pipe", path)
    maker, place = b"SecretCam\0", 8 + 2 + 3 * 12 + 4 + 10
    exif = b"II*\0" + struct.pack("<IH", 8, 3)
    exif += struct.pack("<HHII", 0x010F, 2, len(maker), place - 10)
    exif += struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0) + struct.pack("<HHII", 0x8825, 4, 1, place)
    exif += struct.pack("<I", 0) + maker
    exif += struct.pack("<HHHI4s", 2, 1, 2, 2, b"N") + struct.pack("<HHII", 2, 5, 3, place + 30) + struct.pack("<I", 0)
    exif += struct.pack("<6I", 44, 1, 58, 1, 12, 1)
    segment = b"Exif\0\0" + exif
    picture = path.read_bytes()
    path.write_bytes(picture[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + picture[2:])
    return path


def test_what_a_recording_says_of_itself_is_read_as_words_and_whole_numbers(video, tmp_path):
    found = probe(video)
    assert found["duration_ms"] == 6000
    assert (found["width"], found["height"]) == (WIDTH, HEIGHT)
    assert found["streams"] == [{"kind": "video", "codec": "h264"}, {"kind": "audio", "codec": "aac"}]
    assert found["tags"]["title"] == "Consulate door"
    assert found["tags"]["location"] == "+44.9700-093.2600/"
    assert found["tool"] == "ffmpeg"
    assert found["version"]
    assert json.loads(json.dumps(found), parse_float=lambda number: pytest.fail(f"a fraction: {number}")) == found

    camera = probe(photo(tmp_path / "photo"))["tags"]
    assert camera["Make"] == "SecretCam"
    assert camera["GPSLatitude"].replace(" ", "") == "44:1,58:1,12:1"


def test_sound_alone_is_read_but_cannot_be_masked(tmp_path):
    path = tmp_path / "sound"
    ffmpeg("-f", "lavfi", "-i", "sine=d=1", "-metadata", "title=A\n\x1b[31mwarning", "-f", "ogg", path)
    found = probe(path)
    assert [stream["kind"] for stream in found["streams"]] == ["audio"]
    assert found["tags"]["title"] == "A [31mwarning", "one line, and no sign that colours a terminal"
    assert "width" not in found
    with pytest.raises(MediaFailed, match="no picture"):
        mask(path, tmp_path / "out", [FACE])


def test_a_box_is_black_in_every_picture_and_the_rest_is_as_it_was(video, tmp_path):
    assert red(frames(video))
    made = mask(video, tmp_path / "out", [FACE])
    before, after = frames(video), frames(tmp_path / "out")
    assert len(after) == len(before)
    assert inside(after).max() < 30
    untouched = np.ones((HEIGHT, WIDTH), bool)
    untouched[FACE.y - 8 : FACE.y + FACE.height + 8, FACE.x - 8 : FACE.x + FACE.width + 8] = False
    assert np.abs(before - after)[:, untouched].mean() < 4
    assert made["tool"] == "ffmpeg"
    assert made["media_type"] == "video/mp4"
    assert made["parameters"]["boxes"] == [{"x": 100, "y": 60, "width": 40, "height": 50}]
    assert json.loads(json.dumps(made)) == made


@pytest.mark.long
@pytest.mark.parametrize("make", [lambda path, out: mask(path, out, [FACE]), pixelate])
def test_sound_title_and_place_are_gone(make, video, tmp_path):
    make(video, tmp_path / "out")
    assert [stream["kind"] for stream in probe(video)["streams"]] == ["video", "audio"]
    assert [stream["kind"] for stream in probe(tmp_path / "out")["streams"]] == ["video"]
    make(photo(tmp_path / "photo"), tmp_path / "picture")
    secrets = (b"Consulate door", b"+44.97", b"SecretCam", b"Exif", b"tIME")
    found = [secret for path in ("video", "photo") for secret in secrets if secret in (tmp_path / path).read_bytes()]
    assert len(found) == 3, "or the test shows nothing"
    for path in ("out", "picture"):
        assert probe(tmp_path / path)["tags"].keys() <= {"encoder"}
        for secret in secrets:
            assert secret not in (tmp_path / path).read_bytes()


def test_a_box_with_times_covers_them_and_a_second_more_on_each_side(video, tmp_path):
    mask(video, tmp_path / "out", [Box(100, 60, 40, 50, start_ms=2500, end_ms=3500)])
    pictures = frames(tmp_path / "out")
    assert red(pictures[: 15 - 1])
    assert inside(pictures[15:45]).max() < 30
    assert red(pictures[46:])


def test_a_box_without_an_end_covers_to_the_end(video, tmp_path):
    mask(video, tmp_path / "out", [Box(100, 60, 40, 50, start_ms=4000)])
    pictures = frames(tmp_path / "out")
    assert red(pictures[:29])
    assert inside(pictures[30:]).max() < 30


def test_several_boxes_one_reaching_over_the_edge(still, tmp_path):
    corner = Box(300, 200, 400, 400)
    made = mask(still, tmp_path / "out", [FACE, corner])
    before, after = frames(still), frames(tmp_path / "out")
    expected = before.copy()
    inside(expected)[...] = 0
    inside(expected, corner)[...] = 0
    assert (after == expected).all(), "of a still every pixel outside the boxes is exactly as it was"
    assert made["media_type"] == "image/png"


@pytest.mark.long
def test_squares_have_one_colour_each(still, video, tmp_path):
    side = pixelate(still, tmp_path / "still.out")["parameters"]["square"]
    assert side >= WIDTH // media.SQUARES
    picture = frames(tmp_path / "still.out")[0]
    for top in range(0, HEIGHT, side):
        for left in range(0, WIDTH, side):
            square = picture[top : top + side, left : left + side].reshape(-1, 3)
            assert (square == square[0]).all()

    def spread(path):
        """How much the pixels of a square differ from each other; on average over a recording."""
        rows, columns = HEIGHT // side, WIDTH // side
        squares = frames(path)[:, : rows * side, : columns * side].reshape(-1, rows, side, columns, side, 3)
        return squares[:, :, 2:-2, :, 2:-2].std(axis=(2, 4)).mean()

    assert pixelate(video, tmp_path / "video.out")["parameters"]["square"] == side
    assert len(frames(tmp_path / "video.out")) == 60
    assert spread(video) > 10
    assert spread(tmp_path / "video.out") < 2, "but for what the encoding adds"


def test_boxes_are_drawn_on_the_picture_as_people_see_it(tmp_path):
    """A telephone held upright films lying pictures and notes the turn; the tag goes, so the turn must be made."""
    path = photo(tmp_path / "photo", orientation=6)
    found = probe(path)
    assert (found["width"], found["height"]) == (HEIGHT, WIDTH)
    turned = Box(HEIGHT - FACE.y - FACE.height, FACE.x, FACE.height, FACE.width)
    mask(path, tmp_path / "out", [turned])
    after = frames(tmp_path / "out")
    assert after.shape[1:3] == (WIDTH, HEIGHT)
    assert inside(after, turned).max() == 0
    upright = np.rot90(frames(photo(tmp_path / "lying"))[0], -1)
    assert np.abs(after[0] - upright)[: FACE.x - 8].mean() < 3


def test_a_recording_that_changes_its_size_midway_stays_covered(tmp_path):
    parts = [tmp_path / "small.ts", tmp_path / "large.ts"]
    for scale, part in zip((1, 2), parts, strict=True):
        size = (WIDTH * scale, HEIGHT * scale)
        ffmpeg(*scene(*size, scale=scale), "-c:v", "libx264", "-pix_fmt", "yuv420p", "-f", "mpegts", part)
    path = tmp_path / "both"
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    mask(path, tmp_path / "out", [FACE])
    after = frames(tmp_path / "out")
    assert len(after) > RATE
    assert after.shape[1:3] == (HEIGHT, WIDTH)
    assert inside(after).max() < 30


def test_a_picture_with_odd_sides_is_masked_to_its_last_pixel(tmp_path):
    path = tmp_path / "odd"
    ffmpeg(*scene(), "-vf", "scale=101:57", "-f", "gif", path)
    assert (probe(path)["width"], probe(path)["height"]) == (101, 57)
    mask(path, tmp_path / "out", [Box(60, 0, 41, 57)])
    after = frames(tmp_path / "out")
    assert after.shape[1:3] == (58, 102)
    assert after[:, :, 60:].max() < 30
    pixelate(path, tmp_path / "squares")


def test_what_hides_where_a_still_is_transparent_stays_hidden(tmp_path):
    """The face is there, but transparent: nobody saw it, so nobody drew a box over it."""
    path = tmp_path / "clear"
    clear = "format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='255*gt(X,160)'"
    ffmpeg(*scene(), "-vf", clear, "-frames:v", 1, "-c:v", "png", "-f", "image2pipe", path)
    assert red(frames(path))
    mask(path, tmp_path / "out", [Box(200, 0, 10, 10)])
    after = frames(tmp_path / "out")
    assert inside(after).max() == 0
    assert (after[:, 20:, 161:] == frames(path)[:, 20:, 161:]).all()


def test_a_recording_that_was_cut_off_is_masked_as_far_as_it_goes(tmp_path):
    path = tmp_path / "whole"
    ffmpeg(*scene(seconds=4), "-c:v", "libvpx", "-deadline", "realtime", "-g", RATE, "-f", "webm", path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    mask(path, tmp_path / "out", [FACE])
    after = frames(tmp_path / "out")
    assert 10 < len(after) < 40
    assert inside(after).max() < 30


@pytest.mark.long
def test_a_thumbnail_is_small_upright_and_says_nothing(video, tmp_path):
    for path in (video, photo(tmp_path / "photo", orientation=6)):
        out = tmp_path / f"{path.name}.small"
        thumbnail(path, out)
        assert out.read_bytes()[:2] == b"\xff\xd8"
        assert probe(out)["tags"] == {}
        assert (probe(out)["width"], probe(out)["height"]) == (probe(path)["width"], probe(path)["height"])
    large = tmp_path / "large"
    ffmpeg(*scene(1000, 3000), "-frames:v", 1, "-c:v", "png", "-f", "image2pipe", large)
    thumbnail(large, tmp_path / "large.small")
    found = probe(tmp_path / "large.small")
    assert (found["width"], found["height"]) == (160, 480)


def png(width, height):
    """A wholly black picture of two colours: a few kilobytes, whatever its size."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = zlib.compress(bytes((width // 8 + 1) * height), 9)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><rect width="9" height="9"/></svg>'
HOSTILE = {
    "empty": b"",
    "garbage": bytes(range(256)) * 400,
    "words": b"This is no picture.\n" * 50,
    "huge picture": png(16_000, 16_000),
    "play list": b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///in/media\n#EXT-X-ENDLIST\n",
    "list of files": b"ffconcat version 1.0\nfile /in/media\n",
    "drawing": b"<?xml version='1.0'?>\n" + SVG,
    "commands": b"#!/bin/sh\ntouch /out/other\n",
}


def test_what_fails_below_fails_for_its_size_or_kind_only(tmp_path):
    path = tmp_path / "large"
    path.write_bytes(png(8_000, 8_000))
    assert (probe(path)["width"], probe(path)["height"]) == (8_000, 8_000)


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_fails_in_words_and_leaves_nothing(kind, tmp_path):
    path = tmp_path / "hostile"
    path.write_bytes(HOSTILE[kind])
    for make in (
        probe,
        lambda file: mask(file, tmp_path / "out", [FACE]),
        lambda file: thumbnail(file, tmp_path / "out"),
    ):
        with pytest.raises(MediaFailed) as failed:
            make(path)
        assert str(failed.value).isprintable()
    assert list(tmp_path.iterdir()) == [path]


def test_a_recording_without_its_index_fails(video, tmp_path):
    cut = tmp_path / "cut"
    cut.write_bytes(video.read_bytes()[:-5000])
    with pytest.raises(MediaFailed, match="It failed"):
        pixelate(cut, tmp_path / "out")
    assert set(tmp_path.iterdir()) == {video, cut}


def test_a_copy_that_grows_over_its_limit_is_thrown_away(video, tmp_path, monkeypatch):
    monkeypatch.setattr(media, "MAKING", Limits(seconds=60, processor=60, memory=1 << 30, file=4096))
    with pytest.raises(MediaFailed):
        mask(video, tmp_path / "out", [FACE])
    assert list(tmp_path.iterdir()) == [video]


def test_boxes_that_cover_nothing_are_refused(video, still, tmp_path):
    with pytest.raises(MediaFailed, match="There is no box"):
        mask(video, tmp_path / "out", [])
    for box in (Box(320, 0, 10, 10), Box(0, 240, 10, 10), Box(-10, 0, 10, 10), Box(5, 5, 0, 9), Box(5, 5, 9, -9)):
        with pytest.raises(MediaFailed, match="not within the picture of 320 by 240 pixels"):
            mask(video, tmp_path / "out", [FACE, box])
    with pytest.raises(MediaFailed, match="times that mean nothing"):
        mask(video, tmp_path / "out", [Box(1, 1, 9, 9, start_ms=500, end_ms=400)])
    with pytest.raises(MediaFailed, match="times that mean nothing"):
        mask(still, tmp_path / "out", [Box(1, 1, 9, 9, start_ms=500)])
    assert set(tmp_path.iterdir()) == {video, still}


def test_a_file_that_is_there_already_is_not_replaced(still, tmp_path):
    out = tmp_path / "out"
    out.write_text("kept")
    for make in (pixelate, thumbnail):
        with pytest.raises(FileExistsError):
            make(still, out)
    assert out.read_text() == "kept"


def test_without_a_sandbox_nothing_is_opened(video, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    for make in (probe, lambda path: pixelate(path, tmp_path / "out"), lambda path: thumbnail(path, tmp_path / "out")):
        with pytest.raises(NoSandbox):
            make(video)
    assert list(tmp_path.iterdir()) == [video]
