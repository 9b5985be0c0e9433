"""The devices at the doors, those that wait to be enrolled, and how far each has spoken."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models

#: For how long a door is told of a question that nobody answered, of a no, and of a consent that has ended.
TOLD = timedelta(minutes=30)


class Device(models.Model):
    """A tablet at a door. Derived from entries. key: the id of its key; cut: since when it is cut off."""

    key = models.CharField(primary_key=True, max_length=16)
    post = models.CharField(max_length=40)
    name = models.CharField(max_length=40)
    since = models.DateTimeField()
    cut = models.DateTimeField(null=True)

    class Meta:
        """A post calls each of its devices something else."""

        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["post", "name"], condition=models.Q(cut=None), name="one_device_of_that_name"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} at {self.post}"

    @property
    def actor(self) -> dict[str, str]:
        """How entries name it. No person's id has a colon."""
        return {"role": "device", "id": f"device:{self.key}"}


def device_name(actor: str) -> str:
    """What a post calls the device that acts by this id; "" where it is none of ours."""
    found = Device.objects.filter(key=actor.removeprefix("device:")).first() if actor.startswith("device:") else None
    return found.name if found else ""


class Spoken(models.Model):
    """The number of the last statement that a device made, when it came, and what it said last, by id. Not derived."""

    key = models.CharField(primary_key=True, max_length=16)
    number = models.BigIntegerField()
    at = models.DateTimeField()
    heard = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.key}: {self.number}"


class Waiting(models.Model):
    """A device that asks to be enrolled, until its code runs out. Nothing has happened yet, so no entry says so."""

    code = models.CharField(primary_key=True, max_length=9)
    public = models.BinaryField(max_length=32, unique=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.code


class Consent(models.Model):
    """A question whether somebody may come in, and what became of it. Derived from entries.

    zone, whom, purpose: words of terms.py. asked: since when it is there. role: whose answer it is. forced: given under
    duress, and never shown at a post.
    """

    id = models.CharField(primary_key=True, max_length=80)
    post = models.CharField(max_length=40, db_index=True)
    zone = models.CharField(max_length=20)
    whom = models.CharField(max_length=20)
    purpose = models.CharField(max_length=20)
    asked = models.DateTimeField()
    role = models.CharField(max_length=40, default="")
    person = models.CharField(max_length=80, default="")
    given = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    refused = models.DateTimeField(null=True)
    withdrawn = models.DateTimeField(null=True)
    forced = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.whom} at {self.post}"

    @property
    def ended(self) -> datetime | None:
        """Since when nobody may come in by it, or from when on: withdrawn, or its time is over."""
        return self.withdrawn or self.until

    @property
    def answered(self) -> datetime | None:
        """When the last word about it was said."""
        return self.withdrawn or self.refused or self.given

    def waits(self, now: datetime) -> bool:
        """Whether nobody has answered yet what was asked just now."""
        return self.given is None and self.refused is None and now < self.asked + TOLD

    def stands(self, now: datetime) -> bool:
        """Whether they may be in now."""
        return self.until is not None and self.withdrawn is None and now < self.until

    def told(self, now: datetime) -> bool:
        """Whether whoever stands at the door has to know of it still."""
        return self.stands(now) or now < (self.ended or self.refused or self.asked) + TOLD


class Code(models.Model):
    """Two codes that somebody has chosen, hashed: to consent, and to consent under duress. Not derived.

    wrong: how often another one was typed since `since`.
    """

    person = models.CharField(primary_key=True, max_length=80)
    ordinary = models.CharField(max_length=200)
    duress = models.CharField(max_length=200)
    wrong = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.person


class Taping(models.Model):
    """A recording made ready for a device. Not derived: nothing is recorded until it has begun.

    said: what the entry will say of its key pair; sealed_to: to whom its private half is sealed.
    """

    recording = models.CharField(primary_key=True, max_length=36)
    device = models.CharField(max_length=16, db_index=True)
    said = models.JSONField()
    sealed_to = models.JSONField()
    begun = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.device}: {self.recording}"


class Rule(models.Model):
    """What a post may record of what is said, and by which law (words of terms.py). Derived from entries."""

    post = models.CharField(primary_key=True, max_length=40)
    law = models.CharField(max_length=10)
    sound = models.CharField(max_length=10)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.post}: {self.sound}"


class ClipCode(models.Model):
    """A code with which a visitor may hand one clip over, until a day after its time. Not derived.

    code: its keyed hash; nobody can be told the code again. clip: by what it is called in entries and on her receipt.
    exhibit: the id that her clip will have; prepared: of its key pair, as exhibits.Prepared. received: the number of
    its entry once it has come.
    """

    code = models.CharField(primary_key=True, max_length=64)
    clip = models.CharField(max_length=12, unique=True)
    stream = models.CharField(max_length=100)
    post = models.CharField(max_length=40)
    until = models.DateTimeField()
    exhibit = models.UUIDField()
    prepared = models.JSONField()
    taken_back = models.DateTimeField(null=True)
    received = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.clip

    def stands(self, now: datetime) -> bool:
        """Whether a clip may still be handed over by it."""
        return self.received is None and self.taken_back is None and now < self.until


class WrongCodes(models.Model):
    """How many codes were typed since `since` that are none; one row. Not derived."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    since = models.DateTimeField()
    number = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.number}"
