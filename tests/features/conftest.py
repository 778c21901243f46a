"""A chat with the real dispatcher, on a real database, over the real bank."""

import importlib
import pkgutil
from dataclasses import dataclass, field, replace
from datetime import time, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

import bot.features
from bot.content.bank import Bank
from bot.core import interview
from bot.core.dispatcher import Dispatcher
from bot.core.feature import Feature, Registry
from bot.core.inbound import ButtonPressed, CommandSent, FormSent, Inbound, TextSent
from bot.core.library import Library
from bot.core.markup import text_of
from bot.core.messages import Button, Form, Reply
from bot.core.wire import dump
from bot.domain.rotation import Hours, Rotation
from bot.domain.student import Address, Student
from bot.schedule.planner import Planner
from bot.storage.database import Database
from bot.storage.schema import metadata
from bot.storage.students import Rotations, Students

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="session")
def library(bank: Bank) -> Library:
    return Library(bank)


@pytest.fixture(scope="session")
def registry() -> Registry:
    names = sorted(module.name for module in pkgutil.iter_modules(bot.features.__path__))
    found: list[Feature] = [importlib.import_module(f"bot.features.{name}").feature for name in names]
    if all(each.name != interview.feature.name for each in found):
        found.append(interview.feature)
    return Registry(found)


def read(reply: Reply) -> str:
    """Return all of a reply's cards as a student reads them."""
    parts = []
    for card in reply.cards:
        lines = [card.title, card.body, *(f"{name}: {value}" for name, value in card.facts), card.footer]
        parts += [text_of(each) for each in lines if each]
    return "\n".join(parts)


@dataclass
class Chat:
    """One person typing and tapping; every reply is also checked against what platforms can carry."""

    database: Database
    dispatcher: Dispatcher
    planner: Planner
    clock: Any
    address: Address = field(default_factory=lambda: Address("telegram", "", "u1", "c1"))
    private: bool = True
    reply: Reply = field(default_factory=Reply)
    keys: Any = field(default_factory=lambda: count(1))

    async def type(self, text: str) -> Reply:
        return await self.send(TextSent(sender=self.address, key=self.key(), text=text, private=self.private))

    async def command(self, name: str, text: str = "", *, key: str = "") -> Reply:
        return await self.send(
            CommandSent(sender=self.address, key=key or self.key(), name=name, text=text, private=self.private)
        )

    async def press(self, label: str, *, quoted: str = "", key: str = "") -> Reply:
        """Tap a button of the last reply."""
        button = next((each for each in self.reply.buttons if each.label == label), None)
        assert button is not None, f"no button {label!r} among {[each.label for each in self.reply.buttons]}"
        return await self.act(button, quoted=quoted, key=key)

    async def act(self, button: Button, *, quoted: str = "", key: str = "") -> Reply:
        return await self.send(
            ButtonPressed(
                sender=self.address,
                key=key or self.key(),
                action=button.action,
                value=button.value,
                quoted=quoted,
                private=self.private,
            )
        )

    async def fill(self, form: Form, **values: str) -> Reply:
        return await self.send(
            FormSent(sender=self.address, key=self.key(), form=form.name, values=values, context=form.context)
        )

    async def send(self, event: Inbound) -> Reply:
        reply = await self.dispatcher(event)
        assert reply is not None
        self.reply = reply
        return reply

    async def again(self, event: Inbound) -> Reply | None:
        return await self.dispatcher(event)

    def key(self) -> str:
        return f"k{next(self.keys)}"

    def other(self, user: str, *, platform: str = "telegram", private: bool = True) -> "Chat":
        """Return another person's chat with the same bot."""
        return replace(self, address=Address(platform, "", user, f"c-{user}"), private=private, reply=Reply())

    async def student(self) -> Student:
        async with self.database.write() as work:
            return await work.use(Students).at(self.address, self.clock())

    async def rotate(self, specialty: str = "im", participation: str = "hands_on") -> Student:
        """Give this person a four-week rotation that runs now."""
        student = await self.student()
        today = self.clock().date()
        hours = Hours(time(6, 30), time(11), time(17))
        rotation = Rotation(0, specialty, participation, today - timedelta(days=7), today + timedelta(days=20), hours)
        async with self.database.write() as work:
            await work.use(Students).change(student.id, zone="America/Chicago")
            await work.use(Rotations).add(student.id, rotation)
            await self.planner.replan(work, student.id, self.clock())
        return await self.student()

    async def stored(self) -> dict[str, list[dict[str, Any]]]:
        """Return every row of every table, sealed text opened where it is sealed."""
        rows: dict[str, list[dict[str, Any]]] = {}
        async with self.database.read() as work:
            for table in metadata.sorted_tables:
                found = (await work.connection.execute(select(table))).mappings()
                rows[table.name] = [{k: self._opened(v) for k, v in row.items()} for row in found]
        return rows

    def _opened(self, value: Any) -> Any:
        return self.database.seal.open(value) if isinstance(value, bytes) else value


@pytest.fixture
async def chat(sqlite: Database, clock: Any, registry: Registry, library: Library) -> Chat:
    return wired(sqlite, clock, registry, library)


@pytest.fixture
async def modal_chat(sqlite: Database, clock: Any, registry: Registry, library: Library) -> Chat:
    """The same, where forms open as dialogs."""
    made = wired(sqlite, clock, registry, library, modals=frozenset({"slack"}))
    made.address = Address("slack", "T1", "U1", "D1")
    return made


def wired(
    database: Database,
    clock: Any,
    registry: Registry,
    library: Library,
    *,
    modals: frozenset[str] = frozenset(),
    operator: str = "Ward Office, ward@example.edu",
) -> Chat:
    planner = Planner(
        registry, lambda: library.bank, lambda address: f"{address.platform}:{address.tenant}", lambda _: 10
    )
    dispatcher = Dispatcher(
        database, registry, lambda: library, clock, planner.replan, Random(7), modals=modals, operator=operator
    )
    return Chat(database, dispatcher, planner, clock)


def assert_carried(reply: Reply) -> None:
    """Every platform can carry *reply*: short enough, and its buttons too when they belong to a push."""
    for card in reply.cards:
        assert len(read(Reply(cards=(card,)))) <= 3000
    assert len(read(reply)) <= 3000
    for button in reply.buttons:
        assert 0 < len(button.label) <= 60, button
        stamped = f"{button.action} ~12345678901 {button.value}".rstrip()
        assert len(stamped.encode()) <= 64, stamped
    assert dump(reply)
