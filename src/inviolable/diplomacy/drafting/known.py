"""What an incident gives a note: each fact as the value of a mark, in every language. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from inviolable.diplomacy.drafting.pinpoints import Law
from inviolable.diplomacy.drafting.quoting import (
    REPORT,
    TELLER,
    TRANSLATION,
    VOICE,
    WORDS,
    blank,
    reported_in,
    spoken_in,
    with_report,
    with_translation,
)
from inviolable.diplomacy.drafting.speakers import Organs, kind_words, sources_of, told_by
from inviolable.diplomacy.drafting.statements import (
    THEIRS,
    Statement,
    bears_on,
    claims_of,
    quoted,
    statements,
    voice_of,
)
from inviolable.diplomacy.terms import Value
from inviolable.diplomacy.words.marks import keys
from inviolable.diplomacy.words.naming import both_states, day_words, days_words, joined, time_words
from inviolable.diplomacy.words.wording import Words, plan
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.terms import Claim, Decision
from inviolable.law.casefile import Case
from inviolable.law.words import texts
from inviolable.sources.drafts import FEWEST_WORDS
from inviolable.sources.naming import labels
from inviolable.sources.tongue import likelier
from inviolable.sources.voices import voice_in


@dataclass(frozen=True)
class Known:
    """One part as known on the day of the case, and what the law says of it. words: by language; organs: what those of
    both States are called."""

    state: IncidentState
    part: str
    case: Case
    law: Law
    words: Mapping[str, Words]
    organs: Organs = ()

    # ---- what stands ---------------------------------------------------------------------------

    def status(self, name: str) -> str:
        """The one word by which the plan (forms/plan.toml, `when`) chooses: a fact's value, or a finding's result."""
        if name == "wrong":
            return "yes" if self.wrongs else "no"
        if found := self.law.status(name):
            bare = name in self.law.results and not self.value(name).cites
            return "unknown" if bare and self.law.value(name).cites else found
        if name.endswith(":words"):
            return self._carried(name.partition(":")[0])
        values = list(self.standing(name))
        return values[0] if len(values) == 1 else "contested" if values else "unknown"

    @cached_property
    def wrongs(self) -> list[str]:
        """The findings of a breach that a note alleges: whose facts in plan.toml, [alleged], a person confirmed too."""
        return [one for one in self.law.wrongs if not unproved(one, self.status)]

    @cached_property
    def not_invoked(self) -> frozenset[str]:
        """Provisions of [invoked] that no statement of the receiving State bears out, confirmed and in its words."""
        return frozenset(cite for cite, (fact, value) in plan()["invoked"].items() if not self._theirs(fact, value))

    def _theirs(self, fact: str, value: str) -> bool:
        """Whether that value counts, and counts because an organ of the receiving State said so itself."""
        standing = self.standing(fact)
        rests = set(_claims(standing[value])) if list(standing) == [value] else set()
        said = (one for one in self._claims if one.id in rests and one.raw and one.value == value)
        return any(one.polarity == "affirms" and voice_of(self.state, one).kind == THEIRS for one in said)

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
            return self.law.value(key, self.not_invoked)
        if key.endswith(TRANSLATION):
            return blank(key, self.words, self._on_file(key.removesuffix(TRANSLATION)))
        if key.endswith(TELLER):
            return blank(key, self.words, what="voice")
        if key.startswith("claim-"):
            return self._statement(key)
        if key.endswith(WORDS):
            return self._said(key)
        if key.endswith(VOICE):
            return self._carriers(key)
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
        if said := own.get(value.casefold()):
            return said.format_map(self._states[language])
        return str(texts(language)["facts"].get(fact, {"answers": {}})["answers"].get(value) or value)

    @cached_property
    def _states(self) -> dict[str, dict[str, str]]:
        """What fills the words of facts in each language: the two States."""
        return {one: joined(both_states(self.case, one, words), words) for one, words in self.words.items()}

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
        return claims_of(self.state, self.part, self.case.as_of)

    def _raws(self, fact: str) -> dict[str, list[str]]:
        """The words on which the value rests that counts, each with its claims."""
        rests = set(_claims(one for several in self.standing(fact).values() for one in several))
        found: dict[str, list[str]] = {}
        for one in self._claims:
            if one.id in rests and one.raw:
                found.setdefault(one.raw, []).append(one.id)
        return found

    def _carried(self, fact: str) -> str:
        """How the words of a fact stand: of one source alone they are `single`, or `unnamed` where no note names it."""
        raws, claims = self._raws(fact), self._with_words(fact)
        if len(raws) == 1 and len(sources_of(self.state, claims)) == 1:
            return "single" if all(self._tellers(claims, one) for one in self.words) else "unnamed"
        return ("unknown", "known", "contested")[min(len(raws), 2)]

    def _with_words(self, fact: str) -> list[Claim]:
        return [self.state.claims[name] for several in self._raws(fact).values() for name in several]

    def _tellers(self, claims: Iterable[Claim], language: str) -> list[str]:
        """Who has the words of a fact, as the other State may read it."""
        told = (told_by(self.state, one, self.organs, self.words[language], language) for one in claims)
        return list(dict.fromkeys(filter(None, told)))

    def _carriers(self, key: str) -> Value:
        fact = key.removesuffix(VOICE)
        claims = self._with_words(fact)
        told = {one: words["cited"]["last"].join(self._tellers(claims, one)) for one, words in self.words.items()}
        names = [one.id for one in claims]
        return self._of(key, {one: (said,) if said else () for one, said in told.items()}, names, self._seq(names))

    def _said(self, key: str) -> Value:
        raws = self._raws(key.partition(":")[0])
        claims = [one for several in raws.values() for one in several]
        return self._of(key, dict.fromkeys(self.words, tuple(raws)), claims, self._seq(claims))

    def _seq(self, claims: Iterable[str]) -> int:
        return max((self.state.claims[one].seq for one in claims), default=0)

    def translated(self, text: Mapping[str, str]) -> dict[str, str]:
        """A paragraph by language with a mark for a translation beside words that were said in another one."""
        found, host = dict(text), str(self.state.opened.get("host_language", ""))
        for key in {one for said in text.values() for one in keys(said) if one.endswith(WORDS)}:
            said = " ".join(next(iter(self.value(key).words.values())))
            spoken = spoken_in(said, self.words, host)
            for language, table in self.words.items():
                found[language] = with_translation(found[language], key, language, table, spoken)
        for key in {one for said in text.values() for one in keys(said) if one.endswith(REPORT)}:
            told = [language for language, said in self.value(key).words.items() if said]
            found = {language: with_report(said, key, language, told) for language, said in found.items()}
        return found

    def _on_file(self, name: str) -> dict[str, str]:
        """What the file has of the same words in each language: of the same fact, or of one voice on that day."""
        if name.startswith("claim-"):
            first = self.stated(name)
            other = [one for one in self._statements if (one.voice.id, one.day) == (first.voice.id, first.day)]
            if first.indirect:
                return dict.fromkeys(self.words, first.words)
            told = [(one.words, one.called) for one in other if one.key != name]
        else:
            rests = {one for several in self._raws(name).values() for one in several}
            values = set(self.standing(name))
            told = [
                (one.raw or one.value, one.said_by)
                for one in self.state.claims.values()
                if one.id not in rests and one.part == self.part and values & set(bears_on(one).get(name, ()))
            ]
        found: dict[str, str] = {}
        for said, who in told:
            language = likelier(said, self.words)
            if language and len(said.split()) >= FEWEST_WORDS:
                found.setdefault(language, f"“{said}” ({who})" if who else f"“{said}”")
        return found

    @cached_property
    def _statements(self) -> list[Statement]:
        own = statements(self.state, self.part, self.case.as_of)
        other = (one for part in self.state.parts if part != self.part for one in statements(self.state, part))
        known = {one.key for one in own}
        return [*own, *(one for one in other if one.key not in known)]

    def quotes(self, chosen: Collection[str] | None) -> list[str]:
        """The statements that a note quotes, by their keys: those somebody chose, or those of `quoted`."""
        if chosen is None:
            return quoted(statements(self.state, self.part, self.case.as_of))
        return [one.key for one in sorted(self._statements, key=lambda one: (one.day, one.seq)) if one.key in chosen]

    def stated(self, key: str) -> Statement:
        """One of the statements."""
        return next(one for one in self._statements if one.key == key)

    def _statement(self, key: str) -> Value:
        name, _, what = key.partition(":")
        one = self.stated(name)
        report = reported_in(one.words, self.words) if one.indirect else {}
        said: dict[str, Mapping[str, tuple[str, ...]]] = {
            "voice": {name: (self._speaker(one, name),) for name in self.words},
            "day": {name: (day_words(one.day, words),) for name, words in self.words.items()},
            "words": dict.fromkeys(self.words, (one.words,)),
            "report": {name: (report[name],) if name in report else () for name in self.words},
        }
        return self._of(key, said[what], [one.claim], one.seq)

    def _speaker(self, one: Statement, language: str) -> str:
        who, words = str(labels(language)["voices"].get(one.voice.id, one.called)), self.words[language]
        if not (one.secondhand or one.reported):
            return who
        paper = self._paper(one, language) or kind_words(one.secondhand, words, language) or words["cited"]["document"]
        return words["cited"]["reported"].format(who=who, paper=paper)

    def _paper(self, one: Statement, language: str) -> str:
        """Who reported it; of what was said in words of ours, by the name of our data files."""
        names = labels(language)["voices"]
        return str(names.get(voice_in(one.reported).id, one.reported)) if one.indirect else one.reported


def unproved(finding: str, status: Callable[[str], str]) -> dict[str, str]:
    """The facts for want of which a breach is not alleged (plan.toml, [alleged]), each with how it stands."""
    needed = plan()["alleged"].get(finding, {})
    return {fact: stands for fact, allowed in needed.items() if (stands := status(fact)) not in allowed}


def _claims(decisions: Iterable[Decision]) -> list[str]:
    return [claim for one in decisions for claim in one.claims]
