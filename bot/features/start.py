"""/start: what this is in two messages, and a rotation set up in at most five taps."""

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.content.items import Tip
from bot.content.meta import Specialty
from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.feature import Feature
from bot.core.messages import Button, Card, Field, Form, Option, Reply, say
from bot.domain import words
from bot.domain.dates import last_day
from bot.domain.hours import morning_time
from bot.domain.rotation import Hours, Rotation
from bot.storage.students import Rotations, Students

feature = Feature("start")

ZONES = ("Eastern", "Central", "Mountain", "Pacific")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKS = (2, 4, 6, 8, 12)
MOST_DAYS = 366

HELLO = (
    "**Hello. I'm Wardwise, a coach for your rotation.**\n\n"
    "Each working morning I send one thing to do that day. Ask me any ward word (try `/phrase dispo`). Around the middle "
    "I help you ask for feedback and use it.\n\n"
    "I never want patient details. I keep your rotation and your answers; `/forget` removes them, `/privacy` says more. "
    "My tips are written for students and not yet reviewed by a clinician: your program's rules come first."
)


@feature.command("start", "Begin, or come back")
async def start(ctx: Context, _: str) -> Reply:
    """Greet, wake a stopped student, and ask for a rotation where there is none."""
    if ctx.student.state == "stopped":
        await ctx.work.use(Students).change(ctx.student.id, state="active", paused_until=None)
        return say("Welcome back. Messages come again from now on.", _ready_row(), title="You're back")
    if ctx.rotation is not None:
        return say(
            "You're set up already. Type any ward word, or see what comes.",
            (*_ready_row(), Button("My rotations", "rotation.show")),
        )
    return Reply(cards=(Card(body=HELLO),), form=setup_form(ctx))


@feature.action("begin")
async def begin(ctx: Context, _: str) -> Reply:
    """Ask for a rotation."""
    return Reply(form=setup_form(ctx))


@feature.action("look")
async def look(ctx: Context, _: str) -> Reply:
    """Let somebody look around without setting anything up."""
    return say(
        "Look around. Type any ward word as it is, or tap one of these. Morning tips need a rotation: `/start` sets one up.",
        (Button("dispo", "phrase.show", "phr-dispo"), Button("sign-out", "phrase.show", "phr-sign-out")),
        (Button("Set up a rotation", "start.begin"),),
    )


def setup_form(ctx: Context, context: str = "") -> Form:
    """Return the questions of a new rotation; the place is asked only where nobody knows it."""
    today = ctx.student.today(ctx.now)
    fields = [
        Field(
            "specialty",
            "Which specialty?",
            kind="choice",
            options=tuple(Option(each.id, each.name) for each in ctx.bank.all(Specialty)),
        ),
        Field(
            "first",
            "When is the first day?",
            kind="date",
            options=_first_days(today),
            hint="" if ctx.modals else "Tap, or type a date such as nov 30. Both dates work too: nov 30 to dec 27.",
        ),
        Field(
            "length",
            "How long does it run?",
            kind="length",
            options=tuple(Option(f"{weeks} wk", f"{weeks} weeks") for weeks in WEEKS),
            hint="Such as 4 weeks, or the last day: dec 27." if ctx.modals else "Tap, or type the last day.",
        ),
        Field(
            "role",
            "Will you be hands-on, or observing?",
            kind="choice",
            options=(Option("hands_on", "Hands-on"), Option("observer", "Observing"), Option("unsure", "Not sure yet")),
            hint="Tips differ: an observer must not examine or write. Not sure yet counts as observing until you say.",
        ),
    ]
    if not ctx.student.zone and not ctx.zone:
        place = Field(
            "place",
            "Where will you rotate?",
            kind="place",
            options=tuple(Option(each, each) for each in ZONES),
            hint="Tap your time zone, or type the city.",
        )
        fields.insert(0, place)
    leave = Button("Just look around", "start.look")
    return Form("start", "Your rotation", tuple(fields), submit="Set it up", leave=leave, context=context)


@feature.form("start", setup_form)
async def set_up(ctx: Context, values: dict[str, Any], _: str) -> Reply:
    """Keep the rotation and show what is ready, with the first tip."""
    first: date = values["first"]
    last = last_day(values["length"], first)
    if last < first:
        raise Sorry("The last day is before the first. `/start` to try again.")
    if (last - first).days >= MOST_DAYS:
        raise Sorry("That's longer than a year. Add the rotations one by one: `/rotation`.")
    zone = ctx.student.zone or values.get("place") or ctx.zone
    usual = ctx.bank.specialty(values["specialty"])
    rotation = Rotation(
        id=0,
        specialty=values["specialty"],
        participation=values["role"],
        start=first,
        end=last,
        hours=hours_of(usual),
        days_off=weekdays_of(usual.days_off),
        clinic=weekdays_of(usual.clinic),
    )
    await ctx.work.use(Students).change(ctx.student.id, zone=zone, state="active")
    await ctx.work.use(Rotations).add(ctx.student.id, rotation)
    taste = _taste(ctx, rotation)
    if taste is not None:
        await ctx.keep("seen", taste.id, about=taste.id, rotation_id=0)
    return _ready(ctx, rotation, zone, taste)


def hours_of(usual: Specialty) -> Hours:
    """Return the usual hours of a specialty, until the student says otherwise."""
    return Hours(
        day_start=time.fromisoformat(usual.day_start),
        rounds_end=time.fromisoformat(usual.rounds_end),
        day_end=time.fromisoformat(usual.day_end),
        night_start=time.fromisoformat(usual.night_start),
        night_end=time.fromisoformat(usual.night_end),
        lead_minutes=usual.lead_minutes,
    )


def weekdays_of(names: Iterable[str]) -> frozenset[int]:
    """Return weekdays as numbers, Monday 0."""
    return frozenset(WEEKDAYS.index(each) for each in names)


def _first_days(today: date) -> tuple[Option, ...]:
    monday = today + timedelta(days=(7 - today.weekday()) % 7 or 7)
    days = (today, monday, monday + timedelta(days=7))
    labels = ("Today", *(words.day(each) for each in days[1:]))
    return tuple(Option(day.isoformat(), label) for day, label in zip(days, labels, strict=True))


def _ready(ctx: Context, rotation: Rotation, zone: str, taste: Tip | None) -> Reply:
    specialty = ctx.bank.specialty(rotation.specialty).name
    role = {"hands_on": "hands-on", "observer": "observing", "unsure": "observing until you know"}[
        rotation.participation
    ]
    off = words.listed([f"{date(2024, 1, 1 + day):%A}" for day in sorted(rotation.days_off)]) or "none"
    at = words.clock(morning_time(ctx.student, rotation, rotation.start))
    begins = words.clock(rotation.hours.day_start)
    place = f"{ctx.now.astimezone(ZoneInfo(zone)):%Z}"
    body = (
        f"**{specialty}, {words.short_day(rotation.start)} to {words.short_day(rotation.end)}, {role}.** "
        f"Tips come at {at} ({place}), before a {begins} start. Days off: {off}. Change any of it in `/settings`."
    )
    reply = say(
        body,
        (Button("What comes next", "next.show"), Button("Change the time", "settings.time")),
        (Button("I'm not in the US yet", "settings.away"),),
        title="Ready",
    )
    if taste is None:
        return reply
    card = Card(body=f"{taste.hook}\n\n**Try it:** {taste.action}", title=f"A first one: {taste.title}")
    return Reply(cards=(*reply.cards, card), rows=reply.rows)


def _taste(ctx: Context, rotation: Rotation) -> Tip | None:
    """Return a tip that fits anybody and that nobody has shown this student, as a first useful card."""
    phase = rotation.phase(ctx.student.today(ctx.now))
    fitting = [
        tip
        for tip in ctx.bank.active(Tip)
        if tip.participation == "any"
        and "any" in tip.specialties
        and "any" in tip.shifts
        and phase in tip.phases
        and tip.id not in ctx.view.seen_items()
    ]
    return ctx.chance.choice(fitting) if fitting else None


def _ready_row() -> tuple[Button, ...]:
    return (Button("What comes next", "next.show"), Button("Today's tip", "tip.another"))
