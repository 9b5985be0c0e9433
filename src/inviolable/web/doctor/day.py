"""Whether everything is ready for the day: alarms, posts, channels, demands and programs."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from inviolable.alarm import pressed, straight
from inviolable.alarm.lookup import overdue_drills, protocol_in_force
from inviolable.alarm.watch import look
from inviolable.diplomacy.demands.reminders import unreached
from inviolable.ledger.moments import read
from inviolable.outbox.channels import unusable
from inviolable.posts.lookup import list_posts, warnings_of
from inviolable.posts.models import Contact, Token
from inviolable.posts.readiness import wanting_at
from inviolable.web.doctor.check import AMBER, GREEN, RED, Check
from inviolable.web.watchman import watching

#: How old each may be before it is worth a word.
WATCH, STALE, TOKEN = (
    timedelta(seconds=10),
    timedelta(days=1),
    timedelta(days=30),
)


def _alarms(home: Path, now: datetime) -> Iterator[Check]:
    found = look(now)
    if found:
        said = f"{found.late} steps and {found.unsent} messages are late; {len(found.forgotten)} alarms stand still"
        yield Check("alarms", RED, said, "Start `inviolable run` or `inviolable worker`; its log says what fails.")
    else:
        yield Check("alarms", GREEN, "every open alarm goes on or somebody has it")
    last = watching(home)
    if last.exists() and now.timestamp() - last.stat().st_mtime < WATCH.total_seconds():
        yield Check("watchman", GREEN, "it watches over the alarms")
    else:
        yield Check("watchman", AMBER, "nobody watches over the loops", "Start `inviolable watch` beside them.")
    yield _straight(home, now)
    yield from _channels(home)
    if protocol := protocol_in_force(now.date()):
        yield Check("protocol", GREEN, f"{protocol.number} is in force")
    else:
        way_out = "inviolable protocol import PROTOCOL.toml (docs/protocols.md)"
        yield Check("protocol", AMBER, "none of yours is in force, so the one that ships is used", way_out)
    wrong = sum(len(warnings_of(post, now)) for post in list_posts())
    if wrong:
        yield Check("roster", AMBER, f"{wrong} things would fail on the day", "inviolable posts warnings")
    else:
        yield Check("roster", GREEN, "somebody is reached for every role")
    if overdue := overdue_drills(now):
        yield Check("practice", AMBER, f"{overdue} drills at posts are overdue", "inviolable alarm drills")
    else:
        yield Check("practice", GREEN, "no drill at any post is overdue")


#: What each post needs, as posts/readiness.py calls it: what is said where some lack it, the way out, what is right.
AT_POSTS = {
    "tablet": (
        "these posts have no device at the door",
        "Open /door/ on a tablet there, and enrol it on the post's page, under Devices at the door.",
        "every post has a device at the door",
    ),
    "paper": (
        "the paper pack of these posts",
        "inviolable paper POST --to FILE.pdf, print it, hang it up, throw the old one away",
        "every post has a paper pack that says what is so today",
    ),
    "signage": (
        "the signage of these posts",
        "Add one on the post's page, under Public card.",
        "every open post has a photograph of it from within a year",
    ),
}


def _at_posts(_home: Path, now: datetime) -> Iterator[Check]:
    """Whether each post is ready for the day: what the page of the post says, too."""
    wanting = [(post.slug, one) for post in list_posts() for one in wanting_at(post, now)]
    for name, (wrong, way_out, right) in AT_POSTS.items():
        lacking = [f"{slug} ({one.words})" for slug, one in wanting if one.check == name]
        if lacking:
            yield Check(name, AMBER, f"{wrong}: {', '.join(lacking)}", way_out)
        else:
            yield Check(name, GREEN, right)


def _channels(home: Path) -> Iterator[Check]:
    """Whether each way by which somebody is to be reached can be used at all."""
    for channel in Contact.objects.order_by("channel").values_list("channel", flat=True).distinct():
        if fault := unusable(home, channel):
            yield Check(
                channel, RED, fault, f"Nothing goes out by {channel}: docs/channels.md; inviolable messages try"
            )
        else:
            yield Check(channel, GREEN, "is configured")


def _straight(home: Path, now: datetime) -> Check:
    """Whether everybody can be called when nothing can be recorded."""
    told, left = straight.read_list(home), pressed.waiting(home)
    if left:
        return Check("straight", RED, f"{len(left)} alarms are not recorded yet", "The database does not take them.")
    if told is None or now - read(told["made"]) > STALE:
        way_out = "Start `inviolable run` or `inviolable worker`; it makes the list each minute."
        return Check("straight", AMBER, "no list of today says whom to call when nothing can be recorded", way_out)
    return Check("straight", GREEN, f"{len(told['people'])} people are called when nothing can be recorded")


def _demands(_home: Path, now: datetime) -> Iterator[Check]:
    if number := unreached(now):
        said = f"of {number} that have grown old nobody could be reminded"
        yield Check("demands", RED, said, "Give them to others, or see to their contacts; it is tried again each day.")


def _tokens(_home: Path, now: datetime) -> Iterator[Check]:
    """A program whose token has run out raises no alarm, and nobody would notice before the day."""
    ending = Token.objects.filter(revoked=None, expires__lte=now + TOKEN).order_by("expires")
    if ending:
        names = ", ".join(f"{token.name} ({token.expires:%Y-%m-%d})" for token in ending)
        way_out = "Make another, give it to that program, then: inviolable token revoke NAME"
        yield Check("tokens", AMBER, f"of these programs it ends within a month, or has ended: {names}", way_out)
    elif Token.objects.filter(revoked=None).exists():
        yield Check("tokens", GREEN, "every program's token lasts another month")


LOOKS = (_alarms, _at_posts, _demands, _tokens)
