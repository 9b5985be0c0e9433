"""What channels are handed, and how they say that it did not go."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

#: What a text says of itself at its beginning: it is of an example, of a drill, or sent again.
MARKS = ("example", "exercise", "repeat")


class Enclosure(NamedTuple):
    """A document that goes with a mail."""

    name: str
    media: str
    data: bytes


class Text(NamedTuple):
    """What is sent. id: the same for every attempt, so that whoever gets it twice can tell.

    short: for a text message or to be spoken. language: in which it is. asks: whether an answer is wanted. link: where
    to answer or to see more. marks: of MARKS, those that hold. at: when it is handed over. once: rather not at all than
    twice. Of a mail: what is enclosed, and the address that answers go to.
    """

    id: str
    subject: str
    body: str
    short: str = ""
    language: str = "en"
    asks: bool = False
    link: str = ""
    marks: tuple[str, ...] = ()
    at: datetime = datetime.fromtimestamp(0, UTC)
    once: bool = False
    enclosed: Sequence[Enclosure] = ()
    answers: str = ""


class Fault(Exception):
    """It did not go. `short`: one word for the record, which names nobody; the message may hold an address.

    gone: addresses at which nobody is any more.
    """

    gone: tuple[str, ...] = ()

    def __init__(self, short: str, said: str) -> None:
        super().__init__(said)
        self.short = short


class Trouble(Fault):
    """It may go later."""


class Unclear(Trouble):
    """It may have gone all the same: nobody said."""


class Refusal(Fault):
    """It will never go like this."""


class Gone(Refusal):
    """Nobody is at this address any more, and never will be."""
