"""A first draft of a note about an incident, as its entries tell it now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from inviolable.counsel import record
from inviolable.diplomacy.drafting.draft import draft
from inviolable.diplomacy.drafting.known import Known
from inviolable.diplomacy.drafting.offered import by_hand, taken_by
from inviolable.diplomacy.drafting.offering import offering
from inviolable.diplomacy.drafting.pinpoints import Law
from inviolable.diplomacy.drafting.quoting import TELLER, WORDS, beside
from inviolable.diplomacy.drafting.statements import Statement, quoted, statements
from inviolable.diplomacy.drafting.typed import Named, all_typed, marked, named_in, named_whole
from inviolable.diplomacy.organs import organs_called
from inviolable.diplomacy.terms import Annex, Content, Value
from inviolable.diplomacy.words.wording import plan, wording_of
from inviolable.incidents.case import case_of
from inviolable.incidents.exhibiting import annex_words
from inviolable.incidents.findings import find
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.wording import in_each_language
from inviolable.law import review
from inviolable.law.assess import Answer
from inviolable.law.casefile import Case
from inviolable.law.lawfile import Pack
from inviolable.law.review import SignOff
from inviolable.posts.actions import is_example
from inviolable.sources.vocabulary import fold

#: What a note keeps when it is drafted again.
KEPT = (
    "form", "channel", "organ", "sender", "addressee", "language", "courtesy", "place", "date", "annexes", "example",
)  # fmt: skip


def content_for(state: IncidentState, part: str, told: Mapping[str, Any], annexes: Iterable[str] = ()) -> Content:
    """The draft. told: what `draft.draft` asks beside the facts; annexes: exhibits that go with it. Raises Faulty.

    It rests on the finding that is on the record, where the law still says the same of what is known now.
    """
    return _drafted(state, part, dict(told) | {"annexes": tuple(_annexes(state, annexes)), "example": is_example()})


def redrafted(state: IncidentState, content: Content, now: datetime) -> Content:
    """The same note drafted again, by the same hand to the same addressee. What was changed by hand is gone from it.

    It quotes the statements that it quoted, and those that a draft quotes by itself; it keeps what a person wrote into
    its blanks, and what somebody chose from what was on offer, as far as that is on offer now.
    """
    told = {name: getattr(content, name) for name in KEPT}
    ours = {one.key for one, by_itself in offered(state, content.part) if by_itself}
    before = {key.partition(":")[0] for key in content.values if key.startswith("claim-")}
    offers = offering(state, now).offers()
    told |= {"statements": ours | before, "offers": [offers[one.id] for one in taken_by(content) if one.id in offers]}
    made = _drafted(state, content.part, told)
    written = {key: one for key, one in content.values.items() if by_hand(key) and one.asks}
    kept = {key: one for key, one in written.items() if _same_words(key, content, made)}
    return replace(made, values={key: kept.get(key, one) for key, one in made.values.items()})


def _same_words(key: str, *versions: Content) -> bool:
    """Whether the words that a blank is of, as its translation, are the same in all of them."""
    words = [version.values.get(key.rpartition(":")[0] + WORDS) for version in versions]
    return all(one and words[0] and one.words == words[0].words for one in words) or not any(words)


def offered(state: IncidentState, part: str) -> list[tuple[Statement, bool]]:
    """The statements of the receiving State that a note on that part can quote, and whether it does so by itself."""
    found = statements(state, part)
    ours = quoted(found)
    return [(one, one.key in ours) for one in sorted(found, key=lambda one: (one.day, one.seq))]


def refreshed(state: IncidentState, content: Content) -> Content:
    """The same words with each mark standing for what is known now."""
    return _refreshed(_known(state, content), content)


def _known(state: IncidentState, content: Content) -> Known:
    law = _law(state, content.part)
    words = {one: wording_of(Path(settings.HOME), one) for one in content.languages}
    called = organs_called(Path(settings.HOME), law.case.sending, law.case.receiving)
    return Known(
        state, content.part, law.case, Law(law.answer, words, law.found, law.own, law.case.facts), words, called
    )


def _refreshed(known: Known, content: Content) -> Content:
    values = dict(content.values)
    for key in (one for one in values if not by_hand(one)):
        with suppress(StopIteration):  # A statement that counts no more stays, and is stopped by its speaker.
            values[key] = known.value(key)
            if values[key].words != content.values[key].words:
                for ours in {beside(key), beside(key, TELLER)} & values.keys():
                    values[ours] = known.value(ours)  # It is of other words than these.
    return replace(content, values=values, seq=known.state.timeline[-1].seq)


class Held(NamedTuple):
    """A note against what is known now. outdated: marks that do not stand for it; unreviewed: by mark, the rules and
    provisions that it rests on and nobody has reviewed as they stand, by name, each with its pinpoint; named: the
    provisions that somebody named by hand."""

    outdated: frozenset[str]
    unreviewed: Mapping[str, Mapping[str, str]]
    named: Named

    @property
    def unread(self) -> set[str]:
        """All of the provisions that wait for a review, by pinpoint."""
        return {*self.named.waits, *(cite for waiting in self.unreviewed.values() for cite in waiting.values())}


def held(state: IncidentState, content: Content) -> Held:
    """How a note stands to its incident and the law as they are now."""
    known = _known(state, content)
    now = _refreshed(known, content).values
    gone = {key for key, one in content.values.items() if _said(one, content) != _said(now[key], content)}
    waiting = {key: left for key in _cited(known, content) if (left := known.unreviewed(key))}
    bears = {*known.law.bears, *(cite for key in marked(content) for cite in now[key].cites)}
    return Held(frozenset(gone), waiting, _named(known.law, all_typed(content), frozenset(bears)))


def named_by(state: IncidentState, part: str, text: str) -> Named:
    """The provisions that any text about a part of an incident names."""
    asked = _law(state, part)
    law = Law(asked.answer, {}, asked.found, asked.own, asked.case.facts)
    return _named(law, [text], law.bears)


def _named(law: Law, texts: Sequence[str], bears: frozenset[str]) -> Named:
    titles = {fold(title): pack for pack, _tag in law.bilateral for title in pack.title.values()}
    treaties = {title: law.of_whole(titles[title].digests)[0] for title in named_whole(texts, titles)}
    return Named(bears, *law.of_whole(named_in(texts, bears)), treaties)


def to_review(state: IncidentState, content: Content) -> dict[str, tuple[str, ...]]:
    """What a note rests on and nobody has reviewed as it stands, by name; each with the rules that would change it and
    do not hold here."""
    known = _known(state, content)
    cited, behind = _cited(known, content), rests_on(state, content)
    waiting = dict.fromkeys(name for key in cited for name in known.unreviewed(key))
    found = {name: tuple(one for one in known.law.over(name) if one not in behind) for name in waiting}
    return found | dict.fromkeys(held(state, content).named.waits, ())


def rests_on(state: IncidentState, content: Content) -> set[str]:
    """The rules and provisions behind its marks, and those that somebody named by hand; by name."""
    known = _known(state, content)
    found = {name for key in _cited(known, content) for name in known.rests_on(key)}
    return {*found, *named_in(all_typed(content), known.law.bears)} - known.not_invoked


class Silent(NamedTuple):
    """A breach of which a note says nothing. cites: of the law; facts: for want of these, none where they are known."""

    finding: str
    cites: tuple[str, ...]
    facts: tuple[str, ...]


def silent(state: IncidentState, content: Content) -> list[Silent]:
    """What a note that can allege breaches says nothing of: what waits for a few facts, and what it could allege."""
    if content.form not in plan()["forms"]["claim"]:
        return []
    known, said, typed = _known(state, content), marked(content), all_typed(content)
    cites = {one["id"]: tuple(one["cites"]) for one in known.law.answer["findings"]}
    left = dict.fromkeys(known.wrongs, ()) | {one: tuple(facts) for one, facts in known.silent.items()}
    return [
        Silent(one, cites[one], facts)
        for one, facts in left.items()
        if one not in said and not named_in(typed, cites[one])
    ]


def in_force(state: IncidentState, content: Content) -> tuple[str, ...]:
    """The law files that are in force together for a note."""
    return tuple(pack.id for pack in _known(state, content).law.governing)


def read_by(state: IncidentState, content: Content) -> dict[str, list[SignOff | None]]:
    """Of each provision that a note rests on or cites, whose sign-offs count for what of it is behind what the note
    says; None among them for what nobody has reviewed as it stands."""
    home, known = Path(settings.HOME), _known(state, content)
    names = {name for key in _cited(known, content) for name in known.rests_on(key)}
    signed, found = record.sign_offs(home), dict[str, list[SignOff | None]]()
    for pack in record.all_packs(home, [one.id for one in known.law.governing]).values():
        behind = {one.cite for one in pack.provisions if names & {one.cite, *(rule.id for rule in one.rules)}}
        cited = {cite for value in content.values.values() for cite in value.cites} & pack.digests.keys()
        found |= review.read_by(pack, signed, names | (cited - behind))
    return {cite: signs for cite, signs in found.items() if cite not in known.not_invoked}


def _cited(known: Known, content: Content) -> list[str]:
    """The marks in its words that stand for what the law says."""
    return [key for key, one in marked(content).items() if (one.cites or one.result) and known.law.cites(key)]


def _said(value: Value, content: Content) -> tuple[Any, ...]:
    words = tuple(value.words.get(one, ()) for one in content.languages)
    return value.state, words, value.tag, value.result


class _Asked(NamedTuple):
    """What the law was asked of a part, and said. found: the entry of the finding that says the same, 0 for none."""

    case: Case
    answer: Answer
    found: int
    own: Sequence[Pack]


def _law(state: IncidentState, part: str) -> _Asked:
    case, decided = case_of(state, part), record.decided(Path(settings.HOME))
    text, answer, packs = find(case, decided)
    last = state.last_finding(part)
    same = last and (last.case, last.answer, last.packs) == (text, answer, packs)
    return _Asked(case, answer, last.seq if last and same else 0, decided.own)


def _drafted(state: IncidentState, part: str, told: Mapping[str, Any]) -> Content:
    law = _law(state, part)
    return draft(state, part, law.case, law.answer, **told, found=law.found, own=law.own, home=Path(settings.HOME))


def _annexes(state: IncidentState, exhibits: Iterable[str]) -> Iterable[Annex]:
    """What each is and when it came; its number is given where the note is printed (paper/layout.py)."""
    for name in exhibits:
        words = in_each_language(partial(annex_words, state, name))
        yield Annex(name, state.exhibits[name].body["sha256"], words)
