"""The tables of this room. All of them are derived from entries (projections.py)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language

from inviolable.law.casefile import LONGEST_TITLE


class Incident(models.Model):
    """One event at one post. number: the entry's that opened it, which is their order; words: its title by language,
    where the program gave it; status: a word of CAP; opened, closed: when that was recorded; legal: the leaf of the
    newest entry that the law asks for, in which every one before it is."""

    id = models.UUIDField(primary_key=True)
    number = models.BigIntegerField(unique=True)
    reference = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=LONGEST_TITLE)
    words = models.JSONField(default=dict)
    status = models.CharField(max_length=10)
    example = models.BooleanField()
    opened = models.DateTimeField()
    closed = models.DateTimeField(null=True)
    stream = models.CharField(max_length=100, unique=True)
    legal = models.BinaryField()

    def __str__(self) -> str:
        return self.reference

    @property
    def called(self) -> str:
        """Its title, in the reader's language where there is one."""
        return str(self.words.get((get_language() or "")[:2], self.title))


class Obligation(models.Model):
    """Something that one entry opened and another closes, such as `task/1`. kind: that of the opening entry.

    opened_by, closed_by: the numbers of those entries.
    """

    opened_by = models.BigIntegerField(primary_key=True)
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=60)
    what = models.TextField()
    due_at = models.DateTimeField(null=True, db_index=True)
    closed_by = models.BigIntegerField(null=True)

    class Meta:
        """An obligation is opened once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "name"], name="one_opening_per_obligation")
        ]

    def __str__(self) -> str:
        return self.name


class Searchable(models.Model):
    """A word that stands in an incident, and one of the first entries that say it (searching.py), by its number.

    Words are compared by their letters' numbers (C on PostgreSQL), so that those with one beginning lie together.
    """

    pk = models.CompositePrimaryKey("word", "incident", "number")
    word = models.TextField()
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, to_field="number", db_index=False)
    number = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.word}: {self.incident_id}, {self.number}"
