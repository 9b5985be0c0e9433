"""What an incident gives a note: each fact as the value of a mark, in every language. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from inviolable.diplomacy.naming import day_words, days_words, time_words
from inviolable.diplomacy.pinpoints import Law
from inviolable.diplomacy.terms import Value
from inviolable.diplomacy.wording import Words, plan
from inviolable.incidents.fold import IncidentState, known_by
from inviolable.incidents.terms import Claim, Decision
from inviolable.law.casefile import Case
from inviolable.law.words import texts
from inviolable.sources.naming import labels
from inviolable.sources.records import Claim as Statement
from inviolable.sources.records import Record
from inviolable.sources.shelf import shelf, stands
from inviolable.sources.voices import Voice, voice_of


@dataclass(frozen=True)
class Known:
    """One part as known on the day of the case, and what the law says of it. words: by language."""

    state: IncidentState
    part: str
    case: Case
    law: Law
    words: Mapping[str, Words]

    # ---- what stands ---------------------------------------------------------------------------

    def status(self, name: str) -> str:
        """The one word by which the plan (forms/plan.toml, `when`) chooses: a fact's value, or a finding's result."""
        if found := self.law.status(name):
            return found
        if name.endswith(":words"):
            return ("unknown", "known", "contested")[min(len(self._raws(name.partition(":")[0])), 2)]
        values = list(self.standing(name))
        return values[0] if len(values) == 1 else "contested" if values else "unknown"

    def standing(self, key: str) -> dict[str, list[Decision]]:
        """The values of a fact that count, each with who confirmed it; what is known of the post has nobody."""
        found: dict[str, list[Decision]] = {}
        for name in (key, *plan()["also"].get(key, ())):
            for value, decisions in self._confirmed.get(name, {}).items():
                same = next((one for one in found if one.casefold() == value.casefold()), value)
                found.setdefault(same, []).extend(decisions)
        return found or {value: [] for value in self.case.facts.get(key, ())}

    @cached_property
    def _confirmed(self) -> Mapping[str, Mapping[str, list[Decision]]]:
        return self.state.confirmed(self.part, self.case.as_of)

    @property
    def _opening(self) -> int:
        """The entry that says where and when, and what is known of the post."""
        return self.state.timeline[0].seq

    # ---- facts ---------------------------------------------------------------------------------

    def value(self, key: str) -> Value:
        """What a mark stands for: a fact, `fact:variant`, `fact:words`, a finding, `claim-12:voice`, a place."""
        if self.law.cites(key):
            return self.law.value(key)
        if key.startswith("claim-"):
            return self._statement(key)
        if key.endswith(":words"):
            return self._said(key)
        standing = self.standing(key.partition(":")[0])
        if not standing and key in ("day", "time", "place"):
            return self._scene(key)
        phrases = {name: tuple(self._phrase(key, one, name) for one in standing) for name in self.words}
        decisions = [one for several in standing.values() for one in several]
        return self._of(key, phrases, _claims(decisions), max((one.seq for one in decisions), default=0))

    def _of(self, key: str, words: Mapping[str, tuple[str, ...]], claims: Iterable[str] = (), seq: int = 0) -> Value:
        number = max(map(len, words.values()))
        state = ("unknown", "confirmed", "contested")[min(number, 2)]
        asks = {} if state == "confirmed" else {name: self._asks(key, name) for name in self.words}
        return Value(key, state, words, asks, tuple(dict.fromkeys(claims)), (seq or self._opening) if number else 0)

    def _phrase(self, key: str, value: str, language: str) -> str:
        """A value as a note says it: our words, else the law's answer, else as it was told."""
        fact = key.partition(":")[0]
        own = self.words[language].get(key) or self.words[language].get(fact, {})
        law = texts(language)["facts"].get(fact, {"answers": {}})["answers"]
        return str(own.get(value.casefold()) or law.get(value) or value)

    def _asks(self, key: str, language: str) -> str:
        """What is missing. Who claims it is said there, and nowhere else in a note: a claim is no fact."""
        fact, words = key.partition(":")[0], self.words[language]["asks"]
        law = texts(language)["facts"].get(fact)
        what = words.get(fact) or words.get(key.rpartition(":")[2]) or (law["question"] if law else fact)
        said = [f"{self._phrase(key, one.value, language)} ({one.said_by})" for one in self._claimed(fact)]
        return words["claimed"].format(what=what, claims="; ".join(dict.fromkeys(said))) if said else str(what)

    def _claimed(self, fact: str) -> list[Claim]:
        told = (one for one in self._claims if one.key == fact and one.polarity == "affirms" and one.said_by)
        return [] if self.standing(fact) else list(told)

    def _scene(self, key: str) -> Value:
        """Where and when, as the part of the incident tells it."""
        told = self.state.parts[self.part]
        if key == "place":
            return self._of(key, dict.fromkeys(self.words, (told.place,) if told.place else ()))
        written = days_words if key == "day" else time_words
        said = {name: written(told.occurred, words) for name, words in self.words.items()}
        return self._of(key, {name: (one,) if one else () for name, one in said.items()})

    # ---- what was said -------------------------------------------------------------------------

    @cached_property
    def _claims(self) -> list[Claim]:
        """What was said of this part by that day; of a document only what a person confirmed."""
        confirmed = {one.id for one in shelf(self.state.timeline).claims.values() if stands(one)}
        told = (one for one in self.state.claims.values() if one.part == self.part)
        told = (one for one in told if known_by(one.happened, self.case.as_of))
        return [one for one in told if not one.record or one.id in confirmed]

    def _raws(self, fact: str) -> dict[str, list[str]]:
        """The words on which the value rests that counts, each with its claims."""
        rests = set(_claims(one for several in self.standing(fact).values() for one in several))
        found: dict[str, list[str]] = {}
        for one in self._claims:
            if one.id in rests and one.raw:
                found.setdefault(one.raw, []).append(one.id)
        return found

    def _said(self, key: str) -> Value:
        raws = self._raws(key.partition(":")[0])
        claims = [one for several in raws.values() for one in several]
        return self._of(key, dict.fromkeys(self.words, tuple(raws)), claims, self._seq(claims))

    def _seq(self, claims: Iterable[str]) -> int:
        return max((self.state.claims[one].seq for one in claims), default=0)

    def statements(self) -> Iterator[str]:
        """What organs of the receiving State said, each once: the key of its first claim, `claim-12`."""
        seen: set[tuple[str, str]] = set()
        for one in self._claims:
            if one.raw and (one.voice, one.raw) not in seen and self._voice(one).kind == "receiving_organ":
                seen.add((one.voice, one.raw))
                yield f"claim-{one.seq}"

    def _voice(self, claim: Claim) -> Voice:
        told = Statement(claim.record, 0, claim.key, claim.value, attributed_to=claim.voice)
        return voice_of(Record(claim.record), told, self.case.sending, self.case.receiving)

    def _statement(self, key: str) -> Value:
        name, _, what = key.partition(":")
        claim = next(one for one in self._claims if name == f"claim-{one.seq}")
        zone = ZoneInfo(claim.happened.zone or "UTC")
        day: date = claim.happened.start.astimezone(zone).date()
        voice = self._voice(claim).id
        said = {
            "voice": {name: (labels(name)["voices"].get(voice, claim.voice),) for name in self.words},
            "day": {name: (day_words(day, words),) for name, words in self.words.items()},
            "words": dict.fromkeys(self.words, (claim.raw,)),
        }[what]
        return self._of(key, said, [claim.id], claim.seq)


def _claims(decisions: Iterable[Decision]) -> list[str]:
    return [claim for one in decisions for claim in one.claims]
