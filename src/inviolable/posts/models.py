"""Posts with their dated roles, staff and how to reach them, people who sign in, whether this home is an example."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from inviolable.posts.consent import Holding
from inviolable.posts.roles import PROGRAM, Role
from inviolable.posts.vault import Encrypted


class UserManager(BaseUserManager["User"]):
    """Finds people by name; `actions.add_user` makes them."""


class User(AbstractBaseUser):
    """A person, or a device at a door, that signs in. One role each; no person is scored or ranked."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    # Who of the staff it is, where that is known: as whom they are called, and that they do not answer their own alarm.
    person = models.CharField(_("person"), max_length=60, blank=True, default="")
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

    @property
    def actor(self) -> dict[str, str]:
        """Who acts, as entries name them: the role, and an id that names nobody."""
        return {"role": self.role, "id": f"user-{self.pk}"}


class Token(models.Model):
    """By which a program of a ministry or a post asks the API. Its secret is shown once; only its SHA-256 is kept.

    post: the only one it is for, "" where it is for all. used: when it last asked, to the minute.
    """

    name = models.SlugField(primary_key=True, max_length=40)
    sha256 = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField()
    # Not a key: posts are derived, and a token outlives their being derived again.
    post = models.CharField(max_length=40, blank=True)
    made = models.DateTimeField()
    expires = models.DateTimeField()
    revoked = models.DateTimeField(null=True)
    used = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    def is_for(self, post: str) -> bool:
        """Whether it may do anything about that post."""
        return self.post in ("", post)

    @property
    def actor(self) -> dict[str, str]:
        """How entries name the program that acts by it. No person's id has a colon."""
        return {"role": PROGRAM, "id": f"token:{self.name}"}


class Search(models.Model):
    """The words that somebody looked for, of an entry `search.made`, which says when and why. salt: 32 hex digits."""

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT)
    words = Encrypted()
    salt = models.CharField(max_length=32)

    def __str__(self) -> str:
        return str(self.id)


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


class Post(models.Model):
    """A place of ours, as it was described last. Derived from entries.

    coordinates: latitude and longitude in degrees (WGS 84), such as `44.98,-93.27`; zones: law/facts.toml's class of
    each room.
    """

    slug = models.SlugField(primary_key=True, max_length=40)
    name = models.CharField(max_length=200)
    post_class = models.CharField(max_length=20)
    head = models.CharField(max_length=20, blank=True)
    status = models.CharField(max_length=20, default="open")
    city = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=300, blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    coordinates = models.CharField(max_length=30, blank=True)
    district = models.TextField(blank=True)
    sending = models.CharField(max_length=4, blank=True)
    receiving = models.CharField(max_length=4, blank=True)
    host_language = models.CharField(max_length=3, blank=True)
    time_zone = models.CharField(max_length=60)
    mission = models.CharField(max_length=40, blank=True)
    zones = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name

    @property
    def stream(self) -> str:
        """Where entries about it stand."""
        return f"post/{self.slug}"


class HeldRole(models.Model):
    """A dated role that somebody holds. Derived from entries; `consent.Holding` says what each column means."""

    id = models.UUIDField(primary_key=True)
    post = models.ForeignKey(Post, on_delete=models.CASCADE)
    role = models.CharField(max_length=20)
    person = models.CharField(max_length=60)
    rank = models.PositiveSmallIntegerField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    document = models.CharField(max_length=200, blank=True)
    scope = models.CharField(max_length=300, blank=True)
    notified = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.role} at {self.post_id}: {self.person}"

    def as_holding(self) -> Holding:
        """For what decides without a database."""
        return Holding(
            str(self.id), self.role, self.person, self.post_id, self.since, self.until, self.document, self.scope,
            self.notified, self.rank,
        )  # fmt: skip


class Person(models.Model):
    """Somebody of our staff. Entries know only the id. quiet_*: hours of the day in which only an alarm may disturb."""

    id = models.SlugField(primary_key=True, max_length=60)
    name = Encrypted()
    language = models.CharField(max_length=8)
    time_zone = models.CharField(max_length=60)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)

    def __str__(self) -> str:
        return self.id


class Contact(models.Model):
    """One way to reach somebody. place: the first is tried first. confirmed: when it was last shown to work."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    place = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=10)
    address = Encrypted()
    confirmed = models.DateTimeField(null=True)

    class Meta:
        """In an order."""

        ordering: ClassVar = ["person", "place"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "place"], name="one_contact_per_place")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.channel}"
