"""The drill of the keys: a canary is sealed exactly as every subject's key is, and opened by each recipient alone.

A recipient is drilled with its own identity, or, where that is split, with every set of three of its five shares.
Whoever was not shown to open it is a failure: a key that nobody has tried is not known to be there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from .quorum import NEEDED, SHARES, BadShares, combine
from .seal import CannotOpen, Identity, check_identity
from .store import Folder, Store
from .subjects import identity_of, new_subject

CANARY = "canary"


@dataclass(frozen=True)
class DrillResult:
    """Whether a recipient opened the canary, with what (`key`, `shares 1, 2, 3`, or nothing), and why not.

    recipient is empty where a key or shares belong to none of the recipients, or cannot be read."""

    recipient: str
    by: str
    opened: bool
    said: str = ""


def drill(
    recipients: Mapping[str, str], identities: Iterable[Identity], papers: Iterable[Sequence[str]] = ()
) -> list[DrillResult]:
    """One result for each identity, and for each set of three shares; and for each recipient without any.

    recipients: `age1…` by a name that no two have. papers: the shares of each key that was split. Raises
    TooFewRecipients and BadRecipient as for a subject."""
    with TemporaryDirectory() as folder:
        canary = Canary(Folder(Path(folder)), recipients)
        results = [canary.opened_by(identity, "key") for identity in identities]
        for shares in papers:
            results += canary.opened_by_threes(shares)
    tried = {result.recipient for result in results}
    return results + [
        DrillResult(name, "", False, "Not drilled: bring its key, or the five shares of it")
        for name in recipients
        if name not in tried
    ]


class Canary:
    """A key pair made for the drill, its private half kept as every subject's is."""

    def __init__(self, keys: Store, recipients: Mapping[str, str]) -> None:
        self._keys = keys
        self._names = {recipient: name for name, recipient in recipients.items()}
        self._public = new_subject(keys, CANARY, recipients.values())

    def opened_by(self, identity: Identity, by: str) -> DrillResult:
        """Whether this identity alone opens it."""
        name = self._names.get(str(identity.to_public()), "")
        try:
            found = identity_of(self._keys, CANARY, [identity])
        except CannotOpen as error:
            return DrillResult(name, by, False, str(error))
        same = str(found.to_public()) == self._public
        return DrillResult(name, by, same, "" if same else "It opened, and held something else")

    def opened_by_threes(self, shares: Sequence[str]) -> list[DrillResult]:
        """Whether every set of three shares gives an identity that opens it."""
        results = []
        if len(shares) != SHARES:
            said = f"{len(shares)} shares were brought; bring all {SHARES}, so that every set of {NEEDED} is tried"
            results.append(DrillResult("", "shares", False, said))
        for chosen in combinations(range(len(shares)), NEEDED):
            by = "shares " + ", ".join(str(place + 1) for place in chosen)
            try:
                identity = check_identity(combine([shares[place] for place in chosen]))
            except BadShares as error:
                results.append(DrillResult("", by, False, str(error)))
            else:
                results.append(self.opened_by(identity, by))
        whose = {result.recipient for result in results} - {""}
        if len(whose) == 1:  # What some of them open the others should, too.
            results = [replace(result, recipient=min(whose)) for result in results]
        return results
