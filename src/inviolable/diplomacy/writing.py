"""A first draft of a note about an incident, as its entries tell it now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from inviolable.counsel import record
from inviolable.diplomacy.answers import answers
from inviolable.diplomacy.draft import draft
from inviolable.diplomacy.known import Known
from inviolable.diplomacy.offered import ANSWERED, by_hand, taken_by
from inviolable.diplomacy.pinpoints import Law
from inviolable.diplomacy.quoting import TRANSLATION, WORDS, beside
from inviolable.diplomacy.statements import Statement, quoted, statements
from inviolable.diplomacy.terms import Annex, Content, Value
from inviolable.diplomacy.wording import Words, wording_of
from inviolable.incidents.case import case_of
from inviolable.incidents.exhibiting import annex_words
from inviolable.incidents.findings import find
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.wording import in_each_language
from inviolable.law.assess import Answer
from inviolable.law.casefile import Case
from inviolable.law.lawfile import Pack
from inviolable.posts.actions import is_example

#: What a note keeps when it is drafted again.
KEPT = (
    "form", "channel", "organ", "sender", "addressee", "language", "courtesy", "place", "date", "annexes", "example",
)  # fmt: skip


def content_for(state: IncidentState, part: str, told: Mapping[str, Any], annexes: Iterable[str] = ()) -> Content:
    """The draft. told: what `draft.draft` asks beside the facts; annexes: exhibits that go with it. Raises Faulty.

    It rests on the finding that is on the record, where the law still says the same of what is known now.
    """
    return _drafted(state, part, dict(told) | {"annexes": tuple(_annexes(state, annexes)), "example": is_example()})


def redrafted(state: IncidentState, content: Content) -> Content:
    """The same note drafted again, by the same hand to the same addressee. What was changed by hand is gone from it.

    It quotes the statements that it quoted, and those that a draft quotes by itself; it keeps what somebody chose from
    what was on offer, and the translations of what it quotes.
    """
    told = {name: getattr(content, name) for name in KEPT}
    ours = {one.key for one, by_itself in offered(state, content.part) if by_itself}
    before = {key.removesuffix(":words") for key in content.values if key.startswith("claim-")}
    told |= {"statements": ours | before, "offers": taken_by(content)}
    made = _drafted(state, content.part, told)
    kept = {key: one for key, one in content.values.items() if by_hand(key) and _same_words(key, content, made)}
    return replace(made, values={key: kept.get(key, one) for key, one in made.values.items()})


def _same_words(translation: str, *versions: Content) -> bool:
    """Whether what a translation stands beside is the same in all of them."""
    words = [version.values.get(translation.removesuffix(TRANSLATION) + WORDS) for version in versions]
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
    return Known(state, content.part, law.case, Law(law.answer, words, law.found, law.own), words)


def _refreshed(known: Known, content: Content) -> Content:
    values = dict(content.values)
    for key in (one for one in values if not by_hand(one)):
        with suppress(StopIteration):  # A statement that counts no more stays, and is stopped by its speaker.
            values[key] = known.value(key)
            if values[key].words != content.values[key].words and (ours := beside(key)) in values:
                values[ours] = known.value(ours)  # It is of other words than these.
    return replace(content, values=values, seq=known.state.timeline[-1].seq)


class Held(NamedTuple):
    """A note against what is known now. outdated: marks that do not stand for it; unreviewed: by mark, the provisions
    that it rests on and nobody has reviewed as they stand."""

    outdated: frozenset[str]
    unreviewed: Mapping[str, tuple[str, ...]]


def held(state: IncidentState, content: Content) -> Held:
    """How a note stands to its incident and the law as they are now."""
    known = _known(state, content)
    now = _refreshed(known, content).values
    gone = {key for key, one in content.values.items() if _said(one, content) != _said(now[key], content)}
    gone |= _unanswered(state, content, known.words)
    cited = [key for key, one in content.values.items() if (one.cites or one.result) and known.law.cites(key)]
    told = {key: [one for one in known.law.unreviewed(key) if one not in known.not_invoked] for key in cited}
    waiting = {key: tuple(left) for key, left in told.items() if left}
    return Held(frozenset(gone), waiting)


def _unanswered(state: IncidentState, content: Content, words: Mapping[str, Words]) -> set[str]:
    """The marks of answers to statements that the file does not give any more, or not so."""
    ours = [key for key in content.values if key.startswith(ANSWERED) and not key.endswith(TRANSLATION)]
    offers = [offer for offer, _called in answers(state, words, content.language)] if ours else []
    now = {key: one for offer in offers for key, one in offer.values.items()}
    return {key for key in ours if key not in now or _said(content.values[key], content) != _said(now[key], content)}


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
    """What each is and when it came; its number is given where the note is printed (layout.py)."""
    for name in exhibits:
        words = in_each_language(partial(annex_words, state, name))
        yield Annex(name, state.exhibits[name].body["sha256"], words)
