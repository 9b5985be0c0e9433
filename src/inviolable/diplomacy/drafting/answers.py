"""Answers to what the other State said, on offer: what others told us of the same, or its own side later, and exhibits
put against it. Of each that rests on what is contested, a person reads whose account says otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from inviolable.counsel.clocks import day_words as shown_day
from inviolable.counsel.page import reading
from inviolable.diplomacy.demands.firmer import Offer
from inviolable.diplomacy.drafting.offered import ANSWERED, answer_to, on_offer
from inviolable.diplomacy.drafting.quoting import reported_in
from inviolable.diplomacy.drafting.speakers import Organs, told_by
from inviolable.diplomacy.drafting.statements import THEIRS, Statement, bears_on, claims_of, statements, voice_of
from inviolable.diplomacy.terms import Content
from inviolable.diplomacy.words.naming import day_words
from inviolable.diplomacy.words.wording import Words
from inviolable.incidents.exhibiting import media_words
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.picture import fact_words
from inviolable.incidents.place import day_of, zone_of
from inviolable.incidents.terms import Claim
from inviolable.incidents.wording import example_words, in_each_language, said_by
from inviolable.ledger.models import Subject
from inviolable.sources.drafts import FEWEST_WORDS
from inviolable.sources.shelf import shelf
from inviolable.sources.theirs import Link, theirs
from inviolable.sources.tongue import likelier
from inviolable.sources.voices import Voice

AGAINST = "against"
#: So many words of a statement stand for it.
BEGINNING = 8


def answers(
    state: IncidentState, words: Mapping[str, Words], language: str, organs: Organs = ()
) -> Iterator[tuple[Offer, str]]:
    """Each as a paragraph, and as a form asks it in the reader's language. What is contested is offered as what was
    told, by whom: it states nothing in our own voice. Whom a note does not name (speakers.py), a person says what they
    are. organs: what those of both States are called."""
    host, there = str(state.opened.get("host_language", "")), zone_of(state)
    against = {one.claim: one.links for one in theirs(state, shelf(state.timeline), language)}
    for part in state.parts:
        said_by_them = statements(state, part)
        days = {(one.called, one.words): one.day for one in said_by_them}
        for one in said_by_them:
            told_of = _told_otherwise(state, part, one, days)
            for claim in sorted(told_of, key=lambda claim: voice_of(state, claim).kind != THEIRS):
                voice = voice_of(state, claim)
                told = _told(state, part, claim, words)
                if all((who := _voice(state, claim, words, organs)).values()):
                    told["voice"] = who
                text = "answered_ours" if _our_ministry(voice) else "answered"
                if day := days.get((claim.voice, claim.said)):
                    text, told["day"] = "answered_theirs", _dated(day, words)
                text += "_told" if "report" in told else ""
                name = f"{answer_to(one.key)}{claim.seq}"
                called = _("To %(theirs)s: %(ours)s (%(who)s)")
                said = {"theirs": _begins(one), "ours": as_said(claim.said, claim.indirect)}
                said["who"] = said_by(claim.voice, claim.source)
                warned = " ".join(filter(None, (called % said, disputed(state, part, claim))))
                yield on_offer(name, text, told, words, "facts", host), warned
            for link in filter(_held, against.get(one.claim, ())):
                told = {"proof": in_each_language(partial(media_words, link.proof.media))}
                made = day_of(link.proof.made, there)
                told["day"] = _dated(made, words)
                text = "answered_before" if link.proof.before is not None else "answered_exhibit"
                offer = on_offer(f"{answer_to(one.key)}{link.seq}", text, told, words, "facts", host)
                called = _("To %(theirs)s: %(proof)s of %(day)s")
                said = {
                    "theirs": _begins(one),
                    "proof": media_words(link.proof.media),
                    "day": shown_day(made),
                }
                yield offer, called % said


def _begins(one: Statement) -> str:
    """Enough of a statement to know it by, where the whole of it stands above."""
    return as_said(one.words, one.indirect, BEGINNING)


def as_said(words: str, indirect: bool, most: int | None = None) -> str:
    """Words as a form shows them, quoted only where they are those that were said. most: so many of them."""
    told = example_words(words) if indirect else words
    told = Truncator(told).words(most) if most else told
    return told if indirect else _("“%(words)s”") % {"words": told}


def _held(link: Link) -> bool:
    """Whether it speaks against a statement, and can be shown: what was erased is on record, and nobody holds it."""
    erased = Subject.objects.filter(id=link.proof.exhibit).exclude(erased=None)
    return link.stance == AGAINST and not erased.exists()


def disputed(state: IncidentState, part: str, claim: Claim) -> str:
    """That an answer in these words rests on what is contested in the file, and whose account says otherwise, theirs
    last; "" where it does not."""
    confirmed, found = state.confirmed(part), list[str]()
    same = [one for one in claims_of(state, part, "") if (one.voice, one.said) == (claim.voice, claim.said)]
    bears = {fact: left for one in same for fact, left in bears_on(one).items() if left}
    for fact, left in bears.items():
        if len(counts := confirmed.get(fact, {})) > 1:
            rests = (decisions for value, decisions in counts.items() if value not in left)
            names = dict.fromkeys(name for several in rests for one in several for name in one.claims)
            others = [state.claims[name] for name in names if name in state.claims]
            others.sort(key=lambda one: voice_of(state, one).kind == THEIRS)
            who = "; ".join(dict.fromkeys(filter(None, (said_by(one.voice, one.source) for one in others))))
            told = {"fact": fact_words(fact, reading()), "who": who}
            said = _("%(fact)s Otherwise: %(who)s.") if who else _("%(fact)s Nobody is named who says otherwise.")
            found.append(said % told)
    return " ".join([_("Contested in this file:"), *found]) if found else ""


def disputed_in(state: IncidentState, content: Content) -> list[tuple[str, str]]:
    """The answers that a note gives to what is contested in the file: the paragraph, and what `disputed` says of it."""
    claims = {str(one.seq): one for one in reversed(state.claims.values())}
    ids = [one.id for one in content.paragraphs if one.id.startswith(ANSWERED)]
    told = ((name, claims.get(name.rpartition("-")[2])) for name in ids)
    return [(name, said) for name, one in told if one and (said := disputed(state, one.part, one))]


def _told_otherwise(
    state: IncidentState, part: str, one: Statement, days: Mapping[tuple[str, str], date]
) -> Iterator[Claim]:
    """Statements on which a value rests that a person confirmed and that theirs leaves out, each once: of others, and
    what their own side said later. days: on which that side said what."""
    seen = {(one.called, one.words)}
    for claim in _against(state, part, one):
        said = claim.voice, claim.said
        if voice_of(state, claim).kind == THEIRS:
            counts = said in days and days[said] > one.day
        else:
            counts = len(claim.said.split()) >= FEWEST_WORDS
        if counts and said not in seen:
            seen.add(said)
            yield claim


def _against(state: IncidentState, part: str, one: Statement) -> Iterator[Claim]:
    """What the confirmed values rest on that a statement leaves out, of documents what a person found in them."""
    confirmed, counting = state.confirmed(part), {claim.id: claim for claim in claims_of(state, part, "")}
    theirs_of = [claim for claim in counting.values() if (claim.voice, claim.said) == (one.called, one.words)]
    said = [(their, fact, left) for their in theirs_of for fact, left in bears_on(their).items()]
    for their, fact, left in said:
        for value, decisions in confirmed.get(fact, {}).items():
            if value not in left if their.polarity == "affirms" else value == their.value:
                names = (name for two in decisions for name in two.claims)
                yield from (counting[name] for name in names if name in counting)


def _our_ministry(voice: Voice) -> bool:
    return voice.kind == "own_organ" and voice.id.endswith("-ministry")


def _voice(state: IncidentState, claim: Claim, words: Mapping[str, Words], organs: Organs) -> dict[str, str]:
    if _our_ministry(voice_of(state, claim)):
        return {language: table["cited"]["our_ministry"] for language, table in words.items()}
    return {one: told_by(state, claim, organs, table, one) for one, table in words.items()}


def _told(state: IncidentState, part: str, claim: Claim, words: Mapping[str, Words]) -> dict[str, dict[str, str]]:
    """What an answer says they said: a quotation, unless the file has none."""
    quoted = _words(state, part, claim, words)
    return {"words": quoted} if all(quoted.values()) else {"report": reported_in(claim.note, words)}


def _words(state: IncidentState, part: str, claim: Claim, words: Mapping[str, Words]) -> dict[str, str]:
    """What is quoted in each language: of an organ of ours what it said of the same in that language itself, where the
    file has it."""
    voice, bears, found = voice_of(state, claim), bears_on(claim), dict[str, str]()
    for one in (claim, *(claims_of(state, part, "") if voice.kind == "own_organ" else ())):
        theirs = bears_on(one)
        same = any(set(left) & set(theirs.get(fact, ())) for fact, left in bears.items())
        if same and voice_of(state, one).id == voice.id and len(one.raw.split()) >= FEWEST_WORDS:
            found.setdefault(likelier(one.raw, words), one.raw)
    return {language: found.get(language, claim.raw) for language in words}


def _dated(day: date, words: Mapping[str, Words]) -> dict[str, str]:
    return {language: day_words(day, table, "date") for language, table in words.items()}
