"""A student on Telegram, acting over the wire."""

from typing import Any

from tests.fakes.telegram import FakeTelegram, Message, student

#: What the renderer puts between the parts of a word so that no client makes a link of it; nobody sees it.
JOINER = "\u2060"


class TelegramDriver:
    """One student in a private chat with the bot.

    The same for polling and webhook: which one it is, the bot told the fake. *user* is a number of one's own, for
    several students side by side.
    """

    def __init__(self, fake: FakeTelegram, user: int = 5001, name: str = "Ana", *, seconds: float = 20) -> None:
        self.fake = fake
        self.user = student(user, name)
        self._seconds = seconds
        self._acted = 0

    async def type(self, text: str) -> None:
        """Write *text* and wait for what comes back."""
        self._mark()
        await self.fake.say(self.user, text)
        await self.settled()

    async def command(self, name: str, text: str = "") -> None:
        """Write the command *name* with *text* behind it."""
        await self.type(f"/{name} {text}".rstrip())

    async def press(self, label: str) -> None:
        """Press the button *label* on the newest message that shows it."""
        for message in reversed(self._by_touch()):
            for item in message.buttons:
                if item["text"] == label and "callback_data" in item:
                    self._mark()
                    await self.fake.press(self.user, message, item["callback_data"])
                    await self.settled()
                    return
        raise AssertionError(f"no button {label!r}; there are {self.buttons}")

    async def fill(self, values: dict[str, str]) -> None:
        """Answer the questions of a form, one after the other, in the order of *values*.

        An answer that a button carries or names is pressed, an empty one is skipped, any other is typed.
        """
        for value in values.values():
            label = self._choice(value)
            await (self.press(label) if label else self.type(value))

    def _choice(self, value: str) -> str:
        if not value:
            return "Skip"
        for message in reversed(self._since()):
            for item in message.buttons:
                if item["text"] == value or item.get("callback_data", "").endswith(f" {value}"):
                    return str(item["text"])
        return ""

    @property
    def last(self) -> str:
        """The text of the newest message or edit."""
        found = self._by_touch()
        return _plain(found[-1]) if found else ""

    @property
    def buttons(self) -> list[str]:
        """The labels on what came since the student last did something; before that, on the newest message."""
        found = self._since() or self._by_touch()[-1:]
        return [item["text"] for message in found for item in message.buttons]

    @property
    def messages(self) -> list[str]:
        """The texts of all messages that stand in the chat, in order."""
        return [_plain(message) for message in self.fake.sent(self.user["id"])]

    @property
    def documents(self) -> list[str]:
        """The names of the files in the chat."""
        sent = self.fake.sent(self.user["id"])
        return [message.data["document"]["file_name"] for message in sent if "document" in message.data]

    async def block(self) -> None:
        """Block the bot."""
        await self.fake.membership(self.user, "member", "kicked")
        await self.settled()

    async def unblock(self) -> None:
        """Come back."""
        await self.fake.membership(self.user, "kicked", "member")
        await self.settled()

    async def settled(self) -> None:
        """Wait until the bot has confirmed everything that the student did."""
        await self.fake.settled(self._seconds)

    def _mark(self) -> None:
        self._acted = max((message.touched for message in self.fake.messages.values()), default=0)

    def _by_touch(self) -> list[Message]:
        return sorted(self.fake.sent(self.user["id"]), key=lambda message: message.touched)

    def _since(self) -> list[Message]:
        return [message for message in self._by_touch() if message.touched > self._acted]


def _plain(message: Any) -> str:
    return str(message.text).replace(JOINER, "")
