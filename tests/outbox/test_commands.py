"""Messages from the command line and by the worker, through a real server of mails."""

import signal
import subprocess
import sys

import pytest
from tests.installation import installations
from tests.outbox.conftest import mail_server
from tests.outbox.test_receipts import notification
from tests.posts.test_tables import GOOD
from tests.server import COMMAND, environment

pytestmark = pytest.mark.django_db
QUEUE = """
from datetime import UTC, datetime
from django.db import transaction
from inviolable.ledger.actions import SYSTEM
from inviolable.outbox.actions import send
now = datetime.now(UTC)
with transaction.atomic():
    send("m1", "head", "mail", "try", {"role": "x"}, stream="installation", crash="resend", actor=SYSTEM, now=now)
"""


@pytest.fixture
def ours(tmp_path):
    tables = tmp_path / "tables"
    tables.mkdir()
    for name, text in GOOD.items():
        (tables / name).write_text(text)
    with installations(tmp_path) as make:
        one = make("home")
        one.run("posts", "import", tables)
        yield one


def test_a_trial_says_whether_it_went_out(ours, certificate):
    assert "needs host and sender" in ours.run("messages", "try", "head", code=1)
    assert "waiting   1  mail  head" in ours.run("messages", "list")
    with mail_server(ours.home, certificate) as box:
        assert ours.run("messages", "try", "head").startswith("sent: <")
        assert {to for to, _ in box.got} == {"CANARY@example.org"}
    assert "head has no voice" in ours.run("messages", "try", "head", "--channel", "voice", code=2)
    assert "no message 'm1' is held" in ours.run("messages", "release", "m1", code=2)
    assert ours.run("verify").endswith("as it was recorded.\n")


def test_a_worker_sends_what_was_queued_before_it_began(ours, certificate):
    ours.python(QUEUE)
    with mail_server(ours.home, certificate) as box:
        env = environment(ours.home, ours.database)
        with subprocess.Popen([COMMAND, "worker"], env=env, stdout=sys.stderr, stderr=subprocess.PIPE) as worker:
            assert box.came.wait(30)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(20) == 0
    assert [to for to, _ in box.got] == ["CANARY@example.org"]


def test_a_server_of_mails_hands_a_receipt_to_a_command(ours, certificate, tmp_path):
    """As an alias or a transport of it does: the mail on standard input, and what it makes of the exit code."""

    def hand(mail: bytes, home=None) -> tuple[int, str]:
        env = environment(home or ours.home, ours.database)
        done = subprocess.run([COMMAND, "messages", "receipt"], env=env, input=mail, capture_output=True, timeout=60)
        return done.returncode, (done.stdout + done.stderr).decode()

    with mail_server(ours.home, certificate) as box:
        ours.run("messages", "try", "head")
    name = box.got[0][1]["Message-ID"].strip("<>").partition("@")[0]
    assert hand(notification("delivered", "0" * 32)) == (0, "It says nothing of ours.\n")
    assert hand(b"\xff" * 300_000)[0] == 0, "no other server is told of a fault that a stranger made"
    code, said = hand(notification("delivered", name))
    assert (code, said.startswith("try/"), said.endswith(": delivered\n")) == (0, True, True)
    assert "delivered" not in ours.run("messages", "list")
    assert "delivered 1  mail  head" in ours.run("messages", "list", "--all")
    (nowhere := tmp_path / "file").touch()
    assert hand(notification("delivered", name), nowhere)[0] == 75, "it is handed over again later"
