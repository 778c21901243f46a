"""Who may come in by HTTP: what Slack signed within five minutes, once, and nothing else."""

import asyncio
import json
import string
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from slack_bolt.response import BoltResponse
from starlette.applications import Starlette

from bot.clock import system
from bot.platforms.slack.web import Pages
from bot.storage.database import Database
from tests.drivers.slack import SECRET, HttpWire, NotAcknowledged, SlackDriver, signed
from tests.fakes.slack import BOT_TOKEN, FakeSlack
from tests.platforms.slack.conftest import Core, Pace, World, adapter, http_world, running, served, until

Headers = list[tuple[bytes, bytes]]

NOW = 1_800_000_000
BODY = json.dumps({"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": {"type": "x"}}).encode()


class Hall:
    """The routes, with somebody behind the door who counts who came in."""

    def __init__(self) -> None:
        self.inside: list[Any] = []
        pages = Pages(
            self._take,
            signing_secret=SECRET,
            clock=lambda: datetime.fromtimestamp(NOW, UTC),
            flow=lambda: pytest.fail("no install here"),
            installable=False,
        )
        self._app = Starlette(routes=pages.routes)

    def post(self, headers: Headers, body: bytes) -> int:
        """Return the status of the answer."""
        return asyncio.run(self._post(headers, body))

    async def _post(self, headers: Headers, body: bytes) -> int:
        statuses: list[int] = []
        parts = [
            {"type": "http.request", "body": body[at : at + 65536], "more_body": True}
            for at in range(0, len(body), 65536)
        ]
        parts.append({"type": "http.request", "body": b"", "more_body": False})

        async def receive() -> Any:
            return parts.pop(0)

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "path": "/slack/events",
            "raw_path": b"/slack/events",
            "query_string": b"",
            "headers": headers,
            "scheme": "https",
            "server": ("x", 443),
        }
        await self._app(scope, receive, send)
        return statuses[0]

    async def _take(self, body: dict[str, Any], headers: dict[str, str]) -> BoltResponse:
        self.inside.append(body)
        return BoltResponse(status=200)


def genuine(body: bytes = BODY, stamp: int = NOW) -> Headers:
    """Return the headers of a request that Slack made."""
    named = {"Content-Type": "application/json", **signed(body, SECRET, stamp)}
    return [(name.lower().encode(), value.encode()) for name, value in named.items()]


def test_slack_itself_comes_in() -> None:
    hall = Hall()
    assert hall.post(genuine(), BODY) == 200
    assert hall.inside == [json.loads(BODY)]


@pytest.mark.parametrize(("age", "status"), [(0, 200), (299, 200), (300, 200), (301, 401), (-301, 401), (10**9, 401)])
def test_a_stale_signature_is_refused(age: int, status: int) -> None:
    """Five minutes either way, as Slack says."""
    hall = Hall()
    assert hall.post(genuine(stamp=NOW - age), BODY) == status


def without(name: bytes) -> Headers:
    return [each for each in genuine() if each[0] != name]


STAMP, SIGNATURE = b"x-slack-request-timestamp", b"x-slack-signature"
BAD_STAMPS = [b"abc", b"", b"nan", b"inf", b"9" * 9999, b"-1", b"1e9", b" 1800000000", "١٨٠٠".encode(), b"\xff\xfe"]
BAD_SIGNATURES = [
    b"",
    b"v0=",
    b"v0=" + b"0" * 64,
    b"v1=" + b"0" * 64,
    "v0=é".encode(),
    b"v0=\xed\xa0\x80",
    b"v0=" + b"A" * 64,
]
FORGED: dict[str, Headers] = {
    "no headers": [],
    "no timestamp": without(STAMP),
    "no signature": without(SIGNATURE),
    "two timestamps": [*genuine(), (STAMP, str(NOW).encode())],
    "two signatures": [*genuine(), (SIGNATURE, dict(genuine())[SIGNATURE])],
    "signature in capitals": [(name, value.upper() if name == SIGNATURE else value) for name, value in genuine()],
    **{f"timestamp {text!r}": [*without(STAMP), (STAMP, text)] for text in BAD_STAMPS},
    **{f"signature {text!r}": [*without(SIGNATURE), (SIGNATURE, text)] for text in BAD_SIGNATURES},
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=[str(n) for n in range(len(FORGED))])
def test_a_forged_or_malformed_signature_is_refused(headers: Headers) -> None:
    hall = Hall()
    assert hall.post(headers, BODY) == 401
    assert hall.inside == []


@pytest.mark.parametrize("body", [b"{", b"[1]", b'"x"', b"\xff\xfe", b'{"a":' * 50_000, b"1", b"nul", b""])
def test_signed_nonsense_is_a_bad_request(body: bytes) -> None:
    """Signed with our secret and still no payload: refused, and no fault of the server."""
    hall = Hall()
    assert hall.post(genuine(body), body) == 400


@pytest.mark.parametrize("body", [b"payload=%7B", b"payload=", b"payload=1", b"%ff=%fe", b"&".join([b"a=b"] * 200)])
def test_a_signed_form_of_nonsense_is_a_bad_request(body: bytes) -> None:
    hall = Hall()
    headers = [(name, value if name != b"content-type" else b"text/plain") for name, value in genuine(body)]
    assert hall.post(headers, body) == 400


def test_a_body_too_large_is_refused_unread() -> None:
    hall = Hall()
    body = b"x" * 1_000_001
    assert hall.post(genuine(body), body) == 413
    assert hall.post([], b"y" * 1_000_001) == 413


mutations = st.one_of(
    st.tuples(st.just("flip"), st.integers(0, len(BODY) - 1), st.integers(1, 255)),
    st.tuples(st.just("stamp"), st.text(max_size=20), st.none()),
    st.tuples(st.just("shift"), st.integers(-(10**13), 10**13).filter(bool), st.none()),
    st.tuples(st.just("signature"), st.binary(max_size=80), st.none()),
    st.tuples(st.just("hex"), st.text("0123456789abcdef", min_size=64, max_size=64), st.none()),
    st.tuples(st.just("digit"), st.integers(0, 63), st.sampled_from(string.hexdigits.lower()[:16])),
    st.tuples(st.just("body"), st.binary(max_size=300), st.none()),
    st.tuples(st.just("double"), st.sampled_from([STAMP, SIGNATURE]), st.binary(max_size=80)),
    st.tuples(st.just("drop"), st.sampled_from([STAMP, SIGNATURE]), st.none()),
)


@settings(max_examples=600, deadline=None)
@given(mutations)
def test_no_mutation_of_a_genuine_request_comes_in(mutation: tuple[str, Any, Any]) -> None:
    """Whatever is changed of it, a request is refused, and never breaks the server."""
    kind, what, more = mutation
    body, headers = bytearray(BODY), dict(genuine())
    extra: Headers = []
    match kind:
        case "flip":
            body[what] ^= more
        case "stamp":
            headers[STAMP] = what.encode("utf-8", "replace")
        case "shift":
            headers[STAMP] = str(NOW + what).encode()
        case "signature":
            headers[SIGNATURE] = what
        case "hex":
            headers[SIGNATURE] = b"v0=" + what.encode()
        case "digit":
            old = headers[SIGNATURE].decode()
            headers[SIGNATURE] = (old[: 3 + what] + more + old[4 + what :]).encode()
        case "body":
            body = bytearray(what)
        case "double":
            extra = [(what, more)]
        case "drop":
            del headers[what]
    if (bytes(body), headers, extra) == (BODY, dict(genuine()), []):
        return
    hall = Hall()
    assert 400 <= hall.post([*headers.items(), *extra], bytes(body)) < 500
    assert hall.inside == []


def _of(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    words = "type event team_id user id actions view state values command team payload ssl_check authorizations"
    more = "event_id container channel token challenge user_id trigger_id enterprise"
    names = st.sampled_from(f"{words} {more}".split())
    return st.one_of(st.lists(inner, max_size=3), st.dictionaries(names, inner, max_size=6))


leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=8),
    st.sampled_from(
        ["event_callback", "block_actions", "view_submission", "message", "im", "url_verification", "/coach", "\ud800"]
    ),
)
payloads = st.dictionaries(
    st.sampled_from(
        ["type", "event", "team_id", "user", "actions", "view", "command", "team", "event_id", "authorizations"]
    ),
    st.recursive(leaves, _of, max_leaves=12),
    max_size=8,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(payloads, st.booleans())
async def test_no_signed_shape_breaks_the_server(http_only: World, payload: dict[str, Any], as_form: bool) -> None:
    """What Slack has signed may have any shape: the library behind the door never makes it a 500."""
    await _knock(http_only, payload, as_form)


async def _knock(world: World, payload: dict[str, Any], as_form: bool) -> None:
    text = json.dumps(payload)
    body = urlencode({"payload": text}).encode() if as_form else text.encode()
    kind = "application/x-www-form-urlencoded" if as_form else "application/json"
    headers = {"Content-Type": kind, **signed(body, SECRET, int(time.time()))}
    async with aiohttp.ClientSession() as session:
        answer = await session.post(world.url + "/slack/events", data=body, headers=headers)
        assert answer.status < 500, payload
        answer.release()


async def test_a_replay_within_five_minutes_has_one_effect(http_only: World) -> None:
    """The very same request again is handled by its key: once."""
    student = http_only.student()
    await student.slash("/coach", "settings")
    for _ in range(3):
        assert await student.again() is None
    assert len(http_only.core.events) == 1


async def test_a_replay_after_five_minutes_is_refused(sqlite: Database) -> None:
    """The clock is the adapter's, so that the rule holds wherever the process runs."""
    late = system() + timedelta(seconds=301)
    async with http_world(sqlite, clock=lambda: late) as world:
        body = BODY
        headers = {"Content-Type": "application/json", **signed(body, SECRET, int(time.time()))}
        async with (
            aiohttp.ClientSession() as session,
            session.post(world.url + "/slack/events", data=body, headers=headers) as answer,
        ):
            assert answer.status == 401


async def test_before_it_runs_slack_is_asked_to_come_again(sqlite: Database) -> None:
    """The web server is up before the platform is: 503, and the redelivery is answered."""
    async with FakeSlack().serving() as fake:
        slack = adapter(fake, sqlite, Pace(), public_url="https://bot.example.org")
        async with served(slack) as url:
            student = SlackDriver(fake, HttpWire(url))
            with pytest.raises(NotAcknowledged, match="503"):
                await student.type("hello")
            async with running(slack, Core(), lambda: until(lambda: slack.state == "ready")):
                await student.again()
            assert student.messages == ["got TextSent"]


def names_in(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


async def test_the_environment_is_read_by_nobody_else(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The library has defaults of its own under the names of our settings; they change nothing and write nothing."""
    monkeypatch.setenv("HOME", str(tmp_path))
    before = names_in(tmp_path)  # the database of the test lies there too
    for name in ("BOT_TOKEN", "CLIENT_ID", "CLIENT_SECRET", "SIGNING_SECRET", "APP_TOKEN"):
        monkeypatch.setenv(f"SLACK_{name}", "from-the-environment")
    async with http_world(sqlite) as world:
        await world.student().type("hello")
        assert world.student().messages == ["got TextSent"]
        assert {call.token for call in world.fake.calls} == {BOT_TOKEN}
    assert names_in(tmp_path) == before


async def test_slack_may_verify_the_address(http_only: World) -> None:
    """The challenge comes back, and only signed."""
    answer = await http_only.wire.deliver("events_api", {"type": "url_verification", "challenge": "c0ffee"})
    assert answer == {"challenge": "c0ffee"}


async def test_other_methods_and_socket_mode_have_no_route(http_only: World, socket_only: World) -> None:
    assert socket_only.slack.routes == []
    async with aiohttp.ClientSession() as session, session.get(http_only.url + "/slack/events") as answer:
        assert answer.status == 405
