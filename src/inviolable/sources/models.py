"""The words of each source, for the pages that show them beside its claims."""

from typing import ClassVar

from django.db import models

from inviolable.posts.vault import Encrypted


class Text(models.Model):
    """The words of one version of a source: a working copy, encrypted under a key that is not in the database.

    Not derived: entries hold their SHA-256 alone, and exhibits hold them sealed. exhibit, copy: those exhibits; when
    either is erased this goes with it (projections.py).
    """

    stream = models.CharField(max_length=100)
    source = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    exhibit = models.CharField(max_length=36, db_index=True)
    copy = models.CharField(max_length=36, db_index=True)
    words = Encrypted()

    class Meta:
        """One text for each version."""

        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stream", "source", "version"], name="sources_one_text_for_each_version")
        ]

    def __str__(self) -> str:
        return f"{self.source}, version {self.version}"
