"""What the law said of an incident, for a note: each finding as its pinpoints, written out in every language. Pure.

Nothing is cited that the answer does not cite: a mission's note rests on the convention on diplomatic relations, an
honorary post's on the articles of its own, and where two States have a treaty of their own, the note says so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from inviolable.diplomacy.terms import Value
from inviolable.diplomacy.wording import Words, plan
from inviolable.law.assess import Answer
from inviolable.law.law import shipped_packs
from inviolable.law.lawfile import Pack, Rule
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
    def bilateral(self) -> list[tuple[Pack, str]]:
        """The treaties between the two States that govern, each with the tag of that."""
        packs = {pack.id: pack for pack in self._packs if pack.kind == "bilateral"}
        rows = (one for one in self.answer["regime"] if one["standing"] == "governs")
        return [(packs[one["instrument"]], one["tag"]) for one in rows if one["instrument"] in packs]

    def value(self, key: str, without: Collection[str] = ()) -> Value:
        """A finding, a remedy, the `entry`, the `regime` or all of `responsibility` as a value: what it is worth say
        its tag and its result. without: provisions that are not invoked."""
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
        return self._of(key, said, cites, weakest(*tags) if tags else "", result, packs)

    def unreviewed(self, key: str) -> tuple[str, ...]:
        """The provisions that a value rests on and nobody has reviewed as they stand, as the packs list them."""
        whole = {one["pack"] for one in self.answer["reviewed"]}
        single = {(one["pack"], one["provision"]) for one in self.answer.get("reviewed_provisions", ())}
        rests_on = self.rests_on(key)
        return tuple(
            one.cite
            for pack in self._packs
            if pack.id not in whole
            for one in pack.provisions
            if one.cite in rests_on and (pack.id, one.cite) not in single
        )

    def rests_on(self, key: str) -> set[str]:
        """The provisions behind a value: those that it cites, those of the rules that stand for it, and of what these
        read on the way, as whether a room is part of the premises. Of a treaty named as a whole, all of it."""
        if key == "regime":
            return {one.cite for pack, _tag in self.bilateral for one in pack.provisions}
        found, to_read = set[str](), [one["id"] for one in self._answered(key)]
        seen: set[str] = set()
        while to_read:
            module = to_read.pop()
            if module not in seen:
                seen.add(module)
                cites = self._standing.get(module, set())
                found |= cites
                rules = [rule for rule in self._rules if rule.module == module and rule.cite in cites]
                to_read += [one.name for rule in rules for one in rule.conditions if one.name in self._standing]
        return found

    @cached_property
    def _standing(self) -> dict[str, set[str]]:
        """By finding, remedy or stage: the provisions whose rules stand for what the answer says of it."""
        told = [self.answer["entry"] | {"id": "entry"}, *self.answer["findings"], *self.answer["remedies"]]
        found = {one["id"]: set(one["cites"]) for one in told}
        rules = {rule.id: rule for rule in self._rules}
        for row in (row for one in told for row in one.get("because", ())):
            if row["state"] == "holds" and row["rule"] in rules:
                found.setdefault(rules[row["rule"]].module, set()).update(row["cites"])
        return found

    @cached_property
    def _rules(self) -> list[Rule]:
        return [rule for pack in self._packs for rule in pack.rules]

    def _answered(self, key: str) -> list[Mapping[str, Any]]:
        """What the answer says under a key; under `responsibility` all that a note invokes of it (plan.toml)."""
        entry = {**self.answer["entry"], "id": "entry", "result": self.answer["entry"]["answer"]}
        known = {one["id"]: one for one in (entry, *self.answer["findings"], *self.answer["remedies"])}
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
    ) -> Value:
        """Reviewed is only what rests on provisions that all were."""
        signs = (*self.answer["reviewed"], *self.answer.get("reviewed_provisions", ()))
        roles = {one["role"] for one in signs if one["pack"] in packs}
        reviewed = "" if self.unreviewed(key) else " ".join(sorted(roles))
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
