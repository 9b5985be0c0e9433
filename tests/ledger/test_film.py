"""A recording in plain: each segment plays, and so does one file of all; ffprobe and ffmpeg are the judges."""

import json
import shutil
import subprocess
from pathlib import Path

import pyrage
import pytest
from tests.filming import LENGTH, STEP, Camera, scene, shade

from inviolable.ledger import erasure, film, subjects
from inviolable.ledger.actions import SYSTEM, objects, subject_keys
from inviolable.ledger.exhibits import object_name
from inviolable.ledger.models import Entry
from inviolable.ledger.registry import BadEntry
from inviolable.ledger.sandbox import MediaFailed, NoSandbox
from inviolable.ledger.seal import CannotOpen

pytestmark = pytest.mark.django_db


@pytest.fixture
def camera(identities, write, stream, now):
    write()
    return Camera.begin(stream, now)


@pytest.fixture
def opened(camera, identities, stream, now, tmp_path):
    """Opens what arrived: the one file, and the folder of segments."""

    def open_one(**wishes):
        where = {"to": tmp_path / "film", "segments": tmp_path / "segments"} | wishes
        film.open_recording(stream, camera.recording, identities[:1], "to see it", actor=SYSTEM, now=now, **where)
        return where["to"], where["segments"]

    return open_one


def judged(path: Path) -> dict:
    """What ffprobe says of a file that ffmpeg decodes to its end without an error."""
    # Each picture at its own time: at the steps of a guessed rate two may fall on one.
    times = ["-fps_mode", "passthrough", "-enc_time_base:v", "-1"]
    command = ["ffmpeg", "-v", "error", "-i", path, *times, "-f", "null", "-"]
    decoded = subprocess.run(command, capture_output=True, text=True)
    assert (decoded.returncode, decoded.stderr) == (0, "")
    command = ["ffprobe", "-v", "error", "-show_format", "-show_streams", "-of", "json", path]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def seconds(path: Path) -> float:
    return float(judged(path)["format"]["duration"])


def seen(path: Path, second: float) -> int:
    """The grey in the upper left corner at that second."""
    cut = ["-ss", str(second), "-i", path, "-frames:v", "1", "-vf", "crop=iw/8:ih/8:0:0,scale=1:1", "-f", "rawvideo"]
    command = ["ffmpeg", "-v", "error", *cut, "-pix_fmt", "gray", "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout[0]


def shows(path: Path, second: float, number: int) -> bool:
    return abs(seen(path, second) - shade(number)) <= 5


def heard(path: Path, second: float) -> bool:
    """Whether there is sound in the half second from then on."""
    command = ["ffmpeg", "-v", "info", "-ss", str(second), "-t", "0.5", "-i", path, "-vn", "-af", "volumedetect"]
    said = subprocess.run([*command, "-f", "null", "-"], capture_output=True, text=True, check=True).stderr
    return float(said.partition("max_volume: ")[2].split()[0]) > -60


def test_one_file_plays_to_its_last_second_by_the_clock_of_its_device(camera, opened):
    numbers = [camera.film(number) for number in range(6)]
    for number in (3, 0, 5, 1, 2, 4):  # in whatever order they arrive
        camera.send(numbers[number])
    to, segments = opened()
    assert seconds(to) == pytest.approx((5 * STEP + LENGTH) / 1000, abs=0.1)
    assert [one["codec_name"] for one in judged(to)["streams"]] == ["vp8", "opus"]
    for number in range(6):
        assert shows(to, number * STEP / 1000 + 0.1, number)
        assert shows(to, number * STEP / 1000 + 1.8, number)
    assert sorted(path.name for path in segments.iterdir()) == [f"{one:05}-full.webm" for one in range(1, 7)]
    assert (segments / "00003-full.webm").read_bytes() == scene(2)
    assert to.stat().st_mode & 0o077 == 0
    assert segments.stat().st_mode & 0o077 == 0


@pytest.mark.long
def test_a_cut_recording_plays_from_where_it_begins(camera, opened):
    """The first minute was thrown away; the rest is watched."""
    for number in range(40):
        camera.film(number, plain=b"" if number < 34 else None)
    camera.send(*range(34, 40))
    to, _segments = opened()
    assert seconds(to) == pytest.approx((5 * STEP + LENGTH) / 1000, abs=0.1)
    assert shows(to, 0.1, 34)
    assert shows(to, 5 * STEP / 1000 + 1.8, 39)


def test_what_is_missing_is_black_and_as_long_as_it_was(camera, opened):
    camera.send(*[camera.film(number) for number in (0, 1, 4)])
    to, _segments = opened()
    assert seconds(to) == pytest.approx((4 * STEP + LENGTH) / 1000, abs=0.1)
    assert shows(to, STEP / 1000 + 0.5, 1)
    assert seen(to, 2 * STEP / 1000 + 1) < 5
    assert seen(to, 3 * STEP / 1000 + 1.5) < 5
    assert shows(to, 4 * STEP / 1000 + 0.5, 4)


@pytest.mark.long
def test_of_each_slice_the_best_layer_that_came_is_seen(camera, opened):
    for number, layers in enumerate((("sound", "full"), ("sound", "low"), ("sound",), ("full", "low", "sound"))):
        camera.send(*[camera.film(number, layer) for layer in layers])
    to, segments = opened()
    found = judged(to)
    assert (found["streams"][0]["width"], found["streams"][0]["height"]) == (320, 240)
    assert seconds(to) == pytest.approx((3 * STEP + LENGTH) / 1000, abs=0.1)
    assert shows(to, 0.5, 0)
    assert shows(to, STEP / 1000 + 0.5, 1)
    assert seen(to, 2 * STEP / 1000 + 1) < 5
    assert shows(to, 3 * STEP / 1000 + 0.5, 3)
    assert len(list(segments.iterdir())) == 8
    assert [heard(to, number * STEP / 1000 + 0.5) for number in range(4)] == [True] * 4


@pytest.mark.long
def test_a_small_picture_is_heard_as_well_where_its_sound_came(camera, opened):
    camera.send(
        *[camera.film(number, layer) for number in (0, 1, 2) for layer in ("sound", "low")], camera.film(4, "low")
    )
    to, _segments = opened()
    found = judged(to)["streams"]
    assert [one["codec_name"] for one in found] == ["vp8", "opus"]
    assert (found[0]["width"], found[0]["height"]) == (160, 120)
    assert seconds(to) == pytest.approx((4 * STEP + LENGTH) / 1000, abs=0.1)
    assert shows(to, STEP / 1000 + 0.5, 1)
    assert shows(to, 4 * STEP / 1000 + 0.5, 4)
    assert [heard(to, number * STEP / 1000 + 0.5) for number in range(5)] == [True, True, True, False, False]


@pytest.mark.long
def test_where_no_sound_may_be_recorded_there_is_none(camera, opened):
    camera.send(*[camera.film(number, "low") for number in (0, 1, 3)])
    to, _segments = opened()
    assert [one["codec_name"] for one in judged(to)["streams"]] == ["vp8"]


def recoded(number: int, *how: str) -> bytes:
    command = ["ffmpeg", "-v", "error", "-i", "-", *how, "-movflags", "frag_keyframe+empty_moov", "-f", "mp4", "-"]
    return subprocess.run(command, input=scene(number), capture_output=True, check=True).stdout


@pytest.mark.long
def test_what_another_device_codes_otherwise_is_one_file_too(camera, opened):
    """As Safari and fixed cameras do. Of two sizes all is coded again by one encoder: two would need two headers."""
    large, small = ["-c:v", "libx264", "-c:a", "aac"], ["-c:v", "libx264", "-s", "160x120", "-an"]
    camera.send(camera.film(0, plain=recoded(0, *large)), camera.film(1, plain=recoded(1, *large)))
    to, _segments = opened()
    assert [one["codec_name"] for one in judged(to)["streams"]] == ["h264", "aac"]
    assert shows(to, STEP / 1000 + 0.5, 1)
    to.unlink()
    camera.send(camera.film(2, "low", plain=recoded(2, *small)), camera.film(4, plain=recoded(4, *large)))
    to, _segments = opened(segments=None)
    assert seconds(to) == pytest.approx((4 * STEP + LENGTH) / 1000, abs=0.1)
    assert [shows(to, number * STEP / 1000 + 0.5, number) for number in (0, 1, 2, 4)] == [True] * 4
    assert seen(to, 3 * STEP / 1000 + 0.5) < 5


@pytest.mark.long
def test_sound_alone_is_a_file_of_sound(camera, opened):
    camera.send(*[camera.film(number, "sound") for number in (0, 1, 3)])
    to, _segments = opened()
    assert [one["codec_name"] for one in judged(to)["streams"]] == ["opus"]
    assert seconds(to) == pytest.approx((3 * STEP + LENGTH) / 1000, abs=0.1)


@pytest.mark.long
def test_slices_that_overlap_are_cut_where_the_next_begins(camera, opened):
    for number in range(4):
        camera.send(camera.film(number, mono=number * (LENGTH - 80)))
    to, _segments = opened()
    assert seconds(to) == pytest.approx((3 * (LENGTH - 80) + LENGTH) / 1000, abs=0.1)
    assert shows(to, 1.8, 0)
    assert shows(to, 2.0, 1)


@pytest.mark.long
def test_what_is_no_video_or_is_sealed_to_somebody_else_leaves_a_gap(camera, opened, stream):
    stranger = str(pyrage.x25519.Identity.generate().to_public())
    camera.send(camera.film(0))
    camera.send(camera.film(1, plain=b"This is no picture."))
    camera.send(camera.film(1, "low"))
    camera.send(camera.film(2, recipient=stranger))
    camera.send(camera.film(3))
    to, segments = opened()
    assert shows(to, STEP / 1000 + 0.5, 1), "the small picture, since the full one is none"
    assert seen(to, 2 * STEP / 1000 + 1) < 5
    assert shows(to, 3 * STEP / 1000 + 0.5, 3)
    assert sorted(one.name for one in segments.iterdir()) == [
        "00001-full.webm", "00002-full.webm", "00002-low.webm", "00004-full.webm",
    ]  # fmt: skip


@pytest.mark.long
def test_a_device_that_began_again_goes_on_after_three_black_seconds(camera, opened):
    camera.send(camera.film(0), camera.film(1, boot="b2", mono=0))
    to, _segments = opened()
    assert seconds(to) == pytest.approx(2 * LENGTH / 1000 + 3, abs=0.1)


@pytest.mark.long
def test_a_device_that_claims_years_makes_no_film_of_years(camera, opened):
    camera.send(camera.film(0, length=10**12), camera.film(1, mono=10**14), camera.film(2, mono=10**14))
    to, _segments = opened()
    assert seconds(to) < 130


def test_without_a_sandbox_the_segments_are_there_and_it_says_why(camera, opened, monkeypatch, tmp_path):
    camera.send(camera.film(0))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoSandbox, match="no sandbox"):
        opened()
    assert (tmp_path / "segments/00001-full.webm").read_bytes() == scene(0)
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []
    assert not (tmp_path / "film").exists()


def test_where_nothing_plays_the_segments_are_there_all_the_same(camera, opened, tmp_path):
    camera.send(camera.film(0, plain=b"no picture"))
    with pytest.raises(MediaFailed, match="Nothing in it plays"):
        opened(segments=None)
    assert (tmp_path / "film-segments/00001-full.webm").read_bytes() == b"no picture"


def test_opening_is_an_entry_first_and_needs_the_right_key(camera, opened, stream, now, tmp_path):
    camera.send(camera.film(0, plain=b"scene"))
    other = [pyrage.x25519.Identity.generate()]
    where = {"to": None, "segments": tmp_path / "segments", "actor": SYSTEM, "now": now}
    with pytest.raises(CannotOpen):
        film.open_recording(stream, camera.recording, other, "to see it", **where)
    assert not Entry.objects.filter(kind="exhibit.opened").exists()
    opened(to=None)
    assert Entry.objects.filter(kind="exhibit.opened").count() == 1
    erasure.erase(camera.recording, "consent withdrawn", actor=SYSTEM, now=now)
    with pytest.raises(BadEntry, match="erased"):
        opened(to=None, segments=tmp_path / "again")


def test_with_the_age_tool_alone_as_docs_recording_md_says(camera, identities, tmp_path):
    """Two steps: an identity of headquarters opens the recording's key, and that opens each segment."""
    if not shutil.which("age"):
        pytest.skip("age is missing: apt-get install age")
    camera.send(camera.film(0))
    segment = film.write_segments(camera.recording, tmp_path / "plain", film.identity_of(camera.recording, identities))
    (tmp_path / "identity.txt").write_text(f"# an identity of headquarters\n{identities[1]}\n")
    shutil.copy(subject_keys().path(subjects.key_name(camera.recording)), tmp_path / "recording.key.age")
    shutil.copy(objects().path(object_name(segment[0].id)), tmp_path / "segment.age")
    script = "age -d -i identity.txt recording.key.age > recording.key && age -d -i recording.key segment.age"
    done = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout == scene(0)
