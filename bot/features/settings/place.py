"""Where the student is: the clock of the rotation, and of home until arrival."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.core.context import Context
from bot.core.messages import Field, Form, Option, Reply, ask, say
from bot.domain import words
from bot.features.settings.panel import feature
from bot.storage.students import Students

ZONES = ("Eastern", "Central", "Mountain", "Pacific")


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
