"""A clock that is wrong or jumps disturbs nothing: entries are ordered by their numbers, and every signature holds."""

import pytest

pytestmark = pytest.mark.chaos


@pytest.mark.django_db
@pytest.mark.parametrize("clock", ["1970", "2099", "jumping"])
def test_whatever_the_clock_says_entries_keep_their_order_and_the_audit_holds(new_home, clock):
    home = new_home(clock)
    for _ in range(2):
        with home.life() as life:
            life.look()
            life.go_on()
            life.command("record 3 entry exhibit checkpoint rotation entry")
            assert not [line for line in life.end() if line.startswith("failed")]
    with home.life() as life:
        assert life.look() == 16
        life.go_on()
