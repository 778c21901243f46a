"""Students and their rotations, as rows and as the frozen values that rules read."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, text, update

from bot.domain.rotation import Hours, Rotation
from bot.domain.student import Address, Student
from bot.storage.database import Work
from bot.storage.prepared import Look
from bot.storage.schema import addresses, rotations, students

_PLAIN = tuple(each.name for each in fields(Student) if each.name != "home")
_HOURS = ("day_start", "rounds_end", "day_end", "night_start", "night_end", "lead_minutes")

# Statements of every turn are built once: building costs more than running them on a small database.
_WITH_HOME = select(students, addresses.c.platform, addresses.c.tenant, addresses.c.user_id, addresses.c.chat)
_MANY = _WITH_HOME.join(addresses, (addresses.c.student_id == students.c.id) & addresses.c.home).where(
    students.c.id.in_(bindparam("ids", expanding=True))
)
_AT = (
    _WITH_HOME.join(addresses, addresses.c.student_id == students.c.id)
    .where(addresses.c.platform == bindparam("platform"), addresses.c.tenant == bindparam("tenant"))
    .where(addresses.c.user_id == bindparam("user"))
)
_PLACE = text(
    "INSERT INTO addresses (platform, tenant, user_id, student_id, chat, home)"
    " VALUES (:platform, :tenant, :user, :id, :chat, true) ON CONFLICT (platform, tenant, user_id) DO NOTHING"
)
_OF = (
    select(rotations)
    .where(rotations.c.student_id.in_(bindparam("ids", expanding=True)))
    .order_by(rotations.c.start, rotations.c.id)
)


def _student(row: Any) -> Student:
    home = Address(row["platform"], row["tenant"], row["user_id"], row["chat"])
    plain = {name: row[name] for name in _PLAIN}
    return Student(home=home, **plain)


def _rotation(row: Any) -> Rotation:
    return Rotation(
        id=row["id"],
        specialty=row["specialty"],
        participation=row["participation"],
        start=row["start"],
        end=row["end"],
        hours=Hours(**{name: row[name] for name in _HOURS}),
        days_off=frozenset(int(each) for each in row["days_off"].split(",") if each),
        leave=frozenset(date.fromisoformat(each) for each in row["leave"].split(",") if each),
        nights=tuple(_span(each) for each in row["nights"].split(",") if each),
        clinic=frozenset(int(each) for each in row["clinic"].split(",") if each),
        calls=frozenset(date.fromisoformat(each) for each in row["calls"].split(",") if each),
        midpoint_on=row["midpoint_on"],
    )


def _span(text: str) -> tuple[date, date]:
    first, last = text.split("/")
    return date.fromisoformat(first), date.fromisoformat(last)


_LOCKED = Look(_AT, _student, locking=_AT.with_for_update(of=students))
_OF_ONE = Look(
    select(rotations).where(rotations.c.student_id == bindparam("id")).order_by(rotations.c.start, rotations.c.id),
    _rotation,
)


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
        row = (await self._work.connection.execute(_AT, _place(address))).mappings().one_or_none()
        return _student(row) if row else None

    async def many(self, ids: Iterable[int]) -> dict[int, Student]:
        """Return the students with *ids*, in one query."""
        rows = (await self._work.connection.execute(_MANY, {"ids": list(ids)})).mappings()
        return {row["id"]: _student(row) for row in rows}

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
        found = await _LOCKED.all(self._work, **_place(address))
        return found[0] if found else None

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
        found: dict[int, list[Rotation]] = {each: [] for each in wanted}
        for row in (await self._work.connection.execute(_OF, {"ids": wanted})).mappings():
            found[row["student_id"]].append(_rotation(row))
        return {each: tuple(found[each]) for each in wanted}

    async def of_one(self, student_id: int) -> tuple[Rotation, ...]:
        """Return every rotation of one student, earliest first."""
        return tuple(await _OF_ONE.all(self._work, id=student_id))

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
