"""What the bot says of itself before anyone writes: its commands, its descriptions, its menu."""

from collections.abc import Sequence
from typing import Any

import structlog
from telegram.error import TelegramError

from bot.platforms.telegram.calls import Calls

log = structlog.get_logger(__name__)

ABOUT = "A coach for US clinical rotations: one thing to do each working day, and the words to say."
DESCRIPTION = (
    "I coach you through a US clinical rotation: one thing to do each working morning, what ward words mean, and help "
    "with asking for feedback and using it. Never send me patient details. Press Start."
)
#: What Telegram takes at most.
MOST_COMMANDS = 100
MOST_SUMMARY = 256
MOST_ABOUT = 120
MOST_DESCRIPTION = 512


class Greeting:
    """The commands and descriptions of one bot, cut to what Telegram takes."""

    def __init__(self, commands: Sequence[tuple[str, str]], *, about: str, description: str) -> None:
        self._commands = [
            {"command": name, "description": line[:MOST_SUMMARY]} for name, line in commands[:MOST_COMMANDS]
        ]
        self._about = about[:MOST_ABOUT]
        self._description = description[:MOST_DESCRIPTION]

    async def present(self, calls: Calls) -> None:
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
                if await calls.insist(f"get{what}", quiet=True) != wanted:
                    await calls.insist(f"set{what}", quiet=True, **params)
            except TelegramError as fault:
                log.warning("telegram refuses how the bot presents itself", what=what, fault=type(fault).__name__)
