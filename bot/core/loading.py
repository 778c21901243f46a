"""Views of many students at once, in a fixed number of queries."""

from collections.abc import Iterable
from datetime import datetime

from bot.content.bank import Bank
from bot.core.view import Unread, View
from bot.domain.student import Student
from bot.storage.deliveries import Deliveries
from bot.storage.facts import FactBook
from bot.storage.students import Rotations, Students
from bot.storage.work import Work


async def view_of(work: Work, student: Student, bank: Bank, now: datetime, *, history: bool = True) -> View:
    """Return the view of a student just read; without *history*, its `seen` refuses to be looked at."""
    rotations = await work.use(Rotations).of_one(student.id)
    facts = await work.use(FactBook).of_one(student.id)
    seen = (await work.use(Deliveries).seen([student.id], now))[student.id] if history else Unread()
    return View(student, bank, rotations, facts, seen)


async def views(work: Work, ids: Iterable[int], bank: Bank, now: datetime) -> dict[int, View]:
    """Return the views of the students with *ids*: four queries, however many they are."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    students = await work.use(Students).many(wanted)
    rotations = await work.use(Rotations).of(wanted)
    facts = await work.use(FactBook).of(wanted)
    seen = await work.use(Deliveries).seen(wanted, now)
    return {each: View(student, bank, rotations[each], facts[each], seen[each]) for each, student in students.items()}
