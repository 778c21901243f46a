"""The chat page in a browser: what a student sees, presses, types and hears."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from bot.core.inbound import ButtonPressed, CommandSent, FormSent
from bot.core.messages import say
from tests.browser.conftest import Watched
from tests.platforms.web.serving import Served

#: One worker has it all: what it sets up is costly.
pytestmark = pytest.mark.xdist_group("browser")

WIDE = {"viewport": {"width": 1280, "height": 860}}


def say_it(page: Page, text: str) -> None:
    page.get_by_label("Message to Wardwise").fill(text)
    page.keyboard.press("Enter")


def log(page: Page):
    return page.get_by_role("log")


def button(page: Page, name: str):
    return log(page).get_by_role("button", name=name, exact=True)


def start(page: Page) -> None:
    page.get_by_role("button", name="Start", exact=True).click()
    button(page, "Central").wait_for()


def test_start_is_one_tap_and_the_invitation_leaves(page: Page, server: Served) -> None:
    """The empty page says what this is; its one button sends /start, with the browser's zone."""
    expect(page.get_by_role("heading", name="Know what to do on the ward tomorrow.")).to_be_visible()
    start(page)
    expect(page.get_by_role("heading", name="Know what to do")).to_be_hidden()
    [event] = server.talk.handled
    assert isinstance(event, CommandSent)
    assert event.name == "start"
    assert event.zone == page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    expect(log(page).get_by_text("10:12 pm")).to_have_count(1)
    expect(log(page).get_by_text("Sunday, November 29")).to_have_count(1)


def test_from_start_to_the_first_card(page: Page, server: Served) -> None:
    """Buttons, a form that says what is missing, the answered form, the plan."""
    start(page)
    button(page, "Central").click()
    button(page, "Surgery").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This one is needed.")).to_be_visible()
    expect(page.get_by_label("First day")).to_be_focused()
    expect(page.get_by_label("First day")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Specialty").select_option("surgery")
    page.get_by_label("First day").fill("2026-11-30")
    page.get_by_role("radio", name="6 weeks").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Ready.")).to_be_visible()
    expect(page.get_by_text("Your rotation: answered")).to_be_visible()
    event = server.talk.handled[-1]
    assert isinstance(event, FormSent)
    assert event.values == {"specialty": "surgery", "start": "2026-11-30", "weeks": "6", "minutes": "", "note": ""}
    assert event.context == "ctx:7"
    expect(page.locator(".student", has_text="Central")).to_be_visible()
    expect(button(page, "Central (chosen)")).to_be_visible()


def test_a_replaced_message_keeps_its_place_and_the_focus(page: Page) -> None:
    """The notice is told, the link opens elsewhere, nothing is added."""
    say_it(page, "dispo")
    button(page, "Quiz me later").click()
    expect(button(page, "Quiz me later ✓")).to_be_visible()
    expect(page.locator("#toast")).to_have_text("Tomorrow, then in four days")
    expect(page.locator(".coach")).to_have_count(1)
    expect(page.locator(".coach")).to_be_focused()
    link = log(page).get_by_role("link", name="Source (opens a new tab)")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_the_stopped_note_is_quoted_brought_back_and_erased(page: Page, server: Served) -> None:
    """The text comes from the page's memory, without the command; after the choice it is gone, from the arrow too."""
    say_it(page, "/log Mr. Alvarez, 68M with cirrhosis")
    expect(page.locator(".quoted")).to_contain_text("Mr. Alvarez, 68M")
    button(page, "Keep this version").click()
    expect(page.get_by_text("Kept: MR. ALVAREZ, 68M WITH CIRRHOSIS")).to_be_visible()
    event = server.talk.handled[-1]
    assert isinstance(event, ButtonPressed)
    assert event.quoted == "Mr. Alvarez, 68M with cirrhosis"
    expect(page.locator(".student")).to_have_count(0)
    page.get_by_label("Message to Wardwise").focus()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Message to Wardwise")).to_have_value("")


def test_files_are_downloads_and_pictures_have_words(page: Page, tmp_path: Path) -> None:
    """A blob from this visitor's own route; the chart with its line."""
    say_it(page, "/export")
    with page.expect_download() as waited:
        page.get_by_role("link", name="wardwise.md").click()
    waited.value.save_as(tmp_path / "got.md")
    assert waited.value.suggested_filename == "wardwise.md"
    assert (tmp_path / "got.md").read_text() == "# Yours\n\nÉté.\n"
    say_it(page, "/progress")
    picture = page.get_by_role("img", name="Five ratings, rising from 2 to 4")
    expect(picture).to_be_visible()
    assert picture.evaluate("each => each.naturalWidth") == 480


def test_a_file_that_is_gone_says_so(page: Page, server: Served, watched: Watched) -> None:
    """Another process has no files of this one."""
    watched.allowed.append("404")
    say_it(page, "/export")
    page.get_by_role("link", name="wardwise.md").wait_for()
    server.web.visitors.by_user(server.talk.handled[-1].sender.user).files.clear()
    page.get_by_role("link", name="wardwise.md").click()
    expect(page.get_by_text("gone; ask for it again")).to_be_visible()


def test_a_reloaded_page_shows_the_conversation_again(page: Page) -> None:
    """The stream replays; nothing comes twice."""
    start(page)
    button(page, "Central").click()
    button(page, "Surgery").wait_for()
    before = page.locator("#log").inner_text()
    page.reload()
    button(page, "Surgery").wait_for()
    assert page.locator("#log").inner_text() == before
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_hidden()


def test_two_tabs_show_one_conversation(page: Page, context: BrowserContext, server: Served, watched: Watched) -> None:
    """What is said in one is seen in the other."""
    other = context.new_page()
    watched.watch(other, server.url)
    other.goto(server.url)
    other.get_by_role("button", name="Start", exact=True).wait_for()
    start(page)
    expect(other.locator(".student")).to_have_text(re.compile("/start"))
    expect(button(other, "Central")).to_be_visible()


def test_a_database_that_is_away_is_waited_for(page: Page, server: Served, watched: Watched) -> None:
    """The page sends it again by itself; the student sees one message and one answer."""
    watched.allowed.append("503")
    server.talk.away = 2
    say_it(page, "dispo")
    expect(button(page, "Quiz me later")).to_be_visible()
    expect(page.locator(".student")).to_have_count(1)
    expect(page.locator(".student")).to_have_attribute("data-state", "")


def test_what_can_not_be_sent_can_be_sent_again_later(page: Page, server: Served, watched: Watched) -> None:
    """After the last try the message says so and offers another, under the same key."""
    watched.allowed.append("503")
    server.talk.away = 4
    page.clock.install()
    say_it(page, "dispo")
    again = page.get_by_role("button", name="Try again")
    while not again.is_visible():
        page.clock.run_for(500)
    again.click()
    expect(button(page, "Quiz me later")).to_be_visible()
    expect(again).to_have_count(0)
    expect(page.locator(".student")).to_have_count(1)


def test_a_push_arrives_by_itself(page: Page, server: Served) -> None:
    """Nobody has to ask."""
    start(page)
    address = server.talk.handled[-1].sender
    server.call(lambda: server.web.send(address, say("A push.")))
    expect(log(page).get_by_text("A push.")).to_be_visible()


def test_student_text_is_never_markup(page: Page) -> None:
    """Tags and links typed are letters."""
    say_it(page, "<img src=x onerror=alert(1)> [a](javascript:alert(1)) `/forget`")
    expect(page.locator(".student .bubble")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(page.locator("#log img, #log a")).to_have_count(0)


def test_a_command_in_a_message_is_tapped(page: Page, server: Served) -> None:
    """`/phrase dispo` in a text is this platform's way to type it."""
    start(page)
    button(page, "/phrase dispo").click()
    expect(page.get_by_role("heading", name="dispo")).to_be_visible()
    event = server.talk.handled[-1]
    assert isinstance(event, CommandSent)
    assert (event.name, event.text) == ("phrase", "dispo")


def test_the_box_completes_commands_and_recalls(page: Page, server: Served) -> None:
    """A slash from anywhere, arrows, Tab, Escape; the up arrow brings back what was sent."""
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Message to Wardwise")
    expect(box).to_be_focused()
    expect(page.get_by_role("option")).to_have_count(15)
    page.keyboard.type("p")
    expect(page.get_by_role("option")).to_have_count(3)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("/plain")
    assert box.get_attribute("aria-activedescendant") == page.get_by_role("option", selected=True).get_attribute("id")
    page.keyboard.press("Tab")
    expect(box).to_have_value("/plain ")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.type("biopsy")
    page.keyboard.press("Enter")
    expect(box).to_have_value("")
    page.get_by_text("Here is a list").wait_for()
    assert (server.talk.handled[-1].name, server.talk.handled[-1].text) == ("plain", "biopsy")
    page.keyboard.press("ArrowUp")
    expect(box).to_have_value("/plain biopsy")
    page.keyboard.press("ArrowDown")
    expect(box).to_have_value("")
    page.keyboard.type("/next")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(log(page).get_by_text("/next").first).to_be_visible()


def test_everything_by_keyboard(page: Page, server: Served) -> None:
    """Skip link, start, a button, a form: no mouse."""
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the message box")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Message to Wardwise")).to_be_focused()
    page.keyboard.type("/start")
    page.keyboard.press("Enter")
    button(page, "Central").focus()
    page.keyboard.press("Enter")
    button(page, "Surgery").wait_for()
    button(page, "Surgery").focus()
    page.keyboard.press("Space")
    page.get_by_label("First day").wait_for()
    page.get_by_label("2 weeks", exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("4 weeks")).to_be_checked()


def test_on_a_phone_the_timeline_is_a_sheet(page: Page, server: Served) -> None:
    """It opens by a button, takes the focus, closes by Escape and gives the focus back; a step closes it too."""
    start(page)
    server.trip.plan(server.talk.handled[-1].sender.user)
    page.reload()
    opener = page.locator("#open-sheet")
    expect(page.get_by_role("dialog")).to_have_count(0)
    opener.click()
    expect(page.get_by_role("dialog", name="What will come")).to_be_visible()
    expect(page.get_by_role("button", name="Close the timeline")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()
    opener.click()
    page.get_by_role("button", name="Next message").click()
    expect(log(page).get_by_role("heading", name="Speak trends, not columns")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_contain_text("Mon, Nov 30")


@pytest.mark.parametrize("context", [WIDE], indirect=True)
def test_on_a_desk_the_timeline_stands_beside_the_chat(page: Page, server: Served) -> None:
    """The clock moves in steps, each message at its own time; what was sent is ticked, what comes is marked."""
    start(page)
    server.trip.plan(server.talk.handled[-1].sender.user)
    page.reload()
    beside = page.get_by_role("complementary", name="What will come")
    expect(beside.get_by_text("next", exact=True)).to_be_visible()
    expect(page.locator("#open-sheet")).to_be_hidden()
    page.get_by_role("button", name="Next message").click()
    expect(page.locator("#clock-time")).to_have_text("5:15 am")
    page.get_by_role("button", name="+1 day").click()
    expect(page.locator("#clock-day")).to_have_text("Tuesday, December 1")
    page.get_by_role("button", name="To the midpoint").click()
    expect(page.locator("#clock-day")).to_have_text("Saturday, December 12")
    expect(log(page).get_by_text("10:50 am")).to_be_attached()
    expect(beside.locator(".sent")).to_have_count(17)
    page.get_by_role("button", name="Next message").click()
    expect(page.locator("#toast")).to_have_text("Nothing is planned there yet.")


@pytest.mark.parametrize("context", [WIDE], indirect=True)
def test_quick_taps_are_as_many_steps(page: Page, server: Served) -> None:
    """Nothing pressed while the clock still moves is lost."""
    page.get_by_role("button", name="+1 day").focus()
    for _ in range(3):
        page.keyboard.press("Enter")
    expect(page.locator("#clock-day")).to_have_text("Wednesday, December 2")


def test_a_reader_further_up_is_not_dragged_down(page: Page, server: Served) -> None:
    """New messages are announced by a button there."""
    start(page)
    say_it(page, "dispo")
    button(page, "Quiz me later").wait_for()
    # A person's scroll and the page's own never fall into one frame; a script's can.
    settled = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))"
    page.evaluate(settled)
    page.locator("#scroll").evaluate("each => each.scrollTo(0, 0)")
    page.evaluate(settled)
    address = server.talk.handled[-1].sender
    server.call(lambda: server.web.send(address, say("A push.")))
    page.get_by_role("button", name="New message").click()
    expect(log(page).get_by_text("A push.")).to_be_in_viewport()
    expect(page.get_by_role("button", name="New message")).to_be_hidden()


def test_a_stream_that_was_cut_goes_on(page: Page, context: BrowserContext, watched: Watched) -> None:
    """Offline for a while: the page says so, then sends and hears again."""
    watched.allowed += ["ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_NETWORK"]
    start(page)
    context.set_offline(True)
    say_it(page, "dispo")
    page.wait_for_function("document.querySelector('.student[data-state=sending]')")
    context.set_offline(False)
    expect(button(page, "Quiz me later")).to_be_visible()
    expect(page.locator(".student", has_text="dispo")).to_have_count(1)
