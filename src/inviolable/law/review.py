"""Who has reviewed the law. A sign-off counts for the very words that were read, and for nothing else. Pure.

One without provisions is of a whole law file, as that file's SHA-256 says. One with provisions is of these alone, each
as `Pack.digests` has it: a new version of the file leaves those reviewed that it did not change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .lawfile import Pack


@dataclass(frozen=True)
class SignOff:
    """A role's legal sign-off (INVIOLABLE_HOME holds them). hash: of the pack that was read; provisions: pinpoint and
    SHA-256 of each that was read, none where all of the pack was."""

    pack: str
    hash: str
    role: str
    date: str
    provisions: tuple[tuple[str, str], ...] = ()


def by_provision(pack: Pack, signed: Iterable[SignOff]) -> Mapping[str, SignOff]:
    """The provisions of a pack that somebody has reviewed as they stand, each with the first sign-off that counts."""
    found: dict[str, SignOff] = {}
    for sign in signed:
        if sign.pack != pack.id:
            continue
        if sign.provisions:
            for cite, digest in sign.provisions:
                if pack.digests.get(cite) == digest:
                    found.setdefault(cite, sign)
        elif sign.hash == pack.hash:
            for provision in pack.provisions:
                found.setdefault(provision.cite, sign)
    return found


def changed(pack: Pack, signed: Iterable[SignOff]) -> Mapping[str, SignOff]:
    """The provisions that were reviewed in other words than they have now, each with the last such sign-off."""
    signed = tuple(signed)
    now = by_provision(pack, signed)
    return {
        cite: sign
        for sign in signed
        if sign.pack == pack.id
        for cite, _digest in sign.provisions
        if cite in pack.digests and cite not in now
    }


def of_pack(pack: Pack, signed: Iterable[SignOff]) -> SignOff | None:
    """The sign-off of the whole pack as it stands, also where it was signed provision by provision: then with the day
    of the last one. None while one is missing."""
    signed = tuple(signed)
    for sign in signed:
        if not sign.provisions and (sign.pack, sign.hash) == (pack.id, pack.hash):
            return sign
    found = by_provision(pack, signed)
    if not found or any(one.cite not in found for one in pack.provisions):
        return None
    last = max((found[one.cite] for one in pack.provisions), key=lambda sign: sign.date)
    return SignOff(pack.id, pack.hash, last.role, last.date)
