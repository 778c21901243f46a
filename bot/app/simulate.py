"""A whole rotation in print: every message of it, as it would come."""

import asyncio
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.app.compose import Parts, compose
from bot.app.travel import Traveler
from bot.clock import MovedClock
from bot.config import BadSettings, Settings
from bot.content.meta import Specialty
from bot.core.inbound import ButtonPressed, CommandSent, FormSent, pressed
from bot.core.markup import text_of
from bot.core.messages import Button, Reply
from bot.domain import words
from bot.domain.student import Address
from bot.storage.migrate import in_child

HERE = Address("simulation", "", "student", "student")
#: What the simulated student taps, in order of preference, where a push offers it.
TAPS = (
    "Attending",
    "Yes, we talked",
    "I'll do it",
    "I tried it",
    "It looks better",
    "Did it",
    "Done",
    "I can sign in",
    "Got it",
)


@dataclass(slots=True)
class Printer:
    """A platform that keeps what it is sent, with the time it came."""

    now: Callable[[], datetime]
    name: str = "simulation"
    has_modals: bool = True
    messages: list[tuple[datetime, Reply]] = field(default_factory=list)

    def bucket(self, _: Address) -> str:
        """Return the one bucket."""
        return "simulation"

    async def run(self, _: object) -> None:
        """Receive nothing."""

    async def send(self, _: Address, reply: Reply) -> None:
        """Keep the message."""
        self.messages.append((self.now(), reply))


@dataclass(frozen=True, slots=True)
class Plan:
    """The rotation to simulate."""

    specialty: str
    weeks: int
    start: date
    role: str = "hands_on"
    zone: str = "America/Chicago"
    answers: bool = True


async def simulate(plan: Plan, emit: Callable[[str], None]) -> int:
    """Live through *plan*, print every message, and return how many came."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{folder}/simulation.db", _env_file=None)  # type: ignore[call-arg]
        await asyncio.to_thread(in_child, settings.database_url)
        first = datetime.combine(plan.start - timedelta(days=15), time(12), tzinfo=ZoneInfo(plan.zone))
        clock = MovedClock()
        clock.offset = first - clock()
        parts = compose(settings, clock=clock, chance=Random(20261122))
        known = [each.id for each in parts.shelf().bank.all(Specialty)]
        if plan.specialty not in known:
            await parts.close()
            raise BadSettings([f"--specialty: use one of {', '.join(known)}"])
        printer = Printer(clock)
        parts.platforms["simulation"] = printer
        try:
            await _live(parts, clock, printer, plan, emit)
        finally:
            await parts.close()
        return len(printer.messages)


async def _live(parts: Parts, clock: MovedClock, printer: Printer, plan: Plan, emit: Callable[[str], None]) -> None:
    student = Student(parts, plan.zone)
    await student.command("start")
    values = {
        "specialty": plan.specialty,
        "first": plan.start.isoformat(),
        "length": f"{plan.weeks} wk",
        "role": plan.role,
    }
    await student.form("start", values)
    shown = 0

    async def look() -> None:
        nonlocal shown
        for at, reply in printer.messages[shown:]:
            shown += 1
            emit(_printed(at.astimezone(ZoneInfo(plan.zone)), reply))
            if plan.answers:
                for line in await student.react(reply):
                    emit(line)

    end = datetime.combine(plan.start + timedelta(weeks=plan.weeks, days=30), time(12), tzinfo=ZoneInfo(plan.zone))
    await Traveler(parts, clock).to(end, look)
    await look()


class Student:
    """A simulated student who taps what helps."""

    def __init__(self, parts: Parts, zone: str) -> None:
        self._parts = parts
        self._zone = zone
        self._count = 0

    async def command(self, name: str) -> Reply | None:
        """Send a command."""
        return await self._parts.dispatcher(CommandSent(sender=HERE, key=self._key(), zone=self._zone, name=name))

    async def form(self, name: str, values: dict[str, str], context: str = "") -> Reply | None:
        """Fill a form."""
        return await self._parts.dispatcher(
            FormSent(sender=HERE, key=self._key(), zone=self._zone, form=name, values=values, context=context)
        )

    async def react(self, push: Reply) -> list[str]:
        """Tap through what a push leads to; return the taps as lines."""
        lines: list[str] = []
        reply: Reply | None = push
        for _ in range(6):
            button = _chosen(reply)
            if button is None:
                break
            lines.append(f"    > [{button.label}]")
            action, value = pressed(button.data)
            reply = await self._parts.dispatcher(
                ButtonPressed(sender=HERE, key=self._key(), zone=self._zone, action=action, value=value)
            )
            if reply is not None and reply.form is not None and reply.form.name == "feedback.capture":
                said = {
                    "who": "attending",
                    "strength": "my presentations are organized",
                    "focus": "be more concise, lead with assessment",
                }
                values = {each.name: said[each.name] for each in reply.form.fields}
                reply = await self.form(reply.form.name, values, reply.form.context)
        return lines

    def _key(self) -> str:
        self._count += 1
        return f"simulated-{self._count}"


FOLLOWING = (*TAPS, "On the ward", "Take 1", "Said it")


def _chosen(reply: Reply | None) -> Button | None:
    if reply is None:
        return None
    for label in FOLLOWING:
        for button in reply.buttons:
            if button.label == label:
                return button
    return next((button for button in reply.buttons if button.label.endswith("after rounds")), None)


def _printed(at: datetime, reply: Reply) -> str:
    lines = [f"\n{words.day(at.date())}, {words.clock(at.time())}"]
    for card in reply.cards:
        lines += [
            f"  {line}" for line in (text_of(card.title), *text_of(card.body).split("\n"), text_of(card.footer)) if line
        ]
    lines += ["  " + " ".join(f"[{item.label}]" for item in row) for row in reply.rows]
    return "\n".join(lines)
