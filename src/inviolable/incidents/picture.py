"""The one picture of what happened: every fact with each value that anybody gave it, side by side, and who says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from inviolable.counsel.clocks import as_of_words
from inviolable.counsel.wording import result_words
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.stale import Gone, gone
from inviolable.incidents.terms import Claim, Decision, Finding, Item
from inviolable.incidents.wording import COUNTS, FACTS, GONE, VALUES, details_of, example_words, happened_words, said_by
from inviolable.law.vocabulary import vocabulary
from inviolable.law.words import texts

#: How many facts that the law does not ask are seen at once, where nobody confirmed them.
MOST_BESIDE = 7


@dataclass(frozen=True)
class Said:
    """A claim. who: says so; when: it was said; replaced: by which later entry the same voice says something else, None
    where it is their last word."""

    claim: Claim
    who: str
    when: str
    replaced: int | None

    @property
    def told(self) -> str:
        """What they said, in words that are not theirs."""
        return example_words(self.claim.note) if self.claim.indirect else ""


@dataclass(frozen=True)
class Value:
    """One value of a fact. decisions: what people decided about it, in order; stands: whether it counts now."""

    value: str
    words: str
    stands: bool
    claims: tuple[Said, ...]
    decisions: tuple[Decision, ...]

    @property
    def withdrawn(self) -> bool:
        """Whether it counted once and does no more."""
        return bool(self.decisions) and not self.stands

    @property
    def voices(self) -> tuple[str, ...]:
        """By which names they go who say so, each once."""
        return self._named(denying=False)

    @property
    def deniers(self) -> tuple[str, ...]:
        """And who deny it."""
        return self._named(denying=True)

    def _named(self, *, denying: bool) -> tuple[str, ...]:
        told = (one for one in self.claims if (one.claim.polarity == "denies") == denying)
        return tuple(dict.fromkeys(said_by(one.claim.voice, "") or one.who or "—" for one in told))

    @property
    def replaced(self) -> bool:
        """Whether somebody who said so says something else since."""
        return any(one.replaced for one in self.claims)


@dataclass(frozen=True)
class Fact:
    """One fact. question: "" where the law does not know it; words: what it is called."""

    key: str
    question: str
    words: str
    values: tuple[Value, ...]

    @property
    def standing(self) -> tuple[Value, ...]:
        """The values that count: none is unknown, several are contested."""
        return tuple(value for value in self.values if value.stands)


@dataclass(frozen=True)
class Picture:
    """The facts of one part, by what is known of them; beside: claimed ones that the law does not ask."""

    contested: tuple[Fact, ...]
    confirmed: tuple[Fact, ...]
    claimed: tuple[Fact, ...]
    beside: tuple[Fact, ...]

    @property
    def folded(self) -> bool:
        """Whether those beside are too many to be seen at once."""
        return len(self.beside) > MOST_BESIDE

    @property
    def unconfirmed(self) -> int:
        """How many facts are claimed and no more."""
        return len(self.claimed) + len(self.beside)


def picture(state: IncidentState, part: str, language: str) -> Picture:
    """What has been said and decided about a part."""
    facts = list(_facts(state, part, language))
    return Picture(
        contested=tuple(fact for fact in facts if len(fact.standing) > 1),
        confirmed=tuple(fact for fact in facts if len(fact.standing) == 1),
        claimed=tuple(fact for fact in facts if not fact.standing and fact.question),
        beside=tuple(fact for fact in facts if not fact.standing and not fact.question),
    )


def of_the_post(state: IncidentState, language: str) -> list[tuple[str, str]]:
    """What was known of the post before anybody knocked: questions with their answers."""
    return [
        (
            question,
            " / ".join(value_words(key, one, language) for one in ([value] if isinstance(value, str) else value)),
        )
        for key, value in state.opened["post"].items()
        if (question := question_of(key, language))
    ]


def question_of(key: str, language: str) -> str:
    """What the law asks by this key, "" where it asks nothing by it."""
    return str(texts(language)["facts"][key]["question"]) if key in vocabulary().facts else ""


def fact_words(key: str, language: str) -> str:
    """What a fact is called: the law's question, the words of the room that it is told in, or its key."""
    return question_of(key, language) or str(FACTS.get(key, key))


def value_words(key: str, value: str, language: str) -> str:
    """A value as the law's own words say it, or those of the room that it is told in; another stands for itself."""
    known = texts(language)["facts"].get(key, {"answers": {}})["answers"]
    return str(known.get(value) or VALUES.get((key, value), value))


def item_words(item: Item, language: str, *, whole: bool = False) -> str:
    """What is worth reading of an entry at once; facts and findings in the law's own words. whole: to who may read all
    of it."""
    body = item.body
    if item.kind == "finding.made":
        known = as_of_words(body.get("as_of", ""))
        answer = result_words(body["answer"]["entry"]["answer"], language)
        return f"{answer} · {_('as known on %(day)s') % {'day': known}}" if known else answer
    if not item.kind.startswith("fact."):
        return details_of(item, whole=whole)
    said = f"{fact_words(body['key'], language)} {value_words(body['key'], body['value'], language)}"
    who = said_by(body.get("voice", ""), body.get("source", ""))
    denied = _("denied") if body.get("polarity") == "denies" else ""
    return " · ".join(filter(None, (said, denied, who, body.get("why"))))


def gone_words(one: Gone, language: str) -> dict[str, Any]:
    """What stands no more, in words, and which entry did it."""
    said = {"question": fact_words(one.key, language), "value": value_words(one.key, one.value, language)}
    return {**said, "how": str(GONE[one.how]), "by": one.by, "claim": one.claim}


def stale_findings(state: IncidentState, part: str, language: str) -> list[tuple[Finding, list[dict[str, Any]]]]:
    """The findings kept of a part that rest on what stands no more, with all of that."""
    kept = ((one, gone(state, one.seq, part, one.as_of)) for one in state.findings if one.part == part)
    return [(one, [gone_words(each, language) for each in lost]) for one, lost in kept if lost]


def counted(state: IncidentState, language: str) -> list[tuple[str, str, str, str]]:
    """How many people are inside, as was claimed last: (what is counted, how many, who says so, when).

    Documents do not count: whoever reads one knows nothing of who is inside now.
    """
    told = (one for one in state.claims.values() if one.polarity == "affirms" and not one.record)
    last = {one.key: one for one in sorted(told, key=_order)}
    return [
        (fact_words(key, language), one.value, said_by(one.voice, one.source), happened_words(one.happened))
        for key in COUNTS
        if (one := last.get(key))
    ]


def _order(claim: Claim) -> tuple[datetime, int]:
    """By when it was said, which is not always when it came."""
    return claim.happened.start, claim.seq


def _voiced(claim: Claim) -> tuple[str, str, str]:
    """What it speaks of, and who says it where."""
    return claim.key, claim.voice, claim.source


def _said(claim: Claim, last: Claim) -> Said:
    """last: the last that the same voice says of it."""
    replaced = last.seq if claim.said_by and last.value != claim.value and _order(last) > _order(claim) else None
    return Said(claim, said_by(claim.voice, claim.source), happened_words(claim.happened), replaced)


def _facts(state: IncidentState, part: str, language: str) -> Iterator[Fact]:
    claims = [claim for claim in state.claims.values() if claim.part == part]
    decisions = [one for one in state.decisions if one.part == part]
    standing = state.confirmed(part)
    last = {_voiced(one): one for one in sorted(claims, key=_order)}
    told: dict[str, dict[str, tuple[list[Claim], list[Decision]]]] = {}
    for claim in claims:
        told.setdefault(claim.key, {}).setdefault(claim.value, ([], []))[0].append(claim)
    for decision in decisions:
        told.setdefault(decision.key, {}).setdefault(decision.value, ([], []))[1].append(decision)
    known = [key for key in vocabulary().facts if key in told]
    for key in (*known, *sorted(told.keys() - set(known))):
        yield Fact(
            key=key,
            question=question_of(key, language),
            words=fact_words(key, language),
            values=tuple(
                Value(
                    value=value,
                    words=value_words(key, value, language),
                    stands=value in standing.get(key, {}),
                    claims=tuple(_said(one, last[_voiced(one)]) for one in said),
                    decisions=tuple(decided),
                )
                for value, (said, decided) in told[key].items()
            ),
        )
