"""A world for the engine alone: students in a row, one nudge each, and a platform that takes five milliseconds a message."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from types import MappingProxyType
from typing import Any

from sqlalchemy import create_engine, text

from bot.content.bank import Bank
from bot.core.context import Context
from bot.core.feature import Feature, Registry
from bot.core.library import Library
from bot.core.messages import Reply, say
from bot.core.view import Occurrence, View
from bot.domain.student import Address
from bot.schedule.composer import Composed, Composer, Outgoing
from bot.schedule.courier import Courier
from bot.schedule.planner import Planner
from bot.storage.claims import Claimed
from bot.storage.database import Database, normal
from bot.storage.types import millis

#: When everybody's nudge was due.
DUE = datetime(2026, 11, 30, 12, tzinfo=UTC)
#: Noon UTC is morning in every zone of the country, outside everybody's quiet hours.
AT = time(12)
SEND_SECONDS = 0.005
SAID = say("tip")


_FILL = (
    "INSERT INTO students (id, zone, created_at) SELECT id, 'Etc/UTC', :due FROM {numbers}",
    """
INSERT INTO addresses (platform, tenant, user_id, student_id, chat, home)
SELECT 'test', 't' || (id % :tenants), 'u' || id, id, 'c' || id, true FROM {numbers}
""",
    "INSERT INTO nudges (student_id, name, due_at, priority) SELECT id, 'tip', :due, 10 FROM {numbers}",
)


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


def _tip(_: View, after: datetime) -> Occurrence | None:
    """Fire each day at noon, UTC: the engine alone, whatever a real rule costs."""
    found = datetime.combine(after.date(), AT, UTC)
    found = found if found > after else found + timedelta(days=1)
    day = found.date()
    return Occurrence(day.isoformat(), found, found + timedelta(hours=3), 10, "morning", day)


def feature() -> Feature:
    """Return a feature with one daily nudge."""
    made = Feature("bench")

    @made.nudge("tip", next=_tip)
    async def compose(ctx: Context, slot: str) -> Reply:
        ctx.push.item = f"tip-{slot}"
        return say(f"tip {slot}")

    return made


class Alone(Composer):
    """Says the same to everybody: the engine alone, whatever it takes to know a student and to find words."""

    async def compose(self, rows: Sequence[Claimed], now: datetime, me: str) -> Composed:
        """Return *rows* as they are, each to the chat of its number."""
        return Composed(ready=[Outgoing(row, Address("test", "", "", f"c{row.student_id}"), SAID) for row in rows])


def courier(
    database: Database, clock: Callable[[], datetime], sink: Sink, *, composing: bool = True, **options: Any
) -> Courier:
    """Return the engine on *database*, sending to *sink*, with a pace that is never in the way.

    Without *composing*, what goes out is known beforehand, as it is to a queue of jobs.
    """
    registry, bank = Registry([feature()]), Bank(())
    planner = Planner(registry, lambda: bank, sink.bucket, lambda _: 1)
    kind = Composer if composing else Alone
    composer = kind(database, registry, lambda: Library(bank), planner.replan, Random(1))
    return Courier(database, planner, composer, MappingProxyType({"test": sink}), clock, **options)


def enroll(url: str, count: int, *, tenants: int = 1, due: datetime = DUE) -> None:
    """Fill a migrated, empty database with *count* students whose nudge is due at *due*, in *tenants* workspaces."""
    address = normal(url)
    lite = address.get_backend_name() == "sqlite"
    engine = create_engine(address.set(drivername="sqlite") if lite else address)
    numbers = (
        "(WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n WHERE id < :count) SELECT id FROM n)"
        if lite
        else "generate_series(1, :count) AS n(id)"
    )
    values = {"count": count, "tenants": tenants, "due": millis(due)}
    with engine.begin() as connection:
        for statement in _FILL:
            connection.execute(text(statement.format(numbers=numbers)), values)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM"))
        connection.execute(text("ANALYZE"))
    engine.dispose()
