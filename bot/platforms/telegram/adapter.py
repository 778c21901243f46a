"""The Telegram platform: long polling or a webhook in, the Bot API out."""

import asyncio
from collections.abc import Sequence

import structlog
from starlette.routing import Route
from telegram.error import InvalidToken

from bot.core.errors import DeliveryError
from bot.core.messages import Reply
from bot.core.platform import Dispatch, Pacing
from bot.domain.student import Address
from bot.platforms.telegram.answering import Answers, formless
from bot.platforms.telegram.calls import Calls
from bot.platforms.telegram.greeting import ABOUT, DESCRIPTION, Greeting
from bot.platforms.telegram.inbound import Reader
from bot.platforms.telegram.polling import Polling
from bot.platforms.telegram.render import render
from bot.platforms.telegram.transport import Client
from bot.platforms.telegram.waiting import Underway, ended, forever
from bot.platforms.telegram.webhook import Webhook

log = structlog.get_logger(__name__)


class Telegram:
    """One bot on Telegram.

    With *public_url* updates come to the route of `routes`; without, one process at a time polls for them. Pushes of a
    *paid* bot may go faster than the free pace.
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
        paid: bool = False,
        about: str = ABOUT,
        description: str = DESCRIPTION,
    ) -> None:
        self._public_url = public_url.rstrip("/")
        # Above the free pace Telegram takes pushes only from those who say that they pay for it.
        self._paid = {"allow_paid_broadcast": True} if paid else {}
        self._greeting = Greeting(commands, about=about, description=description)
        self._client = Client(token, api_url=api_url, poll_seconds=poll_seconds)
        self._calls = Calls(self._client, pacing, bucket=f"telegram:{token.partition(':')[0]}")
        self._underway = Underway()
        self._reader = Reader()
        answers = Answers(self._calls, pacing, self._underway)
        self._webhook = Webhook(self._calls, self._reader, answers, secret=secret, token=token)
        self._polling = Polling(self._calls, pacing, self._reader, answers, seconds=poll_seconds)

    @property
    def state(self) -> str:
        """How it goes: 'starting', 'ready', 'waiting for the lease', 'unreachable', 'bad token', and so on."""
        return self._calls.state

    @property
    def skipped(self) -> int:
        """How many updates could not be read."""
        return self._reader.skipped

    @property
    def routes(self) -> list[Route]:
        """The route Telegram posts updates to; none where updates are polled."""
        return self._webhook.routes if self._public_url else []

    def bucket(self, _: Address) -> str:
        """Return the pacing key: Telegram counts by bot."""
        return self._calls.bucket

    async def run(self, dispatch: Dispatch) -> None:
        """Receive updates and answer them until cancelled; with a refused token, only wait."""
        presenting: asyncio.Task[None] | None = None
        calls = self._calls
        calls.state = "starting"
        try:
            await self._client.open()
            try:
                me = await calls.insist("getMe")
                calls.username = str(me["username"])
                presenting = asyncio.create_task(self._greeting.present(calls))
                self._webhook.dispatch = dispatch
                await (self._served() if self._public_url else self._polling.run(dispatch))
            except InvalidToken:
                calls.state = "bad token"
                log.error("telegram refuses the token, its adapter stops")  # noqa: TRY400 - the traceback says no more
                await forever()
        finally:
            self._webhook.dispatch = None
            if presenting is not None:
                await ended(presenting)
            await self.close()

    async def close(self) -> None:
        """Let what is under way finish, then close the sessions. For a process that sends after `run` or without it."""
        await self._underway.drained()
        await self._client.close_sessions()

    async def send(self, to: Address, reply: Reply) -> None:
        """Send *reply* as a push. Raises DeliveryError."""
        with self._underway.one():
            await self._client.open()
            try:
                payloads = render(formless(reply))
            except ValueError as fault:
                raise DeliveryError("rejected", str(fault)) from fault
            await self._calls.spacing.turn(to.chat)
            for n, payload in enumerate(payloads):
                if n == 0:
                    await self._calls.take(payload, to, **self._paid)
                    continue
                try:
                    await self._calls.patiently(payload, to, **self._paid)
                except DeliveryError as fault:
                    if fault.kind == "gone":
                        raise
                    # The first part is out: the whole was not sent, and must not count as never tried.
                    raise DeliveryError("unknown", f"a later part: {fault.detail}") from fault

    async def _served(self) -> None:
        """Wait while the web server brings the updates."""
        await self._webhook.hook(self._public_url)
        await forever()
