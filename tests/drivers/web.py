"""A student at the chat page, over HTTP: posts events as the page does and reads the stream."""

import json
import secrets
from types import TracebackType
from typing import Any

import aiohttp

KINDS = ("message", "edit")


class WebDriver:
    """Acts as one visitor of the page at *url*; one browser each."""

    def __init__(self, url: str, *, zone: str = "") -> None:
        self.url = url
        self.zone = zone
        self.mark = ""
        self.order: list[str] = []
        self.shown: dict[str, dict[str, Any]] = {}
        self.newest = ""
        self.said: dict[str, str] = {}
        self.states: dict[str, Any] = {}
        self.notice = ""
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "WebDriver":
        jar = aiohttp.CookieJar(unsafe=True)  # cookies of bare addresses too
        self._session = aiohttp.ClientSession(cookie_jar=jar, headers={"Origin": self.url})
        await self.settled()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._session is not None
        await self._session.close()

    @property
    def messages(self) -> list[str]:
        """The plain text of each message to the student, as it stands."""
        return [_text(self.shown[id]) for id in self.order]

    @property
    def last(self) -> str:
        """The plain text of the newest message or edit."""
        return _text(self.shown[self.newest]) if self.newest else ""

    @property
    def buttons(self) -> list[str]:
        """The labels under the newest message or edit."""
        return [item["label"] for row in self.shown[self.newest]["rows"] for item in row] if self.newest else []

    async def type(self, text: str) -> None:
        await self._post({"type": "text", "text": text})

    async def command(self, name: str, text: str = "") -> None:
        await self._post({"type": "command", "name": name, "text": text})

    async def press(self, label: str) -> None:
        """Press the button *label* on the newest message that shows it."""
        for id in reversed(self.order):
            shown = self.shown[id]
            for item in (item for row in shown["rows"] for item in row):
                if item["label"] == label and "data" in item:
                    quoted = self.said.get(shown["quotes"], "")
                    await self._post({"type": "press", "message": id, "data": item["data"], "quoted": quoted})
                    return
        raise AssertionError(f"no message shows a button {label!r}; the newest shows {self.buttons}")

    async def fill(self, values: dict[str, str]) -> None:
        """Send the newest open form with *values* over what stands in it."""
        for id in reversed(self.order):
            form = self.shown[id]["form"]
            if form:
                stand = {field["name"]: field["value"] for field in form["fields"]}
                unknown = values.keys() - stand.keys()
                assert not unknown, f"the form {form['name']} has no {sorted(unknown)}, but {sorted(stand)}"
                body = {"form": form["name"], "context": form["context"], "values": {**stand, **values}}
                await self._post({"type": "form", "message": id, **body})
                return
        raise AssertionError(f"no form is open; the newest message is {self.last!r}")

    async def travel(self, step: str) -> None:
        """Move the clock: next, day or midpoint."""
        await self.post("/api/clock", {"step": step})
        await self.settled()

    async def file(self, name: str) -> bytes:
        """Download the newest file called *name*."""
        offered = [file for id in self.order for file in self.shown[id]["files"] if file["name"] == name]
        assert self._session is not None
        async with self._session.get(f"{self.url}/api/file/{offered[-1]['id']}") as answer:
            assert answer.status == 200, await answer.text()
            return await answer.read()

    async def settled(self) -> None:
        """Read all that the stream has for this visitor up to now."""
        assert self._session is not None
        async with self._session.get(f"{self.url}/api/stream", params={"after": self.mark}) as answer:
            assert answer.status == 200, await answer.text()
            kind = data = ""
            async for raw in answer.content:
                name, _, value = raw.decode().rstrip("\n").partition(": ")
                if name == "event":
                    kind = value
                elif name == "id":
                    self.mark = value
                elif name == "data":
                    data = value
                elif not name and kind == "ready":
                    return
                elif not name and kind:
                    self._hear(kind, json.loads(data))
                    kind = ""

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Post as the page does; the answer, which must be well."""
        assert self._session is not None
        async with self._session.post(self.url + path, json=body) as answer:
            said: dict[str, Any] = await answer.json()
            assert answer.status == 200, said
            return said

    async def _post(self, event: dict[str, Any]) -> None:
        said = await self.post("/api/event", {**event, "key": secrets.token_hex(16), "zone": self.zone})
        self.notice = said["notice"]
        await self.settled()

    def _hear(self, kind: str, data: dict[str, Any]) -> None:
        if kind in KINDS:
            if data["id"] not in self.shown:
                self.order.append(data["id"])
            self.shown[data["id"]] = data
            self.newest = data["id"]
        elif kind == "said":
            text = data["text"]
            self.said[data["key"]] = text.partition(" ")[2].lstrip() if text.startswith("/") else text
        elif kind == "erase":
            self.said.pop(data["key"], None)
        else:
            self.states[kind] = data


def _text(shown: dict[str, Any]) -> str:
    parts = [part for card in shown["cards"] for part in _card(card)]
    form = shown["form"]
    if form:
        parts += [form["title"], *(_blocks(form["intro"]))]
        for field in form["fields"]:
            parts += [each for each in (field["label"], field["hint"], field["error"]) if each]
    parts += [f"{shown['closed']}: answered"] if shown.get("closed") else []
    return "\n".join(parts)


def _card(card: dict[str, Any]) -> list[str]:
    parts = [_spans(card["title"]), *_blocks(card["body"])]
    parts += [f"{_spans(name)}: {_spans(value)}" for name, value in card["facts"]]
    parts += [card["picture"]["alt"]] if card["picture"] else []
    return [part for part in (*parts, _spans(card["footer"])) if part]


def _blocks(blocks: list[dict[str, Any]]) -> list[str]:
    def prefix(block: dict[str, Any]) -> str:
        return f"{block['number']}. " if block["number"] else "- " if block["kind"] == "item" else ""

    return [prefix(block) + _spans(block["spans"]) for block in blocks]


def _spans(spans: list[dict[str, Any]]) -> str:
    return "".join(span["text"] for span in spans)
