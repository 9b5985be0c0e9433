"""What the words of a text say that they must not, in one language. Pure.

What is known apart from the text is an argument (background.py). Each finding is a code with its sentence.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from inviolable.diplomacy.checks.background import Background
from inviolable.diplomacy.checks.weekdays import together, wrong_days
from inviolable.diplomacy.terms import Stop
from inviolable.diplomacy.words.citations import Cited, cited, exists, instruments_of, named, rests_on, unread
from inviolable.diplomacy.words.naming import NAME, SHORT
from inviolable.diplomacy.words.phrases import LANGUAGES, acts, own_voice, pattern
from inviolable.law.regime import state_name
from inviolable.sources.drafts import check_text
from inviolable.sources.proposals import Proposal, proposed
from inviolable.sources.proposals.passages import masked, quotations
from inviolable.sources.sets import allows
from inviolable.sources.values import normal
from inviolable.sources.vocabulary import fold

#: What a check of sources is called here, where its name would not say what is wrong.
CALLED = {"inside": "number", "treaty": "convention"}
BLANK = re.compile(r"\[_+[^\]]*\]|_{2,}|(?<!\w)_(?!\w)|\[\[[^\]]*\]\]|\bX{3,}\b|\bTB[CD]\b")
#: Where a sentence ends: at no title, and at no `art.` or `no.` with its number.
SENTENCE = re.compile(
    r"(?i)(?<!\bmr)(?<!\bmrs)(?<!\bsr)(?<!\bsra)(?:(?<!\bart)(?<!\barts)(?<!\bno)|(?=\.\s\D))[.;](?=\s|$)|\n"
)
#: As far before an act as this, in characters, may stand what denies it.
NEAR = 60


def in_text(texts: Mapping[str, str], published: str, language: str, known: Background, reader: str) -> Iterator[Stop]:
    """One language of a text. What only shows in the whole of it has no paragraph."""
    seen: set[tuple[str, str]] = set()
    for paragraph, text in texts.items():
        for one in (*_by_rule(text, published, language, known, reader), *by_word(text, language, known)):
            seen.add(one)
            yield Stop(one[0], paragraph, one[1])
        for code, says in (*_unconfirmed(text, published, language, known), *accusations(text, language, known)):
            yield Stop(code, paragraph, says)
    for one in _by_rule("\n\n".join(texts.values()), published, language, known, reader, whole=True):
        if one not in seen:
            yield Stop(one[0], "", one[1])


def _by_rule(
    text: str, published: str, language: str, known: Background, reader: str, *, whole: bool = False
) -> Iterator[tuple[str, str]]:
    """The checks of sources. Whether a demand is missing, only the whole text can say."""
    scene = known.scene if whole else replace(known.scene, demands=())
    for one in check_text(together(text), published, language, known.zone, scene, known.records, reader):
        yield CALLED.get(one.check, one.check), one.says


def by_word(text: str, language: str, known: Background) -> Iterator[tuple[str, str]]:
    """What is wrong whatever happened."""
    text = unicodedata.normalize("NFC", text)
    if blank := BLANK.search(text) or pattern(language, "blank").search(masked(text, quotations(text))):
        yield "blank", _("A blank is left: %(what)s.") % {"what": blank[0]}
    yield from (("weekday", says) for says in wrong_days(text))
    for ground in dict.fromkeys(_soil(text, language, known.sending)):
        told = _("“%(said)s”: a post is inviolable, and no territory of the sending State. Say that it is inviolable.")
        yield "soil", told % {"said": ground}
    for name in _names(text, language):
        told = _("“%(said)s” may be the name of a national. Write what they are: a national, a visitor.")
        yield "name", told % {"said": name}
    for name in sorted(known.people | known.sources):
        if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
            told = _("“%(said)s” is named in the file of this incident. Write what they are: a national, a visitor.")
            if name in known.sources:
                told = _(
                    "“%(said)s” told us of this, and no note names them. Write what they are: a person who was there. "
                    "If it is a newspaper or an organ, say so at its source."
                )
            yield "name", told % {"said": name}
    for number in dict.fromkeys(one[0] for one in pattern(language, "papers").finditer(text)):
        told = _("“%(said)s” may be the number of somebody's papers. Leave it out.")
        yield "name", told % {"said": number}


def sentences(text: str) -> list[tuple[int, int]]:
    """Where each sentence of a text begins and ends."""
    return list(pairwise([0, *(end.end() for end in SENTENCE.finditer(text)), len(text)]))


def attributed(folded: str, language: str, sending: str) -> bool:
    """Whether a sentence, in small letters without accents, says whose word it is: a voice's, and neither a provision's
    nor our own. sending: our State (ISO 3166-1), "" where nobody says."""
    ours = own_voice(language, fold(state_name(sending, language)) if sending else "")
    voiced = pattern(language, "unvoiced").sub(" ", ours.sub(" ", folded))
    return bool(pattern(language, "attributed").search(voiced))


def people_in(texts: Iterable[str]) -> frozenset[str]:
    """The names of people in what an incident's file tells: whole, and as they are called for short."""
    composed = (unicodedata.normalize("NFC", text) for text in texts)
    told = (said for text in composed for language in LANGUAGES for said in _names(text, language))
    names = [one[0] for said in told for one in NAME.finditer(said) if len(one[0]) > SHORT]
    return frozenset({*names, *(last for one in names if len(last := one.split()[-1]) > SHORT)})


def _names(text: str, language: str) -> Iterator[str]:
    for how in ("national", "person", "capitals", "named"):
        for said in pattern(language, how).finditer(text):
            name = said[0] if how == "capitals" else " ".join(filter(None, said.groupdict().values()))
            if not pattern(language, "capitals_not").search(name):
                yield said[0].strip()


def _soil(text: str, language: str, sending: str) -> Iterator[str]:
    """Words that make foreign soil of a post, whichever State it is of."""
    folded = fold(text)
    yield from (said[0] for said in pattern(language, "foreign_soil").finditer(folded))
    if sending:
        name = re.escape(fold(state_name(sending, language)))
        ground = r"(?:soil|territory|suelo|territorio|tierra)"
        theirs = rf"\b{ground} (?:of (?:the )?|del? (?:la |los |las )?){name}\b|\b{name}['’]s? (?:\w+ )?{ground}\b"
        yield from (said[0] for said in re.finditer(theirs, folded))


def asks_in(text: str, language: str) -> list[str]:
    """Words that ask a State for something, outside of what is quoted."""
    shown = fold(masked(text, quotations(text)))
    return [said[0] for said in pattern(language, "asks").finditer(shown)]


# ---- provisions ------------------------------------------------------------------------------


def pinpoint_faults(
    text: str, known: Background, cites: Collection[str] | None, broken: Collection[str] | None = None
) -> Iterator[tuple[str, str]]:
    """What is wrong with the provisions that a text names. cites: what the law was found to rest on, None where nobody
    asked it; broken: what it was found that was broken, None where that does not matter."""
    mission = known.scene.post == "mission"
    other = "vccr" if mission else "vcdr"
    foreign = other not in instruments_of(cites or ())
    accusing = _accusing(text) if broken is not None else []
    for said in unread(text):
        yield "pinpoint", _("“%(said)s”: write the provision in figures, as in article 31(2).") % {"said": said}
    for one in cited(text):
        if known.head == "honorary" and one.instrument in ("vccr", "") and re.match(r"31\b", one.point):
            told = _("“%(said)s”: the premises of a post headed by an honorary officer fall under VCCR 59, not 31.")
            yield "convention", told % {"said": one.said}
        elif not exists(one):
            yield (
                "pinpoint",
                _("“%(said)s”: there is no such provision. Write the one that is meant.") % {"said": one.said},
            )
        elif cites is not None and not (foreign and one.instrument == other):
            yield from _unsupported(one, cites, broken, _within(accusing, one))
    if foreign and other in named(text):
        if mission:
            yield "convention", _("This names the convention on consular relations; for a mission it is that of 1961.")
        else:
            yield "convention", _("This names the convention on diplomatic relations; for a post it is that of 1963.")


def _unsupported(
    one: Cited, cites: Collection[str], broken: Collection[str] | None, accuses: bool
) -> Iterator[tuple[str, str]]:
    if not rests_on(one, cites):
        told = _("“%(said)s”: no finding that stands here rests on it. Put one back in brackets, or take this out.")
        yield "pinpoint", told % {"said": one.said}
    elif broken is not None and accuses and not rests_on(one, broken):
        told = _("“%(said)s”: the law was not found to be broken there. Say so of what was, or take it out.")
        yield "pinpoint", told % {"said": one.said}


def _accusing(text: str) -> list[tuple[int, int]]:
    """The sentences that say of something that it was broken."""
    folded = fold(text)
    words = [pattern(language, "accuses") for language in LANGUAGES]
    return [(start, end) for start, end in sentences(folded) if any(one.search(folded, start, end) for one in words)]


def _within(places: Sequence[tuple[int, int]], one: Cited) -> bool:
    """Whether a provision stands in one of these places, which follow one another."""
    last = bisect_left(places, (one.end, 0)) - 1
    return last >= 0 and places[last][1] > one.start


# ---- facts -----------------------------------------------------------------------------------


def _unconfirmed(text: str, published: str, language: str, known: Background) -> Iterator[tuple[str, str]]:
    """What the text states as a fact, in our own voice, and no confirmed fact bears out."""
    day = date.fromisoformat(published[:10]) if published else None
    shown = masked(text, quotations(text))  # What was quoted first can be said in our own voice after it.
    read = dict.fromkeys((text, shown))
    for one in (one for words in read for one in proposed(words, language, day, known.zone, place=known.zone)):
        if _ours(one) and not _attribution_near(text, one, language, known.sending):
            for fact, left in allows(normal(one.fact, one.value, denied=one.polarity == "denies")).items():
                counts = known.confirmed.get(fact, ())
                if len(set(counts)) > 1:
                    told = _("“%(said)s” is stated as a fact, and it is contested: %(sides)s. Withdraw what is wrong.")
                    yield "contested", told % {"said": one.raw, "sides": " / ".join(counts)}
                    break
                if not counts or set(left).isdisjoint(counts):
                    told = _("“%(said)s” is stated as a fact, and it is not confirmed. Write who says so.")
                    yield "did", told % {"said": one.raw}
                    break


def accusations(text: str, language: str, known: Background) -> Iterator[tuple[str, str]]:
    """Acts that accuse somebody, in our own voice, for which the grammar of sources has no words."""
    shown = masked(text, quotations(text))
    for start, end in sentences(shown):
        folded = fold(shown[start:end])
        if not attributed(folded, language, known.sending):
            for words, facts in acts(language):
                for said in words.finditer(folded):
                    if not pattern(language, "denied").search(folded, max(0, said.start() - NEAR), said.start()):
                        yield from _of_act(said[0], facts, known)


def _of_act(said: str, facts: Mapping[str, Sequence[str]], known: Background) -> Iterator[tuple[str, str]]:
    told = [known.confirmed.get(fact, ()) for fact in facts]
    borne = [counts for counts, values in zip(told, facts.values(), strict=True) if not set(values).isdisjoint(counts)]
    if not borne:
        yield "did", _("“%(said)s” is stated as a fact, and it is not confirmed. Write who says so.") % {"said": said}
    elif all(len(set(counts)) > 1 for counts in borne):
        text = _("“%(said)s” is stated as a fact, and it is contested: %(sides)s. Withdraw what is wrong.")
        yield "contested", text % {"said": said, "sides": " / ".join(borne[0])}


def _ours(one: Proposal) -> bool:
    return one.modality == "stated" and one.speaker is None and not one.fact.endswith(".words")


def _attribution_near(text: str, one: Proposal, language: str, sending: str) -> bool:
    """Whether its sentence says whose word it is in a way that the grammar of sources does not read."""
    shown = masked(text, quotations(text))  # What somebody is quoted with has sentences of its own.
    around = "".join(shown[start:end] for start, end in sentences(shown) if start < one.end and end > one.start)
    return attributed(fold(around), language, sending)
