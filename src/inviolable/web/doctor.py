"""`inviolable doctor`: what must be right for the record to be worth something, each with a light and what to do.

Nobody is called but the time-stamp authorities that ledger.toml names, since whether they answer is what is asked.
"""

import json
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from inviolable.alarm import pressed, straight
from inviolable.alarm.lookup import overdue_drills, protocol_in_force
from inviolable.alarm.watch import look
from inviolable.counsel.record import bad_sign_offs
from inviolable.counsel.signed import unwritten
from inviolable.diplomacy.demands.reminders import unreached
from inviolable.incidents.lookup import find_incident
from inviolable.ledger import canonical, reserve, sequencer
from inviolable.ledger.configuration import configuration
from inviolable.ledger.models import APPEND_ONLY, Beacon, Cosignature, Entry, Recipient, Stamp, Waiting
from inviolable.ledger.moments import read
from inviolable.ledger.sandbox import sandbox_works
from inviolable.ledger.stamps import Authority, StampRefused, request_stamp, verify_stamp
from inviolable.ledger.tokens import BadStamp
from inviolable.outbox.channels import unusable
from inviolable.posts.actions import is_example
from inviolable.posts.lookup import list_posts, warnings_of
from inviolable.posts.models import Contact, Token
from inviolable.posts.readiness import wanting_at
from inviolable.sources.extract import MEMORY_FOLDER
from inviolable.web.provider import BadProvider, provider_of
from inviolable.web.replica import ask
from inviolable.web.watchman import watching

GREEN, AMBER, RED = "green", "amber", "red"
#: How old each may be before it is worth a word.
DRILL, BACKUP, ROUND, PLACE, COSIGNED, WATCH, STALE, TOKEN = (
    timedelta(days=180),
    timedelta(hours=24),
    timedelta(minutes=3),
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(seconds=10),
    timedelta(days=1),
    timedelta(days=30),
)
#: How far this machine's clock may be from an authority's.
NOTICED, WRONG = timedelta(seconds=5), timedelta(minutes=1)
GIB = 1 << 30


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. state: green, amber or red. way_out: what to do, empty where there is nothing."""

    name: str
    state: str
    said: str
    way_out: str = ""


def examine(now: datetime) -> list[Check]:
    """Every check, in order. One that cannot be made is red."""
    return [check for look in LOOKS for check in _look(look, Path(settings.HOME), now)]


def _look(look: Callable[[Path, datetime], Iterator[Check]], home: Path, now: datetime) -> list[Check]:
    try:
        return list(look(home, now))
    except Exception as fault:
        said = f"could not be looked at: {' '.join(str(fault).split())}"
        return [Check(look.__name__.strip("_"), RED, said, "Set that right, then run this again.")]


def _home(home: Path, _now: datetime) -> Iterator[Check]:
    private = [home, *(home / "keys").glob("*.pem"), *(home / "keys").glob("*.next"), home / "secret_key"]
    found = [path for path in private if path.exists()]
    wrong = [path for path in found if stat.S_IMODE(path.stat().st_mode) & 0o077 or path.stat().st_uid != os.geteuid()]
    if wrong:
        names = ", ".join(map(str, wrong))
        yield Check("home", RED, f"open to others, or somebody else's: {names}", "chown and chmod go= them.")
    else:
        yield Check("home", GREEN, f"{home} and its keys are closed to others")


def _database(_home: Path, _now: datetime) -> Iterator[Check]:
    wanted = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
    show, way_out = "SHOW {}", "Set them in postgresql.conf: without them a power cut loses what was acknowledged."
    if connection.vendor == "sqlite":
        wanted, show = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}, "PRAGMA {}"
        way_out = "Put the home on a local disk: SQLite could not be set to wait for it."
    found = {}
    with connection.cursor() as cursor:
        for name in wanted:
            cursor.execute(show.format(name))
            found[name] = str(cursor.fetchone()[0])
    wrong = [f"{name} is {value}" for name, value in found.items() if value != wanted[name]]
    if wrong:
        yield Check("database", RED, ", ".join(wrong), way_out)
    else:
        yield Check("database", GREEN, f"{connection.vendor} waits for the disk at each commit")


def _triggers(_home: Path, _now: datetime) -> Iterator[Check]:
    tables = [model._meta.db_table for model in APPEND_ONLY]
    if connection.vendor == "sqlite":
        wanted = {f"{table}_no_{verb}" for table in tables for verb in ("update", "delete")}
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        wanted = {f"{table}_append_only" for table in tables}
        query = "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')"
    with connection.cursor() as cursor:
        cursor.execute(query)
        missing = sorted(wanted - {row[0] for row in cursor.fetchall()})
    if missing:
        way_out = "Somebody took them away. Find out who, run `inviolable verify`, and restore into a new home."
        yield Check("triggers", RED, f"missing: {', '.join(missing)}", way_out)
    else:
        yield Check("triggers", GREEN, f"the database refuses to change {len(tables)} tables")


def _sign_in(home: Path, _now: datetime) -> Iterator[Check]:
    try:
        provider = provider_of(home)
    except BadProvider as fault:
        yield Check("sign-in", RED, str(fault), "Until then nobody comes in by the ministry's own account.")
        return
    if provider and is_example() and not provider.is_here:
        yield Check("sign-in", AMBER, f"an example never asks {provider.issuer}", "Take sign-in.toml away.")
    elif provider:
        yield Check("sign-in", GREEN, f"{provider.issuer} may say who somebody is")


def _law(home: Path, _now: datetime) -> Iterator[Check]:
    bad, lost = bad_sign_offs(home), unwritten(home)
    for fault in bad:
        said = f"line {fault.line} of sign-offs.jsonl {fault.what}"
        yield Check("law", RED, said, "It counts no more: have whoever reviewed it sign again, then take the line out.")
    if lost:
        said = f"signatures in the record without a line in sign-offs.jsonl, which do not count: {len(lost)}"
        yield Check("law", RED, said, "Restore that file from a backup, or have the law signed again.")
    if not bad and not lost:
        yield Check("law", GREEN, "every signature of the law is in the record")


def _disk(home: Path, _now: datetime) -> Iterator[Check]:
    left, kept = reserve.free(home), reserve.kept(home)
    state = GREEN if left >= GIB else AMBER if left >= 2 * reserve.SIZE else RED
    yield Check("disk", state, f"{left // (1 << 20)} MiB are free", "" if state == GREEN else "Make room, or grow it.")
    if kept:
        yield Check("reserve", GREEN, f"{kept // (1 << 20)} MiB are kept for entries on a full disk")
    elif kept == 0:
        said = "it was given away: the disk was full, and exhibits are refused"
        yield Check("reserve", RED, said, "Make room; it is laid down again within a second.")
    else:
        yield Check("reserve", AMBER, "none was laid down yet", "Start `inviolable run` or `inviolable worker` once.")


def _keys(_home: Path, now: datetime) -> Iterator[Check]:
    names = list(Recipient.objects.filter(retired=None).values_list("name", flat=True))
    if len(names) < 2:
        way_out = "Until there are two nothing can be sealed: inviolable keys recipient NAME --new FILE"
        yield Check("recipients", RED, f"{len(names)} at headquarters", way_out)
    else:
        yield Check("recipients", GREEN, f"{len(names)} at headquarters: {', '.join(names)}")
    if "recovery" in names:
        yield Check("recovery", GREEN, "three of five shares open everything")
    else:
        way_out = "inviolable keys quorum --to DIR, then keys reseal"
        yield Check("recovery", AMBER, "no shares were made: should every key be lost, so is what is sealed", way_out)
    yield _drill(now)


def _drill(now: datetime) -> Check:
    way_out = "inviolable keys drill --identity FILE… --shares DIR"
    tried = _tried()
    opened = {
        one.label: tried.get(one.label) for one in Recipient.objects.filter(retired=None).order_by("since", "name")
    }
    if failed := [label for label, when in opened.items() if when == FAILED]:
        return Check("drill", RED, f"at the last try these opened nothing: {', '.join(failed)}", way_out)
    if untried := [label for label, when in opened.items() if when is None]:
        return Check("drill", AMBER, f"nobody has tried yet whether these open anything: {', '.join(untried)}", way_out)
    if not opened:
        return Check("drill", AMBER, "there is nobody yet to try it with", way_out)
    age = now - read(min(filter(None, opened.values())))
    return Check("drill", *((GREEN, f"{_old(age)} ago") if age <= DRILL else (AMBER, f"{_old(age)} ago", way_out)))


#: Instead of a moment.
FAILED = "failed"


def _tried() -> dict[str, str]:
    """When each recipient opened the canary at its last try, or that it did not. Who brought nothing did not try."""
    tried: dict[str, str] = {}
    for line in Entry.objects.filter(kind="keys.drilled").order_by("id").values_list("line", flat=True):
        entry = canonical.decode(bytes(line))
        results = [(one, entry["recorded"]) for one in entry["body"]["opened"]]
        results += [(one, FAILED) for one in entry["body"]["failed"] if not one.endswith(" (nothing)")]
        tried |= {one.rpartition(" (")[0]: said for one, said in results}
    return tried


def _authorities(home: Path, now: datetime) -> Iterator[Check]:
    configured = configuration(home).authorities
    if len(configured) < 2:
        way_out = "Name two that your courts accept, as [[authority]] in ledger.toml: they prove when, to strangers."
        yield Check("authorities", AMBER, f"{len(configured)} of two are configured", way_out)
    else:
        yield Check("authorities", GREEN, f"{len(configured)} are configured")
    for name, url, roots in configured:
        yield _answers(Authority(name, url, roots), now)


def _answers(authority: Authority, now: datetime) -> Check:
    """Have a random number stamped, and compare the clocks over the time that this took."""
    name, data, before = f"authority {authority.name}", secrets.token_bytes(32), timezone.now()
    try:
        said = verify_stamp(request_stamp(authority, data), data, authority.roots)
    except (StampRefused, BadStamp, ValueError) as fault:
        return Check(name, RED, f"does not answer well: {fault}", "Entries go on meanwhile. See network and roots.")
    off = max(said.earliest - timezone.now(), before - said.latest, timedelta())
    last = Stamp.objects.filter(authority=authority.name).order_by("-id").first()
    words = (
        f"answers; its last stamp is {_old(now - last.taken)} old" if last else "answers; it has stamped nothing yet"
    )
    if off > NOTICED:
        way_out = "Set the clock, by NTP. What was recorded stays, bracketed by stamps."
        return Check(name, RED if off > WRONG else AMBER, f"its clock and ours are {_old(off)} apart", way_out)
    return Check(name, GREEN, words)


def _clock(_home: Path, now: datetime) -> Iterator[Check]:
    newest = Stamp.objects.order_by("-earliest").first()
    if newest is None:
        yield Check("clock", AMBER, "nothing to compare it with: nothing was time-stamped yet", "See authorities.")
    elif now < newest.earliest - NOTICED:
        said = f"behind the newest stamp by {_old(newest.earliest - now)}: it was set back"
        yield Check("clock", RED, said, "Set the clock, by NTP.")
    else:
        yield Check("clock", GREEN, "not behind the newest stamp")


def _witnesses(home: Path, _now: datetime) -> Iterator[Check]:
    configured, newest = configuration(home).witnesses, sequencer.newest()
    if not configured:
        way_out = "Have another installation cosign ([[witness]] in ledger.toml), or nobody notices a second record."
        yield Check("witnesses", AMBER, "none is configured", way_out)
    for _, key in configured:
        name = key.partition("+")[0]
        last = Cosignature.objects.filter(witness=name).order_by("-checkpoint_id").first()
        behind = newest.made - last.checkpoint.made if newest and last else timedelta.max
        if newest is None or behind <= COSIGNED:
            yield Check(f"witness {name}", GREEN, "has seen the record as it is")
        else:
            said = f"has not seen the last {_old(behind)}" if last else "has cosigned nothing yet"
            yield Check(f"witness {name}", AMBER, said, "See the network, and the log of `inviolable run`.")


def _keeper(_home: Path, now: datetime) -> Iterator[Check]:
    newest = Beacon.objects.filter(again=False).order_by("-id").first()
    way_out = "Start `inviolable run` or `inviolable worker`; where one runs, its log says what fails."
    if not Entry.objects.exists():
        yield Check("keeper", GREEN, "nothing was recorded yet")
    elif newest is None or now - newest.time > ROUND:
        said = f"its last good round was {_old(now - newest.time)} ago" if newest else "it has made no round yet"
        yield Check("keeper", AMBER, said, way_out)
    else:
        yield Check("keeper", GREEN, f"its last good round was {_old(now - newest.time)} ago, or less")
    first = Waiting.objects.order_by("pk").first()
    since = now - read(canonical.decode(bytes(first.entry.line))["recorded"]) if first else timedelta()
    if since > PLACE:
        said = f"{Waiting.objects.count()} entries wait, the first for {_old(since)}"
        yield Check("places", RED, said, way_out)
    else:
        yield Check("places", GREEN, "every entry has its place in the tree, or is about to get it")


def _backup(home: Path, now: datetime) -> Iterator[Check]:
    way_out = "inviolable backup --to DIR, each night; what is erased here is erased there by it"
    try:
        moment, _, snapshot = (home / "last-backup").read_text("utf-8").strip().partition(" ")
    except FileNotFoundError:
        yield Check("backup", AMBER, "none was made of this home", way_out)
    else:
        age, folder = now - read(moment), Path(snapshot)
        if folder.parent.exists() and not folder.exists():
            yield Check("backup", AMBER, f"{snapshot} is not there any more", way_out)
        else:
            late = age > BACKUP
            yield Check("backup", AMBER if late else GREEN, f"{_old(age)} ago: {snapshot}", way_out if late else "")
    if address := configuration(home).replica:
        listed = ask(home, "list", "-json")
        found = json.loads(listed)["databases"] if listed else []
        if found and found[0]["status"] == "replicating":
            yield Check("replica", GREEN, f"Litestream copies to {address}; last {found[0]['last_sync_at']}")
        else:
            said = "Litestream does not run, so nothing is copied"
            yield Check("replica", RED, said, "Start `inviolable run` or `inviolable worker`; its log says what fails.")


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


def _tokens(_home: Path, now: datetime) -> Iterator[Check]:
    """A program whose token has run out raises no alarm, and nobody would notice before the day."""
    ending = Token.objects.filter(revoked=None, expires__lte=now + TOKEN).order_by("expires")
    if ending:
        names = ", ".join(f"{token.name} ({token.expires:%Y-%m-%d})" for token in ending)
        way_out = "Make another, give it to that program, then: inviolable token revoke NAME"
        yield Check("tokens", AMBER, f"of these programs it ends within a month, or has ended: {names}", way_out)
    elif Token.objects.filter(revoked=None).exists():
        yield Check("tokens", GREEN, "every program's token lasts another month")


def _case_files(home: Path, _now: datetime) -> Iterator[Check]:
    """Before there was a record, cases were files of the home (0.1.0)."""
    left = [path.stem for path in sorted((home / "cases").glob("*.toml")) if find_incident(path.stem) is None]
    if left:
        way_out = "Record each as an incident: inviolable incident open cases/NAME.toml --reference NAME"
        yield Check("case files", AMBER, f"an earlier release kept as files: {', '.join(left)}", way_out)


def _media(_home: Path, _now: datetime) -> Iterator[Check]:
    if works := sandbox_works():
        yield Check("sandbox", GREEN, f"{works} works")
    else:
        way_out = "apt-get install bubblewrap, and allow user namespaces."
        yield Check("sandbox", AMBER, "none works here, so media is not opened on this machine", way_out)
    if not MEMORY_FOLDER.is_dir():
        way_out = f"Mount a tmpfs there: mount -t tmpfs tmpfs {MEMORY_FOLDER}"
        yield Check("documents", AMBER, f"{MEMORY_FOLDER} is missing, so no document is opened to be read", way_out)
    missing = [tool for tool in ("ffmpeg", "ffprobe") if shutil.which(tool) is None]
    if missing:
        yield Check("media", AMBER, f"{', '.join(missing)} missing: no copies can be masked", "apt-get install ffmpeg")
    else:
        yield Check("media", GREEN, "ffmpeg is there")


def _old(age: timedelta) -> str:
    """A span as people say it."""
    seconds = max(int(age.total_seconds()), 0)
    for unit, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} seconds"


def _demands(_home: Path, now: datetime) -> Iterator[Check]:
    if number := unreached(now):
        said = f"of {number} that have grown old nobody could be reminded"
        yield Check("demands", RED, said, "Give them to others, or see to their contacts; it is tried again each day.")


LOOKS = (
    _home,
    _database,
    _triggers,
    _disk,
    _keys,
    _authorities,
    _clock,
    _witnesses,
    _keeper,
    _backup,
    _alarms,
    _at_posts,
    _demands,
    _tokens,
    _sign_in,
    _law,
    _case_files,
    _media,
)
