"""What the law said of an incident, for a note: each finding as its pinpoints, written out in every language. Pure.

Nothing is cited that the answer does not cite: a mission's note rests on the convention on diplomatic relations, an
honorary post's on the articles of its own, and where two States have a treaty of their own, the note says so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from inviolable.diplomacy.terms import Value
from inviolable.diplomacy.words.wording import Words, plan
from inviolable.law.assess import Answer
from inviolable.law.behind import Behind, all_told
from inviolable.law.law import put_together, shipped_packs
from inviolable.law.lawfile import Pack
from inviolable.law.vocabulary import vocabulary, weakest

#: What a finding must be to be protested against.
WRONG = ("breach", "arguable")
#: What a finding or a remedy is, for a text to rest on it.
STANDING = (*WRONG, "engaged", "yes")
#: Of how many missing facts somebody can be asked beside a note.
FEW = 2
#: Where a dispute on the conventions can be brought to a judge by one of the two States alone.
JUDGES = ("icj-vccr-op", "icj-vcdr-op")


@dataclass(frozen=True)
class Law:
    """An answer. words: by language; found: the entry of the finding, 0 if none; own: the ministry's law files; facts:
    of its case, the values that stand."""

    answer: Answer
    words: Mapping[str, Words]
    found: int = 0
    own: Sequence[Pack] = ()
    facts: Mapping[str, Collection[str]] = field(default_factory=dict)

    def status(self, name: str) -> str:
        """The one word that the plan chooses by (forms/plan.toml, `when`); "" for what is no question of law."""
        match name:
            case "entry":
                return str(self.answer["entry"]["answer"])
            case "regime":
                return "bilateral" if self.bilateral else "general"
            case "judge":
                open_to = {one["result"] for one in self.answer["forums"] if one["id"] in JUDGES}
                return "available" if "available" in open_to else "not_available"
            case "responsibility":
                return "known" if self._answered(name) else "unknown"
        module = vocabulary().modules.get(name)
        return self.results.get(name) or ("absent" if module and module.role != "stage" else "")

    def cites(self, key: str) -> bool:
        """Whether a mark stands for something in the answer."""
        return key in ("entry", "regime", "responsibility") or key in self.results

    @cached_property
    def results(self) -> dict[str, str]:
        """The result of each finding and remedy of the answer."""
        return {one["id"]: one["result"] for one in (*self.answer["findings"], *self.answer["remedies"])}

    @cached_property
    def wrongs(self) -> list[str]:
        """The findings of a breach, arguable or not."""
        return [one["id"] for one in self.answer["findings"] if one["result"] in WRONG]

    @cached_property
    def near(self) -> dict[str, list[str]]:
        """The findings that may yet be a breach and wait for a FEW facts, each with these; only such of which something
        is known, beside what the post is."""
        facts = vocabulary().facts
        known = {one for one, values in self.facts.items() if values and one in facts and not facts[one].profile}
        read = {
            module: {one.name for rule in rules for one in rule.conditions}
            for module, rules in self._behind.by_module.items()
        }
        return {
            one["id"]: missing
            for one in self.answer["findings"]
            if one["result"] == "open"
            and not set(WRONG).isdisjoint(one["possible"])
            and len(missing := [row["fact"] for row in one["because_of"]]) <= FEW
            and not known.isdisjoint(read[one["id"]])
        }

    @cached_property
    def bilateral(self) -> list[tuple[Pack, str]]:
        """The treaties between the two States that govern, each with the tag of that."""
        packs = {pack.id: pack for pack in self._packs if pack.kind == "bilateral"}
        rows = (one for one in self.answer["regime"] if one["standing"] == "governs")
        return [(packs[one["instrument"]], one["tag"]) for one in rows if one["instrument"] in packs]

    def value(self, key: str, without: Collection[str] = (), aside: Collection[str] = ()) -> Value:
        """A finding, a remedy, the `entry`, the `regime` or all of `responsibility` as a value: what it is worth say
        its tag and its result. without: provisions that are not invoked; aside: as in `rests_on`."""
        if key == "regime":
            titles = {name: ("; ".join(pack.title[name] for pack, _tag in self.bilateral),) for name in self.words}
            cites = tuple(pack.cite.rstrip(",") for pack, _tag in self.bilateral)
            tag = weakest(*(tag for _pack, tag in self.bilateral))
            return self._of(key, titles, cites, tag, "", {pack.id for pack, _tag in self.bilateral})
        found = self._answered(key)
        cites = tuple(dict.fromkeys(cite for one in found for cite in one["cites"] if cite not in without))
        packs = {row["rule"].partition("/")[0] for one in found for row in one.get("because", ())}
        packs |= {pack.id for cite in cites if (pack := self._pack(cite))}
        said = {name: (self._cited(cites, name),) for name in self.words}
        tags = [one["tag"] for one in found if one.get("tag")]
        result = found[0]["result"] if len(found) == 1 else ""
        return self._of(key, said, cites, weakest(*tags) if tags else "", result, packs, aside)

    @cached_property
    def bears(self) -> frozenset[str]:
        """The provisions on which a text may rest: of the entry, and of every finding and remedy that stands."""
        told = (one for one in self._told if one["id"] == "entry" or one["result"] in STANDING)
        return frozenset(cite for one in told for cite in one["cites"])

    def of_whole(self, cites: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Which of those provisions nobody has reviewed whole as they stand, and which were written from memory."""
        whole = {one["pack"] for one in self.answer["reviewed"]}
        read = {(one["pack"], one["provision"]) for one in self.answer.get("reviewed_provisions", ())}
        named = [(pack.id, one) for pack in self._packs for one in pack.provisions if one.cite in cites]
        unread = (one.cite for pack, one in named if pack not in whole and (pack, one.cite) not in read)
        return tuple(unread), tuple(one.cite for _pack, one in named if one.tag == "M")

    def unreviewed(self, key: str, aside: Collection[str] = ()) -> dict[str, str]:
        """What a value rests on and nobody has reviewed as it stands, by name as `rests_on` has it, in the order of the
        packs; each with its pinpoint."""
        whole = {one["pack"] for one in self.answer["reviewed"]}
        read = {(one["pack"], one["provision"]) for one in self.answer.get("reviewed_provisions", ())}
        read |= {(one["pack"], one["rule"]) for one in self.answer.get("reviewed_rules", ())}
        rests_on = self.rests_on(key, aside)
        return {
            name: one.cite
            for pack in self._packs
            if pack.id not in whole
            for one in pack.provisions
            if (pack.id, one.cite) not in read
            for name in (one.cite, *(rule.id for rule in one.rules))
            if name in rests_on and (pack.id, name) not in read
        }

    def rests_on(self, key: str, aside: Collection[str] = ()) -> set[str]:
        """What is behind a value, by name (law/behind.py). Of a treaty named as a whole, all of it. aside: breaches
        that a note does not allege; what it demands rests on the others."""
        if key == "regime":
            return {one.cite for pack, _tag in self.bilateral for one in pack.provisions}
        return self._behind.of([one["id"] for one in self._answered(key)], aside)

    def over(self, name: str) -> tuple[str, ...]:
        """The rules that the law sets over one: what would change it. None over a provision."""
        above = self._above.get(name, frozenset())
        return tuple(rule for rule in self._behind.rules if rule in above)

    @cached_property
    def _behind(self) -> Behind:
        return Behind(self._told, self.governing, self.facts)

    @cached_property
    def _above(self) -> Mapping[str, frozenset[str]]:
        return put_together(self.governing, vocabulary()).above

    @cached_property
    def governing(self) -> list[Pack]:
        """The law files that the answer was worked out with."""
        asked = {one["pack"] for one in (*self.answer["reviewed"], *self.answer["unreviewed"])}
        return [pack for pack in self._packs if pack.id in asked]

    @cached_property
    def _told(self) -> list[Answer]:
        return all_told(self.answer)

    def _answered(self, key: str) -> list[Mapping[str, Any]]:
        """What the answer says under a key; under `responsibility` all that a note invokes of it (plan.toml)."""
        known = {one["id"]: one for one in self._told}
        if key != "responsibility":
            return [known[key]]
        told = plan()["responsibility"]
        return [known[one] for one in told["of"] if one in known and known[one]["result"] in told["when"]]

    def _of(
        self,
        key: str,
        words: Mapping[str, tuple[str, ...]],
        cites: tuple[str, ...],
        tag: str,
        result: str,
        packs: set[str],
        aside: Collection[str] = (),
    ) -> Value:
        """Reviewed is only what rests on law that all was."""
        kinds = ("reviewed", "reviewed_provisions", "reviewed_rules")
        roles = {one["role"] for kind in kinds for one in self.answer.get(kind, ()) if one["pack"] in packs}
        reviewed = "" if self.unreviewed(key, aside) else " ".join(sorted(roles))
        seq = self.found
        return Value(key, "confirmed", words, seq=seq, cites=cites, tag=tag, result=result, reviewed=reviewed)

    @property
    def _packs(self) -> tuple[Pack, ...]:
        return (*self.own, *shipped_packs().values())

    def _pack(self, cite: str) -> Pack | None:
        """The law file that a pinpoint is of."""
        known = (pack for pack in self._packs if cite.startswith(f"{pack.cite} "))
        return max(known, key=lambda pack: len(pack.cite), default=None)

    def _cited(self, cites: Sequence[str], language: str) -> str:
        """`Vienna Convention on Consular Relations, articles 28 and 31(3)`; what no law file has as it is."""
        words = self.words[language]
        points: dict[str, list[str]] = {}
        for cite in cites:
            pack = self._pack(cite)
            title = words["titles"].get(pack.id, pack.title[language]) if pack else cite
            points.setdefault(title, []).extend(
                [cite.removeprefix(pack.cite).strip().removeprefix("art.")] if pack else []
            )
        told = (
            _articles(title, one, words["cited"], title in words["titles"].values()) for title, one in points.items()
        )
        return words["cited"]["also"].join(told)


def _articles(title: str, points: Sequence[str], cited: Mapping[str, str], short: bool) -> str:
    if not points:
        return title
    *first, last = points
    told = f"{', '.join(first)}{cited['last']}{last}" if first else last
    number = "several" if first else "one"
    return cited[f"short_{number}" if short else number].format(title=title, points=told)
