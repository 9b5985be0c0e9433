"""Demands, assurances and what repeats them, of all incidents: derived from entries (projections.py)."""

from typing import ClassVar

from django.db import models

from inviolable.diplomacy.demands.again import Between, Standing
from inviolable.incidents.wording import in_own_language


class Demand(models.Model):
    """One demand. made: the number of the entry that opened it; words: `what` by language; owner, superior: roles;
    since: when its days begin.

    reminded: the age of the last reminder; due_at: of the next one, None once it is closed; met: somebody says that it
    is, and legal has not decided.
    """

    id = models.CharField(primary_key=True, max_length=60)
    stream = models.CharField(max_length=100, db_index=True)
    made = models.BigIntegerField()
    note = models.CharField(max_length=60, db_index=True)
    number = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=20)
    what = models.TextField()
    words = models.JSONField(default=dict)
    owner = models.CharField(max_length=60)
    superior = models.CharField(max_length=60)
    sending = models.CharField(max_length=4)
    receiving = models.CharField(max_length=4)
    status = models.CharField(max_length=10)
    since = models.DateTimeField()
    delivered = models.BooleanField(default=False)
    reminded = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True, db_index=True)
    met = models.DateTimeField(null=True)
    closed = models.DateTimeField(null=True)

    class Meta:
        """Those between two States are found without reading the others."""

        indexes: ClassVar = [models.Index(fields=["sending", "receiving"], name="demand_between")]

    def __str__(self) -> str:
        return self.id

    @property
    def said(self) -> str:
        """What is demanded, in the reader's language where the note has it."""
        return in_own_language(self.words, self.what)

    def as_standing(self) -> Standing:
        """For what decides without a database."""
        between = Between(self.sending, self.receiving, self.status)
        return Standing(self.id, self.stream, between, self.said, self.since, self.closed, self.kind)


class Assurance(models.Model):
    """What the other State promised in a reply. since: when that came."""

    id = models.CharField(primary_key=True, max_length=60)
    stream = models.CharField(max_length=100)
    words = models.TextField()
    sending = models.CharField(max_length=4)
    receiving = models.CharField(max_length=4)
    status = models.CharField(max_length=10)
    since = models.DateTimeField()

    class Meta:
        """Those between two States are found without reading the others."""

        indexes: ClassVar = [models.Index(fields=["sending", "receiving"], name="assurance_between")]

    def __str__(self) -> str:
        return self.id

    def as_standing(self) -> Standing:
        """For what decides without a database."""
        between = Between(self.sending, self.receiving, self.status)
        return Standing(self.id, self.stream, between, self.words, self.since)


class Repetition(models.Model):
    """A person said that an incident repeats a demand or an assurance. stream: the later incident's; occurred: the end
    of when it did."""

    stream = models.CharField(max_length=100, db_index=True)
    standing = models.CharField(max_length=60, db_index=True)
    occurred = models.DateTimeField()

    class Meta:
        """Said twice, it is said once."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["stream", "standing"], name="repeated_once")]

    def __str__(self) -> str:
        return f"{self.stream}: {self.standing}"
