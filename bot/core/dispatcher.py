"""One event in, one answer out, in one transaction that happens once."""

import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from random import Random
from typing import assert_never

import structlog

from bot.core import interview, wire
from bot.core.context import Context
from bot.core.errors import Sorry
from bot.core.feature import Registry
from bot.core.forms import read, reopened
from bot.core.inbound import ButtonPressed, CommandSent, FormSent, Gone, Inbound, Joined, TextSent
from bot.core.library import Library
from bot.core.loading import view_of
from bot.core.messages import Reply, say
from bot.core.stamps import delivery_id, split, stamped
from bot.domain.student import Student
from bot.domain.zones import find
from bot.guard.safety import hazard
from bot.metrics import Metrics
from bot.storage.database import Away, Database
from bot.storage.deliveries import Deliveries
from bot.storage.keys import Keys
from bot.storage.outbox import Outbox
from bot.storage.receipts import Receipts
from bot.storage.students import Students
from bot.storage.turns import turns
from bot.storage.work import Work

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]
Handle = Callable[[Work, Inbound, Student, datetime], Awaitable[Reply | None]]
Replan = Callable[[Work, int, datetime], Awaitable[None]]


class _Unkept(Exception):
    """An answer that quotes what the guard stopped: its transaction is rolled back."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


class Dispatcher:
    """Turns inbound events into replies.

    Steps of one event: lock the student; take the event's key (taken already: give back the answer that was not sent
    yet, or nothing); look for a hazard; run the handler; plan the student again where something changed; keep the
    answer beside the key; commit.
    """

    def __init__(
        self,
        database: Database,
        registry: Registry,
        library: Callable[[], Library],
        clock: Clock,
        replan: Replan,
        chance: Random,
        modals: frozenset[str] = frozenset(),
        operator: str = "",
        metrics: Metrics | None = None,
    ) -> None:
        self._metrics = metrics or Metrics()
        self._database = database
        self._turn = turns(database)
        self._receipts = Receipts(database)
        self._registry = registry
        self._library = library
        self._clock = clock
        self._replan = replan
        self._chance = chance
        self._modals = modals
        self._operator = operator

    async def __call__(self, event: Inbound) -> Reply | None:
        """Handle *event* once and return the answer. Raises Away when the database would not commit."""
        with self._metrics.handled.labels(type(event).__name__).time():
            return await self._answered(event)

    async def _answered(self, event: Inbound) -> Reply | None:
        try:
            async with self._turn() as work:
                return await self._once(work, event, self._handled)
        except Away:
            raise
        except _Unkept as stopped:
            # The guard stopped the text, so nothing happened and nothing is stored: a redelivery is handled anew.
            return stopped.reply
        except Sorry as sorry:
            # What the handler had begun is undone with its transaction; the answer is kept like any other.
            return await self._apologized(event, say(str(sorry)))
        except Exception:
            code = secrets.token_hex(3)
            log.exception("handler failed", code=code, kind=type(event).__name__, platform=event.sender.platform)
            return say(
                "Something broke on my side; nothing you sent was lost. Try again in a minute.",
                footer=f"If it stays, tell whoever runs me this code: {code}",
            )

    async def _apologized(self, event: Inbound, reply: Reply) -> Reply | None:
        async def answer(*_: object) -> Reply:
            return reply

        async with self._turn() as work:
            return await self._once(work, event, answer)

    async def sent(self, event: Inbound) -> None:
        """Forget the kept answer: it has reached the student."""
        self._receipts.add(event.sender.platform, _key(event))

    async def close(self) -> None:
        """Write down what was sent."""
        await self._receipts.close()

    async def _once(self, work: Work, event: Inbound, handle: Handle) -> Reply | None:
        now = self._clock()
        student = await work.use(Students).at(event.sender, now, _known(event.zone))
        keys = work.use(Keys)
        if not await keys.take(event.sender.platform, _key(event), student.id, now):
            self._metrics.doubled.inc()
            if (event.sender.platform, _key(event)) in self._receipts:
                return None
            kept = await keys.kept(event.sender.platform, _key(event))
            return None if kept is None else wire.load(kept)
        if student.state == "gone" and not isinstance(event, Gone):
            # Whoever writes again can be reached again.
            await work.use(Students).change(student.id, state="active")
            student = replace(student, state="active")
        reply = await handle(work, event, student, now)
        if reply is not None and reply.unkept:
            raise _Unkept(reply)
        for changed in sorted(work.changed):
            await self._replan(work, changed, now)
        if reply is not None:
            await keys.keep(event.sender.platform, _key(event), wire.dump(reply))
        return reply

    async def _handled(self, work: Work, event: Inbound, student: Student, now: datetime) -> Reply | None:
        if isinstance(event, Gone):
            await _leave(work, student.id)
            return None
        library = self._library()
        command = self._registry.commands.get(event.name) if isinstance(event, CommandSent) else None
        history = command is None or command.history
        view = await view_of(work, student, library.bank, now, history=history)
        ctx = Context(
            now=now,
            view=view,
            work=work,
            registry=self._registry,
            library=library,
            chance=self._chance,
            operator=self._operator,
            private=event.private,
            modals=event.sender.platform in self._modals,
            zone=_known(event.zone),
        )
        reply, mark = await self._routed(ctx, event)
        if reply is None:
            return None
        if reply.form is not None and not ctx.modals:
            question = await interview.start(ctx, reply.form, mark)
            reply = replace(question, cards=reply.cards + question.cards)
        elif reply.form is not None and mark:
            # A dialog's answers come back without the button: its context carries the push.
            reply = replace(reply, form=replace(reply.form, context=f"{mark} {reply.form.context}".rstrip()))
        return stamped(reply, mark)

    async def _routed(self, ctx: Context, event: Inbound) -> tuple[Reply | None, str]:
        match event:
            case CommandSent():
                await interview.leave(ctx)
                return await self._command(ctx, event.name, event.text), ""
            case TextSent():
                return await self._text(ctx, event.text)
            case ButtonPressed():
                return await self._press(ctx, event)
            case FormSent():
                return await self._form(ctx, event)
            case Joined() | Gone():
                return None, ""
            case _:
                assert_never(event)

    async def _command(self, ctx: Context, name: str, text: str) -> Reply:
        # A word looked up is no cry for help: the rules want to see what was asked for.
        if (danger := hazard(f"/{name} {text}")) is not None:
            return await self._safety(ctx, danger)
        command = self._registry.commands.get(name)
        if command is not None:
            return await command.handler(ctx, text)
        return await self._words(ctx, f"{name} {text}".strip())

    async def _text(self, ctx: Context, text: str) -> tuple[Reply, str]:
        if (danger := hazard(text)) is not None:
            return await self._safety(ctx, danger), ""
        progress = await interview.pending(ctx)
        if progress is None:
            return await self._words(ctx, text), ""
        await self._recall(ctx, progress.mark)
        return await interview.answer(ctx, progress, text), progress.mark

    async def _press(self, ctx: Context, event: ButtonPressed) -> tuple[Reply, str]:
        handler = self._registry.actions.get(event.action)
        if handler is None:
            return say("That button is from an older version of me. `/help` shows what I can do now."), ""
        mark, value = split(event.value)
        if event.action == "form.open":
            # A dialog that needs a tap to open: the push it belongs to goes with the form's context.
            name, _, context = value.partition(" ")
            mark, context = split(context)
            value = f"{name} {context}".rstrip()
        if mark:
            await self._recall(ctx, mark)
            await ctx.work.use(Deliveries).answered(delivery_id(mark), f"{event.action} {value}".strip(), ctx.now)
        elif event.action.startswith("interview.") and (progress := await interview.pending(ctx)):
            mark = progress.mark
            await self._recall(ctx, mark)
        ctx.quoted = event.quoted
        return await handler(ctx, value), mark

    async def _form(self, ctx: Context, event: FormSent) -> tuple[Reply, str]:
        spec = self._registry.forms.get(event.form)
        if spec is None:
            return say("That form is from an older version of me. `/help` shows what I can do now."), ""
        if (danger := hazard(" ".join(event.values.values()))) is not None:
            return await self._safety(ctx, danger), ""
        mark, context = split(event.context)
        await self._recall(ctx, mark)
        form = spec.build(ctx, context)
        checked = read(form, event.values, ctx.student.today(ctx.now))
        if checked.faults or checked.stopped:
            return Reply(form=reopened(form, event.values, checked)), mark
        return await spec.handler(ctx, checked.values, context), mark

    async def _safety(self, ctx: Context, danger: str) -> Reply:
        return await self._registry.actions["safety.card"](ctx, danger)

    async def _words(self, ctx: Context, text: str) -> Reply:
        if self._registry.text is None:
            return say("I didn't catch that. `/help` shows what I can do.")
        return await self._registry.text(ctx, text)

    async def _recall(self, ctx: Context, mark: str) -> None:
        """Bring back the push a button belongs to: it must be the presser's own."""
        if mark:
            ctx.delivery = await ctx.work.use(Deliveries).owned(delivery_id(mark), ctx.student.id)
            if ctx.delivery is None:
                raise Sorry("That message is too old for me to know. `/next` shows what comes.")


async def _leave(work: Work, student_id: int) -> None:
    await work.use(Students).change(student_id, state="gone")
    await work.use(Outbox).drop_all(student_id)


@lru_cache(maxsize=1024)
def _known(zone: str) -> str:
    """Return *zone* where it is a name we can reckon with, else an empty one."""
    return find(zone) or ""


def _key(event: Inbound) -> str:
    key = f"{event.sender.tenant}:{event.key}"
    return key if len(key) <= 128 else hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
