"""People who sign in, and whether this installation is an example."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from inviolable.posts.roles import Role


class UserManager(BaseUserManager["User"]):
    """Finds people by name; `actions.add_user` makes them."""


class User(AbstractBaseUser):
    """A person, or a device at a door, that signs in. One role each; no person is scored or ranked."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    # Empty until chosen: then the browser's own wish counts.
    language = models.CharField(_("language"), max_length=8, blank=True, default="")
    is_active = models.BooleanField(_("may sign in"), default=True)
    added = models.DateTimeField(_("added"))

    USERNAME_FIELD = "name"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["role"]

    objects = UserManager()

    class Meta:
        """A role outside the closed list is refused by the database too."""

        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_is_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Installation(models.Model):
    """At most one row. Its presence with `example` marks a home that holds the worked example and nothing real."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    example = models.BooleanField()
    since = models.DateTimeField()

    class Meta:
        """One row, by force."""

        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_installation"),
        ]

    def __str__(self) -> str:
        return "example" if self.example else "installation"
