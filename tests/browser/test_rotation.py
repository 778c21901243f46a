"""The real bot behind the page: a newcomer lives a rotation in the browser."""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Watched
from tests.processes import free_port

#: One worker has it all: what it sets up is costly.
pytestmark = pytest.mark.xdist_group("browser")

SHAPES = [
    pytest.param({"viewport": {"width": 360, "height": 740}, "color_scheme": "light"}, id="phone-light"),
    pytest.param({"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"}, id="phone-dark"),
    pytest.param({"viewport": {"width": 1280, "height": 860}, "color_scheme": "light"}, id="desk-light"),
    pytest.param({"viewport": {"width": 1280, "height": 860}, "color_scheme": "dark"}, id="desk-dark"),
]


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[str]:
    """`python -m bot run` on a fresh file; yields its address once it is ready."""
    port = free_port()
    environment = {
        **os.environ,
        "PORT": str(port),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'bot.db'}",
        "LOG_LEVEL": "WARNING",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert f"http://127.0.0.1:{port}/" in line, line + process.stdout.read()
        url = f"http://127.0.0.1:{port}"
        # The address is printed a moment before the port is open: the connection waits for it.
        urllib.request.urlopen(urllib.request.Request(f"{url}/healthz"), timeout=20).close()
        yield url
    finally:
        process.terminate()
        process.wait(15)
        process.stdout.close()


@pytest.fixture
def visitor(browser: Browser, bot: str, watched: Watched, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(timezone_id="America/Chicago", reduced_motion="reduce", **request.param)
    context.set_default_timeout(15_000)
    page = context.new_page()
    watched.watch(page, bot)
    page.goto(bot)
    yield page
    context.close()
    assert watched.faults == []


def tap(page: Page, name: str, *, exact: bool = True) -> None:
    """Reach a button of the conversation by keyboard alone and press it."""
    found = page.get_by_role("log").get_by_role("button", name=name, exact=exact).last
    found.focus()
    page.keyboard.press("Enter")


def type_line(page: Page, text: str) -> None:
    page.get_by_label("Message to Wardwise").focus()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def serious(page: Page) -> list[str]:
    """Return what axe finds serious or worse."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['help']}" for each in found if each["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("visitor", SHAPES, indirect=True)
def test_a_newcomer_lives_a_rotation(visitor: Page) -> None:
    """Set up, travel to the middle, go through the loop, look up a word; by keyboard, nothing serious for axe."""
    page, log = visitor, visitor.get_by_role("log")
    start = page.get_by_role("button", name="Start", exact=True)
    start.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Which specialty?").select_option("surgery")
    page.get_by_label("When is the first day?").fill(page.evaluate(MONDAY))
    page.get_by_label("How long does it run?").fill("4 weeks")
    page.get_by_role("radio", name="Hands-on").check()
    assert serious(page) == []
    page.get_by_role("button", name="Set it up").focus()
    page.keyboard.press("Enter")
    expect(log.get_by_text("Ready", exact=True)).to_be_visible()

    travel(page, "To the midpoint")
    expect(log.get_by_text("You're halfway on", exact=False).last).to_be_visible()
    assert serious(page) == []
    tap(page, "Attending")
    tap(page, "Fri after rounds")
    tap(page, "On the ward")
    expect(log.get_by_text("I'll hand you the words ten minutes before", exact=False)).to_be_visible()

    for _ in range(4):
        if log.get_by_text("Now, with your attending", exact=False).count():
            break
        travel(page, "Next message")
    travel(page, "Next message")
    tap(page, "Yes, we talked")
    page.get_by_label("One thing to keep?").fill("my presentations are organized")
    page.get_by_label("One thing to change?").fill("be more concise, lead with assessment")
    page.get_by_role("button", name="Save").last.focus()
    page.keyboard.press("Enter")
    tap(page, "Take 1")
    expect(log.get_by_text("Your plan:", exact=False).last).to_be_visible()

    type_line(page, "dispo")
    expect(log.get_by_text("where the patient goes from here", exact=False).last).to_be_visible()
    assert serious(page) == []


#: The Monday after next, as the date field wants it.
MONDAY = """() => { const d = new Date(); d.setDate(d.getDate() + (8 - d.getDay()) % 7 + 7);
  return `${d.getFullYear()}-${String(d.getMonth() + 1).padStart(2, '0')}-${String(d.getDate()).padStart(2, '0')}`; }"""


def travel(page: Page, step: str) -> None:
    """Move the clock; on a phone the controls are in a sheet."""
    button = page.get_by_role("button", name=step, exact=True)
    sheet = page.get_by_role("button", name="Timeline and clock", exact=False)
    if not button.is_visible():
        sheet.focus()
        page.keyboard.press("Enter")
    before = page.get_by_role("log").locator(".coach").count()
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("n => document.querySelectorAll('[role=log] .coach').length > n", arg=before)
    if sheet.is_visible() is False:
        return
    page.keyboard.press("Escape")
