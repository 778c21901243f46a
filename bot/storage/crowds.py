"""How many of the day's pushes fall into one minute, and over how long a bucket spreads them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.storage.types import instant_of, millis
from bot.storage.work import Work

_FULLEST = """
SELECT platform, tenant, minute, crowd FROM (
  SELECT platform, tenant, minute, crowd, row_number() OVER (PARTITION BY platform, tenant ORDER BY crowd DESC, minute) AS place
    FROM (SELECT a.platform, a.tenant, n.due_at / 60000 AS minute, count(*) AS crowd
            FROM nudges n JOIN addresses a ON a.student_id = n.student_id AND a.home
           WHERE n.due_at >= :now AND n.due_at < :until AND n.slot = ''
           GROUP BY a.platform, a.tenant, n.due_at / 60000) AS minutes) AS placed
 WHERE place = 1
"""
_SPREAD = """
INSERT INTO rates (bucket, gap, spread) {row} $1, $2::BIGINT, $3::BIGINT {of_rows}
ON CONFLICT (bucket) DO UPDATE SET spread = excluded.spread
"""


@dataclass(frozen=True, slots=True)
class Crowd:
    """The fullest minute of one platform's tenant: when it begins, and how many pushes fall into it."""

    platform: str
    tenant: str
    at: datetime
    count: int


class Crowds:
    """Read and keep what crowded minutes need."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def fullest(self, now: datetime, ahead: timedelta) -> list[Crowd]:
        """Return the fullest minute of each tenant from *now* on, among what is planned for the time *ahead*."""
        rows = await self._work.run(_FULLEST, now=millis(now), until=millis(now + ahead))
        return [Crowd(platform, tenant, instant_of(minute * 60_000), n) for platform, tenant, minute, n in rows]

    async def keep(self, windows: Mapping[str, tuple[int, timedelta]]) -> None:
        """Keep each bucket's window, given with its microseconds between two sends."""
        rows = [(bucket, gap, int(over.total_seconds() * 1000)) for bucket, (gap, over) in sorted(windows.items())]
        if rows:
            await self._work.each(_SPREAD, rows)

    async def windows(self, buckets: Iterable[str]) -> dict[str, timedelta]:
        """Return the windows of those of *buckets* that have one."""
        rows = await self._work.run(
            "SELECT bucket, spread FROM rates WHERE spread > 0 AND bucket IN (SELECT value ->> 0 FROM {rows})",
            rows=[(bucket,) for bucket in buckets],
        )
        return {bucket: timedelta(milliseconds=spread) for bucket, spread in rows}
