"""People living through their rotations: the real dispatcher, planner and courier, a clock to move, a platform that remembers."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import count
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import text

from bot.app.compose import Parts, compose
from bot.config import Settings
from bot.core.inbound import ButtonPressed, CommandSent, FormSent, TextSent, pressed
from bot.core.loading import views
from bot.core.markup import text_of
from bot.core.messages import Button, Form, Reply
from bot.core.view import View
from bot.domain.rotation import Rotation
from bot.domain.student import Address, Student
from bot.storage.nudges import Nudge, Nudges
from bot.storage.students import Rotations, Students
from bot.storage.types import instant_of

CHICAGO = "America/Chicago"
BROKEN = "Something broke"


def read(reply: Reply) -> str:
    """Return all of a reply's cards as a student reads them."""
    parts = []
    for card in reply.cards:
        lines = [card.title, card.body, *(f"{name}: {value}" for name, value in card.facts), card.footer]
        parts += [text_of(each) for each in lines if each]
    return "\n".join(parts)


@dataclass(frozen=True)
class Push:
    """One message that came by itself."""

    at: datetime
    reply: Reply

    @property
    def text(self) -> str:
        return read(self.reply)


@dataclass
class Memory:
    """A platform that keeps what it is sent, by user."""

    now: Callable[[], datetime]
    name: str = "simulation"
    has_modals: bool = True
    kept: dict[str, list[Push]] = field(default_factory=dict)

    def bucket(self, _: Address) -> str:
        return self.name

    async def run(self, dispatch: object) -> None:
        return None

    async def send(self, to: Address, reply: Reply) -> None:
        self.kept.setdefault(to.user, []).append(Push(self.now(), reply))


class Person:
    """One student: what they send, what they read, what came by itself."""

    def __init__(self, life: "Life", user: str, zone: str, platform: str) -> None:
        self.life, self.zone = life, zone
        self.address = Address(platform, "", user, f"chat-{user}")
        self.said = Reply()

    @property
    def pushes(self) -> list[Push]:
        return self.life.platforms[self.address.platform].kept.get(self.address.user, [])

    @property
    def local(self) -> datetime:
        return self.life.clock().astimezone(ZoneInfo(self.zone))

    def times(self, since: int = 0) -> list[str]:
        """Return the local minute of each push from number *since* on, as "12-11 10:50"."""
        return [f"{each.at.astimezone(ZoneInfo(self.zone)):%m-%d %H:%M}" for each in self.pushes[since:]]

    async def command(self, name: str, words: str = "") -> Reply:
        return await self._send(CommandSent(name=name, text=words, **self._envelope()))

    async def type(self, words: str) -> Reply:
        return await self._send(TextSent(text=words, **self._envelope()))

    async def press(self, label: str, reply: Reply | None = None) -> Reply:
        """Tap a button of *reply*, else of the last one read."""
        shown = self.said if reply is None else reply
        for button in shown.buttons:
            if button.label == label:
                return await self.tap(button)
        raise AssertionError(f"no button {label!r} among {[each.label for each in shown.buttons]}: {read(shown)}")

    async def tap(self, button: Button) -> Reply:
        action, value = pressed(button.data)
        return await self._send(ButtonPressed(action=action, value=value, **self._envelope()))

    async def act(self, action: str, value: str = "") -> Reply:
        return await self.tap(Button("", action, value))

    async def fill(self, **values: str) -> Reply:
        """Answer the form that the last reply opened."""
        assert self.said.form is not None, read(self.said)
        form: Form = self.said.form
        return await self._send(FormSent(form=form.name, values=values, context=form.context, **self._envelope()))

    async def begin(
        self, specialty: str = "surgery", first: date = date(2026, 11, 30), length: str = "4 wk", role: str = "hands_on"
    ) -> "Person":
        """Set a rotation up."""
        await self.command("start")
        if self.said.form is None:
            await self.act("start.begin")
        await self.fill(specialty=specialty, first=first.isoformat(), length=length, role=role)
        return self

    async def view(self) -> View:
        async with self.life.parts.database.read() as work:
            student = await work.use(Students).find(self.address)
            assert student is not None
            return (await views(work, [student.id], self.life.parts.shelf().bank, self.life.clock()))[student.id]

    async def student(self) -> Student:
        return (await self.view()).student

    async def rotation(self) -> Rotation:
        return (await self.view()).rotations[-1]

    async def change(self, **values: object) -> None:
        """Set columns of the student, as a setting would, and plan again."""
        async with self.life.parts.database.write() as work:
            student = await work.use(Students).at(self.address, self.life.clock())
            await work.use(Students).change(student.id, **values)
            await self.life.parts.planner.replan(work, student.id, self.life.clock())

    async def reshape(self, rotation: Rotation) -> None:
        """Rewrite a rotation, as a setting would, and plan again."""
        async with self.life.parts.database.write() as work:
            student = await work.use(Students).at(self.address, self.life.clock())
            await work.use(Rotations).change(student.id, rotation)
            await self.life.parts.planner.replan(work, student.id, self.life.clock())

    async def armed(self) -> tuple[Nudge, ...]:
        student = await self.student()
        async with self.life.parts.database.read() as work:
            return tuple(each for each in await work.use(Nudges).of(student.id) if each.slot)

    async def steps(self) -> list[tuple[str, str]]:
        """Return (local minute, slot) of the journey's steps that came."""
        zone = ZoneInfo(self.zone)
        return [
            (f"{each.sent_at.astimezone(zone):%m-%d %H:%M}", each.slot)
            for each in (await self.view()).seen
            if each.nudge == "journey" and each.sent_at
        ]

    async def step_ids(self) -> list[str]:
        return [slot.partition(":")[0].removeprefix("jny-") for _, slot in await self.steps()]

    async def _send(self, event: CommandSent | TextSent | ButtonPressed | FormSent) -> Reply:
        reply = await self.life.parts.dispatcher(event)
        assert reply is not None
        self.said = reply
        return reply

    def _envelope(self) -> dict[str, str | Address]:
        return {"sender": self.address, "key": f"{self.address.user}-{next(self.life.keys)}", "zone": self.zone}


@dataclass
class Life:
    """One process over one database, and the clock everybody lives by."""

    parts: Parts
    clock: "StandingClock"
    platforms: dict[str, Memory]
    keys: count = field(default_factory=count)

    def person(self, user: str = "ann", *, zone: str = CHICAGO, platform: str = "simulation") -> Person:
        return Person(self, user, zone, platform)

    async def to(self, target: datetime, seen: Callable[[], Awaitable[None]] | None = None) -> None:
        """Live through every due instant until *target*."""
        await self.parts.courier.settle()
        while (due := await self._next()) is not None and due <= target:
            self.clock.now = max(due, self.clock.now)
            await self.parts.courier.settle()
            if seen is not None:
                await seen()
        self.clock.now = max(target, self.clock.now)
        await self.parts.courier.settle()

    async def until(self, day: date, at: time = time(23, 59), zone: str = CHICAGO) -> None:
        """Live until the local minute."""
        await self.to(local(day, at, zone))

    async def _next(self) -> datetime | None:
        async with self.parts.database.read() as work:
            due = await work.use(Nudges).next_due()
            found = await work.connection.execute(text("SELECT min(available_at) FROM outbox WHERE status = 0"))
            waiting = found.scalar_one_or_none()
        moments = [each for each in (due, None if waiting is None else instant_of(waiting)) if each is not None]
        return min(moments, default=None)


@dataclass
class StandingClock:
    """A clock that stands until it is moved."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


def local(day: date, at: time, zone: str = CHICAGO) -> datetime:
    """Return the local minute as an instant."""
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@asynccontextmanager
async def alive(
    url: str, now: datetime = datetime(2026, 11, 14, 18, tzinfo=UTC), *, overlays: Sequence[Path] = (), seed: int = 7
) -> AsyncIterator[Life]:
    """Compose a process on the database *url* with *overlays* over the real bank."""
    settings = Settings(database_url=url, wardwise_content=tuple(overlays), _env_file=None)  # type: ignore[call-arg]
    clock = StandingClock(now)
    parts = compose(settings, clock=clock, chance=Random(seed))
    platforms = {name: Memory(clock, name, has_modals=name == "simulation") for name in ("simulation", "console")}
    parts.platforms.update(platforms)
    try:
        yield Life(parts, clock, platforms)
    finally:
        await parts.close()
