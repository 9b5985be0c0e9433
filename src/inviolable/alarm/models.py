"""The tables of this room, all derived from entries. A timer is a column; waiting is a query (DESIGN.md, law 6)."""

from typing import ClassVar

from django.db import models
from django.utils.functional import cached_property

from inviolable.alarm.plan import Answer, Phase, Run, Step
from inviolable.alarm.protocols import from_rows
from inviolable.posts.models import Post


class KeptProtocol(models.Model):
    """One that was taken in. in_force: from that day on, until a newer one is."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    number = models.CharField(max_length=80)
    date = models.DateField()
    in_force = models.DateField()
    text = models.TextField()
    imported = models.BigIntegerField()

    def __str__(self) -> str:
        return self.number


class Alarm(models.Model):
    """One alarm. steps: the protocol's, as they were when it was raised. raiser: whoever raised it, by their id.

    stream: of its incident. way: how it came. do: what is to be done first, in each language. repeated: when it was
    raised again last. ended: when it was stood down. score: of a drill that has ended, as its entry says it.
    """

    id = models.CharField(primary_key=True, max_length=80)
    stream = models.CharField(max_length=100, db_index=True)
    post = models.CharField(max_length=40)
    danger = models.CharField(max_length=40)
    exercise = models.BooleanField()
    raiser = models.CharField(max_length=80)
    role = models.CharField(max_length=40)
    way = models.CharField(max_length=10, default="")
    raised = models.DateTimeField()
    protocol = models.CharField(max_length=64, blank=True)
    do = models.JSONField(default=dict)
    steps = models.JSONField()
    repeated = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    score = models.JSONField(null=True)

    class Meta:
        """Those that are open are found without reading the others."""

        indexes: ClassVar = [models.Index(fields=["raised"], name="alarm_open", condition=models.Q(ended=None))]

    def __str__(self) -> str:
        return f"{self.danger} at {self.post}"

    @cached_property
    def place(self) -> Post:
        """Where it was raised."""
        return Post.objects.get(slug=self.post)

    def plan(self) -> list[Step]:
        """Its steps, for the planner."""
        return from_rows(self.steps)


class Escalation(models.Model):
    """How far a step of an alarm has come; `plan.Run` says what each column means."""

    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="escalations")
    step = models.CharField(max_length=60)
    phase = models.CharField(max_length=12)
    due = models.DateTimeField(null=True)
    since = models.DateTimeField()
    round = models.PositiveIntegerField(default=0)
    called = models.JSONField(default=list)

    class Meta:
        """One row per step, and what is due is found without reading what is not."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["alarm", "step"], name="one_escalation_per_step")]
        indexes: ClassVar = [models.Index(fields=["due"], name="escalation_due", condition=models.Q(due__isnull=False))]

    def __str__(self) -> str:
        return f"{self.alarm_id} {self.step}: {self.phase}"

    def as_run(self) -> Run:
        """For the planner."""
        return Run(self.step, Phase(self.phase), self.due, self.since, self.round, tuple(self.called))


class Reply(models.Model):
    """What somebody said to an alarm: that they have it, as a role, or that they cannot and why."""

    alarm = models.ForeignKey(Alarm, on_delete=models.CASCADE, related_name="replies")
    role = models.CharField(max_length=40)
    person = models.CharField(max_length=80)
    at = models.DateTimeField()
    declined = models.BooleanField()
    why = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.person}: {'cannot' if self.declined else 'has it'}"

    def as_answer(self) -> Answer:
        """For the planner."""
        return Answer(self.role, self.person, self.at, self.declined)


class Pulse(models.Model):
    """When a post was heard from last, and by what. until: it sleeps, and is not missed before. missed: an alarm was
    raised for it. source: the id of the device or program, "" where it was not kept yet.

    How things stand, not derived from entries.
    """

    post = models.CharField(max_length=40)
    source = models.CharField(max_length=80)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    missed = models.BooleanField(default=False)

    class Meta:
        """Each is heard from in one way only."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["post", "source"], name="one_pulse_per_source")]

    def __str__(self) -> str:
        return f"{self.post} by {self.source}"


class Unverified(models.Model):
    """Somebody asked for help whom we do not know: people decide what it is worth. ends: how their number ends."""

    way = models.CharField(max_length=10)
    ends = models.CharField(max_length=10)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.way} …{self.ends}"


class Warned(models.Model):
    """A warning to the other posts. posts: whom it went to. do: the instructions, in each language."""

    id = models.CharField(primary_key=True, max_length=40)
    alarm = models.CharField(max_length=80)
    stream = models.CharField(max_length=100)
    post = models.CharField(max_length=40)
    danger = models.CharField(max_length=40)
    exercise = models.BooleanField()
    posts = models.JSONField()
    do = models.JSONField()
    released = models.DateTimeField()
    retracted = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.danger} at {self.post}"

    def missing(self) -> list[str]:
        """The posts that have not confirmed it."""
        confirmed = set(self.confirmations.values_list("post", flat=True))
        return [post for post in self.posts if post not in confirmed]


class Confirmation(models.Model):
    """That a post has read a warning."""

    warned = models.ForeignKey(Warned, on_delete=models.CASCADE, related_name="confirmations")
    post = models.CharField(max_length=40)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        """A post confirms once."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["warned", "post"], name="one_confirmation_per_post")]

    def __str__(self) -> str:
        return self.post
