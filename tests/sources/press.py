"""The records of real pages on two incidents, as handed in: facts in our own words, quotations of at most 25 words."""

from functools import cache
from pathlib import Path

from inviolable.sources.records import Claim, Record, load

PRESS = Path(__file__).parents[1] / "data" / "press"
MINNEAPOLIS, SHENYANG = "minneapolis", "shenyang"


def files(incident: str) -> list[Path]:
    return sorted((PRESS / incident).glob("*.json"))


@cache
def press(incident: str) -> tuple[Record, ...]:
    return tuple(load(files(incident)))


def record(incident: str, number: str) -> Record:
    return next(one for one in press(incident) if one.id == number)


def said(number: str, *claims: tuple[str, ...], **of_record: str) -> Record:
    """A record with claims (fact, value) or (fact, value, attributed to) or (fact, value, attributed to, quote)."""
    return Record(number, claims=tuple(Claim(number, n, *claim) for n, claim in enumerate(claims)), **of_record)
