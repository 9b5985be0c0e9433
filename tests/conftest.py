"""What all rooms' tests share."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from django.conf import settings as django
from django.utils import translation
from hypothesis import HealthCheck, settings
from tests.server import Server

#: How long an example takes is not what is tested, and depends on what else the machine does.
EXAMPLES = int(os.environ.get("INVIOLABLE_EXAMPLES", "100"))
settings.register_profile("suite", deadline=None, max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")
NO_SKIP = bool(os.environ.get("INVIOLABLE_NO_SKIP"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever keeps data is marked so, also where a fixture does: `-m django_db` runs it on PostgreSQL."""
    for item in items:
        if "db" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db)


def pytest_runtest_teardown() -> None:
    """A request leaves its language behind, which the next test would speak."""
    if django.configured:
        translation.deactivate()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """With INVIOLABLE_NO_SKIP=1 a test that cannot run has failed."""
    return _no_skip((yield), item.nodeid)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole file that skips itself."""
    return _no_skip((yield), collector.nodeid)


def _no_skip(report, name):
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{name} was skipped, and INVIOLABLE_NO_SKIP allows no skip: {reason}"
    return report


@pytest.fixture(scope="session")
def example_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real server on a home that was empty when it started."""
    with Server(tmp_path_factory.mktemp("home") / "var") as server:
        yield server


@pytest.fixture
def root() -> Path:
    """The repository."""
    return Path(__file__).parent.parent
