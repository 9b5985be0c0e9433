"""The words of notes, which entries name by their SHA-256 alone; and who has seen which of them."""

from typing import ClassVar

from django.db import models

from inviolable.diplomacy.demands.models import Assurance, Demand, Repetition
from inviolable.posts.vault import Encrypted

__all__ = ["Assurance", "Demand", "Look", "Paper", "Repetition", "Version"]


class Version(models.Model):
    """One version of a note, encrypted under a key that is not in the database. The database refuses to change it.

    Not derived: entries hold the SHA-256 of its content (canonical JSON), and exhibits hold what was released, sealed.
    """

    note = models.UUIDField()
    number = models.PositiveIntegerField()
    content = Encrypted()

    class Meta:
        """Each number once."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["note", "number"], name="diplomacy_one_content_for_each_version")
        ]

    def __str__(self) -> str:
        return f"{self.note}, version {self.number}"


class Paper(models.Model):
    """A document of a released note as it went out: the working copy of an exhibit that only headquarters can open.

    data: in Base64, encrypted. The database refuses to change it.
    """

    note = models.UUIDField()
    media = models.CharField(max_length=100)
    exhibit = models.UUIDField()
    data = Encrypted()

    class Meta:
        """Of each kind one."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["note", "media"], name="diplomacy_one_paper_of_each_kind")
        ]

    def __str__(self) -> str:
        return f"{self.note}: {self.media}"


class Look(models.Model):
    """Somebody has seen a version: from there on a later one shows them what changed. reader: as entries name them."""

    note = models.UUIDField()
    reader = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    first = models.DateTimeField()

    class Meta:
        """The first time counts."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["note", "reader", "number"], name="diplomacy_one_look_at_each_version")
        ]

    def __str__(self) -> str:
        return f"{self.reader}: {self.note}, version {self.number}"
