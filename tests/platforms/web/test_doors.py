"""Who is turned away: foreign hosts, foreign pages, and bodies no page of ours sends."""

import re
import secrets
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.inbound import ButtonPressed
from bot.domain.student import Address
from bot.platforms.web import routes
from bot.platforms.web.doors import HEADERS, loopback
from bot.platforms.web.inbound import BadEvent, read
from tests.drivers.web import WebDriver
from tests.platforms.web.serving import Served

ME = Address("web", "", "u", "u")
KEY = "k" * 16


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("127.0.0.1:8000", True),
        ("127.8.9.1", True),
        ("localhost", True),
        ("LOCALHOST:80", True),
        ("[::1]:8000", True),
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.nip.example", False),
        ("10.0.0.5:8000", False),
        ("0.0.0.0", False),
        ("", False),
        ("[", False),
        ("user@127.0.0.1", True),
    ],
)
def test_only_names_of_this_computer(host: str, own: bool) -> None:
    """A name that merely resolves here is a rebinding."""
    assert loopback(host) is own


@pytest.mark.parametrize("path", ["/", "/assets/chat.js", "/api/commands", "/api/stream", "/api/file/x"])
async def test_a_foreign_host_is_refused_everywhere(page: Served, path: str) -> None:
    """Even for reading."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(page.url + path, headers={"Host": "evil.example"}) as answer,
    ):
        assert answer.status == 403


@pytest.mark.parametrize("path", ["/api/event", "/api/clock"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    ],
)
async def test_only_the_page_itself_may_post(
    page: Served, driver: WebDriver, path: str, headers: dict[str, str]
) -> None:
    """Another page, another port, no page at all: refused before anything is read."""
    assert driver._session is not None
    cookies = {each.key: each.value for each in driver._session.cookie_jar}
    async with (
        aiohttp.ClientSession(cookies=cookies) as session,
        session.post(page.url + path, headers=headers, json={"step": "day"}) as answer,
    ):
        assert answer.status == 403
    assert page.talk.handled == []


async def test_another_page_may_not_read_either(page: Served) -> None:
    """A stream asked for by another site is refused; a link that opens the page is not."""
    cross = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    async with aiohttp.ClientSession() as session:
        async with session.get(page.url + "/api/stream", headers=cross) as answer:
            assert answer.status == 403
        async with session.get(page.url + "/", headers=link) as answer:
            assert answer.status == 200
            assert "Set-Cookie" not in answer.headers


async def test_every_answer_carries_the_security_headers(page: Served) -> None:
    """The page, its assets, refusals: all of them."""
    async with aiohttp.ClientSession() as session:
        for path, headers in (
            ("/", {}),
            ("/assets/chat.css", {}),
            ("/assets/nothing", {}),
            ("/", {"Host": "x.example"}),
        ):
            async with session.get(page.url + path, headers=headers) as answer:
                assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


async def test_the_cookie_is_random_and_out_of_reach_of_scripts(page: Served) -> None:
    """HttpOnly, SameSite=Strict, set by the stream and kept."""
    async with aiohttp.ClientSession() as session, session.get(page.url + "/api/stream") as answer:
        cookie = answer.headers["Set-Cookie"]
    assert re.match(r"wardwise_visitor=[A-Za-z0-9_-]{32}; ", cookie)
    assert "HttpOnly" in cookie
    assert "samesite=strict" in cookie.lower()
    assert "Max-Age=34560000" in cookie


async def test_without_a_known_browser_nothing_is_handled(page: Served) -> None:
    """A forged cookie of another shape counts as none."""
    for cookies in ({}, {"wardwise_visitor": "short"}, {"wardwise_visitor": "a" * 31 + "é"}):
        async with aiohttp.ClientSession(cookies=cookies) as session:
            body = {"type": "text", "text": "x", "key": KEY}
            async with session.post(page.url + "/api/event", json=body, headers={"Origin": page.url}) as answer:
                assert answer.status == 401
    assert page.talk.handled == []


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[" * 40_000, "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"type=text", "application/x-www-form-urlencoded", 415),
        (b'{"a":"' + b"x" * 70_000 + b'"}', "application/json", 413),
    ],
)
async def test_bodies_that_no_page_of_ours_sends(
    page: Served, driver: WebDriver, data: bytes, kind: str, status: int
) -> None:
    """Refused with a reason, never a server's fault."""
    assert driver._session is not None
    headers = {"Content-Type": kind}
    for path in ("/api/event", "/api/clock"):
        async with driver._session.post(page.url + path, data=data, headers=headers) as answer:
            assert answer.status == status
            assert (await answer.json())["error"]


async def test_an_unknown_step_is_refused(page: Served, driver: WebDriver) -> None:
    """The clock moves by next, day or midpoint."""
    with pytest.raises(AssertionError, match="next, day or midpoint"):
        await driver.post("/api/clock", {"step": "year"})


@pytest.mark.parametrize(
    "body",
    [
        None,
        {"type": "text", "text": "x"},
        {"type": "text", "text": "x", "key": "short"},
        {"type": "text", "text": "x", "key": "k" * 65},
        {"type": "text", "text": "x", "key": "a:b:c:d:e:f"},
        {"type": "text", "text": "  ", "key": KEY},
        {"type": "text", "text": 5, "key": KEY},
        {"type": "text", "text": "x" * 20_000, "key": KEY},
        {"type": "command", "name": "a b", "key": KEY},
        {"type": "press", "data": "", "key": KEY},
        {"type": "press", "data": "x" * 65, "key": KEY},
        {"type": "form", "form": "f", "values": [], "key": KEY},
        {"type": "form", "form": "f", "values": {"a": 1}, "key": KEY},
        {"type": "other", "key": KEY},
    ],
)
def test_a_bad_event_says_what_is_wrong(body: Any) -> None:
    """One sentence each."""
    with pytest.raises(BadEvent):
        read(body, ME)


def test_a_press_is_split_and_an_unknown_zone_is_dropped() -> None:
    """Action and value; only zones that exist reach the rules."""
    event = read({"type": "press", "data": "tip.more ~7 x", "key": KEY, "zone": "../etc/passwd"}, ME)
    assert isinstance(event, ButtonPressed)
    assert (event.action, event.value, event.zone) == ("tip.more", "~7 x", "")


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.dictionaries(
        st.sampled_from(["type", "key", "text", "name", "data", "form", "values", "zone"]), inner
    ),
    max_leaves=8,
)


@settings(max_examples=500, deadline=None)
@given(_json)
def test_whatever_is_posted_is_read_or_refused(body: Any) -> None:
    """Never another exception."""
    try:
        event = read(body, ME)
    except BadEvent:
        return
    event.key.encode("utf-8")


def test_the_page_has_nothing_inline_and_nothing_from_elsewhere() -> None:
    """What the policy forbids isn't there, and no asset names another host."""
    html = (routes.PAGE / "index.html").read_text()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", html)
    for each in (routes.PAGE, routes.PAGE / "assets"):
        for path in each.iterdir():
            if path.is_file():
                found = re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", path.read_text())
                assert set(found) <= {"http://www.w3.org"}, path
                assert "innerHTML" not in path.read_text()


def test_every_asset_is_used() -> None:
    """Nothing lies about."""
    sources = "".join(path.read_text() for path in _files() if path.suffix in (".html", ".js"))
    for path in _files():
        assert path.name == "index.html" or path.name in sources


def _files() -> list[Path]:
    return [path for path in routes.PAGE.rglob("*") if path.is_file()]


def test_keys_are_long_enough_to_be_the_pages_own() -> None:
    """16 random bytes, as the page makes them, are read."""
    assert read({"type": "text", "text": "x", "key": secrets.token_hex(16)}, ME).key.startswith("u:")
