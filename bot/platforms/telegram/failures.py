"""Telegram's refusals, as the kinds of failure the rest of the program knows."""

import re
from dataclasses import replace
from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.core.errors import DeliveryError, Kind
from bot.domain.student import Address

#: Refusals that say this chat can't be reached any more. Any other may be a fault of ours, and stops nobody's messages.
_GONE_403 = (
    "blocked by the user",
    "user is deactivated",
    "can't initiate conversation",
    "was kicked from",
    "not a member of",
)
_GONE_400 = ("chat not found", "group chat was deactivated")


def failure(fault: TelegramError, to: Address) -> DeliveryError:
    """Return what *fault* means for a message to *to*."""
    detail = detail_of(fault)
    if isinstance(fault, RetryAfter):
        return DeliveryError("paused", detail, retry_after=pause_of(fault))
    if isinstance(fault, ChatMigrated):
        return DeliveryError("moved", detail, moved_to=replace(to, chat=str(fault.new_chat_id)))
    return DeliveryError(_kind(fault), detail)


def _kind(fault: TelegramError) -> Kind:
    said = fault.message.casefold()
    match fault:
        case InvalidToken() | Conflict():
            return "down"
        case Forbidden():
            return "gone" if any(each in said for each in _GONE_403) else "rejected"
        # These two are network errors in the library's eyes, so they come before it.
        case BadRequest():
            return "gone" if any(each in said for each in _GONE_400) else "rejected"
        case TimedOut():
            return "unknown"
        case NetworkError():
            return "down"
        case _:
            # An answer came, but nobody can read it: the message may have been taken.
            return "unknown"


def pause_of(fault: RetryAfter) -> timedelta:
    """Return how long Telegram asks to wait; the library tells it in either of two types."""
    wait = fault.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


def detail_of(fault: TelegramError) -> str:
    """Return the refusal without anything it may quote: no text, ids or bodies go on to a log."""
    words = fault.message.partition(". Parsing")[0]
    words = re.split(r"[\"“<{]|\s'|\S*//", words)[0]
    return f"{type(fault).__name__} {re.sub(r'[0-9]{4,}', '#', words)[:80]}".strip()
