"""The product's own settings with one more page: tests/web/upload_site.py."""

from inviolable.web.settings import *  # noqa: F403

ROOT_URLCONF = "tests.web.upload_site"
