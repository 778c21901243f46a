"""Students who are all due at once, put into a database as many lives would have left them there."""

from datetime import time, timedelta

from sqlalchemy import insert, text

from bot.clock import system
from bot.storage.database import Database
from bot.storage.nudges import Nudge, Nudges
from bot.storage.schema import addresses, rotations, students
from bot.storage.types import Seal

FIRST_CHAT = 10_000


async def seed(url: str, key: str, count: int) -> None:
    """Fill the migrated database at *url* with *count* students whose morning message was due a minute ago.

    Every student's clock shows about noon, so that no quiet hours are in the way; student n writes from the Telegram chat
    FIRST_CHAT + n.
    """
    now = system()
    # The sign is the zone's own: Etc/GMT+5 is five hours behind.
    zone = f"Etc/GMT{now.hour - 12:+d}"
    due = (now - timedelta(minutes=1)).replace(second=0, microsecond=0)
    tip_at = time(12, due.minute) if due.hour == now.hour else time(11, due.minute)
    today = (now + timedelta(hours=12 - now.hour)).date()
    ids = range(1, count + 1)
    made = {
        "specialty": "im",
        "participation": "hands_on",
        "start": today - timedelta(days=9),
        "end": today + timedelta(days=18),
        "day_start": time(6, 30),
        "rounds_end": time(11),
        "day_end": time(17),
        "night_start": time(19),
        "night_end": time(7),
        "days_off": "",
    }
    database = Database(url, Seal((key,)))
    async with database.write() as work:
        run = work.connection.execute
        await run(insert(students), [{"id": n, "zone": zone, "tip_at": tip_at, "created_at": now} for n in ids])
        await run(insert(addresses), [_address(n) for n in ids])
        await run(insert(rotations), [{"id": n, "student_id": n, **made} for n in ids])
        if work.dialect == "postgresql":
            # Rows with numbers of our own leave the sequence where it was.
            await run(text("SELECT setval('students_id_seq', :last)"), {"last": count})
        await work.use(Nudges).put([Nudge(0, n, "tip", "", n, due, due + timedelta(hours=3), 10) for n in ids])
    await database.close()


def _address(n: int) -> dict[str, object]:
    chat = str(FIRST_CHAT + n)
    return {"platform": "telegram", "tenant": "", "user_id": chat, "student_id": n, "chat": chat, "home": True}
