"""The worked example's incident, told step by step in examples/minneapolis-2026.toml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib.resources import files
from io import BytesIO
from typing import Any

from django.db import transaction

from inviolable.incidents.actions import add_part, assign, done, open_incident
from inviolable.incidents.facts import claim, confirm, make_finding, withdraw
from inviolable.incidents.lookup import incident_state
from inviolable.incidents.models import Incident
from inviolable.incidents.terms import FIRST, Claim
from inviolable.law.files import decode, parse_toml
from inviolable.ledger.exhibits import About, receive
from inviolable.ledger.moments import Happened

REFERENCE = "minneapolis-2026"
STORY = f"{REFERENCE}.toml"
SYSTEM = {"role": "system", "id": "example"}


@transaction.atomic
def load_example(now: datetime) -> Incident:
    """Tell the example's story: every entry recorded now, each saying when in January 2026 it happened."""
    story = _story()
    steps, zone = story.pop("step"), story.pop("zone")
    titles = story.pop("title")
    incident = open_incident(REFERENCE, titles["en"], words=titles, **story, status="exercise", actor=SYSTEM, now=now)
    for step in steps:
        _tell(step, zone, now)
    return incident


def _story() -> dict[str, Any]:
    return parse_toml(decode(files(__package__).joinpath("examples", STORY).read_bytes(), STORY), STORY)


def _tell(step: Mapping[str, Any], zone: str, now: datetime) -> None:
    happened, part = Happened.at(step["at"], zone), step.get("in", FIRST)
    entered = "officer" if {"said", "denied"} & step.keys() else "duty_officer"  # One enters, another confirms.
    role = step.get("by", entered)
    common: dict[str, Any] = {"actor": {"role": role, "id": f"example-{role.replace('_', '-')}"}, "now": now}
    told: dict[str, Any] = {**common, "happened": happened, "part": part}
    for polarity, name in (("affirms", "said"), ("denies", "denied")):
        who = {"voice": step.get("voice", ""), "source": step.get("source", "")}
        said = {"raw": step.get("words", ""), "note": step.get("report", "")}
        for key, value in step.get(name, {}).items():
            claim(REFERENCE, key, value, polarity=polarity, **who, **said, **told)
    for key, values in step.get("confirmed", {}).items():
        for value in values if isinstance(values, list) else [values]:
            claims = incident_state(REFERENCE).claims.values()
            rests_on = [one.id for one in claims if one.part == part and _supports(one, key, value)]
            confirm(REFERENCE, key, value, claims=rests_on, why=step.get("why", ""), **told)
    for key, value in step.get("withdrawn", {}).items():
        withdraw(REFERENCE, key, value, step["why"], **told)
    if "part" in step:
        told = {"occurred": step["occurred"], "place": step["place"]}
        add_part(REFERENCE, step["part"]["en"], words=step["part"], **told, **common)
    if "task" in step:
        task = step["task"]
        assign(REFERENCE, task["en"], step["to"], due=step["due"], words=task, happened=happened, **common)
    if "done" in step:
        tasks = incident_state(REFERENCE).still_open()
        task = next(one.name for one in tasks if one.what == step["done"]).removeprefix("task/")
        done(REFERENCE, task, result=step["result"]["en"], words=step["result"], happened=happened, **common)
    for as_of in step.get("findings", ()):
        make_finding(REFERENCE, as_of=as_of, **common)


def _supports(claim: Claim, key: str, value: str) -> bool:
    """Whether a statement speaks for a value: it affirms it, or denies another one."""
    return claim.key == key and (claim.value == value) == (claim.polarity == "affirms")


def load_exhibits(now: datetime) -> None:
    """The example's clip, sealed to the example's recipients."""
    incident, story = Incident.objects.get(reference=REFERENCE), _story()
    clip = files(__package__).joinpath("examples", "clip.mp4").read_bytes()
    about = About(
        "C",
        consent="given",
        name="EXAMPLE clip.mp4",
        giver="EXAMPLE passer-by",
        description="EXAMPLE: a test picture in place of the video that was filmed at the door",
        media="video/mp4",
        source="a passer-by",
        happened=Happened.at(datetime.fromisoformat(story["occurred"]), story["zone"]),
    )
    receive(incident.stream, BytesIO(clip), about, actor=SYSTEM, now=now)
