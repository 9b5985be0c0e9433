"""What the law said of an incident, for a note: each finding as its pinpoints, written out in every language. Pure.

Nothing is cited that the answer does not cite: a mission's note rests on the convention on diplomatic relations, an
honorary post's on the articles of its own, and where two States have a treaty of their own, the note says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from inviolable.diplomacy.terms import Value
from inviolable.diplomacy.wording import Words
from inviolable.law.assess import Answer
from inviolable.law.law import shipped_packs
from inviolable.law.lawfile import Pack
from inviolable.law.vocabulary import vocabulary, weakest

#: What a finding must be to be protested against.
WRONG = ("breach", "arguable")
#: Where a dispute on the conventions can be brought to a judge by one of the two States alone.
JUDGES = ("icj-vccr-op", "icj-vcdr-op")


@dataclass(frozen=True)
class Law:
    """An answer. words: by language; found: the entry of the finding, 0 if none; own: the ministry's law files."""

    answer: Answer
    words: Mapping[str, Words]
    found: int = 0
    own: Sequence[Pack] = ()

    def status(self, name: str) -> str:
        """The one word that the plan chooses by (forms/plan.toml, `when`); "" for what is no question of law."""
        match name:
            case "entry":
                return str(self.answer["entry"]["answer"])
            case "wrong":
                return "yes" if self.wrongs else "no"
            case "regime":
                return "bilateral" if self.bilateral else "general"
            case "judge":
                open_to = {one["result"] for one in self.answer["forums"] if one["id"] in JUDGES}
                return "available" if "available" in open_to else "not_available"
        module = vocabulary().modules.get(name)
        return self.results.get(name) or ("absent" if module and module.role != "stage" else "")

    def cites(self, key: str) -> bool:
        """Whether a mark stands for something in the answer."""
        return key in ("entry", "regime") or key in self.results

    @cached_property
    def results(self) -> dict[str, str]:
        """The result of each finding and remedy of the answer."""
        return {one["id"]: one["result"] for one in (*self.answer["findings"], *self.answer["remedies"])}

    @cached_property
    def wrongs(self) -> list[str]:
        """The findings of a breach, arguable or not."""
        return [one["id"] for one in self.answer["findings"] if one["result"] in WRONG]

    @cached_property
    def bilateral(self) -> list[tuple[Pack, str]]:
        """The treaties between the two States that govern, each with the tag of that."""
        packs = {pack.id: pack for pack in self._packs if pack.kind == "bilateral"}
        rows = (one for one in self.answer["regime"] if one["standing"] == "governs")
        return [(packs[one["instrument"]], one["tag"]) for one in rows if one["instrument"] in packs]

    def value(self, key: str) -> Value:
        """A finding, a remedy, the `entry` or the `regime` as a value: what it is worth say its tag and its result."""
        if key == "regime":
            titles = {name: ("; ".join(pack.title[name] for pack, _tag in self.bilateral),) for name in self.words}
            cites = tuple(pack.cite.rstrip(",") for pack, _tag in self.bilateral)
            tag = weakest(*(tag for _pack, tag in self.bilateral))
            return self._of(key, titles, cites, tag, "", {pack.id for pack, _tag in self.bilateral})
        entry = {**self.answer["entry"], "id": "entry", "result": self.answer["entry"]["answer"]}
        known = (entry, *self.answer["findings"], *self.answer["remedies"])
        found = next(one for one in known if one["id"] == key)
        packs = {one["rule"].partition("/")[0] for one in found.get("because", ())}
        packs |= {pack.id for cite in found["cites"] if (pack := self._pack(cite))}
        said = {name: (self._cited(found["cites"], name),) for name in self.words}
        return self._of(key, said, tuple(found["cites"]), found.get("tag", ""), found["result"], packs)

    def _of(
        self,
        key: str,
        words: Mapping[str, tuple[str, ...]],
        cites: tuple[str, ...],
        tag: str,
        result: str,
        packs: set[str],
    ) -> Value:
        """Reviewed is only what rests on packs that all were."""
        roles = {one["pack"]: one["role"] for one in self.answer["reviewed"]}
        reviewed = " ".join(sorted({roles[one] for one in packs})) if packs <= roles.keys() else ""
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
        return words["cited"]["also"].join(_articles(title, told, words["cited"]) for title, told in points.items())


def _articles(title: str, points: Sequence[str], cited: Mapping[str, str]) -> str:
    if not points:
        return title
    *first, last = points
    told = f"{', '.join(first)}{cited['last']}{last}" if first else last
    return cited["several" if first else "one"].format(title=title, points=told)
