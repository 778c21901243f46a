"""The Telegram adapter: receives updates by long polling or by webhook, and sends replies."""

import asyncio
import contextlib
import hashlib
import hmac
import json
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from weakref import WeakValueDictionary

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError

from bot.core.errors import DeliveryError
from bot.core.markup import plain
from bot.core.messages import Card, Link, Reply
from bot.core.platform import Dispatch, Pacing
from bot.domain.student import Address
from bot.platforms.telegram.failures import failure, pause_of
from bot.platforms.telegram.inbound import KINDS, Turn, Unreadable, read
from bot.platforms.telegram.render import Payload, notice, plain_message, render
from bot.platforms.telegram.transport import Client, upload
from bot.storage.database import Away

log = structlog.get_logger(__name__)

PATH = "/telegram/webhook"
LEASE = "telegram-poller"
LEASE_SECONDS = 30
#: How often the lease is renewed, and how often one that another process holds is asked for.
RENEW_SECONDS = 10.0
ASK_SECONDS = 2.0
#: Waits between tries that Telegram or the network failed: the first, and the longest.
FIRST_WAIT = 0.5
LONGEST_WAIT = 30.0
#: The wait before a reply that was not taken is tried again, and the longest pause of a 429 a reply waits for.
REPLY_WAIT = 0.5
REPLY_PAUSE = 5.0
#: How long the end waits for what is under way.
DRAIN_SECONDS = 5.0
LARGEST_UPDATE = 1_000_000
CHATS_AT_ONCE = 32

ABOUT = "A coach for US clinical rotations: one thing to do each working day, and the words to say."
DESCRIPTION = (
    "I coach you through a US clinical rotation: one thing to do each working morning, what ward words mean, and help "
    "with asking for feedback and using it. Never send me patient details. Press Start."
)
ASIDE = "I answered you in a direct message."
UNOPENED = "That answer is for you alone. Open a chat with me, press Start, then ask again."


class Telegram:
    """One bot on Telegram.

    With *public_url* updates come to the route of `routes`; without, one process at a time polls for them.

    Attributes:
        skipped: how many updates could not be read.
    """

    name = "telegram"
    has_modals = False

    def __init__(
        self,
        token: str,
        *,
        api_url: str,
        pacing: Pacing,
        commands: Sequence[tuple[str, str]],
        public_url: str = "",
        secret: str = "",
        poll_seconds: int = 10,
        about: str = ABOUT,
        description: str = DESCRIPTION,
    ) -> None:
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise ValueError("TELEGRAM_WEBHOOK_SECRET: use 1 to 256 of the characters A-Z a-z 0-9 _ -")
        self._client = Client(token, api_url=api_url, poll_seconds=poll_seconds)
        self._bucket = f"telegram:{token.partition(':')[0]}"
        self._pacing = pacing
        self._commands = [{"command": name, "description": line[:256]} for name, line in commands[:100]]
        self._about, self._description = about[:120], description[:512]
        self._public_url = public_url.rstrip("/")
        self._secret = secret or hmac.new(token.encode(), b"telegram webhook", hashlib.sha256).hexdigest()
        self._poll_seconds = poll_seconds
        self._username = ""
        self._state = "starting"
        self._dispatch: Dispatch | None = None
        self._leads = asyncio.Event()
        self._slots = asyncio.Semaphore(CHATS_AT_ONCE)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.skipped = 0

    @property
    def state(self) -> str:
        """How it goes: 'starting', 'ready', 'waiting for the lease', 'unreachable', 'bad token', and so on."""
        return self._state

    @property
    def routes(self) -> list[Route]:
        """The route Telegram posts updates to; none where updates are polled."""
        return [Route(PATH, self._posted, methods=["POST"])] if self._public_url else []

    def bucket(self, _: Address) -> str:
        """Return the pacing key: Telegram counts by bot."""
        return self._bucket

    async def run(self, dispatch: Dispatch) -> None:
        """Receive updates and answer them until cancelled; with a refused token, only wait."""
        presenting: asyncio.Task[None] | None = None
        self._state = "starting"
        try:
            await self._client.open()
            try:
                me = await self._insist("getMe")
                self._username = str(me["username"])
                presenting = asyncio.create_task(self._present())
                self._dispatch = dispatch
                if self._public_url:
                    await self._hook()
                    await _forever()
                await self._poll(dispatch)
            except InvalidToken:
                self._state = "bad token"
                log.error("telegram refuses the token, its adapter stops")  # noqa: TRY400 - the traceback says no more
                await _forever()
        finally:
            self._dispatch = None
            if presenting is not None:
                await _ended(presenting)
            await self.close()

    async def close(self) -> None:
        """Let what is under way finish, then close the sessions. For a process that sends after `run` or without it."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), DRAIN_SECONDS)
        await self._client.close_sessions()

    # Sending

    async def send(self, to: Address, reply: Reply) -> None:
        """Send *reply* as a push. Raises DeliveryError."""
        with self._working():
            await self._client.open()
            try:
                payloads = render(_formless(reply))
            except ValueError as fault:
                raise DeliveryError("rejected", str(fault)) from fault
            for n, payload in enumerate(payloads):
                if n == 0:
                    await self._take(payload, to)
                    continue
                try:
                    await self._patiently(payload, to)
                except DeliveryError as fault:
                    if fault.kind == "gone":
                        raise
                    # The first part is out: the whole was not sent, and must not count as never tried.
                    raise DeliveryError("unknown", f"a later part: {fault.detail}") from fault

    def _rendered(self, reply: Reply) -> list[Payload]:
        """Return what to send for *reply*; buttons that Telegram would refuse are a fault of ours, and left out."""
        try:
            return render(_formless(reply))
        except ValueError as fault:
            log.error("a reply goes out without its buttons", fault=str(fault))  # noqa: TRY400 - the traceback says no more
            return render(_formless(replace(reply, rows=())))

    async def _take(self, payload: Payload, to: Address, **extra: Any) -> Any:
        """Make the call of *payload* for the chat of *to*. Raises DeliveryError."""
        file = {payload.field: upload(payload.filename, payload.data)} if payload.field else {}
        try:
            chat = int(to.chat)
        except ValueError:
            raise DeliveryError("rejected", "not a chat id") from None
        try:
            return await self._client.call(payload.method, chat_id=chat, **payload.params, **extra, **file)
        except BadRequest as fault:
            slim = {key: value for key, value in payload.params.items() if not key.endswith("entities")}
            if "entit" in fault.message.casefold() and slim != payload.params:
                log.warning("telegram refuses our entities, sending without", method=payload.method)
                return await self._take(replace(payload, params=slim), to, **extra)
            raise failure(fault, to) from fault
        except TelegramError as fault:
            raise failure(fault, to) from fault

    async def _patiently(self, payload: Payload, to: Address, **extra: Any) -> None:
        """Like `_take`, but try once more where a short wait or another chat id mends it."""
        try:
            await self._take(payload, to, **extra)
        except DeliveryError as fault:
            wait = REPLY_WAIT
            if fault.kind == "paused" and fault.retry_after is not None:
                wait = fault.retry_after.total_seconds()
                with contextlib.suppress(Away):
                    await self._pacing.pause(self._bucket, wait)
            elif fault.kind == "moved" and fault.moved_to is not None:
                to, wait = fault.moved_to, 0.0
            elif fault.kind != "down":
                raise
            if wait > REPLY_PAUSE:
                raise
            await asyncio.sleep(wait)
            await self._take(payload, to, **extra)

    # Answering

    async def _handle(self, turn: Turn, dispatch: Dispatch) -> None:
        """Hand in *turn* and send the answer: one at a time in a chat, chats side by side. Raises Away."""
        lock = self._locks.setdefault(turn.chat, asyncio.Lock())
        with self._working():
            async with lock, self._slots:
                try:
                    await self._answer(turn, dispatch)
                except Away:
                    raise
                except Exception as fault:  # noqa: BLE001 - one bad turn must not stop the rest; its words may be in the traceback
                    log.error("answering failed", update=turn.event and turn.event.key, fault=type(fault).__name__)  # noqa: TRY400

    async def _answer(self, turn: Turn, dispatch: Dispatch) -> None:
        event = turn.event
        if event is None:
            await self._settle(turn, "")
            return
        reply = await dispatch(event)
        aside = reply is not None and reply.private and not event.private
        if not aside:
            await self._settle(turn, reply.notice if reply else "")
        if reply is None:
            return
        try:
            with contextlib.suppress(Away):
                await self._pacing.debit(self._bucket)
            await (self._aside(turn, reply) if aside else self._in_place(turn, reply))
            if reply.erases and turn.own:
                await self._quietly("deleteMessage", chat_id=int(turn.chat), message_id=int(turn.own))
        except DeliveryError as fault:
            log.warning("a reply was not taken", update=event.key, kind=fault.kind, detail=fault.detail)
            return
        try:
            await dispatch.sent(event)
        except Away:
            # The answer is out and its effects are kept: the update need not come again.
            log.warning("database away, an answer sent stays noted as unsent", update=event.key)

    async def _in_place(self, turn: Turn, reply: Reply) -> None:
        """Send *reply* to the chat the event came from, into the pressed message where it replaces that."""
        assert turn.event is not None
        to = _chat(turn)
        payloads = self._rendered(reply)
        quote = turn.own if reply.quotes or not turn.event.private else ""
        editable = reply.replaces and turn.callback and (bool(turn.own) or not reply.quotes)
        for n, payload in enumerate(payloads):
            if n == 0 and editable and await self._edited(payload, to, turn.event.message):
                continue
            # The last one carries the buttons, so it is the one whose press must bring the student's message back.
            extra = _quoting(quote) if quote and n == len(payloads) - 1 else {}
            await self._patiently(payload, to, **extra)

    async def _edited(self, payload: Payload, to: Address, message: str) -> bool:
        """Rewrite *message* and return whether that worked; a message that can't be rewritten is no fault."""
        if payload.method != "sendMessage":
            return False
        try:
            await self._patiently(Payload("editMessageText", payload.params), to, message_id=int(message))
        except DeliveryError as fault:
            if fault.kind == "rejected":
                return "not modified" in fault.detail
            raise
        return True

    async def _aside(self, turn: Turn, reply: Reply) -> None:
        """Send a personal *reply* to what was asked in a group: to the asker alone, with a line in the group."""
        assert turn.event is not None
        sender = turn.event.sender
        line, link = ASIDE, None
        payloads = self._rendered(reply)
        try:
            for payload in payloads:
                await self._patiently(payload, sender)
        except DeliveryError as fault:
            if fault.kind != "gone":
                await self._settle(turn, "")
                raise
            line, link = UNOPENED, Link("Open a chat", f"https://t.me/{self._username}?start=group")
        await self._settle(turn, line)
        if not turn.callback or link is not None:
            await self._patiently(plain_message(line, link), _chat(turn), **_quoting(turn.own))

    async def _settle(self, turn: Turn, text: str) -> None:
        """Answer a press, so that its button stops waiting; one too old for that is no fault."""
        if turn.callback:
            # The client leaves out what is None.
            await self._quietly("answerCallbackQuery", callback_query_id=turn.callback, text=notice(text) or None)

    async def _quietly(self, method: str, **params: Any) -> None:
        """Make a call whose failure changes nothing."""
        try:
            await self._client.call(method, **params)
        except TelegramError as fault:
            log.info("telegram would not", method=method, fault=type(fault).__name__)

    # Receiving

    def _read(self, raw: Any) -> Turn | None:
        try:
            return read(raw, self._username)
        except Unreadable as fault:
            self.skipped += 1
            log.warning("an update that can't be read is skipped", fault=str(fault), skipped=self.skipped)
            return None

    async def _posted(self, request: Request) -> Response:
        """Take one update from Telegram's own servers."""
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._secret.encode()):
            return Response(status_code=403)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        dispatch = self._dispatch
        if dispatch is None:
            return Response(status_code=503)
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            raw = None
        turn = self._read(raw)
        if turn is not None:
            try:
                await self._handle(turn, dispatch)
            except Away:
                log.warning("database away, telegram will send the update again")
                return Response(status_code=503)
        return Response(status_code=200)

    async def _hook(self) -> None:
        """Have updates posted to us, asking until Telegram agrees."""
        url = self._public_url + PATH
        while True:
            try:
                await self._insist("setWebhook", url=url, secret_token=self._secret, allowed_updates=KINDS)
                break
            except BadRequest as fault:
                self._state = "webhook refused"
                log.error("telegram refuses the webhook, is PUBLIC_URL right?", detail=failure(fault, _NOBODY).detail)  # noqa: TRY400
                await asyncio.sleep(LONGEST_WAIT)
        self._state = "ready"

    async def _poll(self, dispatch: Dispatch) -> None:
        """Ask for updates for as long as this process holds the lease."""
        keeping = asyncio.create_task(self._keep_lease())
        listening = asyncio.create_task(self._listen(dispatch))
        try:
            done, _ = await asyncio.wait({keeping, listening}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            self._leads.clear()
            await _ended(listening)
            await _ended(keeping)

    async def _keep_lease(self) -> None:
        while True:
            # Without a database nobody can take the lease from us, nor we from another.
            with contextlib.suppress(Away):
                if await self._pacing.hold(LEASE, LEASE_SECONDS):
                    self._leads.set()
                else:
                    self._leads.clear()
            await asyncio.sleep(RENEW_SECONDS if self._leads.is_set() else ASK_SECONDS)

    async def _listen(self, dispatch: Dispatch) -> None:
        offset = 0
        waits = _Waits()
        while True:
            if not self._leads.is_set():
                self._state = "waiting for the lease"
                await self._leads.wait()
                await self._insist("deleteWebhook")
                self._state = "ready"
            try:
                batch = await self._client.call(
                    "getUpdates", offset=offset, timeout=self._poll_seconds, allowed_updates=KINDS
                )
            except InvalidToken:
                raise
            except TelegramError as fault:
                await self._unlucky(fault, waits)
                continue
            ids = _ids(batch)
            if batch and (not ids or not await self._batch(batch, dispatch)):
                # Nothing is acknowledged: the whole batch comes again, and what was handled is known by its key.
                self._state = "waiting for the database" if ids else "unreachable"
                await asyncio.sleep(waits.next())
                continue
            offset = max(ids, default=offset - 1) + 1
            self._state = "ready"
            waits.over()

    async def _unlucky(self, fault: TelegramError, waits: "_Waits") -> None:
        """Wait after a poll that failed, and mend what can be mended."""
        log.warning("polling failed", detail=failure(fault, _NOBODY).detail)
        if isinstance(fault, Conflict):
            self._state = "another poller"
            if "webhook" in fault.message.casefold():
                await self._insist("deleteWebhook")
        else:
            self._state = "unreachable"
        await asyncio.sleep(pause_of(fault).total_seconds() if isinstance(fault, RetryAfter) else waits.next())

    async def _batch(self, batch: Sequence[Any], dispatch: Dispatch) -> bool:
        """Handle *batch*, in order within a chat; return whether all of it may be acknowledged."""
        stalled: set[str] = set()

        async def handle(turn: Turn) -> None:
            if turn.chat in stalled:
                return
            try:
                await self._handle(turn, dispatch)
            except Away:
                # What follows in this chat waits for what came before it.
                stalled.add(turn.chat)

        chats: dict[str, list[Turn]] = {}
        for turn in filter(None, map(self._read, batch)):
            chats.setdefault(turn.chat, []).append(turn)
        if not chats:
            return True
        tasks = [asyncio.create_task(_in_order(handle, turns)) for turns in chats.values()]
        try:
            await asyncio.wait(tasks)
        except asyncio.CancelledError:
            _, late = await asyncio.wait(tasks, timeout=DRAIN_SECONDS)
            for task in late:
                await _ended(task)
            raise
        for task in tasks:
            task.result()
        return not stalled

    # Introducing itself

    async def _present(self) -> None:
        """Tell Telegram the commands and what the bot is for, each only where it says something else so far."""
        long, short, menu = {"description": self._description}, {"short_description": self._about}, {"type": "commands"}
        told: list[tuple[str, dict[str, Any], Any]] = [
            ("MyCommands", {"commands": self._commands}, self._commands),
            ("MyDescription", long, long),
            ("MyShortDescription", short, short),
            ("ChatMenuButton", {"menu_button": menu}, menu),
        ]
        for what, params, wanted in told:
            try:
                if await self._insist(f"get{what}", quiet=True) != wanted:
                    await self._insist(f"set{what}", quiet=True, **params)
            except TelegramError as fault:
                log.warning("telegram refuses how the bot presents itself", what=what, fault=type(fault).__name__)

    async def _insist(self, method: str, *, quiet: bool = False, **params: Any) -> Any:
        """Call *method* until Telegram answers. Raises InvalidToken, and BadRequest where trying again is no use."""
        waits = _Waits()
        while True:
            try:
                return await self._client.call(method, **params)
            except (InvalidToken, BadRequest):
                raise
            except TelegramError as fault:
                if not quiet:
                    self._state = "unreachable"
                log.warning("telegram can't be reached", method=method, detail=failure(fault, _NOBODY).detail)
                wait = pause_of(fault).total_seconds() if isinstance(fault, RetryAfter) else waits.next()
            await asyncio.sleep(wait)

    @contextmanager
    def _working(self) -> Iterator[None]:
        self._busy += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()


class _Waits:
    """Waits that double from one failure to the next."""

    def __init__(self) -> None:
        self._failures = 0

    def next(self) -> float:
        """Return how long to wait now, in seconds."""
        self._failures += 1
        return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(self._failures - 1, 10))

    def over(self) -> None:
        """Begin anew."""
        self._failures = 0


def _formless(reply: Reply) -> Reply:
    """Return *reply* without a form: the core asks question by question, so one that comes here is a fault of ours."""
    if reply.form is None:
        return reply
    log.error("a form reached telegram, which has none", form=reply.form.name)
    return replace(reply, form=None, cards=reply.cards or (Card(f"**{plain(reply.form.title)}**"),))


_NOBODY = Address("telegram", "", "", "")


def _chat(turn: Turn) -> Address:
    """Return where *turn* came from, which in a group is not where its sender is reached."""
    return Address("telegram", "", "", turn.chat)


def _quoting(message: str) -> dict[str, Any]:
    if not message:
        return {}
    return {"reply_parameters": {"message_id": int(message), "allow_sending_without_reply": True}}


def _ids(batch: Any) -> list[int]:
    """Return the ids of the updates in *batch*: those that can be read."""
    if not isinstance(batch, list):
        return []
    found = (each.get("update_id") for each in batch if isinstance(each, dict))
    return [each for each in found if isinstance(each, int) and not isinstance(each, bool)]


async def _in_order(handle: Callable[[Turn], Awaitable[None]], turns: Sequence[Turn]) -> None:
    for turn in turns:
        await handle(turn)


async def _body(request: Request) -> bytes | None:
    """Return the body of *request*, or None where it is larger than any update."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_UPDATE:
            return None
        parts.append(part)
    return b"".join(parts)


async def _forever() -> None:
    await asyncio.Event().wait()


async def _ended(task: asyncio.Task[None]) -> None:
    """Cancel *task* and wait until it is over."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.wait({task})
    if task.done() and not task.cancelled():
        task.exception()
