"""Who has reviewed the law. A sign-off counts for the very words that were read, and for nothing else. Pure.

One without names is of a whole law file, as that file's SHA-256 says. One with names is of these alone, provisions by
pinpoint and rules by id, each as `Pack.signable` has it: a new version of the file leaves those reviewed that it did
not change. A rule was read with the words of its provision, and a rule and a whole provision with the rules set over
them, from other provisions and from the law files in force there: one more of these, one less or another one, and the
signature counts no more, though nobody signs these by it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from .lawfile import Pack


@dataclass(frozen=True)
class SignOff:
    """A role's legal sign-off (INVIOLABLE_HOME holds them). hash: of the pack that was read; provisions: name and
    SHA-256 of each provision or rule that was read, none where all of the pack was; by: the account of whoever signed,
    as entries name it, "" in lines of before that named none and count no more; via: what gave it for them, such as
    the command line, as its entry says."""

    pack: str
    hash: str
    role: str
    date: str
    provisions: tuple[tuple[str, str], ...] = ()
    by: str = ""
    via: str = ""


def by_provision(pack: Pack, signed: Iterable[SignOff]) -> Mapping[str, SignOff]:
    """The provisions of a pack that somebody has reviewed as they stand, each with the first sign-off that counts; one
    that was reviewed rule by rule with that of its last rule."""
    named = _by_name(pack, signed)
    found = {name: sign for name, sign in named.items() if name in pack.digests}
    for one in pack.provisions:
        read = [named[rule.id] for rule in one.rules if rule.id in named]
        if read and len(read) == len(one.rules):
            found.setdefault(one.cite, max(read, key=lambda sign: sign.date))
    return found


def by_rule(pack: Pack, signed: Iterable[SignOff]) -> Mapping[str, SignOff]:
    """The rules that somebody has reviewed as they stand, in provisions that nobody has reviewed whole."""
    signed = tuple(signed)
    whole = by_provision(pack, signed)
    alone = {rule.id for one in pack.provisions if one.cite not in whole for rule in one.rules}
    return {name: sign for name, sign in _by_name(pack, signed).items() if name in alone}


def read_by(pack: Pack, signed: Iterable[SignOff], names: Collection[str]) -> Mapping[str, list[SignOff | None]]:
    """Whose sign-offs count for some rules and provisions of a pack, by provision: a rule's own, else its provision's;
    None for what nobody has reviewed as it stands."""
    signed = tuple(signed)
    named, whole = _by_name(pack, signed), by_provision(pack, signed)
    return {
        one.cite: [named.get(name) or whole.get(one.cite) for name in read]
        for one in pack.provisions
        if (read := [name for name in (one.cite, *(rule.id for rule in one.rules)) if name in names])
    }


def _by_name(pack: Pack, signed: Iterable[SignOff]) -> Mapping[str, SignOff]:
    """What sign-offs name and what still stands as they name it, each with the first that does."""
    found: dict[str, SignOff] = {}
    for sign in signed:
        if sign.pack != pack.id:
            continue
        if sign.provisions:
            for name, digest in sign.provisions:
                if pack.signable.get(name) == digest:
                    found.setdefault(name, sign)
        elif sign.hash == pack.hash:
            for provision in pack.provisions:
                found.setdefault(provision.cite, sign)
    return found


def changed(pack: Pack, signed: Iterable[SignOff]) -> Mapping[str, SignOff]:
    """The provisions and rules that were reviewed in other words than they have now, or with other rules over them, by
    name, each with the last such sign-off."""
    signed = tuple(signed)
    whole = by_provision(pack, signed)
    now = whole.keys() | _by_name(pack, signed).keys()
    now |= {rule.id for one in pack.provisions if one.cite in whole for rule in one.rules}
    return {
        name: sign
        for sign in signed
        if sign.pack == pack.id
        for name, _digest in sign.provisions
        if name in pack.signable and name not in now
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
