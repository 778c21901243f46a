"""Students as they are in the middle of a rotation: with an address, a rotation, some facts and a history of pushes."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

from bot.app.compose import compose, ready_database
from bot.config import Settings
from bot.domain.delivery import Delivery
from bot.domain.rotation import Hours, Rotation
from bot.domain.student import Address
from bot.storage.claims import Claims
from bot.storage.deliveries import Deliveries
from bot.storage.facts import FactBook
from bot.storage.students import Rotations, Students
from bot.storage.work import Work

#: Mornings and evenings of the weeks behind them.
PUSHES = 30
FACTS = ("oriented", "expectations_set", "attending_known", "rounds_time", "feedback_planned", "quiz_later")


async def fill(url: str, folder: Path, addresses: list[Address], now: datetime) -> None:
    """Make the database at *url*, and a student at each of *addresses*; nothing of theirs is planned."""
    parts = compose(Settings(database_url=url, _env_file=None))  # type: ignore[call-arg]
    try:
        await ready_database(parts, migrate=True)
        async with parts.database.write() as work:
            for number, address in enumerate(addresses):
                await _student(work, address, number * PUSHES, now)
    finally:
        await parts.close()


async def _student(work: Work, address: Address, first: int, now: datetime) -> None:
    student = await work.use(Students).at(address, now, "America/New_York")
    today = now.date()
    rotation = await work.use(Rotations).add(student.id, _rotation(today))
    for name in FACTS:
        await work.use(FactBook).set(student.id, name, "true", now=now, rotation_id=rotation)
    sent = [now - timedelta(hours=12 * (PUSHES - n)) for n in range(PUSHES)]
    pushes = [
        Delivery(
            first + n + 1, student.id, "tip", str(at.date()), rotation, "", f"tip-im-{n:03}", "morning", "A tip", at
        )
        for n, at in enumerate(sent)
    ]
    await work.use(Deliveries).composed(pushes)
    for push, at in zip(pushes, sent, strict=True):
        await work.use(Claims).sent([push.id], "", at)


def _rotation(today: date) -> Rotation:
    first = today - timedelta(days=15)
    hours = Hours(time(6, 30), time(10), time(17))
    return Rotation(0, "im", "hands_on", first, first + timedelta(weeks=6), hours)
