"""What every state of the page keeps to: accessibility, sizes, no sideways scrolling."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.test_chat import button, say_it, start
from tests.platforms.web.serving import Served

#: One worker has it all: what it sets up is costly.
pytestmark = pytest.mark.xdist_group("browser")

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 860}
LOOKS = [{"viewport": viewport, "color_scheme": scheme} for viewport in (PHONE, DESK) for scheme in ("light", "dark")]


def serious(page: Page) -> list[Any]:
    """Return what axe holds against the page, but for trifles."""
    found = Axe().run(page).response["violations"]
    return [(each["id"], each["nodes"][0]["html"][:120]) for each in found if each["impact"] in ("serious", "critical")]


def sideways(page: Page) -> bool:
    """Whether anything scrolls that should not: the page itself at all, the conversation to the side."""
    return bool(
        page.evaluate(
            "(() => { const all = document.documentElement, log = document.querySelector('#scroll');"
            " return all.scrollWidth > innerWidth || all.scrollHeight > innerHeight || document.body.scrollTop > 0"
            " || log.scrollWidth > log.clientWidth })()"
        )
    )


def small(page: Page) -> list[str]:
    """Return what is pressed and is lower than 44 pixels; links and commands inside a sentence may be."""
    script = """() => [...document.querySelectorAll(
        'button:not(.command), a.button, .files a, .pill label, select, input:not([type=radio]), textarea')]
      .filter(each => each.checkVisibility({visibilityProperty: true}) && each.getBoundingClientRect().height < 43.9)
      .map(each => each.outerHTML.slice(0, 90))"""
    found: list[str] = page.evaluate(script)
    return found


@pytest.mark.parametrize("context", LOOKS, indirect=True, ids=["phone", "phone-dark", "desk", "desk-dark"])
def test_every_state_is_accessible_and_fits(page: Page, server: Served) -> None:
    """Empty, greeting, form with a fault, note stopped, files, completion, timeline: axe finds nothing serious."""

    def check(state: str) -> None:
        assert serious(page) == [], state
        assert not sideways(page), state
        assert small(page) == [], state

    check("empty")
    start(page)
    check("greeting")
    button(page, "Central").click()
    button(page, "Surgery").click()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("This one is needed.").wait_for()
    check("form")
    page.get_by_label("First day").fill("2026-11-30")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Ready.").wait_for()
    for said, shown in (
        ("dispo", "Quiz me later"),
        ("/log Mr. Alvarez, 68M", "Drop it"),
        ("/progress", "Check in now"),
    ):
        say_it(page, said)
        button(page, shown).wait_for()
    say_it(page, "/export")
    page.get_by_text("timeline.ics").wait_for()
    check("cards")
    page.get_by_label("Message to Wardwise").press_sequentially("/p")
    check("completion")
    page.get_by_label("Message to Wardwise").fill("")
    if page.locator("#open-sheet").is_visible():
        page.locator("#open-sheet").click()
        check("sheet")
    page.get_by_role("button", name="Next message").click()
    button(page, "I'll do it").wait_for()
    check("a morning")


@pytest.mark.parametrize("context", [{"viewport": {"width": 320, "height": 568}}], indirect=True)
def test_a_very_small_screen_still_fits(page: Page) -> None:
    """320 pixels, as at 400 % zoom."""
    start(page)
    say_it(page, "Pneumonoultramicroscopicsilicovolcanoconiosis" * 4)
    page.get_by_text("I don't have").wait_for()
    button(page, "Central").click()
    button(page, "Surgery").click()
    page.get_by_role("button", name="Save").wait_for()
    assert not sideways(page)


def test_focus_is_seen(page: Page) -> None:
    """Whatever the Tab key reaches shows an outline or a ring."""
    start(page)
    page.reload()
    button(page, "Central").wait_for()
    reached = 0
    while reached < 30:
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        reached += 1
        seen = page.evaluate(
            "(() => { const each = document.activeElement; const at = each.id === 'say' ? each.parentElement : each;"
            " const style = getComputedStyle(at); return style.outlineStyle !== 'none' || style.boxShadow !== 'none' })()"
        )
        assert seen, page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
    assert reached > 5


@pytest.mark.parametrize("context", [{"reduced_motion": "reduce"}, {"reduced_motion": "no-preference"}], indirect=True)
def test_nothing_moves_for_who_asked_for_calm(page: Page, request: pytest.FixtureRequest) -> None:
    """Animations run only where they are welcome."""
    start(page)
    name = page.locator(".coach").first.evaluate("each => getComputedStyle(each).animationName")
    calm = page.evaluate("matchMedia('(prefers-reduced-motion: reduce)').matches")
    assert (name == "none") is calm
