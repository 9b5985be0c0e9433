"""A real camera process, a real server, and the film that headquarters opens with the `age` tool (scenarios 8, 38)."""

import signal
import time
from itertools import pairwise

import pytest
from tests.door.camera.at_the_post import Camera, Post, Relay, judged
from tests.door.camera.scene import Source, shown
from tests.server import Server, example, inviolable

pytestmark = pytest.mark.long
MAY = """
from inviolable.cli.words import open_home
open_home()
from datetime import UTC, datetime
from inviolable.door.film import decide
legal = {"role": "legal", "id": "user-5"}
decide("minneapolis", "all", "announced", "looked up", actor=legal, now=datetime.now(UTC))
"""
CUT_OFF = """
from inviolable.cli.words import open_home
open_home()
from datetime import UTC, datetime
from inviolable.door.actions import cut_off
from inviolable.door.models import Device
duty = {"role": "duty_officer", "id": "user-2"}
cut_off(Device.objects.get(name="front").key, "taken", actor=duty, now=datetime.now(UTC))
"""


@pytest.fixture
def post(tmp_path):
    with Server(example(tmp_path / "var")) as server:
        yield Post(server)


def there(post, enough) -> None:
    """Wait until headquarters has enough of it."""
    for _ in range(300):
        if enough():
            return
        time.sleep(0.2)
    raise AssertionError([(one["number"], one["layer"]) for one in post.received()])


def test_scenario_8_what_a_fixed_camera_saw_is_at_headquarters_frame_by_frame(post, tmp_path):
    post.enrol(tmp_path / "camera", "front")
    with Source() as source, Camera(tmp_path / "camera", source.name) as camera:
        camera.until("without sound")
        time.sleep(5)
        post.alarm()
        camera.until("ALARM")
        there(post, lambda: len(post.received()) >= 10)
        post.stand_down()
        camera.until("is over:")
    [ended] = post.entries("recording.ended")
    assert (ended["body"]["gaps"], ended["body"]["segments"]) == ([], ended["body"]["made"])
    for layer, filmed in post.opened(tmp_path).items():
        gaps = [two["mono"] - one["mono"] - one["length"] for (one, _), (two, _) in pairwise(filmed)]
        assert set(gaps) == {0}, layer
        moments = [at for _said, path in filmed for at in shown(path)]
        between = [two - one for one, two in pairwise(moments)]
        assert min(between) >= 0
        assert max(between) < 500, "no frame is missing where one file ends and the next begins"
    assert inviolable("verify", home=post.home).returncode == 0


def test_by_rtsp_and_killed_in_the_middle_with_sound_as_legal_decided(post, tmp_path):
    """Scenario 38, and a power cut: it starts again and goes on in the same recording."""
    post.python(MAY)
    post.enrol(tmp_path / "camera", "front")
    with Source(rtsp=True) as source:
        with Camera(tmp_path / "camera", source.name) as camera:
            camera.until("with sound")
            post.alarm()
            camera.until("ALARM")
            there(post, lambda: len(post.received()) >= 6)
            camera.kill()
        with Camera(tmp_path / "camera", source.name) as camera:
            camera.until("with sound")
            there(post, lambda: len({one["boot"] for one in post.received()}) == 2)
            post.stand_down()
            camera.until("is over:")
    [ended] = post.entries("recording.ended")
    assert ended["body"]["gaps"] == []
    opened = post.opened(tmp_path)
    kinds = {layer: {kind for _said, path in filmed for kind in judged(path)} for layer, filmed in opened.items()}
    assert kinds == {"full": {"video", "audio"}, "low": {"video"}, "sound": {"audio"}}


def test_the_cameras_own_film_is_taken_as_it_is(post, tmp_path):
    post.enrol(tmp_path / "camera", "front")
    with Source(rtsp=True) as source, Camera(tmp_path / "camera", source.name, "--copy", "--no-sound") as camera:
        camera.until("Filming")
        post.alarm()
        there(post, lambda: len(post.received()) >= 3)
    for _said, path in post.opened(tmp_path)["full"]:
        assert judged(path).keys() == {"video"}


def test_cut_off_it_forgets_its_key_and_ends(post, tmp_path):
    post.enrol(tmp_path / "camera", "front")
    with Camera(tmp_path / "camera") as camera:
        camera.until("Filming")
        post.python(CUT_OFF)
        camera.until("has cut this camera off")
        assert camera.process.wait(20) == 1
    assert not (tmp_path / "camera/key").exists()


def test_a_source_that_is_not_there_is_said_and_asked_again(post, tmp_path):
    post.enrol(tmp_path / "camera", "front")
    with Source() as source:
        name = source.name
    with Camera(tmp_path / "camera", name.replace("//", "//guard:secret@")) as camera:
        said = camera.until("NOTHING IS FILMED")
        camera.process.send_signal(signal.SIGTERM)
        assert camera.process.wait(20) == 0
    assert "secret" not in said
    assert "Connection refused" in said


def test_resets_and_a_server_that_is_killed_lose_nothing(tmp_path):
    with Server(example(tmp_path / "var")) as server, Relay(server.port) as relay:
        post = Post(server)
        post.enrol(tmp_path / "camera", "front", relay.url)
        with Camera(tmp_path / "camera") as camera:
            camera.until("Filming")
            post.alarm()
            there(post, lambda: len(post.received()) >= 4)
            for _reset in range(20):
                relay.cut()
                time.sleep(0.2)
            server.process.kill()
            server.interrupt()
            camera.until("No line to headquarters")
            before = len(post.received())
            with Server(tmp_path / "var") as again:
                relay.port = again.port
                there(post, lambda: len(post.received()) >= before + 8)
                post.stand_down()
                camera.until("is over:")
    [ended] = post.entries("recording.ended")
    assert ended["body"]["gaps"] == []
    assert not post.entries("segment.quarantined")
