"""A world for the engine alone: students in a row, one nudge each, and a platform that takes five milliseconds a message."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from types import MappingProxyType
from typing import Any

from sqlalchemy import insert, text

from bot.content.bank import Bank
from bot.core.context import Context
from bot.core.feature import Feature, Registry
from bot.core.library import Library
from bot.core.messages import Reply, say
from bot.core.view import Occurrence, View
from bot.domain.student import Address
from bot.domain.zones import next_instant
from bot.schedule.composer import Composer
from bot.schedule.courier import Courier
from bot.schedule.planner import Planner
from bot.storage.database import Database
from bot.storage.schema import addresses, nudges, students

#: Noon UTC is morning in every zone of the country, outside everybody's quiet hours.
AT = time(12)
SEND_SECONDS = 0.005
CHUNK = 5000


@dataclass
class Sink:
    """A platform whose sends take five milliseconds; it counts what it took half way through each."""

    name: str = "test"
    has_modals: bool = False
    taken: Counter[str] = field(default_factory=Counter)

    def bucket(self, address: Address) -> str:
        """Return the tenant's bucket."""
        return f"test:{address.tenant}"

    async def run(self, dispatch: object) -> None:
        """Receive nothing."""

    async def send(self, to: Address, reply: Reply) -> None:
        """Take *reply*, in two halves of the time a platform needs."""
        await asyncio.sleep(SEND_SECONDS / 2)
        self.taken[to.chat] += 1
        await asyncio.sleep(SEND_SECONDS / 2)

    @property
    def doubled(self) -> int:
        """How many messages came more than once."""
        return self.taken.total() - len(self.taken)


def _tip(view: View, after: datetime) -> Occurrence | None:
    zone = view.student.zone_at(after)
    found = next_instant(zone, AT, after)
    day = view.student.local(found).date()
    return Occurrence(day.isoformat(), found, found + timedelta(hours=3), 10, "morning", day)


def feature() -> Feature:
    """Return a feature with one daily nudge."""
    made = Feature("bench")

    @made.nudge("tip", next=_tip)
    async def compose(ctx: Context, slot: str) -> Reply:
        ctx.push.item = f"tip-{slot}"
        return say(f"tip {slot}")

    return made


def courier(database: Database, clock: Callable[[], datetime], sink: Sink, **options: Any) -> Courier:
    """Return the engine on *database*, sending to *sink*, with a pace that is never in the way."""
    registry, bank = Registry([feature()]), Bank(())
    planner = Planner(registry, lambda: bank, sink.bucket, lambda _: 1)
    composer = Composer(database, registry, lambda: Library(bank), planner.replan, Random(1))
    return Courier(database, planner, composer, MappingProxyType({"test": sink}), clock, **options)


async def enroll(database: Database, count: int, due: datetime, *, tenants: int = 1) -> None:
    """Fill an empty database with *count* students whose nudge is due at *due*, in *tenants* workspaces."""
    for first in range(1, count + 1, CHUNK):
        ids = range(first, min(first + CHUNK, count + 1))
        async with database.write() as work:
            run = work.connection.execute
            await run(insert(students), [{"id": n, "zone": "Etc/UTC", "created_at": due} for n in ids])
            await run(
                insert(addresses),
                [
                    {
                        "platform": "test",
                        "tenant": f"t{n % tenants}",
                        "user_id": f"u{n}",
                        "student_id": n,
                        "chat": f"c{n}",
                        "home": True,
                    }
                    for n in ids
                ],
            )
            await run(insert(nudges), [{"student_id": n, "name": "tip", "due_at": due, "priority": 10} for n in ids])
    async with database.write() as work:
        await work.connection.execute(text("ANALYZE"))
