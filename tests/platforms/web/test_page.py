"""The chat page over HTTP: once only, in order, resumable, and each visitor alone."""

import asyncio
import json
import secrets
from typing import Any

import aiohttp
import pytest

from bot.core.inbound import ButtonPressed, CommandSent, FormSent, TextSent
from bot.core.messages import say
from bot.domain.student import Address
from bot.platforms.web.adapter import Web
from bot.platforms.web.doors import Shut
from bot.platforms.web.inbound import read
from bot.platforms.web.visitors import MOST_ENTRIES, MOST_FILES, MOST_KEYS, MOST_VISITORS, Visitors
from tests.drivers.web import WebDriver
from tests.platforms.web.serving import Served
from tests.platforms.web.talk import Pace, Talk, Trip


async def test_a_command_is_answered_with_cards_and_buttons(page: Served, driver: WebDriver) -> None:
    """The event carries who, what and the browser's zone; the answer comes by the stream."""
    await driver.command("start")
    [event] = page.talk.handled
    assert isinstance(event, CommandSent)
    assert (event.name, event.zone, event.private) == ("start", "America/Chicago", True)
    assert event.sender.platform == "web"
    assert "Hello. I'm Wardwise" in driver.last
    assert driver.buttons[:2] == ["Eastern", "Central"]
    assert page.pace.debits == ["web"]
    assert page.talk.done == [event.key]
    assert driver.shown[driver.newest]["time"] == "10:12 pm"


async def test_a_conversation_of_every_shape(page: Served, driver: WebDriver) -> None:
    """Buttons, a form with a fault, the form answered in place, a push, files."""
    await driver.command("start")
    await driver.press("Central")
    await driver.press("Surgery")
    assert "Your rotation" in driver.last
    await driver.fill({"weeks": "6"})
    assert "This one is needed." in driver.last
    assert len([each for each in driver.messages if "Your rotation" in each]) == 1
    await driver.fill({"start": "2026-11-30", "specialty": "surgery"})
    event = page.talk.handled[-1]
    assert isinstance(event, FormSent)
    assert event.context == "ctx:7"
    assert event.values["weeks"] == "6"
    assert driver.last.startswith("Ready.")
    assert "Your rotation: answered" in driver.messages
    await driver.travel("next")
    assert "Speak trends" in driver.last
    await driver.command("export")
    assert await driver.file("wardwise.md") == "# Yours\n\nÉté.\n".encode()


async def test_replaces_rewrites_the_message_whose_button_was_pressed(driver: WebDriver) -> None:
    """No new message; the notice is in the answer to the press."""
    await driver.type("dispo")
    count = len(driver.messages)
    await driver.press("Quiz me later")
    assert len(driver.messages) == count
    assert "Quiz me later ✓" in driver.buttons
    assert driver.notice == "Tomorrow, then in four days"


async def test_quoted_text_comes_from_the_page_and_is_erased_everywhere(page: Served, driver: WebDriver) -> None:
    """The server's stream forgets the bubble too: a page opened later never sees it."""
    await driver.command("log", "Mr. Alvarez, 68M")
    key = driver.shown[driver.newest]["quotes"]
    assert driver.said[key] == "Mr. Alvarez, 68M"
    await driver.press("Keep this version")
    event = page.talk.handled[-1]
    assert isinstance(event, ButtonPressed)
    assert event.quoted == "Mr. Alvarez, 68M"
    assert key not in driver.said
    visitor = page.web.visitors.by_user(event.sender.user)
    assert "Mr. Alvarez, 68M" not in json.dumps([each.data for each in visitor.entries])


async def test_what_was_typed_into_a_form_is_gone_once_it_is_answered(page: Served, driver: WebDriver) -> None:
    """A reopened form holds the answers; an answered one holds its title."""
    await driver.command("rotation")
    await driver.fill({"note": "saw Mr. Alvarez"})
    await driver.fill({"start": "2026-11-30"})
    visitor = page.web.visitors.by_user(page.talk.handled[-1].sender.user)
    assert "Alvarez" not in json.dumps([each.data for each in visitor.entries])


async def test_an_answered_form_may_erase_the_words_that_opened_it(page: Served, driver: WebDriver) -> None:
    """A stopped note stands in the bubble of its command too: both go."""
    await driver.command("note", "saw Mr. Alvarez")
    await driver.fill({"line": "saw Mr. Alvarez"})
    assert list(driver.said.values()) == ["saw Mr. Alvarez"]
    await driver.fill({"line": "saw Mr. Alvarez", "guard_choice": "keep"})
    assert driver.said == {}
    assert driver.last == "Kept without the name."
    visitor = page.web.visitors.by_user(page.talk.handled[-1].sender.user)
    assert "Alvarez" not in json.dumps([each.data for each in visitor.entries])


async def test_the_same_key_a_hundred_times_at_once_is_one_event(page: Served, driver: WebDriver) -> None:
    """A resent event is answered once, however the resends race."""
    body = {"type": "text", "text": "dispo", "key": secrets.token_hex(16)}
    answers = await asyncio.gather(*(driver.post("/api/event", body) for _ in range(100)))
    await driver.settled()
    assert len(page.talk.handled) == 1
    assert len(driver.messages) == 1
    assert len({answer["notice"] for answer in answers}) == 1


async def test_two_visitors_may_choose_the_same_key(page: Served, driver: WebDriver) -> None:
    """Nobody gets the answer that was kept for somebody else."""
    body = {"type": "text", "text": "dispo", "key": "samesame"}
    async with WebDriver(page.url) as other:
        await driver.post("/api/event", body)
        await other.post("/api/event", body)
        await driver.settled()
        await other.settled()
        assert len(driver.messages) == len(other.messages) == 1
    first, second = page.talk.handled
    assert first.sender.user != second.sender.user
    assert first.key != second.key


async def test_while_the_database_is_away_the_answer_is_503_and_the_same_key_works_later(
    page: Served, driver: WebDriver
) -> None:
    """Nothing is acknowledged that was not kept."""
    page.talk.away = 1
    body = {"type": "text", "text": "dispo", "key": secrets.token_hex(16)}
    with pytest.raises(AssertionError, match="database is away"):
        await driver.post("/api/event", body)
    await driver.settled()
    assert driver.said == {}
    await driver.post("/api/event", body)
    await driver.settled()
    assert len(driver.messages) == 1


async def test_an_answer_comes_even_when_nobody_can_tell_the_time(page: Served, driver: WebDriver) -> None:
    """The message has no time then, and the stream lives."""
    page.trip.away = True
    await driver.type("dispo")
    assert driver.shown[driver.newest]["time"] == ""


async def test_no_answer_is_an_answer(driver: WebDriver) -> None:
    """Where there is nothing to say, the stream has the student's words alone."""
    await driver.command("quiet")
    assert driver.messages == []
    assert list(driver.said.values()) == [""]


async def test_a_page_opened_again_sees_the_conversation_as_it_stands(page: Served, driver: WebDriver) -> None:
    """Reloading replays the history: edits in place, chosen buttons chosen, nothing twice."""
    await driver.command("start")
    await driver.press("Central")
    await driver.type("dispo")
    await driver.press("Quiz me later")
    before = (driver.messages, dict(driver.said))
    driver.mark = ""
    driver.order.clear()
    driver.shown.clear()
    driver.said.clear()
    await driver.settled()
    assert (driver.messages, driver.said) == before
    hello = driver.shown[driver.order[0]]
    assert [item["label"] for row in hello["rows"] for item in row if item.get("chosen")] == ["Central"]


async def test_a_cut_stream_goes_on_where_it_was(page: Served, driver: WebDriver) -> None:
    """Last-Event-ID is understood, of this process; one of another process starts from the beginning."""
    await driver.type("one")
    mark = driver.mark
    await driver.type("two")
    assert await _messages(driver, {"Last-Event-ID": mark}) == 1
    assert await _messages(driver, {"Last-Event-ID": "0000aaaa-3"}) == 2
    assert await _messages(driver, {"Last-Event-ID": "nonsense"}) == 2


async def test_pushes_wait_for_a_closed_page_and_reach_an_open_one(page: Served, driver: WebDriver) -> None:
    """A push is in the visitor's stream, whoever looks."""
    await driver.type("dispo")
    address = page.talk.handled[-1].sender
    assert driver._session is not None
    async with driver._session.get(f"{page.url}/api/stream", params={"after": driver.mark}) as open_page:
        await asyncio.wait_for(_until(open_page, "ready"), 5)
        page.call(lambda: page.web.send(address, say("A push.")))
        data = await asyncio.wait_for(_until(open_page, "message"), 5)
        assert data["cards"][0]["body"][0]["spans"][0]["text"] == "A push."
    await driver.settled()
    assert driver.last == "A push."


async def test_travel_delivers_on_the_way_and_shows_the_clock_and_the_timeline(page: Served, driver: WebDriver) -> None:
    """Each message carries the time it came at."""
    await driver.type("hello")
    page.trip.plan(page.talk.handled[-1].sender.user)
    await driver.travel("next")
    assert driver.states["clock"] == {"time": "5:15 am", "day": "Monday, November 30", "at": "2026-11-30T05:15-06:00"}
    await driver.travel("midpoint")
    times = [driver.shown[id]["time"] for id in driver.order]
    assert times[1:4] == ["5:15 am", "6:45 pm", "5:15 am"]
    assert "10:50 am" in times
    entries = driver.states["timeline"]["entries"]
    assert {
        "local": "Fri Dec 11, 10:50 am",
        "what": "Your ask: one thing to keep, one to change",
        "sent": True,
    } in entries
    assert all(each["sent"] for each in entries)


async def test_commands_are_listed_for_completion(page: Served, driver: WebDriver) -> None:
    """As the registry has them."""
    assert driver._session is not None
    async with driver._session.get(f"{page.url}/api/commands") as answer:
        found = (await answer.json())["commands"]
    assert {
        "name": "phrase",
        "summary": "Look up ward jargon, an abbreviation or an idiom",
        "example": "dispo",
    } in found


async def test_files_belong_to_their_visitor(page: Served, driver: WebDriver) -> None:
    """Somebody else's id is a file that is gone; names are only ever downloads."""
    await driver.command("export")
    file = driver.shown[driver.newest]["files"][0]
    assert driver._session is not None
    async with driver._session.get(f"{page.url}/api/file/{file['id']}") as answer:
        assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''wardwise.md"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    async with WebDriver(page.url) as other:
        assert other._session is not None
        async with other._session.get(f"{page.url}/api/file/{file['id']}") as answer:
            assert answer.status == 404


async def test_nobody_is_served_before_and_after_the_run() -> None:
    """Events are refused while nobody would handle them, and streams end with the run."""
    trip, talk = Trip(), Talk()
    web = Web(travel=trip, pacing=Pace())
    visitor = web.visitors.by_secret("x")
    event = read({"type": "text", "text": "hi", "key": "k" * 16}, visitor.address)
    with pytest.raises(Shut):
        await web.handle(visitor, event)
    running = asyncio.create_task(web.run(talk))
    await asyncio.sleep(0)
    answered = await web.handle(visitor, event)
    assert [each.kind for each in visitor.since(0) if each.number <= visitor.after(answered.mark)] == [
        "said",
        "message",
        "clock",
    ]
    awake = asyncio.Event()
    visitor.awake.add(awake)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert awake.is_set()
    assert not web.running


def test_memory_is_bounded() -> None:
    """Entries, files, keys and visitors are capped; a visitor with an open page stays."""
    visitors = Visitors()
    first = visitors.by_user("first")
    first.awake.add(asyncio.Event())
    for number in range(MOST_VISITORS + 20):
        visitors.by_user(f"v{number}")
    assert len(list(visitors)) == MOST_VISITORS
    assert visitors.by_user("first") is first
    for number in range(MOST_ENTRIES + 20):
        first.push("said", {"key": str(number), "text": ""})
        first.done(str(number), "")
    for _ in range(MOST_KEYS):
        first.done(secrets.token_hex(4), "")
    assert len(first.entries) == MOST_ENTRIES
    assert len(first.answered) == MOST_KEYS
    for _ in range(MOST_FILES + 5):
        first.keep(_document())
    assert len(first.files) == MOST_FILES


def test_the_address_holds_no_secret() -> None:
    """What the cookie holds is a key to the conversation: only a digest of it is stored or logged."""
    visitor = Visitors().by_secret("the-cookie")
    assert visitor.address == Address("web", "", visitor.address.user, visitor.address.user)
    assert "the-cookie" not in visitor.address.user


async def test_texts_are_cleaned_of_what_no_database_takes(page: Served, driver: WebDriver) -> None:
    """NUL goes, half a surrogate pair becomes a question mark; everything else stays as typed."""
    await driver.type("a\x00b \ud83d c <b>&amp;</b> \u202e 👩🏽‍⚕️")
    event = page.talk.handled[-1]
    assert isinstance(event, TextSent)
    assert event.text == "ab ? c <b>&amp;</b> \u202e 👩🏽‍⚕️"


async def _until(answer: aiohttp.ClientResponse, wanted: str) -> Any:
    kind = ""
    async for raw in answer.content:
        name, _, value = raw.decode().rstrip("\n").partition(": ")
        if name == "event":
            kind = value
        elif name == "data" and kind == wanted:
            return json.loads(value)
    raise AssertionError(f"the stream ended before {wanted!r}")


async def _messages(driver: WebDriver, headers: dict[str, str]) -> int:
    assert driver._session is not None
    count = 0
    async with driver._session.get(f"{driver.url}/api/stream", headers=headers) as answer:
        async for raw in answer.content:
            count += raw == b"event: message\n"
            if raw == b"event: ready\n":
                return count
    raise AssertionError("the stream ended")


def _document() -> Any:
    from bot.core.messages import Document

    return Document("a", "text/plain", b"")
