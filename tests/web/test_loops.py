"""The loops look at once when something is queued: in this process, and in every other where PostgreSQL tells them."""

import threading

from django.db import connection, transaction
from tests.outbox.conftest import NOW, home  # noqa: F401

from inviolable.ledger.actions import SYSTEM
from inviolable.outbox.actions import BELL, send, waking
from inviolable.web.loops import Loop


def queue() -> None:
    with transaction.atomic():
        send("m1", "bea", "mail", "try", {"role": "officer"}, stream="s/1", crash="resend", actor=SYSTEM, now=NOW)


def test_a_loop_that_is_woken_does_not_wait_for_its_next_look():
    looked = threading.Semaphore(0)
    with Loop("x", looked.release) as loop:
        assert looked.acquire(timeout=10)
        for _ in range(100):
            loop.wake()
            assert looked.acquire(timeout=10)


def test_whoever_sends_is_woken_when_it_is_committed_and_not_before(home, django_capture_on_commit_callbacks):  # noqa: F811
    woken = []
    with waking(lambda: woken.append(1)):
        with django_capture_on_commit_callbacks() as callbacks:
            queue()
        assert not woken
        for callback in callbacks:
            callback()
        assert woken == [1]
        with django_capture_on_commit_callbacks(execute=True):
            queue()
        assert woken == [1], "the same message again is nothing new"


if connection.vendor == "postgresql":

    def test_another_process_hears_of_it(home):
        """A connection of its own, as another worker has."""
        other = connection.copy()
        try:
            with other.cursor() as cursor:
                cursor.execute(f"LISTEN {BELL}")
                cursor.execute(f"NOTIFY {BELL}")
            assert [one.channel for one in other.connection.notifies(timeout=10, stop_after=1)] == [BELL]
        finally:
            other.close()
