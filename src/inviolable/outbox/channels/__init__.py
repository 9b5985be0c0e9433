"""The channels: each a function that hands one text to one address and says under which reference it was taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple


class Text(NamedTuple):
    """What is sent. id: the same for every attempt, so that whoever gets it twice can tell."""

    id: str
    subject: str
    body: str


class Fault(Exception):
    """It did not go. `short`: one word for the record, which names nobody; the message may hold an address."""

    def __init__(self, short: str, said: str) -> None:
        super().__init__(said)
        self.short = short


class Trouble(Fault):
    """It may go later."""


class Refusal(Fault):
    """It will never go like this."""


#: home, address, what is said, whether this is an example (then nothing leaves this machine) -> reference.
Channel = Callable[[Path, str, Text, bool], str]

from inviolable.outbox.channels import mail  # noqa: E402 - they need the words above

CHANNELS: Mapping[str, Channel] = {"mail": mail.send}
