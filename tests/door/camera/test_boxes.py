"""What ffmpeg films is cut into files that play by themselves, with nothing between them. ffprobe is the judge."""

import shutil
from collections import defaultdict
from contextlib import suppress
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.door.camera.at_the_post import judged

from inviolable.door.camera import capture
from inviolable.door.camera.boxes import Boxes, NotMedia
from inviolable.door.camera.capture import BadSource, Capture, Source, shown

if not shutil.which("ffmpeg"):
    pytest.skip("ffmpeg is missing: apt-get install ffmpeg", allow_module_level=True)


class Kept(Boxes):
    """Keeps the stream as it came, too."""

    streams: list["Kept"] = []

    def __init__(self) -> None:
        super().__init__()
        self.stream = b""
        Kept.streams.append(self)

    def feed(self, data):
        self.stream += data
        return super().feed(data)


@cache
def filmed():
    """Some seconds of the test picture with sound: pieces by layer, and the streams that they were cut from."""
    pieces, Kept.streams = defaultdict(list), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(capture, "Boxes", Kept)
        filming = Capture(Source("test"), sound=True)
        while min((len(pieces[layer]) for layer in ("full", "low", "sound")), default=0) < 3:
            layer, piece = filming.inbox.get(timeout=60)
            assert piece, filming.end()
            pieces[layer].append(piece)
        filming.end()
    return pieces, [one.stream for one in Kept.streams]


def test_every_piece_plays_by_itself_to_its_last_frame(tmp_path):
    pieces, _streams = filmed()
    expected = {"full": {"h264": 50, "opus": 100}, "low": {"h264": 16}, "sound": {"opus": 100}}
    for layer, cut in pieces.items():
        for number, piece in enumerate(cut):
            path = tmp_path / f"{layer}{number}.mp4"
            path.write_bytes(piece.data)
            found = {one["codec_name"]: int(one["nb_read_frames"]) for one in judged(path).values()}
            assert found == pytest.approx(expected[layer], abs=1), layer


def test_between_two_pieces_there_is_nothing():
    pieces, _streams = filmed()
    for cut in pieces.values():
        assert [two.start - one.start - one.length for one, two in pairwise(cut)] == [0] * (len(cut) - 1)
        assert all(abs(one.length - 2000) < 50 for one in cut)


def test_layers_are_cut_at_the_same_moments_and_say_what_they_are():
    pieces, _streams = filmed()
    for number in range(3):
        starts = [cut[number].start for cut in pieces.values()]
        assert max(starts) - min(starts) < 50
    media = {layer: cut[0].media.split(";")[0] for layer, cut in pieces.items()}
    assert media == {"full": "video/mp4", "low": "video/mp4", "sound": "audio/mp4"}
    assert pieces["full"][0].media.startswith("video/mp4;codecs=avc1.")
    assert pieces["full"][0].media.endswith(",opus")


@settings(max_examples=20, deadline=None)
@given(st.data())
def test_however_the_stream_arrives_the_pieces_are_the_same(data):
    for stream in filmed()[1]:
        cuts = sorted({0, len(stream), *data.draw(st.lists(st.integers(0, len(stream)), max_size=40))})
        boxes = Boxes()
        arrived = [piece for at, to in pairwise(cuts) for piece in boxes.feed(stream[at:to])]
        assert arrived == Boxes().feed(stream)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 5_000), st.integers(0, 255))
def test_what_is_no_film_is_refused_in_words_and_harms_nothing(garbage, at, byte):
    stream = bytearray(filmed()[1][-1][:6_000])
    stream[at] = byte
    for found in (garbage, bytes(stream)):
        with suppress(NotMedia):
            Boxes().feed(found)


def test_without_sound_none_is_read_or_written():
    for source in (Source("test"), Source("rtsp://camera/1"), Source("/dev/video0", "hw:1")):
        said = source.arguments({"full": 3, "low": 4}, sound=False)
        assert not {"alsa", "libopus", "sine=frequency=440:sample_rate=48000"} & set(said)
        assert said.count("-an") == 2


def test_a_source_that_is_none_is_refused_and_no_password_is_shown():
    with pytest.raises(BadSource, match="expected rtsp"):
        Source("camera")
    with pytest.raises(BadSource, match="of its own"):
        Source("test", copy=True)
    assert shown("rtsp://admin:secret@10.0.0.9/1 refused") == "rtsp://…@10.0.0.9/1 refused"
