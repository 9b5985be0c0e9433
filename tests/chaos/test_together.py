"""Several processes at once on one home: what each of them does and sees is whole."""

import pytest


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
