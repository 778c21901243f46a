"""`python -m bot doctor`: what is configured, what answers, what is late."""

from collections.abc import Callable
from datetime import timedelta

from bot.app.adapters import connect
from bot.app.compose import compose
from bot.config import Settings
from bot.schedule.crowding import Crowded, crowded
from bot.schedule.spread import HOPELESS
from bot.storage.database import Away
from bot.storage.marks import Marks
from bot.storage.migrate import head, revision
from bot.storage.outbox import Outbox
from bot.storage.types import WrongKey

#: Older than this, a push that waits is late.
LATE = timedelta(minutes=2)


async def examine(settings: Settings, emit: Callable[[str], None]) -> bool:
    """Print a line per part; return whether all is well."""
    faults = 0

    def line(part: str, fine: bool, words: str) -> None:
        nonlocal faults
        faults += not fine
        emit(f"{'ok ' if fine else 'BAD'}  {part:<10} {words}")

    parts = compose(settings)
    bank = parts.shelf().bank
    line("content", True, f"{len(bank.records)} records, overlays: {len(settings.wardwise_content)}")
    try:
        at = await revision(parts.database)
        line(
            "database",
            at == head(),
            f"revision {at or 'none'}, newest {head()}" + ("" if at == head() else "; run `python -m bot migrate`"),
        )
        if at == head():
            connect(parts)
            async with parts.database.write() as work:
                await work.use(Marks).check_seal()
                depth = await work.use(Outbox).depth()
                oldest = max((await work.use(Outbox).ages(parts.clock())).values(), default=0.0)
                found = await crowded(work, parts.clock(), parts.planner.bucket, parts.planner.gap)
            line("key", True, "opens what is stored")
            line("outbox", oldest <= LATE.total_seconds(), f"{sum(depth.values())} wait, the oldest for {oldest:.0f} s")
            line("pace", not found or found[0].takes < HOPELESS, _pace(found))
    except Away:
        line("database", False, "does not answer; is it running, and is DATABASE_URL right?")
    except WrongKey:
        line("key", False, "does not open what is stored; give WARDWISE_SECRET_KEY the key it was written with")
    finally:
        await parts.close()
    line("telegram", True, _telegram(settings))
    line("slack", True, _slack(settings))
    return not faults


def _pace(found: list[Crowded]) -> str:
    if not found:
        return "nothing is planned for the coming day"
    fullest = found[0]
    if fullest.takes >= HOPELESS:
        return f"{fullest}: tips will be dropped; put some students on another bot, or raise TELEGRAM_RATE if yours may"
    return f"the fullest minute of the coming day: {fullest}"


def _telegram(settings: Settings) -> str:
    if not settings.telegram:
        return "not configured: TELEGRAM_BOT_TOKEN is empty"
    return "webhook at PUBLIC_URL" if settings.public_url else "long polling"


def _slack(settings: Settings) -> str:
    if not settings.slack:
        return "not configured: SLACK_BOT_TOKEN is empty"
    return "HTTP at PUBLIC_URL" if settings.public_url else "Socket Mode"
