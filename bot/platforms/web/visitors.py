"""What the process remembers of each browser: the conversation to show again, and its files; in memory alone."""

import asyncio
import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.core.messages import Document
from bot.domain.student import Address

MOST_ENTRIES = 400
MOST_FILES = 20
MOST_KEYS = 500
MOST_VISITORS = 500


@dataclass(slots=True)
class Entry:
    """One event of the page's stream, by its place in it."""

    number: int
    kind: str
    data: dict[str, Any]


@dataclass(slots=True)
class Visitor:
    """One browser.

    *states* are the clock and the timeline, of which only the newest counts; *awake* are the wake-up calls of the open
    streams.
    """

    address: Address
    epoch: str
    number: int = 0
    entries: list[Entry] = field(default_factory=list)
    states: dict[str, Entry] = field(default_factory=dict)
    files: OrderedDict[str, Document] = field(default_factory=OrderedDict)
    answered: OrderedDict[str, str] = field(default_factory=OrderedDict)
    awake: set[asyncio.Event] = field(default_factory=set)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    stale: bool = True

    @property
    def mark(self) -> str:
        """The id of the newest event."""
        return self.name(self.number)

    def name(self, number: int) -> str:
        """Return the id of event *number*, as the browser hands it back."""
        return f"{self.epoch}-{number}"

    def new_message(self) -> str:
        """Return an id that no message has had."""
        return f"m{self.epoch}-{self.number + 1}"

    def since(self, number: int) -> list[Entry]:
        """Return what came after event *number*, in order."""
        found = [each for each in (*self.entries, *self.states.values()) if each.number > number]
        return sorted(found, key=lambda each: each.number)

    def after(self, mark: str) -> int:
        """Return the number behind *mark*; 0, the beginning, for one of another process."""
        epoch, _, number = mark.rpartition("-")
        return int(number) if epoch == self.epoch and number.isascii() and number.isdigit() and len(number) < 12 else 0

    def push(self, kind: str, data: dict[str, Any]) -> None:
        """Add an event to the conversation."""
        self.entries.append(Entry(self._next(), kind, data))
        del self.entries[:-MOST_ENTRIES]
        self._wake()

    def edit(self, data: dict[str, Any]) -> None:
        """Rewrite a message; what stood in it before is forgotten."""
        for each in self._of(data["id"]):
            each.data = data
        self.push("edit", data)

    def erase(self, key: str) -> None:
        """Remove the student's own message *key*."""
        self.entries = [each for each in self.entries if not (each.kind == "said" and each.data["key"] == key)]
        self.push("erase", {"key": key})

    def show(self, kind: str, data: dict[str, Any]) -> None:
        """Set a state; the same as before is not told again."""
        if kind not in self.states or self.states[kind].data != data:
            self.states[kind] = Entry(self._next(), kind, data)
            self._wake()

    def message(self, id: str) -> dict[str, Any] | None:
        """Return the message *id* as it stands."""
        return next((each.data for each in self._of(id)), None)

    def choose(self, id: str, data: str) -> str:
        """Mark the button *data* of message *id* as the one pressed and return its label, empty where it is gone."""
        label = ""
        for row in (self.message(id) or {"rows": []})["rows"]:
            for item in row:
                item["chosen"] = item.get("data") == data
                label = item["label"] if item["chosen"] else label
        return label

    def keep(self, document: Document) -> str:
        """Hold a file for download and return its id."""
        id = secrets.token_hex(12)
        self.files[id] = document
        while len(self.files) > MOST_FILES:
            self.files.popitem(last=False)
        return id

    def done(self, key: str, notice: str) -> None:
        """Remember that the event *key* has its answer in the stream, and what its little answer was."""
        self.answered[key] = notice
        while len(self.answered) > MOST_KEYS:
            self.answered.popitem(last=False)

    def _of(self, id: str) -> Iterator[Entry]:
        return (each for each in self.entries if each.kind in ("message", "edit") and each.data["id"] == id)

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _wake(self) -> None:
        for each in self.awake:
            each.set()


class Visitors:
    """Everybody who opened the page, told apart by a secret of which only a digest is ever used."""

    def __init__(self) -> None:
        self._all: OrderedDict[str, Visitor] = OrderedDict()
        #: Marks of an earlier process mean nothing in this one.
        self._epoch = secrets.token_hex(4)

    def __iter__(self) -> Iterator[Visitor]:
        return iter(list(self._all.values()))

    def by_secret(self, secret: str) -> Visitor:
        """Return the visitor whose cookie holds *secret*."""
        return self.by_user(hashlib.sha256(secret.encode()).hexdigest()[:32])

    def by_user(self, user: str) -> Visitor:
        """Return the visitor *user*, new where this process has not met them."""
        visitor = self._all.get(user)
        if visitor is None:
            visitor = self._all[user] = Visitor(Address("web", "", user, user), self._epoch)
            self._forget_some()
        self._all.move_to_end(user)
        return visitor

    def _forget_some(self) -> None:
        """Let go of those who were away longest, so that memory stays bounded; the database still knows them."""
        for user, visitor in list(self._all.items())[:-1]:
            if len(self._all) <= MOST_VISITORS:
                return
            if not visitor.awake and not visitor.turn.locked():
                del self._all[user]
