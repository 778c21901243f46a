"""A real browser at the real page."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.platforms.web.serving import Served, served

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it.

    It lives for one module: while it does, Playwright's own event loop runs in this thread, and no async test could.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def _served(browser: Browser) -> Iterator[Served]:
    with served() as made:
        yield made


@pytest.fixture
def server(_served: Served) -> Served:
    """The page, with nothing away and the clock at the beginning."""
    _served.reset()
    return _served


@dataclass
class Watched:
    """What a page must not do: complain, fail, or ask another host; `allowed` are complaints a test brings about."""

    faults: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def watch(self, page: Page, host: str) -> None:
        page.on(
            "console",
            lambda message: self.faults.append(message.text) if message.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        page.on("request", lambda request: self._host(request.url, host))

    def _host(self, url: str, host: str) -> None:
        if not url.startswith((f"{host}/", f"blob:{host}/", "data:image/png;base64,")):
            self.faults.append(f"asked for {url[:80]}")


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A fresh visitor; parametrize indirectly with what `new_context` takes."""
    wanted = {"viewport": {"width": 360, "height": 740}, "reduced_motion": "reduce", **getattr(request, "param", {})}
    made = browser.new_context(**wanted)
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, server: Served, watched: Watched) -> Iterator[Page]:
    """The chat page, open and ready; at the end nothing went wrong in it."""
    made = context.new_page()
    watched.watch(made, server.url)
    made.goto(server.url)
    made.get_by_role("button", name="Start", exact=True).wait_for()
    yield made
    unexpected = [each for each in watched.faults if not any(known in each for known in watched.allowed)]
    assert unexpected == []
