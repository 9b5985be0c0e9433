"""The regime: which instruments govern entry between two States on a day, and who may judge it.

A look-up in treaties/*.toml and nothing else (sources: docs/sources.md). Steps:

1. the base: the Vienna Convention of the place's kind if it binds both States on that day, else custom;
2. conventions between the two States: one is loaded only if its premises rule was read and its parties are confirmed;
3. declarations to the Vienna Convention of either State;
4. profile facts that a list or treaty settles;
5. forums, those that are not available too.

Every row keeps the weakest evidence tag it used; nothing here strengthens one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any

from .faults import Fault, Faulty, nearest
from .law import shipped_packs
from .vocabulary import TAGS, read_toml, weakest

LANGUAGES = ("en", "es")
KINDS = ("consular", "mission")

#: The closed list of what a row says of its instrument.
STANDINGS = {
    "governs": "its rules are read; if it has a pack, the pack is loaded",
    "to_be_checked": "it may govern, but its rule, parties or status were not read; nothing is loaded",
    "arguable": "a most-favoured-nation clause: a better rule can be argued, never taken for granted",
    "not_loaded": "it governs, but its law file builds on a convention that does not, so nothing of it is loaded",
    "displaced": "it would govern, but a convention between the two States decides first",
    "no_premises_rule": "it applies, and as far as read says nothing about entry",
    "terminated": "it was between these two States and has ended",
    "historical": "it was read, and nothing shows that it is still in force",
    "not_in_force": "it does not bind both States on that day",
    "settles_a_fact": "it settles a profile fact and no rule of entry",
    "hypothetical": "a case file's [regime] names it; nobody looked up whether it is in force",
}


@dataclass(frozen=True)
class Row:
    """One instrument that governs, or that might. taken_over: the day the row entered these files;
    the day on which its status was last read is not stored, so it is no older proof than `source`."""

    instrument: str
    standing: str
    why: Mapping[str, str]
    tag: str
    source: str
    taken_over: str


@dataclass(frozen=True)
class Forum:
    """One way to a judge or a mediator. compulsory: open without the other State's fresh consent.
    result: available, not_available or to_be_checked."""

    id: str
    result: str
    tag: str
    cites: tuple[str, ...]
    because: Mapping[str, str]
    compulsory: bool


@dataclass(frozen=True)
class Regime:
    """What governs. packs: base first, ready for `law_of`. profile: facts the data settle."""

    base: str
    packs: tuple[str, ...]
    rows: tuple[Row, ...]
    forums: tuple[Forum, ...]
    profile: Mapping[str, str]
    tag: str

    @property
    def profile_tag(self) -> str:
        """The weakest tag of what settled the profile facts."""
        return weakest(*(row.tag for row in self.rows if row.standing == "settles_a_fact"))

    @property
    def kind(self) -> str:
        """`mission` where only a head of mission consents, else `consular`."""
        return "mission" if self.base in ("vcdr", "custom-mission") else "consular"

    @property
    def compulsory(self) -> tuple[str, str]:
        """Whether any compulsory forum is open, and the tag of that: of the best one if there is one,
        else of the weakest row, because "none" rests on all of them. ("available" | …, tag)."""
        forums = [forum for forum in self.forums if forum.compulsory]
        for result in ("available", "to_be_checked"):
            tags = [forum.tag for forum in forums if forum.result == result]
            if tags:
                return result, min(tags, key=TAGS.index) if result == "available" else weakest(*tags)
        return "not_available", weakest(*(forum.tag for forum in forums))


@dataclass(frozen=True)
class _Member:
    """Whether one State is in on a day (None: nobody here knows), and what says so."""

    inside: bool | None
    tag: str
    source: str
    why: Mapping[str, str]


def regime(sending: str, receiving: str, occurred: date, kind: str, as_of: date | None = None) -> Regime:
    """The regime between two States for a `consular` post or a `mission` on the day of the event.

    as_of: the day for which forums are looked up, because jurisdiction counts on the day of the
    application; without it, the day of the event. Raises Faulty on an unknown State or kind.
    """
    _checked(sending, receiving, occurred, kind)
    treaty, fallback = ("vccr", "custom") if kind == "consular" else ("vcdr", "custom-mission")
    vienna = _vienna(treaty, sending, receiving, occurred)
    base = treaty if vienna.standing == "governs" else fallback
    rows, packs = [vienna], [base]
    if base == fallback:
        rows.append(_plain(fallback, "governs"))
    if kind == "consular":
        conventions = _conventions(sending, receiving, occurred)
        for found, pack in (*conventions, *_declarations(sending, receiving, occurred, base)):
            if pack and base != "vccr":
                rows.append(_set_aside(found, "not_loaded"))
            elif pack and len(packs) > 1:
                rows.append(_set_aside(found, "displaced"))
            else:
                rows.append(found)
                packs += [pack] if pack else []
    rows.append(_plain("arsiwa", "governs"))
    profile, settled = _notice(sending, receiving, occurred)
    return Regime(
        base=base,
        packs=(base, "arsiwa", *packs[1:]),
        rows=(*rows, *settled),
        forums=tuple(_forums(sending, receiving, as_of or occurred, kind)),
        profile=profile,
        tag=weakest(*(row.tag for row in rows if row.standing == "governs")),
    )


def hypothetical(instruments: Sequence[str]) -> Regime:
    """The regime that a case file's [regime] names by pack ids, in any order; no States, so no forums.

    Without a base it is that of the packs named (`extends`), else the VCCR. Raises Faulty on an unknown
    pack and on two bases.
    """
    known = shipped_packs()
    unknown = [name for name in instruments if name not in known]
    if unknown:
        raise Faulty(_fault(f"[regime] names unknown pack {name!r}", nearest(name, known)) for name in unknown)
    bases = list(dict.fromkeys(name for name in instruments if known[name].kind == "base"))
    if len(bases) > 1:
        raise Faulty([_fault(f"[regime] names {len(bases)} bases: {', '.join(bases)}", "name one")])
    overlays = [name for name in dict.fromkeys(instruments) if name not in (*bases, "arsiwa")]
    extended = [known[name].extends for name in overlays if known[name].extends in known]
    base = (bases or extended or ["vccr"])[0]
    strangers = [name for name in overlays if known[name].extends != base]
    if strangers:
        raise Faulty([_fault(f"[regime] names {', '.join(strangers)}, which does not change {base}", "name its base")])
    rows = [_plain(name, "hypothetical") for name in (base, *overlays, "arsiwa")]
    return Regime(
        base=base,
        packs=(base, "arsiwa", *overlays),
        rows=tuple(rows),
        forums=(),
        profile={},
        tag=weakest(*(row.tag for row in rows)),
    )


@cache
def state_codes() -> frozenset[str]:
    """Every code that a case may name: States and former States."""
    states = _toml("states")
    return frozenset((*states["states"], *states["former"]))


def state_name(code: str, language: str) -> str:
    """The short name of a State or territory by its code. Raises Faulty on an unknown code."""
    states = _toml("states")
    for part in ("states", "former", "territories"):
        if code in states[part]:
            return str(states[part][code][language])
    raise Faulty([_fault(f"unknown State code {code!r}", nearest_state(code))])


def nearest_state(code: str) -> str:
    """The way out for a wrong State code: the State meant by its name or another code, or the codes near it."""
    states = _toml("states")
    known = {**states["states"], **states["former"]}
    names = {row[language].casefold(): code for code, row in known.items() for language in LANGUAGES}
    word = str(code).strip()
    if word.upper() in states["meant"]:
        found = [states["meant"][word.upper()]]
    elif word.upper() in known:
        found = [word.upper()]
    else:
        close = get_close_matches(word.casefold(), names, n=1, cutoff=0.7)
        begun = sorted(name for name in names if len(word) > 2 and name.startswith(word.casefold()))
        found = [names[name] for name in close or begun[:1]]
    if found:
        return f"did you mean {found[0]} ({known[found[0]]['en']})?"
    beside = [f"{name} ({known[name]['en']})" for name in sorted(known) if word and name[0] == word[0].upper()]
    return ("nearest: " + ", ".join(beside)) if beside else "write the two capital letters of ISO 3166-1, such as EC"


# ---- the input ---------------------------------------------------------------------------------


def _checked(sending: str, receiving: str, occurred: date, kind: str) -> None:
    faults = []
    states = _toml("states")
    for field, code in (("sending_state", sending), ("receiving_state", receiving)):
        if code in states["former"]:
            until = states["former"][code]["until"]
            if occurred > until:
                faults.append(
                    _fault(
                        f"{field}: {code} ended on {until}, before the event of {occurred}",
                        "name the State of that day",
                    )
                )
        elif code in states["territories"]:
            faults.append(
                _fault(
                    f"{field}: {code} ({state_name(code, 'en')}) is the code of no State",
                    "name the State that answers for it, or the instruments with [regime]",
                )
            )
        elif code not in states["states"]:
            faults.append(_fault(f"{field}: unknown State code {code!r}", nearest_state(code)))
    if not faults and sending == receiving:
        faults.append(_fault(f"sending_state and receiving_state are both {sending}", "they must be two States"))
    if kind not in KINDS:
        faults.append(_fault(f"unknown kind of premises {kind!r}", nearest(kind, KINDS)))
    if faults:
        raise Faulty(faults)


def _fault(what: str, way_out: str) -> Fault:
    return Fault("case", 0, what, way_out)


# ---- who is in -----------------------------------------------------------------------------------


def _member(table: Mapping[str, Any], former: Mapping[str, Any], state: str, day: date) -> _Member:
    """One State's row in a list of parties, read for one day (fields: treaties/parties.toml)."""
    if state in _toml("states")["former"]:
        row = {"status": "unknown", **former}
    else:
        row = next((row for row in table.get("row", ()) if state in row["states"]), table["default"])
    inside = {"party": True, "not_party": False, "unknown": None}[row["status"]]
    tag = row["tag"]
    if inside:
        unsure = row.get("unsure")
        if day < row.get("from", date.min) or day >= row.get("ended", date.max):
            inside = False
        elif unsure and unsure[0] <= day <= unsure[1]:
            inside = None
        elif day < row.get("by", date.min):
            tag = weakest(tag, "A")
    return _Member(inside, tag, row.get("source", ""), _named(row, state))


def _both(members: Sequence[_Member]) -> tuple[bool | None, str]:
    """Whether all are in, and the weakest tag of the members that decide it."""
    if any(member.inside is False for member in members):
        return False, weakest(*(member.tag for member in members if member.inside is False))
    if any(member.inside is None for member in members):
        return None, weakest(*(member.tag for member in members))
    return True, weakest(*(member.tag for member in members))


# ---- what governs --------------------------------------------------------------------------------


def _vienna(treaty: str, sending: str, receiving: str, day: date) -> Row:
    words = _toml("instruments")[treaty]
    if day < words["in_force"]:
        return _row("instruments", treaty, "not_in_force", words["too_early"], words["tag"], words["source"])
    parties = _toml("parties")
    members = [_member(parties[treaty], parties["former"], state, day) for state in (sending, receiving)]
    inside, tag = _both(members)
    standing = {True: "governs", False: "not_in_force", None: "to_be_checked"}[inside]
    sources = "; ".join(dict.fromkeys(member.source for member in members))
    return _row("parties", treaty, standing, _joined(words[standing], members), tag, sources)


def _plain(name: str, standing: str) -> Row:
    """The row of a base, of the common pack or of a pack that only [regime] names."""
    words = _toml("instruments")
    if standing == "hypothetical":
        tag = words[name]["tag"] if name.startswith("custom") else "V"
        return _row("instruments", name, standing, words["hypothetical"], tag, words["hypothetical"]["source"])
    return _row("instruments", name, standing, words[name], words[name]["tag"], words[name]["source"])


def _conventions(sending: str, receiving: str, day: date) -> Iterator[tuple[Row, str]]:
    """Rows of conventions between the two States on that day, each with the pack it loads ("" for none)."""
    for row in _toml("instruments")["row"]:
        if not _between(row, sending, receiving):
            continue
        if row.get("from", date.min) <= day <= row.get("until", date.max):
            tag = weakest(row["tag"], "A") if day < row.get("by", date.min) else row["tag"]
            yield _row("instruments", row["id"], row["standing"], row, tag, row["source"]), row.get("pack", "")


def _declarations(sending: str, receiving: str, day: date, base: str) -> Iterator[tuple[Row, str]]:
    """Rows of declarations to the VCCR by either State; none of them matters where it does not govern."""
    if base != "vccr":
        return
    for row in _toml("declarations")["row"]:
        for state in (sending, receiving):
            if state in row["states"] and day >= row.get("from", date.min):
                tag = weakest(row["tag"], row.get("sent_tag", "V")) if state == sending else row["tag"]
                why = _named(row, state)
                name = row.get("pack", f"vccr-declaration-{state.lower()}")
                yield _row("declarations", name, row["standing"], why, tag, row["source"]), row.get("pack", "")


def _set_aside(row: Row, standing: str) -> Row:
    """The row of an instrument that would govern but whose pack is not loaded, with the reason added."""
    words = _toml("instruments")[standing]
    why = {language: f"{row.why[language]} {words[language]}" for language in LANGUAGES}
    return replace(row, standing=standing, why=why)


def _notice(sending: str, receiving: str, day: date) -> tuple[dict[str, str], list[Row]]:
    """The profile fact notice_mandatory, as far as a list or a treaty settles it."""
    notice = _toml("notice")
    profile: dict[str, str] = {}
    rows = []
    for treaty in notice["treaty"]:
        if _between(treaty, sending, receiving) and day >= treaty["from"]:
            profile["notice_mandatory"] = "yes"
            rows.append(_row("notice", treaty["id"], "settles_a_fact", treaty, treaty["tag"], treaty["source"]))
    for given in notice["list"]:
        if given["receiving"] != receiving or sending in _toml("states")["former"]:
            continue
        answer = "some" if sending in given["partly"] else "yes" if sending in given["states"] else "no"
        standing, tag = ("to_be_checked", given["partly_tag"]) if answer == "some" else ("settles_a_fact", given["tag"])
        if answer != "some":
            profile.setdefault("notice_mandatory", answer)
        if day < given["by"]:
            tag = weakest(tag, "A")
        words = _named(given[answer], sending)
        rows.append(_row("notice", given["id"], standing, words, tag, given["source"]))
    return profile, rows


# ---- who may judge ---------------------------------------------------------------------------------


def _forums(sending: str, receiving: str, day: date, kind: str) -> Iterator[Forum]:
    forums = _toml("forums")
    for name, forum in forums.items():
        if not isinstance(forum, dict) or kind not in forum.get("kinds", ()):
            continue
        if "fixed" in forum:
            result, tag, because = forum["fixed"], forum["clause_tag"], {lang: forum[lang] for lang in LANGUAGES}
        else:
            members = [_member(forum, forum["former"], state, day) for state in (sending, receiving)]
            inside, tag = _both(members)
            result = {True: forum.get("both", "available"), False: "not_available", None: "to_be_checked"}[inside]
            # The clause that gives jurisdiction is relied on only where it is reached.
            tag = tag if inside is False else weakest(tag, forum["clause_tag"])
            because = _joined(forums["results"][result], members)
        yield Forum(name, result, tag, tuple(forum["cites"]), because, forum["compulsory"])


# ---- small things ----------------------------------------------------------------------------------


@cache
def _toml(name: str) -> dict[str, Any]:
    return read_toml(f"treaties/{name}.toml")


def _between(row: Mapping[str, Any], one: str, other: str) -> bool:
    if "among" in row:
        return one in row["among"] and other in row["among"]
    first, second = row["between"]
    return (one in first and other in second) or (other in first and one in second)


def _named(words: Mapping[str, str], state: str) -> dict[str, str]:
    """A sentence about a State with its name filled in."""
    return {language: words[language].format(state=state_name(state, language)) for language in LANGUAGES}


def _joined(lead: Mapping[str, str], members: Sequence[_Member]) -> dict[str, str]:
    return {lang: " ".join((lead[lang], *(member.why[lang] for member in members))) for lang in LANGUAGES}


def _row(file: str, name: str, standing: str, words: Mapping[str, Any], tag: str, source: str) -> Row:
    why = {language: str(words[language]) for language in LANGUAGES}
    return Row(name, standing, why, tag, source, str(_toml(file)["taken_over"]))
