"""How many pushes a week has room for: the same for what is sent and for what is foretold. Pure."""

from datetime import datetime, timedelta

from bot.core.view import Occurrence, View

#: The day's pushes in any seven days; steps of the journey may go over it, tips and quizzes not.
WEEK_BUDGET = 9
#: Evening questions and quizzes stop earlier, so that a question about a tip never costs a tip.
EVENING_BUDGET = 7
#: Below this priority a push yields to the budget.
YIELDING = 30


def within_budget(view: View, occurrence: Occurrence, now: datetime) -> bool:
    """Whether the week still has room for *occurrence*."""
    if occurrence.priority >= YIELDING:
        return True
    room = WEEK_BUDGET if occurrence.part == "morning" else EVENING_BUDGET
    return view.pushes_since(now - timedelta(days=7)) < room
