"""A small conversation by hand, with a reply of every shape, and a clock that travels: for tests of adapters alone."""

import struct
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.inbound import ButtonPressed, CommandSent, FormSent, Inbound, TextSent
from bot.core.messages import (
    Button,
    Card,
    Document,
    Field,
    Form,
    Link,
    Option,
    Picture,
    Reply,
    ask,
    rows_of,
    say,
)
from bot.domain.student import Address
from bot.platforms.travel import Step, Upcoming
from bot.storage.database import Away

CENTRAL = ZoneInfo("America/Chicago")
ZONES = ("Eastern", "Central", "Mountain", "Pacific", "Another place…", "Just look around")
SPECIALTIES = ("Internal medicine", "Surgery", "Pediatrics", "Psychiatry", "OB/GYN", "Family medicine", "Emergency",
               "ICU", "Neurology", "Other")  # fmt: skip

ROTATION = Form(
    "rotation",
    "Your rotation",
    (
        Field("specialty", "Specialty", "choice", tuple(Option(each.lower(), each) for each in SPECIALTIES)),
        Field("start", "First day", "date"),
        Field(
            "weeks",
            "How long",
            "choice",
            tuple(Option(str(n), f"{n} weeks") for n in (2, 4, 6, 8, 12)),
            value="4",
        ),
        Field(
            "minutes", "Minutes before rounds", "number", required=False, hint="How early your tip comes, such as 45."
        ),
        Field("note", "What do you hope to learn?", required=False, guard=True, max_length=400),
    ),
    intro="Five answers, and the plan is yours. You can change all of it in `/settings`.",
    context="ctx:7",
)


NOTE = Form("note", "A line for your log", (Field("line", "One line", guard=True, max_length=400),))
CHOICE = Field(
    "guard_choice", "What should I do with it?", "choice", (Option("keep", "Keep"), Option("drop", "Drop it"))
)


@dataclass(frozen=True)
class Line:
    """A command as the registry has it."""

    name: str
    summary: str
    example: str = ""


COMMANDS = (
    Line("start", "Begin, or go on where you left off"),
    Line("tip", "Another tip for where you are now"),
    Line("phrase", "Look up ward jargon, an abbreviation or an idiom", "dispo"),
    Line("say", "Words to say, and what to do with the answer", "I'm late"),
    Line("plain", "Plain words to use with a patient", "biopsy"),
    Line("feedback", "Plan your ask for feedback"),
    Line("log", "Keep a line: a case idea, a procedure, a lesson", "saw a central line"),
    Line("next", "What comes next, and when"),
    Line("why", "Why the last message came"),
    Line("rotation", "Add, change or end a rotation"),
    Line("progress", "Your rotation so far, as a picture and in words"),
    Line("settings", "Times, days off, quiet hours"),
    Line("export", "Everything about you as a file"),
    Line("forget", "Remove everything about you"),
    Line("help", "All commands"),
)


class Pace:
    """Counts what is debited; a pace that never holds anybody up."""

    def __init__(self) -> None:
        self.debits: list[str] = []

    async def debit(self, bucket: str) -> None:
        self.debits.append(bucket)

    async def pause(self, bucket: str, seconds: float) -> None:
        raise AssertionError("neither the page nor the terminal ever throttles")

    async def hold(self, name: str, seconds: int) -> bool:
        return True

    async def release(self, name: str) -> None:
        return None


class Trip:
    """Travel through a small fixed plan."""

    def __init__(self, send: Callable[[Address, Reply], Awaitable[None]] | None = None) -> None:
        self.clock = datetime(2026, 11, 30, 4, 12, tzinfo=UTC)
        self.send = send
        self.planned: dict[str, list[Upcoming]] = {}
        self.away = False

    def now(self) -> datetime:
        return self.clock

    async def local_time(self, address: Address) -> datetime:
        if self.away:
            raise Away("gone")
        return self.clock.astimezone(CENTRAL)

    async def upcoming(self, address: Address) -> tuple[Upcoming, ...]:
        return tuple(self.planned.get(address.user, ()))

    async def move(self, address: Address, step: Step) -> None:
        plan = self.planned.get(address.user, [])
        coming = [each for each in plan if not each.sent]
        target = {
            "next": coming[0].at if coming else self.clock,
            "day": self.clock + timedelta(days=1),
            "midpoint": datetime(2026, 12, 12, 17, tzinfo=UTC),
        }[step]
        for place, each in enumerate(plan):
            if not each.sent and each.at <= target:
                self.clock = each.at
                plan[place] = replace(each, sent=True)
                assert self.send is not None
                await self.send(address, push(each.what))
        self.clock = max(self.clock, target)

    def plan(self, user: str) -> None:
        """Plan two weeks of mornings, evenings and the ask."""
        found = []
        for day in range(14):
            morning = datetime(2026, 11, 30, 5, 15, tzinfo=CENTRAL) + timedelta(days=day)
            if morning.weekday() == 6:
                continue
            found.append((morning, "Morning tip"))
            if day in (0, 4, 9, 11):
                found.append((morning.replace(hour=18, minute=45), "Did the trend land?"))
            if day == 11:
                found.append((morning.replace(hour=10, minute=50), "Your ask: one thing to keep, one to change"))
        self.planned[user] = [
            Upcoming(at.astimezone(UTC), f"{at:%a %b} {at.day}, {at.hour % 12 or 12}:{at:%M} {at:%p}".replace("AM", "am")
                     .replace("PM", "pm"), what, False)
            for at, what in sorted(found)
        ]  # fmt: skip


def push(what: str) -> Reply:
    """Return a push as the courier sends it."""
    if what != "Morning tip":
        return say(f"{what}", (Button("Yes", "step.yes", "~7"), Button("Not yet", "step.no", "~7")))
    return say(
        "Nobody can hold twelve numbers at once. Say the direction: where it started, where it is going, and the one "
        "value that decides the day.\n\n**Today:** in one presentation, replace a list of values with one trend.",
        (Button("I'll do it", "step.do", "~7"), Button("Words to say", "step.words", "~7")),
        (Button("Not today", "step.not", "~7"),),
        title="Speak trends, not columns",
    )


class Talk:
    """A dispatch that keeps its answers by key until they are sent, as the real one does."""

    def __init__(self, trip: Trip | None = None) -> None:
        self.trip = trip
        self.handled: list[Inbound] = []
        self.kept: dict[str, Reply | None] = {}
        self.done: list[str] = []
        self.away = 0

    async def __call__(self, event: Inbound) -> Reply | None:
        if self.away:
            self.away -= 1
            raise Away("gone")
        if event.key not in self.kept:
            self.handled.append(event)
            self.kept[event.key] = self.answer(event)
        return None if event.key in self.done else self.kept[event.key]

    async def sent(self, event: Inbound) -> None:
        self.done.append(event.key)

    def answer(self, event: Inbound) -> Reply | None:
        match event:
            case CommandSent(name="start"):
                return hello()
            case CommandSent(name="rotation"):
                return ask(ROTATION)
            case CommandSent(name="note"):
                return ask(NOTE)
            case CommandSent(name="phrase"):
                return phrase()
            case CommandSent(name="log"):
                return stopped()
            case CommandSent(name="export"):
                return export()
            case CommandSent(name="progress"):
                return progress()
            case CommandSent(name="quiet"):
                return None
            case CommandSent():
                return say(
                    f"You asked for `/{event.name}`. Here is a list:\n\n- one\n- two\n\n1. first\n2. second\n\n> and a quote"
                )
            case TextSent():
                return phrase() if event.text == "dispo" else say(f"I don't have **{event.text[:40]}**.")
            case FormSent():
                return self.form(event)
            case ButtonPressed():
                return self.press(event)
        return None

    def form(self, event: FormSent) -> Reply:
        if event.form == "note":
            if "guard_choice" not in event.values:
                return ask(replace(NOTE, fields=(*NOTE.fields, CHOICE)))
            return replace(say("Kept without the name."), erases=True)
        if not event.values.get("start"):
            fields = tuple(
                replace(
                    each,
                    value=event.values.get(each.name, ""),
                    error="This one is needed." if each.name == "start" else "",
                )
                for each in ROTATION.fields
            )
            return ask(replace(ROTATION, fields=fields))
        if self.trip is not None:
            self.trip.plan(event.sender.user)
        return ready(event.values)

    def press(self, event: ButtonPressed) -> Reply:
        match event.action:
            case "hello.zone":
                return say(
                    f"It's 10:12 pm there ({event.value}). **Which specialty?**",
                    *rows_of([Button(each, "hello.specialty", each) for each in SPECIALTIES], 2),
                )
            case "hello.specialty":
                return ask(ROTATION)
            case "log.settle":
                return replace(say(f"Kept: {event.quoted.upper()}"), erases=True, replaces=True)
            case "phrase.later":
                return replace(phrase(later=True), replaces=True, notice="Tomorrow, then in four days")
            case _:
                return say(f"Noted: {event.action}", replaces=event.action == "step.yes")


def hello() -> Reply:
    return say(
        "Each working morning I send one thing to do that day. Ask me any ward word (try `/phrase dispo`). Around the "
        "middle I help you ask for feedback and use it.\n\nI never want patient details. I keep your rotation and your "
        "answers; `/forget` removes them, `/privacy` says more.\n\n**Where will you rotate?**",
        *rows_of([Button(each, "hello.zone", each) for each in ZONES], 2),
        title="Hello. I'm Wardwise, a coach for your rotation.",
        footer="My tips are written for students and not yet reviewed by a clinician: your program's rules come first.",
    )


def phrase(*, later: bool = False) -> Reply:
    return Reply(
        cards=(
            Card(
                "Where the patient goes next, and what has to happen first: home, rehab, another unit.\n\n"
                "> “Labs look better. What's the dispo?” “Home tomorrow if she walks with therapy.”\n\n"
                "**You:** end each presentation with your guess.",
                title="dispo",
                facts=(("Say it", "yes, among staff"), ("Heard from", "residents, case managers")),
                footer="To a patient: “Let's talk about where you go from here.”",
            ),
        ),
        rows=(
            (Button("SNF", "phrase.show", "snf"), Button("placement", "phrase.show", "placement")),
            (
                Button("Quiz me later ✓" if later else "Quiz me later", "phrase.later", "dispo"),
                Link("Source", "https://example.org/dispo"),
            ),
        ),
    )


def stopped() -> Reply:
    reply = say(
        "**I didn't keep that yet:** it may point to a patient (“Mr. Alvarez”). The lesson is enough:\n\n"
        "> 68M with cirrhosis, did the paracentesis",
        (Button("Keep this version", "log.settle", "keep"), Button("Not a patient", "log.settle", "mine")),
        (Button("Drop it", "log.settle", "drop"),),
    )
    return replace(reply, quotes=True)


def ready(values: dict[str, str]) -> Reply:
    return say(
        "Tips come at 5:15, forty-five minutes before a 6:00 start. Change any of it in `/settings`.",
        (Button("What comes next", "plan.next"), Button("Change the time", "plan.time")),
        (Button("I'm not in the US yet", "plan.abroad"),),
        title="Ready.",
        facts=(
            ("Rotation", values.get("specialty", "")),
            ("First day", values["start"]),
            ("Weeks", values.get("weeks", "")),
        ),
    )


def export() -> Reply:
    files = (
        Document("wardwise.md", "text/markdown", "# Yours\n\nÉté.\n".encode()),
        Document("timeline.ics", "text/calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n" * 60),
    )
    return replace(say("Everything I have about you, in two files.", title="Your data"), files=files)


def progress() -> Reply:
    card = Card(
        "Trend: up since the midpoint.",
        title="Your rotation so far",
        picture=Picture(picture(), "Five ratings, rising from 2 to 4"),
    )
    return Reply(cards=(card,), rows=((Button("Check in now", "checkin.start"),),))


def picture(width: int = 480, height: int = 200) -> bytes:
    """Return a small chart as PNG, drawn by hand."""

    def pixel(x: int, y: int) -> bytes:
        line = abs(y - (height - 30 - (x * (height - 60)) // width)) < 3
        return b"\x1d\x5f\x57" if line else b"\xfc\xfa\xf6" if y % 40 else b"\xe5\xdd\xcf"

    rows = b"".join(b"\0" + b"".join(pixel(x, y) for x in range(width)) for y in range(height))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
