"""The product's own settings on a throwaway home. Nothing is made weaker or faster than in use."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_home = Path(tempfile.mkdtemp(prefix="inviolable-tests-"))
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["INVIOLABLE_HOME"] = str(_home)
os.environ.pop("INVIOLABLE_ADDRESS", None)

from inviolable.web.settings import *  # noqa: E402, F403
from inviolable.web.settings import DATABASES  # noqa: E402

# A file, as in use: in memory there would be no write-ahead log.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": _home / "test.sqlite3"}
