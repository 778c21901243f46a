"""A small bot for the core: handlers that count, fail, apologize and ask."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from random import Random
from typing import Any

from bot.content.bank import Bank
from bot.core import interview
from bot.core.context import Context
from bot.core.dispatcher import Dispatcher
from bot.core.errors import Sorry
from bot.core.feature import Feature, Registry
from bot.core.inbound import ButtonPressed, CommandSent, FormSent, Inbound, TextSent, pressed
from bot.core.library import Library
from bot.core.messages import Button, Field, Form, Option, Reply, ask, say
from bot.domain.student import Address
from bot.schedule.planner import Planner
from bot.storage.database import Database
from bot.storage.facts import FactBook
from bot.storage.nudges import Nudges
from bot.storage.students import Students

BANK = Bank(())
HERE = Address("test", "", "u1", "c1")
DATES = Form(
    "dates",
    "Your rotation",
    (
        Field("first", "First day?", kind="date"),
        Field("length", "How long?", kind="length"),
        Field(
            "role",
            "What do you do there?",
            kind="choice",
            options=(Option("hands_on", "Hands-on"), Option("observer", "Observe")),
        ),
    ),
    intro="Three questions.",
)
NOTES = Form(
    "notes",
    "A note",
    (
        Field("line", "What was it?", guard=True, required=False, max_length=200),
        Field("mood", "How was it?", required=False),
    ),
)


def ward() -> Feature:
    """Return the feature every test here talks to."""
    feature = Feature("ward")

    async def bump(ctx: Context) -> int:
        kept = ctx.view.facts.get("taps")
        number = int(kept.value) + 1 if kept else 1
        await ctx.keep("taps", str(number), rotation_id=0)
        return number

    @feature.command("count", "Count one")
    async def counted(ctx: Context, text: str) -> Reply:
        return say(f"tap {await bump(ctx)}", (Button("Again", "ward.tap"),))

    @feature.action("tap")
    async def tapped(ctx: Context, value: str) -> Reply:
        about = ctx.delivery.slot if ctx.delivery else "none"
        return say(f"tap {await bump(ctx)} about {about}, value {value}")

    @feature.command("peek", "Look at what was sent, though it was not read", history=False)
    async def peek(ctx: Context, _: str) -> Reply:
        return say("nothing yet" if not ctx.view.seen_items() else "some")

    @feature.command("boom", "Break")
    async def broken(ctx: Context, text: str) -> Reply:
        await bump(ctx)
        await ctx.nudges.put("armed", "boom", ctx.now)
        raise RuntimeError(f"could not read {text!r}")

    @feature.command("sorry", "Apologize")
    async def apologized(ctx: Context, text: str) -> Reply:
        await bump(ctx)
        await ctx.nudges.put("armed", "sorry", ctx.now)
        raise Sorry("No rotation yet. `/start` makes one.")

    @feature.command("dates", "Ask three questions")
    async def dates(ctx: Context, text: str) -> Reply:
        return ask(DATES)

    @feature.command("notes", "Ask for a note")
    async def notes(ctx: Context, text: str) -> Reply:
        return ask(NOTES)

    @feature.form("dates", DATES)
    async def dated(ctx: Context, values: dict[str, Any], context: str) -> Reply:
        return say(f"{values['first']} {values['length']} {values['role']}")

    @feature.form("notes", NOTES)
    async def noted(ctx: Context, values: dict[str, Any], context: str) -> Reply:
        await ctx.keep("note", note=values["line"] or "", rotation_id=0)
        return say("kept" if values["line"] else "nothing")

    @feature.nudge("armed")
    async def armed(ctx: Context, slot: str) -> Reply:
        return say("now")

    @feature.any_text
    async def other(ctx: Context, text: str) -> Reply:
        return say("words")

    return feature


@dataclass
class Talk:
    """One person at the dispatcher."""

    database: Database
    clock: Callable[[], datetime]
    modals: frozenset[str] = frozenset()
    address: Address = HERE
    registry: Registry = field(default_factory=lambda: Registry([ward(), interview.feature]))
    keys: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.planner = Planner(self.registry, lambda: BANK, lambda _: "test", lambda _: 10)
        library = Library(BANK)
        self.dispatch = Dispatcher(
            self.database,
            self.registry,
            lambda: library,
            self.clock,
            self.planner.replan,
            Random(1),
            modals=self.modals,
        )
        self.reply = Reply()

    def about(self) -> dict[str, Any]:
        return {"sender": self.address, "key": f"k{next(self.keys)}"}

    async def send(self, event: Inbound) -> Reply:
        reply = await self.dispatch(event)
        assert reply is not None
        self.reply = reply
        return reply

    async def command(self, name: str, text: str = "") -> Reply:
        return await self.send(CommandSent(**self.about(), name=name, text=text))

    async def type(self, text: str) -> Reply:
        return await self.send(TextSent(**self.about(), text=text))

    async def press(self, label: str, quoted: str = "") -> Reply:
        button = next(each for each in self.reply.buttons if each.label == label)
        action, value = pressed(button.data)
        return await self.send(ButtonPressed(**self.about(), action=action, value=value, quoted=quoted))

    async def fill(self, form: str, **values: str) -> Reply:
        return await self.send(FormSent(**self.about(), form=form, values=values))

    async def fact(self, name: str) -> str | None:
        """Return the value of the student's fact, None where it was never set."""
        async with self.database.read() as work:
            student = await work.use(Students).find(self.address)
            if student is None:
                return None
            kept = (await work.use(FactBook).of([student.id]))[student.id].get(name)
            return kept.value if kept else None

    async def note(self) -> str:
        async with self.database.read() as work:
            student = await work.use(Students).find(self.address)
            return await work.use(FactBook).note(student.id, "note") if student else ""

    async def armed(self) -> int:
        async with self.database.read() as work:
            student = await work.use(Students).find(self.address)
            return len(await work.use(Nudges).of(student.id)) if student else 0


def body(reply: Reply) -> str:
    return "\n".join(card.body for card in reply.cards)
