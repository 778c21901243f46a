"""Students and their rotations, as rows and as the frozen values that rules read."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, insert, select, text, update

from bot.domain.rotation import Hours, Rotation
from bot.domain.student import Address, Student
from bot.storage.schema import addresses, rotations, students
from bot.storage.work import Work

_HOURS = ("day_start", "rounds_end", "day_end", "night_start", "night_end", "lead_minutes")

_WITH_HOME = """
SELECT s.id, a.platform, a.tenant, a.user_id, a.chat, s.zone, s.home_zone, s.arrives, s.tip_at, s.quiet_from, s.quiet_to,
       s.cadence, s.paused_until, s.state
  FROM students s JOIN addresses a ON a.student_id = s.id
"""
_MANY = _WITH_HOME + " WHERE a.home AND s.id {in_ids}"
_AT = _WITH_HOME + " WHERE a.platform = :platform AND a.tenant = :tenant AND a.user_id = :user"
_AT_LOCKED = _AT + " {lock_student}"
_PLACE = text(
    "INSERT INTO addresses (platform, tenant, user_id, student_id, chat, home)"
    " VALUES (:platform, :tenant, :user, :id, :chat, true) ON CONFLICT (platform, tenant, user_id) DO NOTHING"
)
_OF = """
SELECT student_id, id, specialty, participation, start, "end", day_start, rounds_end, day_end, night_start, night_end,
       lead_minutes, days_off, leave, nights, clinic, calls, midpoint_on
  FROM rotations WHERE student_id {in_ids} ORDER BY start, id
"""
# By itself: what unfolds many takes longer than a turn's look-up of one.
_OF_ONE = _OF.replace("{in_ids}", "= :student")


class Students:
    """Read and change students."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def at(self, address: Address, now: datetime, zone: str = "") -> Student:
        """Return the student at *address*, locked for this transaction; a stranger becomes one, in *zone* where it is known.

        Two events of one student are handled one after the other: PostgreSQL by this row's lock, SQLite by its
        single writer.
        """
        found = await self._locked(address) or await self._welcome(address, now, zone)
        if address.chat and found.home.chat != address.chat and found.home.user == address.user:
            # A direct message that got another id: pushes go to the newest.
            await self.move(address, address)
            self._work.changed.add(found.id)
            found = replace(found, home=address)
        return found

    async def find(self, address: Address) -> Student | None:
        """Return the student at *address*, or None."""
        found = await self._work.run(_AT, **_place(address))
        return _student(found[0]) if found else None

    async def many(self, ids: Iterable[int]) -> dict[int, Student]:
        """Return the students with *ids*, in one query."""
        return {row[0]: _student(row) for row in await self._work.run(_MANY, ids=list(ids))}

    async def change(self, student_id: int, **values: Any) -> None:
        """Set columns of a student; the plan follows before the transaction commits."""
        await self._work.connection.execute(update(students).where(students.c.id == student_id).values(**values))
        self._work.changed.add(student_id)

    async def move(self, address: Address, to: Address) -> None:
        """Rewrite the chat of *address*: a group became a supergroup."""
        await self._work.connection.execute(
            update(addresses)
            .where(addresses.c.platform == address.platform, addresses.c.tenant == address.tenant)
            .where(addresses.c.user_id == address.user)
            .values(chat=to.chat)
        )

    async def leave_workspace(self, platform: str, tenant: str) -> None:
        """Mark every student of a workspace that removed the app as gone: nothing is sent to them until they write."""
        there = select(addresses.c.student_id).where(
            addresses.c.platform == platform, addresses.c.tenant == tenant, addresses.c.home
        )
        await self._work.connection.execute(update(students).where(students.c.id.in_(there)).values(state="gone"))

    async def _locked(self, address: Address) -> Student | None:
        found = await self._work.run(_AT_LOCKED, **_place(address))
        return _student(found[0]) if found else None

    async def _welcome(self, address: Address, now: datetime, zone: str) -> Student:
        made = (
            await self._work.connection.execute(
                insert(students).values(created_at=now, zone=zone).returning(students.c.id)
            )
        ).scalar_one()
        placed = await self._work.connection.execute(_PLACE, {**_place(address), "id": made, "chat": address.chat})
        if not placed.rowcount:
            # Another event of the same stranger came first, side by side: theirs is the student.
            await self._work.connection.execute(delete(students).where(students.c.id == made))
            first = await self._locked(address)
            assert first is not None
            return first
        return Student(int(made), address, zone=zone)


def _place(address: Address) -> dict[str, str]:
    return {"platform": address.platform, "tenant": address.tenant, "user": address.user}


class Rotations:
    """Read and change rotations."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def of(self, student_ids: Iterable[int]) -> dict[int, tuple[Rotation, ...]]:
        """Return every rotation of *student_ids*, earliest first, in one query."""
        wanted = list(student_ids)
        found = defaultdict[int, list[Rotation]](list)
        for row in await self._work.run(_OF, ids=wanted):
            found[row[0]].append(_rotation(row))
        return {each: tuple(found[each]) if each in found else () for each in wanted}

    async def of_one(self, student_id: int) -> tuple[Rotation, ...]:
        """Return every rotation of one student, earliest first."""
        return tuple([_rotation(row) for row in await self._work.run(_OF_ONE, student=student_id)])

    async def add(self, student_id: int, rotation: Rotation) -> int:
        """Keep a new rotation; return its id."""
        made = await self._work.connection.execute(
            insert(rotations).values(student_id=student_id, **_columns(rotation)).returning(rotations.c.id)
        )
        self._work.changed.add(student_id)
        return int(made.scalar_one())

    async def change(self, student_id: int, rotation: Rotation) -> None:
        """Rewrite a rotation of the student."""
        await self._work.connection.execute(
            update(rotations)
            .where(rotations.c.id == rotation.id, rotations.c.student_id == student_id)
            .values(**_columns(rotation))
        )
        self._work.changed.add(student_id)

    async def remove(self, student_id: int, rotation_id: int) -> None:
        """Delete a rotation of the student."""
        await self._work.connection.execute(
            delete(rotations).where(rotations.c.id == rotation_id, rotations.c.student_id == student_id)
        )
        self._work.changed.add(student_id)


def _student(row: Any) -> Student:
    """Return the student in a row of `_WITH_HOME`."""
    id, platform, tenant, user, chat, zone, home_zone, arrives, tip_at, quiet_from, quiet_to, *rest = row
    cadence, paused_until, state = rest
    return Student(
        id,
        Address(platform, tenant, user, chat),
        zone,
        home_zone,
        None if arrives is None else _day(arrives),
        None if tip_at is None else _time(tip_at),
        _time(quiet_from),
        _time(quiet_to),
        cadence,
        None if paused_until is None else _day(paused_until),
        state,
    )


#: A class shares its times and dates: read once, they are the same value for all.
_time = lru_cache(maxsize=2048)(time.fromisoformat)
_day = lru_cache(maxsize=4096)(date.fromisoformat)


def _rotation(row: Any) -> Rotation:
    """Return the rotation in a row of `_OF`."""
    _, id, specialty, participation, start, end, *hours, days_off, leave, nights, clinic, calls, midpoint = row
    return Rotation(
        id=id,
        specialty=specialty,
        participation=participation,
        start=_day(start),
        end=_day(end),
        hours=_hours(*hours),
        days_off=_numbers(days_off),
        leave=_days(leave),
        nights=_spans(nights),
        clinic=_numbers(clinic),
        calls=_days(calls),
        midpoint_on=None if midpoint is None else _day(midpoint),
    )


@lru_cache(maxsize=2048)
def _hours(day_start: str, rounds_end: str, day_end: str, night_start: str, night_end: str, lead: int) -> Hours:
    return Hours(_time(day_start), _time(rounds_end), _time(day_end), _time(night_start), _time(night_end), lead)


@lru_cache(maxsize=256)
def _numbers(kept: str) -> frozenset[int]:
    return frozenset(int(each) for each in kept.split(",") if each)


@lru_cache(maxsize=1024)
def _days(kept: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(each) for each in kept.split(",") if each)


@lru_cache(maxsize=1024)
def _spans(kept: str) -> tuple[tuple[date, date], ...]:
    return tuple(_span(each) for each in kept.split(",") if each)


def _span(kept: str) -> tuple[date, date]:
    first, last = kept.split("/")
    return date.fromisoformat(first), date.fromisoformat(last)


def _columns(rotation: Rotation) -> dict[str, Any]:
    return {
        "specialty": rotation.specialty,
        "participation": rotation.participation,
        "start": rotation.start,
        "end": rotation.end,
        "days_off": ",".join(str(each) for each in sorted(rotation.days_off)),
        "leave": ",".join(each.isoformat() for each in sorted(rotation.leave)),
        "nights": ",".join(f"{first.isoformat()}/{last.isoformat()}" for first, last in rotation.nights),
        "clinic": ",".join(str(each) for each in sorted(rotation.clinic)),
        "calls": ",".join(each.isoformat() for each in sorted(rotation.calls)),
        "midpoint_on": rotation.midpoint_on,
        **{name: getattr(rotation.hours, name) for name in _HOURS},
    }
