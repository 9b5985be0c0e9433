"""Requests, what is counted instead of recorded one by one, and the photographs of each post's signage."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any, ClassVar

from django.db import models

from inviolable.card.terms import State
from inviolable.ledger import canonical
from inviolable.posts.vault import Encrypted


class Asked(models.Model):
    """A request, and those of the same agency within ten minutes of it. Not derived: entries hold no word of it.

    words: {"salt", "said"} as JSON; said: the first few, each with agency, what, number and text. times: how often.
    """

    reference = models.CharField(primary_key=True, max_length=11)
    post = models.CharField(max_length=40)
    opened = models.DateTimeField()
    words = Encrypted()
    times = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    decided = models.DateTimeField(null=True)

    class Meta:
        """The newest of a post are found without reading the others."""

        indexes: ClassVar = [models.Index(fields=["opened", "post"], name="card_asked_opened")]

    def __str__(self) -> str:
        return self.reference

    @property
    def said(self) -> list[dict[str, str]]:
        """What was written, the first in front."""
        said: list[dict[str, str]] = json.loads(self.words)["said"]
        return said

    def write(self, salt: str, said: list[dict[str, str]]) -> None:
        """Keep these words."""
        self.words = json.dumps({"salt": salt, "said": said})

    def add(self, told: dict[str, str]) -> None:
        """Keep one more."""
        self.write(json.loads(self.words)["salt"], [*self.said, told])

    @property
    def digest(self) -> str:
        """By which entries name the words. The salt keeps anybody from guessing them."""
        told: Any = json.loads(self.words)
        return sha256(canonical.encode(told)).hexdigest()


class Counted(models.Model):
    """Since when something at a post is counted instead of recorded, and how many more there were. Not derived."""

    post = models.CharField(max_length=40)
    kind = models.CharField(max_length=60)
    since = models.DateTimeField()
    more = models.PositiveIntegerField(default=0)

    class Meta:
        """One row for each."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["post", "kind"], name="one_count_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.post}: {self.more} more"


class Photograph(models.Model):
    """A photograph of a post's own signage. Derived from entries. exhibit: its id; taken: a day, as claimed."""

    exhibit = models.UUIDField(primary_key=True)
    post = models.CharField(max_length=40)
    taken = models.DateField()
    received = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.post}, {self.taken}"
