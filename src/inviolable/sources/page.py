"""What the pages of this room share: an incident with its sources, and each of them in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404

from inviolable.counsel.page import Request, reading
from inviolable.incidents.acts import last_zone
from inviolable.incidents.fields import UTC
from inviolable.incidents.page import Page, actor_of, existing
from inviolable.incidents.picture import fact_words
from inviolable.sources.agreement import ACCOUNTS
from inviolable.sources.models import Text
from inviolable.sources.naming import as_named, left_words, lineage_words
from inviolable.sources.proposals import Proposal
from inviolable.sources.proposing import Work, places
from inviolable.sources.sets import allows
from inviolable.sources.shelf import CONFIRMED, PROPOSED, Claim, Shelf, Source, Version, shelf_of
from inviolable.sources.values import normal
from inviolable.sources.wording import FAULTS, KINDS, MODALITIES, POLARITIES, STATES

#: What a list says of a document.
SHOWN = ("publisher", "published", "modified", "language", "lineage")


@dataclass(frozen=True)
class Sources:
    """An incident, and its sources."""

    page: Page
    shelf: Shelf

    @property
    def reference(self) -> str:
        """Of the incident."""
        return self.page.incident.reference

    @cached_property
    def zone(self) -> str:
        """The post's clock: the one that people told times on last, "" where nobody told any."""
        zone = last_zone(self.page)
        return "" if zone == UTC else zone


def sources_of(reference: str) -> Sources:
    """The sources of the incident of that reference, or 404."""
    page = existing(reference)
    return Sources(page, shelf_of(page.state))


def source_of(found: Sources, source: int) -> Source:
    """One of them, or 404."""
    if str(source) not in found.shelf.sources:
        raise Http404
    return found.shelf.sources[str(source)]


def claim_of(found: Sources, claim: int) -> Claim:
    """A claim of one of them, or 404."""
    if str(claim) not in found.shelf.claims:
        raise Http404
    return found.shelf.claims[str(claim)]


def words_of(found: Sources, source: Source, version: Version) -> str:
    """The words of a version; "" where nobody gave them, or they went with their exhibit."""
    place = {"stream": found.page.incident.stream, "source": source.id, "version": version.number}
    kept = Text.objects.filter(**place).first()
    return str(kept.words) if kept else ""


def words_by_source(found: Sources) -> dict[str, str]:
    """The words of the newest version of every source that has any."""
    last = {(one.id, one.last.number) for one in found.shelf.sources.values()}
    kept = Text.objects.filter(stream=found.page.incident.stream)
    return {one.source: one.words for one in kept if (one.source, one.version) in last}


def waiting_in(found: Sources) -> dict[str, int]:
    """How much waits for a decision in the newest version of each source: claims, and what the rules offer."""
    words = words_by_source(found)
    count = Counter(one.source for one in found.shelf.claims.values() if one.state == PROPOSED)
    for source in found.shelf.sources.values():
        work = _work(found, source, source.last, words.get(source.id, ""))
        count[source.id] += len(work.proposals(found.shelf))
    return count


def work_on(found: Sources, source: Source, version: Version) -> Work:
    """One version of a source, to be worked through."""
    return _work(found, source, version, words_of(found, source, version))


def _work(found: Sources, source: Source, version: Version, words: str) -> Work:
    return Work(source, version, words, found.zone)


def who(request: Request) -> dict[str, Any]:
    """Who writes, and when."""
    return {"actor": actor_of(request.user), "now": request.now}


def row(found: Shelf, source: Source) -> dict[str, Any]:
    """A source in a list."""
    claims = found.of(source.id)
    return {
        "source": source,
        "name": source.about("title") or source.about("publisher") or source.about("address"),
        "kind": KINDS[source.kind],
        "fault": FAULTS.get(source.last.reading.get("fault", ""), "") if not source.last.text else "",
        "note": source.last.reading.get("note", ""),
        "about": {name: about_words(source, name) for name in SHOWN},
        "confirmed": sum(one.state == CONFIRMED for one in claims),
    }


def about_words(source: Source, name: str) -> str:
    """What is said of a document, in words where it is a code."""
    said = source.about(name)
    return lineage_words(said, reading()) if name == "lineage" else said


def place_of(start: int | None, key: str) -> str:
    """Where it is in the order of a page: by its place in the text, then by what it is about; without a place, last."""
    return f"{start:07}.{key}" if start is not None else f"~.{key}"


def claim_row(found: Shelf, claim: Claim) -> dict[str, Any]:
    """A claim in words."""
    return {
        "claim": claim,
        "start": claim.anchor.get("start", ""),
        "place": place_of(claim.anchor.get("start"), claim.key),
        "version": claim.version if len(found.sources[claim.source].versions) > 1 else 0,
        **_asked(claim.key, claim.value),
        "state": STATES[claim.state],
        "tone": {CONFIRMED: "go", PROPOSED: "care"}.get(claim.state, ""),
        "open": claim.state == PROPOSED,
        "polarity": POLARITIES[claim.polarity] if claim.polarity != "affirms" else "",
        "modality": MODALITIES[claim.modality] if claim.modality != "stated" else "",
        "replaced": found.replaced_by(claim),
        "law": law_words(claim.key, claim.value, claim.polarity, claim.modality),
    }


def doubt(claim: Claim, words: str) -> bool:
    """Whether a claim quotes what does not stand in its source. words: of that version, "" where they are not here."""
    return bool(claim.raw and words and not claim.anchor and not places(words, claim.raw))


def proposal_row(proposal: Proposal) -> dict[str, Any]:
    """A proposal in words."""
    return {
        "proposal": proposal,
        "start": proposal.start,
        "place": place_of(proposal.start, proposal.fact),
        **_asked(proposal.fact, proposal.value),
        "polarity": POLARITIES[proposal.polarity] if proposal.polarity != "affirms" else "",
        "modality": MODALITIES[proposal.modality] if proposal.modality != "stated" else "",
        "law": law_words(proposal.fact, proposal.value, proposal.polarity, proposal.modality),
    }


def law_words(key: str, value: str, polarity: str, modality: str) -> list[tuple[str, list[str]]]:
    """What the law would read in it: questions with the answers that it leaves open; none in what is no account."""
    if polarity == "silent" or modality not in ACCOUNTS:
        return []
    read = allows(normal(key, value, denied=polarity == "denies"))
    return [(fact_words(fact, reading()), [left_words(fact, left, reading())]) for fact, left in read.items()]


def _asked(key: str, value: str) -> dict[str, str]:
    """What a claim is about, and what it says, in words."""
    question = fact_words(key, reading())
    return {
        "question": question if question.endswith("?") else f"{question}:",
        "value": as_named(normal(key, value), value, reading()),
    }
