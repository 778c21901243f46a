"""/settings: zone, hours, days off, shifts, quiet hours, and how often."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.feature import Feature
from bot.core.messages import Button, Field, Form, Option, Reply, ask, rows_of, say
from bot.domain import words
from bot.domain.hours import NIGHT_LEAD, minutes, morning_time, quiet_span, shifted
from bot.domain.rotation import Rotation
from bot.storage.students import Rotations, Students

feature = Feature("settings")

PACES = {"daily": "Every working day", "alternate": "Every other day", "few": "Twice a week"}
ZONES = ("Eastern", "Central", "Mountain", "Pacific")


@feature.command("settings", "Times, days off, shifts, quiet hours, how often")
async def settings(ctx: Context, _: str) -> Reply:
    """Show every setting with a way to change it."""
    return await show(ctx, "")


@feature.action("show")
async def show(ctx: Context, _: str) -> Reply:
    """Show every setting with a way to change it."""
    student, rotation, today = ctx.student, ctx.rotation, ctx.student.today(ctx.now)
    local = student.local(ctx.now)
    quiet = quiet_span(student, rotation, today)
    facts = [
        ("Place", f"{student.zone_at(ctx.now).replace('_', ' ')}, where it is {words.clock(local.time())}"),
        ("Quiet", f"{words.clock(quiet[0])} to {words.clock(quiet[1])}"),
        ("Tips", PACES[student.cadence].lower()),
    ]
    if rotation is not None:
        day = max(today, rotation.start)
        facts.insert(1, ("Morning", f"{words.clock(morning_time(student, rotation, day))}"))
        facts.insert(2, ("Days off", _named(rotation.days_off)))
        facts.insert(3, ("Shift", "nights" if rotation.on_nights(today) else "days"))
    rows = rows_of(
        [
            Button("Place", "settings.place"),
            Button("Morning time", "settings.time"),
            Button("Days off", "settings.off"),
            Button("Shift", "settings.shift"),
            Button("Quiet hours", "settings.quiet"),
            Button("How often", "settings.often"),
            Button("My rotations", "rotation.show"),
            Button("Pause", "settings.pause"),
        ]
    )
    return say("Tap what you want to change.", *rows, title="Settings", facts=tuple(facts))


@feature.action("pause")
async def pause(ctx: Context, _: str) -> Reply:
    """Offer ways to pause."""
    return await ctx.registry.commands["pause"].handler(ctx, "")


PLACE = Form(
    "settings.place",
    "Where you rotate",
    (
        Field(
            "place",
            "Where are you rotating?",
            kind="place",
            options=tuple(Option(each, each) for each in ZONES),
            hint="Tap your time zone, or type the city.",
        ),
    ),
)


@feature.action("place")
async def place(ctx: Context, _: str) -> Reply:
    """Ask for the place."""
    return ask(PLACE)


@feature.form("settings.place", PLACE)
async def placed(ctx: Context, values: dict[str, Any], _: str) -> Reply:
    """Keep the place; the plan follows its clock."""
    zone = values["place"]
    await ctx.work.use(Students).change(ctx.student.id, zone=zone, home_zone="", arrives=None)
    local = ctx.now.astimezone(ZoneInfo(zone))
    return say(
        f"Set: it's {words.clock(local.time())} there, {words.day(local.date())}. Everything follows that clock."
    )


def _away_form(ctx: Context, context: str) -> Form:
    rotation = ctx.rotation
    arrival = rotation.start - timedelta(days=1) if rotation else ctx.student.today(ctx.now) + timedelta(days=7)
    fields = (
        Field("place", "Where are you now?", kind="place", hint="Type the city or the country's capital."),
        Field(
            "arrives",
            "When do you arrive?",
            kind="date",
            options=(Option(arrival.isoformat(), words.day(arrival)),),
            hint="Tap, or type the date. Until then I use the clock where you are.",
        ),
    )
    return Form("settings.away", "Not in the US yet", fields, context=context)


@feature.action("away")
async def away(ctx: Context, _: str) -> Reply:
    """Ask where the student is until the rotation, and until when."""
    return ask(_away_form(ctx, ""))


@feature.form("settings.away", _away_form)
async def set_away(ctx: Context, values: dict[str, Any], _: str) -> Reply:
    """Keep the clock of home until arrival."""
    arrives: date = values["arrives"]
    await ctx.work.use(Students).change(ctx.student.id, home_zone=values["place"], arrives=arrives)
    local = ctx.now.astimezone(ZoneInfo(values["place"]))
    return say(
        f"Good: it's {words.clock(local.time())} where you are. I use that clock until {words.day(arrives)}, "
        "then the rotation's."
    )


def _time_form(ctx: Context, context: str) -> Form:
    rotation = _current(ctx)
    options = []
    for lead in (30, 45, 60, 90):
        at = shifted(rotation.hours.day_start, -timedelta(minutes=lead))[1]
        options.append(Option(at.strftime("%H:%M"), f"{words.clock(at)}, {lead} min before"))
    fields = (
        Field(
            "at",
            "When should the morning message come?",
            kind="time",
            options=tuple(options),
            hint=f"Your day starts at {words.clock(rotation.hours.day_start)}. Tap, or type a time.",
        ),
    )
    return Form("settings.time", "Morning time", fields, context=context)


@feature.action("time")
async def tip_time(ctx: Context, _: str) -> Reply:
    """Ask for the time of the morning message."""
    return ask(_time_form(ctx, ""))


@feature.form("settings.time", _time_form)
async def timed(ctx: Context, values: dict[str, Any], _: str) -> Reply:
    """Keep the time of the morning message."""
    at: time = values["at"]
    if _swallowed(at, ctx.student.quiet_from, ctx.student.quiet_to):
        raise Sorry(f"{words.clock(at)} lies in your quiet hours. Pick another time, or change them: `/settings`.")
    await ctx.work.use(Students).change(ctx.student.id, tip_at=at)
    return say(f"Set: mornings at {words.clock(at)}.", (Button("When my day starts", "settings.hours"),))


def _hours_form(ctx: Context, context: str) -> Form:
    hours = _current(ctx).hours
    fields = (
        Field("start", "When does your day start?", kind="time", value=f"{hours.day_start:%H:%M}",
              options=(_same(hours.day_start),)),
        Field("rounds", "When do morning rounds usually end?", kind="time", value=f"{hours.rounds_end:%H:%M}",
              options=(_same(hours.rounds_end),)),
        Field("end", "When does your day usually end?", kind="time", value=f"{hours.day_end:%H:%M}",
              options=(_same(hours.day_end),), hint="The evening message comes half an hour later."),
    )  # fmt: skip
    return Form("settings.hours", "Your day", fields, context=context)


def _same(at: time) -> Option:
    return Option(f"{at:%H:%M}", f"Stays {words.clock(at)}")


@feature.action("hours")
async def hours(ctx: Context, _: str) -> Reply:
    """Ask for the hours of the day."""
    return ask(_hours_form(ctx, ""))


@feature.form("settings.hours", _hours_form)
async def kept_hours(ctx: Context, values: dict[str, Any], _: str) -> Reply:
    """Keep the hours of the day."""
    if not values["start"] < values["end"]:
        raise Sorry("The day ends before it starts. For nights, use `/settings`, Shift.")
    if not values["start"] < values["rounds"] <= values["end"]:
        raise Sorry("Rounds end within your day. `/settings` to try again.")
    rotation = _current(ctx)
    made = replace(rotation.hours, day_start=values["start"], rounds_end=values["rounds"], day_end=values["end"])
    await ctx.work.use(Rotations).change(ctx.student.id, replace(rotation, hours=made))
    return say(f"Set: {words.clock(values['start'])} to {words.clock(values['end'])}.")


@feature.action("off")
async def off(ctx: Context, value: str) -> Reply:
    """Show the days off, or change one by a tap."""
    rotation = _current(ctx)
    if value.isascii() and value.isdigit() and int(value) < 7:
        changed = rotation.days_off ^ {int(value)}
        if len(changed) == 7:
            return say("One day has to stay a working day, or nothing would ever come. `/pause` keeps me quiet.")
        rotation = replace(rotation, days_off=changed)
        await ctx.work.use(Rotations).change(ctx.student.id, rotation)
    buttons = [
        Button(f"{'✓ ' if day in rotation.days_off else ''}{_weekday(day)[:3]}", "settings.off", str(day))
        for day in range(7)
    ]
    reply = say(f"Days off: **{_named(rotation.days_off)}**. Tap a day to change it.", *rows_of(buttons, 4))
    return replace(reply, replaces=bool(value))


@feature.action("shift")
async def shift(ctx: Context, _: str) -> Reply:
    """Offer days or nights."""
    rotation = _current(ctx)
    state = "nights" if rotation.on_nights(ctx.student.today(ctx.now)) else "days"
    return say(
        f"You're on **{state}**. On nights, messages follow the shift.",
        (Button("Nights this week", "settings.nights", "week"), Button("Nights until…", "settings.nights", "until")),
        (Button("Days", "settings.days"),),
    )


NIGHTS = Form(
    "settings.nights", "Nights", (Field("until", "Which is the last night?", kind="date", hint="Such as dec 6."),)
)


@feature.action("nights")
async def nights(ctx: Context, value: str) -> Reply:
    """Begin nights, until Sunday or a date."""
    if value != "week":
        return ask(NIGHTS)
    today = ctx.student.today(ctx.now)
    return await _nights_until(ctx, today + timedelta(days=6 - today.weekday()))


@feature.form("settings.nights", NIGHTS)
async def nights_dated(ctx: Context, values: dict[str, Any], _: str) -> Reply:
    """Begin nights until a date."""
    return await _nights_until(ctx, values["until"])


async def _nights_until(ctx: Context, last: date) -> Reply:
    rotation, today = _current(ctx), ctx.student.today(ctx.now)
    if last < today:
        raise Sorry("That night is over. `/settings` to pick another.")
    changed = replace(rotation, nights=(*_days_again(rotation, today).nights, (today, last)))
    await ctx.work.use(Rotations).change(ctx.student.id, changed)
    at = words.clock(shifted(rotation.hours.night_start, -NIGHT_LEAD)[1])
    start, stop = quiet_span(ctx.student, changed, max(today, rotation.start))
    until = words.weekday(last) if (last - today).days < 7 else words.day(last)
    return say(
        f"Nights through {until}. Tips come at {at}, an hour before you start; nothing between {words.clock(start)} and "
        f"{words.clock(stop)}.",
        (Button("Undo", "settings.days"),),
    )


@feature.action("days")
async def days(ctx: Context, _: str) -> Reply:
    """Go back to days."""
    rotation = _days_again(_current(ctx), ctx.student.today(ctx.now))
    await ctx.work.use(Rotations).change(ctx.student.id, rotation)
    at = words.clock(morning_time(ctx.student, rotation, max(ctx.student.today(ctx.now), rotation.start)))
    return say(f"Days again. Tips come at {at}.")


def _days_again(rotation: Rotation, today: date) -> Rotation:
    """Cut the nights that have not begun."""
    yesterday = today - timedelta(days=1)
    kept = tuple((first, min(last, yesterday)) for first, last in rotation.nights if first <= yesterday)
    return replace(rotation, nights=kept)


def _quiet_form(ctx: Context, context: str) -> Form:
    student = ctx.student
    fields = (
        Field(
            "start",
            "Quiet from?",
            kind="time",
            value=f"{student.quiet_from:%H:%M}",
            options=(_same(student.quiet_from),),
        ),
        Field("stop", "Until?", kind="time", value=f"{student.quiet_to:%H:%M}", options=(_same(student.quiet_to),)),
    )
    return Form("settings.quiet", "Quiet hours", fields, context=context)


@feature.action("quiet")
async def quiet(ctx: Context, _: str) -> Reply:
    """Ask for quiet hours."""
    return ask(_quiet_form(ctx, ""))


@feature.form("settings.quiet", _quiet_form)
async def quieted(ctx: Context, values: dict[str, Any], _: str) -> Reply:
    """Keep quiet hours; six hours at least stay open."""
    start, stop = values["start"], values["stop"]
    if (minutes(stop) - minutes(start)) % (24 * 60) > 18 * 60 or start == stop:
        raise Sorry("That leaves no room to write to you. For silence all day, use `/pause`.")
    if ctx.student.tip_at is not None and _swallowed(ctx.student.tip_at, start, stop):
        raise Sorry("Your morning message would never come. Change its time first: `/settings`.")
    await ctx.work.use(Students).change(ctx.student.id, quiet_from=start, quiet_to=stop)
    return say(f"Set: nothing between {words.clock(start)} and {words.clock(stop)}.")


def _swallowed(at: time, start: time, stop: time) -> bool:
    """Whether a morning at *at* lies in the evening half of quiet hours, which does not end for it."""
    return start > stop and at >= start


@feature.action("often")
async def often(ctx: Context, _: str) -> Reply:
    """Offer paces for the morning tips."""
    buttons = [Button(label, "settings.pace", pace) for pace, label in PACES.items()]
    return say(f"Tips come {PACES[ctx.student.cadence].lower()}. How often would you like them?", *rows_of(buttons, 3))


@feature.action("pace")
async def pace(ctx: Context, value: str) -> Reply:
    """Keep the pace of the tips; the steps of the rotation still come."""
    if value not in PACES:
        raise Sorry("I know every day, every other day and twice a week. `/settings` shows them.")
    await ctx.work.use(Students).change(ctx.student.id, cadence=value)
    return say(f"Set: {PACES[value].lower()}. Your midpoint and other steps still come.")


def _current(ctx: Context) -> Rotation:
    if ctx.rotation is None:
        raise Sorry("That depends on a rotation. `/start` sets one up.")
    return ctx.rotation


def _weekday(day: int) -> str:
    return words.weekday(date(2024, 1, 1 + day))


def _named(days: frozenset[int]) -> str:
    return words.listed([_weekday(day) for day in sorted(days)]) or "none"
