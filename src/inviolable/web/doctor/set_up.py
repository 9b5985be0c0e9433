"""Whether what was set up works: coming in, the law, files of earlier releases, media."""

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from inviolable.counsel.record import bad_sign_offs
from inviolable.counsel.signed import unwritten
from inviolable.incidents.lookup import find_incident
from inviolable.ledger.sandbox import sandbox_works
from inviolable.posts.actions import is_example
from inviolable.sources.extract import MEMORY_FOLDER
from inviolable.web.doctor.check import AMBER, GREEN, RED, Check
from inviolable.web.provider import BadProvider, provider_of


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


LOOKS = (_sign_in, _law, _case_files, _media)
