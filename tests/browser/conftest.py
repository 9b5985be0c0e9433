"""A real browser, Debian's Chromium, on the real server."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

HERE = Path(__file__).parent
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = HERE / "node_modules/axe-core/axe.min.js"
#: Only what fails is told in full: the rest of a long page is megabytes.
FINDING = """rules => axe.run({runOnly: rules, resultTypes: ["violations"]})
    .then(found => ({passes: found.passes.length, violations: found.violations}))"""
#: Milliseconds until a test gives up on a page: only whether it comes is tested, not how soon on a busy machine.
PATIENCE = 60_000
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not longer than a file of tests: as long as it is open, nothing else can run an event loop in this thread."""
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_context(browser) -> Iterator[Callable[..., BrowserContext]]:
    """Opens a fresh browser profile. The page's own policy holds in it, as it does for everybody."""
    contexts = []

    def open_one(**wishes: object) -> BrowserContext:
        context = browser.new_context(**({"locale": "en-GB", "viewport": {"width": 1100, "height": 850}} | wishes))
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture
def check_accessible() -> Callable[[Page], None]:
    """Fails with what axe-core finds. The page must come from a context with `bypass_csp=True`."""
    if not AXE.exists():
        pytest.skip("axe-core is missing: apt-get install npm, then make setup")

    def check(page: Page) -> None:
        page.add_script_tag(path=AXE)
        found = page.evaluate(FINDING, RULES)
        assert found["passes"], "axe-core ran no rule"
        faults = [
            f"{fault['id']}: {node['html']}: {node['failureSummary']}"
            for fault in found["violations"]
            for node in fault["nodes"]
        ]
        assert not faults, f"{page.url}\n" + "\n".join(faults)

    return check


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """Keeps a picture of the page where INVIOLABLE_PICTURES says, for people to look at."""
    folder = os.environ.get("INVIOLABLE_PICTURES")

    def take(page: Page, name: str) -> None:
        if folder:
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return take


def scrolls_sideways(page: Page) -> bool:
    """Whether one must scroll to the side to read."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
