"""Answers to what the other State said, on offer: what others told us of the same, and exhibits put against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial

from django.utils.translation import gettext as _

from inviolable.counsel.clocks import day_words as shown_day
from inviolable.diplomacy.demands.firmer import Offer
from inviolable.diplomacy.naming import day_words
from inviolable.diplomacy.offered import answer_to, on_offer
from inviolable.diplomacy.statements import THEIRS, Statement, bears_on, claims_of, statements, voice_of
from inviolable.diplomacy.wording import Words
from inviolable.incidents.exhibiting import media_words
from inviolable.incidents.fold import IncidentState
from inviolable.incidents.terms import Claim
from inviolable.incidents.wording import in_each_language
from inviolable.sources.drafts import FEWEST_WORDS
from inviolable.sources.naming import labels
from inviolable.sources.shelf import shelf
from inviolable.sources.theirs import Proof, theirs

AGAINST = "against"


def answers(state: IncidentState, words: Mapping[str, Words], language: str) -> Iterator[tuple[Offer, str]]:
    """Each as a paragraph, and as a form asks it in the reader's language. What is contested is offered as what was
    told, by whom: it states nothing in our own voice."""
    host = str(state.opened.get("host_language", ""))
    against = {one.claim: one.links for one in theirs(state, shelf(state.timeline), language)}
    for part in state.parts:
        for one in statements(state, part):
            for claim in _told_otherwise(state, part, one):
                told = {"voice": _voice(state, claim, words), "words": dict.fromkeys(words, claim.raw)}
                name = f"{answer_to(one.key)}{claim.seq}"
                called = _("To “%(theirs)s”: “%(ours)s” (%(who)s)")
                said = {"theirs": one.words, "ours": claim.raw, "who": claim.said_by}
                yield on_offer(name, "answered", told, words, "facts", host), called % said
            for link in (link for link in against.get(one.claim, ()) if link.stance == AGAINST):
                told = {"proof": in_each_language(partial(media_words, link.proof.media))}
                told |= {"day": {name: day_words(_made(link.proof), table, "date") for name, table in words.items()}}
                text = "answered_before" if link.proof.before is not None else "answered_exhibit"
                offer = on_offer(f"{answer_to(one.key)}{link.seq}", text, told, words, "facts", host)
                called = _("To “%(theirs)s”: %(proof)s of %(day)s")
                said = {
                    "theirs": one.words,
                    "proof": media_words(link.proof.media),
                    "day": shown_day(_made(link.proof)),
                }
                yield offer, called % said


def _told_otherwise(state: IncidentState, part: str, one: Statement) -> Iterator[Claim]:
    """Statements of others on which a value rests that a person confirmed and that theirs leaves out, each once."""
    theirs_of = [claim for claim in claims_of(state, part, "") if (claim.voice, claim.raw) == (one.called, one.words)]
    seen: set[tuple[str, str]] = set()
    for their in theirs_of:
        for fact, left in bears_on(their).items():
            for value, decisions in state.confirmed(part).get(fact, {}).items():
                other = value not in left if their.polarity == "affirms" else value == their.value
                for claim in (state.claims[name] for two in decisions for name in two.claims if name in state.claims):
                    ours = voice_of(state, claim).kind != THEIRS and len(claim.raw.split()) >= FEWEST_WORDS
                    if other and ours and (claim.voice, claim.raw) not in seen:
                        seen.add((claim.voice, claim.raw))
                        yield claim


def _voice(state: IncidentState, claim: Claim, words: Mapping[str, Words]) -> dict[str, str]:
    known = voice_of(state, claim).id
    return {language: str(labels(language)["voices"].get(known, claim.voice)) for language in words}


def _made(proof: Proof) -> date:
    return proof.made.start.date()
