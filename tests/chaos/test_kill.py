"""SIGKILL at random moments: what was acknowledged is there, nothing is half-written, and nothing needs a repair."""

import os
import signal
import subprocess
from random import Random

import pytest
from tests.chaos.lives import Home

KILLS = int(os.environ.get("INVIOLABLE_KILLS", "1000"))
#: Lives of one home: each of them looks at everything that the ones before left.
LIVES = 25
RECORD = "record 1000000 entry exhibit checkpoint entry entry rotation"


def lived(home: Home, seed: int, kills: int) -> int:
    """Kill so many processes in turn, each in the midst of recording; how many acknowledgements they gave."""
    chance = Random(seed)  # noqa: S311
    for _ in range(kills):
        with home.life() as life:
            life.look()
            if chance.random() < 0.8:
                life.go_on()
            life.command(RECORD)
            with pytest.raises(subprocess.TimeoutExpired):
                life.process.wait(chance.random() / 3)
            said = life.kill()
            assert not [line for line in said if line.startswith("failed")]
    with home.life() as life:
        life.look()
        life.go_on()
    return sum(line.split()[0] in ("entry", "exhibit", "checkpoint", "rotation") for line in home.history)


@pytest.mark.django_db
@pytest.mark.chaos
def test_killed_at_a_few_random_moments_it_goes_on_as_if_nothing_had_happened(new_home):
    assert lived(new_home(), 1, 6) > 20


@pytest.mark.chaos
def test_killed_at_a_thousand_random_moments_it_goes_on_as_if_nothing_had_happened(new_home):
    for number, done in enumerate(range(0, KILLS, LIVES)):
        assert lived(new_home(), number, min(LIVES, KILLS - done)) > 0


@pytest.mark.chaos
@pytest.mark.skipif(not os.environ.get("INVIOLABLE_DATABASE"), reason="it takes PostgreSQL: .ci/postgresql make chaos")
def test_the_server_of_the_database_crashes_and_recording_goes_on_once_it_is_back(new_home):
    """A backend that is killed makes the server end all others at once and recover from its log, as after a crash."""
    import psycopg

    home, backends = new_home(), "SELECT pid FROM pg_stat_activity WHERE datname = %s"
    for _ in range(5):
        with home.life() as life:
            life.look()
            life.command(RECORD)
            life.until("checkpoint")
            with psycopg.connect(os.environ["INVIOLABLE_DATABASE"]) as server:
                (pid,) = server.execute(backends, [home.database.rpartition("/")[2]]).fetchone()
            os.kill(pid, signal.SIGKILL)
            life.until("failed")
            life.until("checkpoint")
            life.kill()
    assert lived(home, 1, 1) > 0
