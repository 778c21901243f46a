"""The token rows of buckets, the heartbeats of workers, and named leases: all on the database's own clock."""

from bot.storage.work import Work


class Pace:
    """The token rows of buckets, and the heartbeats of workers."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def block(self, bucket: str, micros: int) -> None:
        """Stop a bucket for *micros* from now by the database's clock: every worker obeys at once."""
        statement = (
            "UPDATE rates SET blocked_until = CASE WHEN blocked_until > {clock} + :micros THEN blocked_until"
            " ELSE {clock} + :micros END WHERE bucket = :bucket"
        )
        await self._work.run(statement, bucket=bucket, micros=micros)

    async def pauses(self) -> dict[str, int]:
        """Return for how many microseconds more each stopped bucket stands still."""
        rows = await self._work.run(
            "SELECT bucket, blocked_until - {clock} AS remaining FROM rates WHERE blocked_until > {clock}"
        )
        return dict(rows)

    async def debit(self, bucket: str, count: int = 1) -> None:
        """Count replies against the bucket's pace, without waiting for a turn."""
        statement = (
            "UPDATE rates SET tat = CASE WHEN tat > {clock} THEN tat ELSE {clock} END + gap * :count"
            " WHERE bucket = :bucket"
        )
        await self._work.run(statement, bucket=bucket, count=count)

    async def beat(self, me: str, info: str) -> None:
        """Say that the worker is alive."""
        await self._work.run(
            "INSERT INTO workers (id, beat_at, info) VALUES (:me, {clock}, :info)"
            " ON CONFLICT (id) DO UPDATE SET beat_at = excluded.beat_at, info = excluded.info",
            me=me,
            info=info,
        )

    async def leave(self, me: str) -> None:
        """Take the worker off the list."""
        await self._work.run("DELETE FROM workers WHERE id = :me", me=me)

    async def hold(self, name: str, me: str, seconds: int) -> bool:
        """Take or keep the lease *name* for *seconds*; return whether it is ours."""
        held = await self._work.run(
            "INSERT INTO leases (name, owner, until) VALUES (:name, :me, {clock} + :micros)"
            " ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until"
            " WHERE leases.owner = excluded.owner OR leases.until < {clock}",
            name=name,
            me=me,
            micros=seconds * 1_000_000,
        )
        return bool(held.rowcount)

    async def release(self, name: str, me: str) -> None:
        """Give a lease back."""
        await self._work.run("DELETE FROM leases WHERE name = :name AND owner = :me", name=name, me=me)
