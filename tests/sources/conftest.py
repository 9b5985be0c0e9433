"""An incident, two keys of headquarters, and somebody who reads the papers about it."""

from tests.counsel.conftest import reader, tell
from tests.incidents.conftest import home, identities, incident

__all__ = ["home", "identities", "incident", "reader", "tell"]
