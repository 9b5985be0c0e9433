"""Several processes at once on one home: what each of them does and sees is whole."""

import subprocess

import pytest
from tests.server import COMMAND, environment

pytestmark = pytest.mark.chaos


@pytest.mark.django_db
def test_keys_change_while_others_sign(new_home):
    """The clocks of the two processes differ by more and more; no entry comes to be later than the end of its key."""
    home = new_home()
    with home.life() as signing, home.life() as rotating:
        signing.look()
        rotating.look()
        signing.command("record 1000000 entry")
        signing.until("entry")
        rotating.command("record 10 rotation checkpoint")
        rotating.until("done")
        assert not [line for line in [*rotating.end(), *signing.kill()] if line.startswith("failed")]
    with home.life() as life:
        life.look()
        life.go_on()


@pytest.mark.django_db
def test_a_record_is_verified_while_it_grows(new_home):
    home = new_home()
    with home.life() as recording:
        recording.look()
        recording.command("record 1000000 entry exhibit checkpoint rotation entry")
        for _ in range(100):  # An audit takes long enough for others to write meanwhile.
            recording.until("rotation")
        for _ in range(3):
            verifying = subprocess.Popen(
                [COMMAND, "verify"],
                env=environment(home.folder / "home", {"INVIOLABLE_DATABASE": home.database}),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            while verifying.poll() is None:
                recording.until("rotation")
            _, errors = verifying.communicate()
            assert verifying.returncode == 0, errors
