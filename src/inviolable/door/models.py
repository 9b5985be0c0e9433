"""The devices at the doors, those that wait to be enrolled, and how far each has spoken."""

from typing import ClassVar

from django.db import models


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


class Spoken(models.Model):
    """The number of the last statement that a device made, when it came, and its last presses. Not derived."""

    key = models.CharField(primary_key=True, max_length=16)
    number = models.BigIntegerField()
    at = models.DateTimeField()
    presses = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.key}: {self.number}"


class Waiting(models.Model):
    """A device that asks to be enrolled, until its code runs out. Nothing has happened yet, so no entry says so."""

    code = models.CharField(primary_key=True, max_length=9)
    public = models.BinaryField(max_length=32, unique=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return self.code
