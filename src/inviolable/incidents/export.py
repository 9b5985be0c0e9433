"""Handing an incident out: its dossier with the record as a signed document and the law that its findings used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from inviolable.incidents import lawfiles
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.handing_out import refuse_alone
from inviolable.incidents.lookup import find_incident, incident_state
from inviolable.incidents.paper import papers
from inviolable.ledger import dossier, exhibits, film, opening, rounds
from inviolable.ledger.actions import Actor
from inviolable.ledger.models import Checkpoint
from inviolable.ledger.registry import BadEntry
from inviolable.ledger.sandbox import MediaFailed, NoSandbox
from inviolable.ledger.seal import Identity

Progress = Callable[[int, int], None]
#: What rooms above add to the documents of a dossier, by file name.
DOCUMENTS: list[Callable[[IncidentState], Mapping[str, bytes]]] = []


@dataclass(frozen=True)
class Request:
    """What somebody wants handed out.

    disclosed: commitment lines; opened: exhibits and recordings, by their ids; since: sizes of checkpoints.
    """

    reference: str
    to: Path
    disclosed: Sequence[bytes] = ()
    opened: Sequence[str] = ()
    identities: Sequence[Identity] = ()
    since: Sequence[int] = ()
    recipient: str = "file"
    reason: str = "export"


@dataclass
class _Opening:
    """Opens one exhibit into the dossier when its turn comes."""

    stream: str
    exhibit: str
    request: Request
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        self.sha256 = opening.received(self.stream, self.exhibit)["sha256"]

    def __call__(self, target: Path) -> str:
        if not opening.write_plain(self.stream, self.exhibit, target, self.request.identities).as_said:
            said = "it does not hold what its giver said, so it cannot be handed out as that"
            raise BadEntry(f"{self.exhibit}: {said}; hand it out sealed, or take what it holds in as another exhibit.")
        return self.sha256


@dataclass
class _Film:
    """Opens one recording into the dossier when its turn comes: segments, one file that plays, who opened it, why."""

    stream: str
    recording: str
    identity: Identity
    faults: list[str]
    progress: Progress

    def __call__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        opened = film.write_segments(self.recording, folder / "segments", self.identity)
        (folder / "segments.txt").write_text(film.index(opened), "utf-8")
        (folder / "openings.txt").write_text(film.openings(self.stream, self.recording), "utf-8")
        joined = folder / "joined"
        try:
            joined.rename(folder / f"recording.{film.join(folder / 'segments', opened, joined, self.progress)}")
        except (MediaFailed, NoSandbox) as fault:
            self.faults.append(f"recording {self.recording}: its segments are there, but no one file of them: {fault}")


def export_incident(request: Request, *, actor: Actor, now: datetime, progress: Progress | None = None) -> list[str]:
    """Write the dossier; what could not be had for it, one line each (a witness or an authority that was not there).

    The export, and each opening of an exhibit for it, is recorded first and is itself in the dossier. Raises BadEntry,
    also for what only one person wants in plain, CannotOpen, OSError: then nothing is written.
    """
    incident = find_incident(request.reference)
    if incident is None:
        raise BadEntry(f"there is no incident {request.reference!r}.")
    _check_sizes(request.since)
    stream = incident.stream
    state = incident_state(request.reference)
    disclosed = [sha256(line).hexdigest() for line in request.disclosed]
    refuse_alone(state, [*request.opened, *disclosed], request.recipient, now)
    faults: list[str] = []
    show = progress or (lambda _done, _all: None)
    films = {
        one: _Film(stream, one, film.identity_of(one, request.identities), faults, show)
        for one in request.opened
        if one in state.recordings
    }
    opened = {one: _Opening(stream, one, request) for one in request.opened if one not in films}
    for one in opened:
        opening.check_opens(one, request.identities)
    contents = dossier.Contents(
        disclosed=request.disclosed,
        opened=opened,
        recordings=films,
        since=request.since,
        packs=_packs(state),
        documents={**papers(incident, state, now=now), **{k: v for more in DOCUMENTS for k, v in more(state).items()}},
    )
    for one in (*opened, *films):
        exhibits.note_opening(stream, one, request.reason, "opened", actor=actor, now=now)
    dossier.record_export(stream, contents, to=request.recipient, reason=request.reason, actor=actor, now=now)
    faults += rounds.attest(now)
    dossier.write_dossier(stream, request.reference, request.to, contents, now=now, progress=progress)
    return faults


def _check_sizes(sizes: Sequence[int]) -> None:
    """Raise BadEntry for a size at which this log signed no checkpoint."""
    for size in sizes:
        if not Checkpoint.objects.filter(size=size).exists():
            raise BadEntry(f"since: this log has no checkpoint over {size} entries; whose is it?")


def _packs(state: IncidentState) -> Mapping[str, bytes]:
    """The law files that its findings were made with; a second one of a name lies under its hash."""
    found: dict[str, bytes] = {}
    for name, digest in sorted({pair for finding in state.findings for pair in finding.packs.items()}):
        found[f"{digest}/{name}" if name in found else name] = lawfiles.kept(digest)
    return found
