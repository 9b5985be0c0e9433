"""Messages. A row is the whole truth about one: what waits is found by a query, nothing waits in memory."""

from typing import ClassVar

from django.db import models

from inviolable.posts.vault import Encrypted

#: In place of a person: an office of somebody else, which is on no list of ours. No person is called so.
OUTSIDE = "(outside)"


class Message(models.Model):
    """One message to one person by one channel. Its id is made by whoever queues it: the same id is the same message.
    Where `person` is OUTSIDE, its context says to which address it goes, and in which language.

    stream: where its entries stand. crash: what becomes of it when sending was cut off. due: not before. owner, leased:
    who sends it now, and until when nobody else may. said: what went wrong last; it may hold
    an address.
    """

    class State(models.TextChoices):
        """`sent`: the channel took it; `delivered`: it says that it arrived. `held` waits for a person; `failed` was
        given up."""

        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        DELIVERED = "delivered"
        FAILED = "failed"
        HELD = "held"

    id = models.CharField(primary_key=True, max_length=300)
    stream = models.CharField(max_length=100)
    person = models.CharField(max_length=60)
    channel = models.CharField(max_length=10)
    template = models.CharField(max_length=60)
    context = models.JSONField()
    crash = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    queued = models.DateTimeField()
    due = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    owner = models.CharField(max_length=100, blank=True)
    leased = models.DateTimeField(null=True)
    reference = models.CharField(max_length=200, blank=True)
    said = Encrypted(blank=True)

    class Meta:
        """What is not done yet is found without reading what is, and what somebody got lately."""

        indexes: ClassVar = [
            models.Index(fields=["state", "due"], name="message_state_due"),
            models.Index(fields=["person", "queued"], name="message_person_queued"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.state}"
