"""How often one chat may be written to: a second between pushes, so many a minute in a group."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable

#: Seconds between two messages in one chat; what both platforms ask for.
EVERY = 1.0
#: Messages in a group within any minute.
MOST, WITHIN = 20, 60.0
#: Chats remembered; more are looked through for those that matter no more.
REMEMBERED = 4096


class Spacing:
    """What this process has written to which chat lately; *clock* gives monotonic seconds, *rest* waits for some."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._rest = rest
        self._next: dict[str, float] = {}
        self._written: dict[str, deque[float]] = defaultdict(deque)

    async def turn(self, chat: str) -> None:
        """Wait until a push may go to *chat*; two that wait for the same chat go a second apart."""
        now = self._clock()
        at = max(now, self._next.get(chat, now))
        self._keep(chat, at)
        if at > now:
            await self._rest(at - now)

    def wrote(self, chat: str, *, group: bool = False) -> None:
        """Note a reply: it waited for nothing, and what comes after it does."""
        now = self._clock()
        self._keep(chat, max(now, self._next.get(chat, now) - EVERY))
        if group:
            self._written[chat].append(now)

    def full(self, chat: str) -> bool:
        """Whether a group has had as many messages in the last minute as it takes."""
        written = self._written.get(chat)
        if written is None:
            return False
        while written and written[0] <= self._clock() - WITHIN:
            written.popleft()
        if not written:
            del self._written[chat]
        return len(written) >= MOST

    def _keep(self, chat: str, at: float) -> None:
        if len(self._next) >= REMEMBERED:
            now = self._clock()
            self._next = {each: then for each, then in self._next.items() if then > now}
        self._next[chat] = at + EVERY
