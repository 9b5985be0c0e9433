"""The worked example's sources: a bulletin and two accounts, worked through by examples/accounts.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from importlib.resources import files
from typing import Any

from inviolable.incidents.example import REFERENCE
from inviolable.incidents.lookup import incident_state
from inviolable.law.files import decode, parse_toml
from inviolable.sources import actions
from inviolable.sources.proposals import Proposal
from inviolable.sources.proposing import Work, anchored
from inviolable.sources.shelf import shelf
from inviolable.sources.terms import Told, pasted

TEXTS = files("inviolable.sources") / "examples"
STORY = "accounts.toml"
OFFICER = {"role": "officer", "id": "example-officer"}
DESCRIBED = ("publisher", "published", "language", "title")


def load_example_sources(now: datetime) -> None:
    """Take the three texts in, and decide on what the rules propose of them. Headquarters must have recipients."""
    for told in parse_toml(decode(TEXTS.joinpath(STORY).read_bytes(), STORY), STORY)["source"]:
        _work_through(told, {"actor": OFFICER, "now": now})


def _work_through(told: Mapping[str, Any], who: Mapping[str, Any]) -> None:
    read = pasted(TEXTS.joinpath(told["file"]).read_text("utf-8"))
    said = {name: told[name] for name in DESCRIBED}
    source = actions.receive(REFERENCE, told["kind"], said, read, seen_as="pasted", **who)
    known = shelf(incident_state(REFERENCE).timeline)
    work = Work(known.sources[source], known.sources[source].last, read.words, told["zone"])
    for proposal in work.proposals(known):
        if proposal.fact in told.get("turned_down", ()):
            actions.turn_down(REFERENCE, source, work.place(proposal), **who)
        elif proposal.fact not in told.get("left", ()):
            _confirm(work, proposal, told, who)
    for one in told.get("said", ()):
        place = anchored(read.words, one["raw"])
        claim = Told(**{**one, "speakers": tuple(one["speakers"])}, anchor=place)
        actions.claim(REFERENCE, source, claim, confirmed=True, **who)


def _confirm(work: Work, proposal: Proposal, told: Mapping[str, Any], who: Mapping[str, Any]) -> None:
    """As it stands, or in place of it what the text really says."""
    read = work.told(proposal)
    speakers = tuple(told.get("speakers", {}).get(one, one) for one in read.speakers)
    right = replace(read, speakers=speakers, as_of=told.get("as_of", {}).get(proposal.fact, ""))
    instead = work.place(proposal) if right != read else None
    actions.claim(REFERENCE, work.source.id, right, confirmed=True, instead_of=instead, **who)
