"""Single-use links that sign somebody in at the machine itself; and what every process must remember of signing in."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class SignInLink(models.Model):
    """The hash of a link's token. The link itself is shown once and kept nowhere."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token_sha256 = models.CharField(max_length=64, unique=True)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Found by hash or by user, nothing else."""

        indexes: ClassVar = [models.Index(fields=["user"], name="link_user")]

    def __str__(self) -> str:
        return f"link for {self.user}, {'used' if self.used else 'unused'}"


class Remembered(models.Model):
    """Django's cache in the database: codes that were used, and guesses. In memory, another process would not know."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.cache_key}, until {self.expires:%H:%M:%S}"
