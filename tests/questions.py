"""How often the database is asked."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext


def questions(look: Callable[..., object], *told: object) -> int:
    """So many queries one look takes."""
    with CaptureQueriesContext(connection) as asked:
        look(*told)
    return len(asked)
