"""Whether the record proves what it should: keys, time stamps, witnesses, rounds and copies."""

import json
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from inviolable.ledger import canonical, sequencer
from inviolable.ledger.configuration import configuration
from inviolable.ledger.models import Beacon, Cosignature, Entry, Recipient, Stamp, Waiting
from inviolable.ledger.moments import read
from inviolable.ledger.stamps import Authority, StampRefused, request_stamp, verify_stamp
from inviolable.ledger.tokens import BadStamp
from inviolable.web.doctor.check import AMBER, GREEN, RED, Check, old_words
from inviolable.web.replica import ask

#: How old each may be before it is worth a word.
DRILL, BACKUP, ROUND, PLACE, COSIGNED = (
    timedelta(days=180),
    timedelta(hours=24),
    timedelta(minutes=3),
    timedelta(minutes=1),
    timedelta(minutes=10),
)
#: How far this machine's clock may be from an authority's.
NOTICED, WRONG = timedelta(seconds=5), timedelta(minutes=1)


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
    return Check(
        "drill", *((GREEN, f"{old_words(age)} ago") if age <= DRILL else (AMBER, f"{old_words(age)} ago", way_out))
    )


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
        f"answers; its last stamp is {old_words(now - last.taken)} old"
        if last
        else "answers; it has stamped nothing yet"
    )
    if off > NOTICED:
        way_out = "Set the clock, by NTP. What was recorded stays, bracketed by stamps."
        return Check(name, RED if off > WRONG else AMBER, f"its clock and ours are {old_words(off)} apart", way_out)
    return Check(name, GREEN, words)


def _clock(_home: Path, now: datetime) -> Iterator[Check]:
    newest = Stamp.objects.order_by("-earliest").first()
    if newest is None:
        yield Check("clock", AMBER, "nothing to compare it with: nothing was time-stamped yet", "See authorities.")
    elif now < newest.earliest - NOTICED:
        said = f"behind the newest stamp by {old_words(newest.earliest - now)}: it was set back"
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
            said = f"has not seen the last {old_words(behind)}" if last else "has cosigned nothing yet"
            yield Check(f"witness {name}", AMBER, said, "See the network, and the log of `inviolable run`.")


def _keeper(_home: Path, now: datetime) -> Iterator[Check]:
    newest = Beacon.objects.filter(again=False).order_by("-id").first()
    way_out = "Start `inviolable run` or `inviolable worker`; where one runs, its log says what fails."
    if not Entry.objects.exists():
        yield Check("keeper", GREEN, "nothing was recorded yet")
    elif newest is None or now - newest.time > ROUND:
        said = f"its last good round was {old_words(now - newest.time)} ago" if newest else "it has made no round yet"
        yield Check("keeper", AMBER, said, way_out)
    else:
        yield Check("keeper", GREEN, f"its last good round was {old_words(now - newest.time)} ago, or less")
    first = Waiting.objects.order_by("pk").first()
    since = now - read(canonical.decode(bytes(first.entry.line))["recorded"]) if first else timedelta()
    if since > PLACE:
        said = f"{Waiting.objects.count()} entries wait, the first for {old_words(since)}"
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
            yield Check(
                "backup", AMBER if late else GREEN, f"{old_words(age)} ago: {snapshot}", way_out if late else ""
            )
    if address := configuration(home).replica:
        listed = ask(home, "list", "-json")
        found = json.loads(listed)["databases"] if listed else []
        if found and found[0]["status"] == "replicating":
            yield Check("replica", GREEN, f"Litestream copies to {address}; last {found[0]['last_sync_at']}")
        else:
            said = "Litestream does not run, so nothing is copied"
            yield Check("replica", RED, said, "Start `inviolable run` or `inviolable worker`; its log says what fails.")


LOOKS = (_keys, _authorities, _clock, _witnesses, _keeper, _backup)
