"""Which of the messages whose turn has come may begin: so many on their way at once, so many not written yet. Pure."""

from collections import deque

from bot.schedule.composer import Outgoing

#: A bucket with so many microseconds between two sends, 2,000 a second, is paced; of its messages so many may be sent and
#: not written yet.
PACED, FEW = 500, 64


class Gate:
    """Lets *room* messages be on their way, while at most *unwritten* more wait to be written.

    Where a platform's pace leaves the time to write, fewer may: a crash doubles no more of its messages than that. They
    go first, for their bucket's next turn is reckoned from this one.
    """

    def __init__(self, room: int, unwritten: int) -> None:
        self._room = room
        self._most, self._few = room + unwritten, room + min(unwritten, FEW)
        self._under_way = 0
        self._paced, self._others = deque[Outgoing](), deque[Outgoing]()
        #: Begun and not written yet, by row, and whether paced.
        self._open: dict[int, bool] = {}
        self._open_paced = 0

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._paced) + len(self._others)

    def add(self, out: Outgoing) -> None:
        """Let *out* wait, behind those of its kind."""
        (self._paced if out.row.gap >= PACED else self._others).append(out)

    def next(self) -> Outgoing | None:
        """Return the one that begins now, None where none may."""
        if self._under_way >= self._room or len(self._open) >= self._most:
            return None
        if self._paced and self._open_paced < self._few:
            out, paced = self._paced.popleft(), True
        elif self._others:
            out, paced = self._others.popleft(), False
        else:
            return None
        self._under_way += 1
        # One given up for lost and claimed again may be open still.
        self._open_paced += paced and out.row.id not in self._open
        self._open[out.row.id] = paced
        return out

    def ended(self) -> None:
        """Note that a send has ended; what came of it is not written yet."""
        self._under_way -= 1

    def written(self, row_id: int) -> None:
        """Note that what came of a row is written; one that never began is none of ours."""
        self._open_paced -= self._open.pop(row_id, False)
