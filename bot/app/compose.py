"""Everything wired: from settings to a set of parts that run."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from cryptography.fernet import Fernet

from bot.app.shelf import Shelf
from bot.clock import MovedClock, system
from bot.config import BadSettings, Settings
from bot.content import kept
from bot.core.dispatcher import Dispatcher
from bot.core.feature import Registry, discover
from bot.core.platform import Platform
from bot.domain.student import Address
from bot.metrics import Metrics
from bot.schedule.composer import Composer
from bot.schedule.courier import Courier
from bot.schedule.pace import SharedPace
from bot.schedule.planner import Planner
from bot.storage.database import Database
from bot.storage.marks import Marks
from bot.storage.migrate import head, in_child, revision
from bot.storage.types import Seal, WrongKey

#: Kept a little under the published limits, so that clocks that differ cost no refusal.
MARGIN = 0.95
SLACK_RATE = 1.0
LOCAL_RATE = 1000.0
MODALS = frozenset({"slack", "web", "simulation"})
OFFSET = "clock_offset_seconds"

Clock = Callable[[], datetime]


@dataclass(slots=True)
class Parts:
    """One process's parts, connected."""

    settings: Settings
    database: Database
    registry: Registry
    shelf: Shelf
    clock: Clock
    pace: SharedPace
    planner: Planner
    courier: Courier
    dispatcher: Dispatcher
    metrics: Metrics
    platforms: dict[str, Platform] = field(default_factory=dict)

    async def close(self) -> None:
        """Let go of everything."""
        for platform in self.platforms.values():
            closing = getattr(platform, "close", None)
            if closing is not None:
                await closing()
        await self.dispatcher.close()
        await self.pace.close()
        await self.database.close()


def compose(settings: Settings, *, clock: Clock = system, chance: Random | None = None) -> Parts:
    """Build every part; nothing is connected or sent yet. Raises BadSettings, BadContent."""
    registry = Registry((*discover(), _interview()))
    shelf = Shelf(settings.wardwise_content, registry.names, _cache())
    database = Database(settings.database_url, Seal(seal_keys(settings)))
    platforms: dict[str, Platform] = {}
    me = secrets.token_hex(8)
    luck = chance or Random()

    def bucket(address: Address) -> str:
        platform = platforms.get(address.platform)
        return platform.bucket(address) if platform is not None else address.platform

    def gap(bucket: str) -> int:
        name = bucket.partition(":")[0]
        rate = {"telegram": settings.telegram_rate * MARGIN, "slack": SLACK_RATE}.get(name, LOCAL_RATE)
        return round(1_000_000 / rate)

    planner = Planner(registry, lambda: shelf().bank, bucket, gap)
    composer = Composer(database, registry, shelf, planner.replan, luck)
    metrics = Metrics()
    courier = Courier(database, planner, composer, platforms, clock, metrics=metrics)
    dispatcher = Dispatcher(
        database,
        registry,
        shelf,
        clock,
        planner.replan,
        luck,
        modals=MODALS,
        operator=settings.operator_contact,
        metrics=metrics,
    )
    return Parts(
        settings,
        database,
        registry,
        shelf,
        clock,
        SharedPace(database, me),
        planner,
        courier,
        dispatcher,
        metrics,
        platforms,
    )


def _interview() -> Any:
    from bot.core.interview import feature

    return feature


def seal_keys(settings: Settings) -> tuple[str, ...]:
    """Return the keys of the text at rest; the embedded default makes one in a file beside the database."""
    if settings.keys:
        return settings.keys
    path = key_file(settings)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            # Made with its mode, so that there is no moment in which others may read it.
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(Fernet.generate_key().decode())
        keys = tuple(path.read_text().strip().split(","))
        Seal(keys)
    except OSError as fault:
        raise BadSettings(
            [f"DATABASE_URL: can't use {path.parent} ({fault.strerror}); name a file in a folder of yours"]
        ) from None
    except ValueError:
        raise BadSettings([f"{path}: holds no key; put back the one the database was written with"]) from None
    return keys


def key_file(settings: Settings) -> Path:
    """Return where the embedded default keeps its key."""
    return Path(settings.database_url.removeprefix("sqlite:///") + ".key")


def _cache() -> Path:
    return kept.folder() / "bank.pickle"


async def ready_database(parts: Parts, *, migrate: bool) -> None:
    """Bring the database to the newest revision, or say how; check that the keys open what it holds. Raises BadSettings."""
    url = parts.settings.database_url
    if parts.database.embedded:
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        parts.database.claim_file()
    if await revision(parts.database) != head():
        if not migrate:
            raise BadSettings(
                ["DATABASE_URL: the database is not up to date; run `python -m bot migrate` once, then start again"]
            )
        in_child(url)
    try:
        async with parts.database.write() as work:
            await work.use(Marks).check_seal()
    except WrongKey:
        raise BadSettings([_wrong_key(parts.settings)]) from None


def _wrong_key(settings: Settings) -> str:
    where = "WARDWISE_SECRET_KEY" if settings.keys else str(key_file(settings))
    return (
        f"{where}: this key does not open what the database holds; give the key it was written with, the newest first"
    )


async def moved_clock(database: Database) -> MovedClock:
    """Return the clock as it was moved in this database."""
    async with database.read() as work:
        kept = await work.use(Marks).get(OFFSET)
    return MovedClock(timedelta(seconds=float(kept or 0)))


async def keep_clock(database: Database, clock: MovedClock) -> None:
    """Keep how far the clock is moved with the database."""
    async with database.write() as work:
        await work.use(Marks).set(OFFSET, str(clock.offset.total_seconds()))
