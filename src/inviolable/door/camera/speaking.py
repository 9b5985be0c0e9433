"""What the camera says to the server: that it wants to be enrolled, that it is there, that a recording is over.

docs/door.md, "What it says to the server". Time is an argument.
"""

from __future__ import annotations

import json
from datetime import datetime

from inviolable.door.camera.home import Reel
from inviolable.door.camera.line import Answer, Line
from inviolable.ledger import canonical
from inviolable.ledger.keys import SigningKey
from inviolable.ledger.moments import written

#: What is signed to be enrolled; the public half in hex follows.
ASKING = "inviolable door "


class Speaking:
    """One device's statements, in their order."""

    def __init__(self, line: Line, key: SigningKey) -> None:
        self._line, self._key = line, key
        # The server says up to which number it has heard this device: nothing has to be kept over a restart.
        self._number, self._digest = 0, ""

    def enrol(self) -> Answer:
        """Ask for a code. Raises NoLine."""
        public = self._key.public.hex()
        proof = self._key.sign(f"{ASKING}{public}".encode()).hex()
        return self._line.post("/door/enrol", json.dumps({"public": public, "proof": proof}).encode())

    def beat(self, film: str | None, now: datetime) -> Answer:
        """It is there. film: the recording that it would begin next. Raises NoLine."""
        return self._say({"say": "beat"}, film, now)

    def filmed(self, reel: Reel, film: str, now: datetime) -> Answer:
        """A recording is over, and everything of it has left. Raises NoLine."""
        said = {"say": "filmed", "id": reel.recording, "recording": reel.recording, "segments": str(reel.made)}
        return self._say(said, film, now)

    def _say(self, more: dict[str, str], film: str | None, now: datetime) -> Answer:
        answer = self._once(more, film, now)
        taken = answer.said.get("taken")
        if isinstance(taken, int) and taken > self._number:  # It was heard before it was last started.
            self._number = taken
            answer = self._once(more, film, now)
        if isinstance(place := answer.said.get("place"), dict):
            self._digest = str(place.get("digest", ""))
        return answer

    def _once(self, more: dict[str, str], film: str | None, now: datetime) -> Answer:
        self._number += 1
        said = {"device": self._key.id, "made": written(now), "number": self._number, "v": 1, **more}
        statement = canonical.encode(said)
        body = {"statement": statement.decode(), "signature": self._key.sign(statement).hex(), "has": self._digest}
        return self._line.post("/door/say", json.dumps(body | ({} if film is None else {"film": film})).encode())
