"""Updates as inbound events, with what the adapter must remember to answer them."""

import re
from dataclasses import dataclass
from typing import Any

import structlog
from telegram import CallbackQuery, ChatMember, ChatMemberUpdated, Message, Update, User
from telegram.error import TelegramError

from bot.core.inbound import ButtonPressed, CommandSent, Gone, Inbound, Joined, TextSent, pressed
from bot.domain.student import Address
from bot.platforms.telegram.rich import clean

log = structlog.get_logger(__name__)

#: The kinds of update we ask for; edited messages are not among them.
KINDS = ("message", "callback_query", "my_chat_member")

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,64})(?:@([A-Za-z0-9_]+))?(?:\s+(.*))?", re.DOTALL)
_AWAY = (ChatMember.BANNED, ChatMember.LEFT)


class Unreadable(Exception):
    """An update that is not of the shape Telegram promises; its content is not told."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One update.

    Attributes:
        chat: the id of the chat it came from: a group's, or the student's own.
        own: the id of the student's message that an answer may quote or delete; empty where there is none.
        callback: the id of the button press that waits for its little answer; empty for a message.
        event: what the core is told; None where there is nothing for it.
    """

    chat: str
    event: Inbound | None = None
    own: str = ""
    callback: str = ""


class Reader:
    """Reads updates, and passes over those it can't.

    Attributes:
        skipped: how many could not be read.
    """

    def __init__(self) -> None:
        self.skipped = 0

    def turn(self, raw: Any, username: str) -> Turn | None:
        """Return what *raw* means, as `read` does, but None where it can't be read."""
        try:
            return read(raw, username)
        except Unreadable as fault:
            self.skipped += 1
            log.warning("an update that can't be read is skipped", fault=str(fault), skipped=self.skipped)
            return None


def read(raw: Any, username: str) -> Turn | None:
    """Return what *raw*, an update as JSON, means for the bot *username*; None for what is not for us.

    Raises Unreadable.
    """
    try:
        update = Update.de_json(raw, None)
        if not isinstance(update.update_id, int) or isinstance(update.update_id, bool):
            raise Unreadable("TypeError")
        return _turn(update, username)
    except (TelegramError, TypeError, KeyError, ValueError, AttributeError, OverflowError, OSError) as fault:
        raise Unreadable(type(fault).__name__) from None


def _turn(update: Update, username: str) -> Turn | None:
    key = str(update.update_id)
    if update.callback_query is not None:
        return _press(update.callback_query, key)
    if update.message is not None:
        return _message(update.message, key, username)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member, key)
    return None


def _address(user: User) -> Address:
    """Return where *user* is reached, also after a word in a group: a private chat has the id of its user."""
    return Address("telegram", "", str(user.id), str(user.id))


def _message(message: Message, key: str, username: str) -> Turn | None:
    user = message.from_user
    private = message.chat.type == message.chat.PRIVATE
    if user is None or user.is_bot or (message.sender_chat is not None and not private):
        return None
    if message.text is None and (message.effective_attachment is None or not private):
        return None
    event = _said(message, key, username, sender=_address(user), private=private)
    return None if event is None else Turn(str(message.chat.id), event, own=str(message.message_id))


def _said(message: Message, key: str, username: str, *, sender: Address, private: bool) -> Inbound | None:
    text = clean(message.text if message.text is not None else message.caption or "")
    number = str(message.message_id)
    found = _COMMAND.fullmatch(text) if message.text is not None else None
    if found is not None:
        name, bot, rest = found.groups()
        if bot is not None and bot.casefold() != username.casefold():
            if not private:
                return None
        else:
            rest = (rest or "").strip()
            return CommandSent(sender=sender, key=key, private=private, message=number, name=name.lower(), text=rest)
    # In a group people talk to each other; only what is addressed to us by a command is for us.
    return TextSent(sender=sender, key=key, message=number, text=text) if private else None


def _press(query: CallbackQuery, key: str) -> Turn:
    message = query.message
    if message is None or not query.data:
        return Turn(str(query.from_user.id), callback=query.id)
    asked = message.reply_to_message if isinstance(message, Message) else None
    # What somebody else wrote is not the presser's to settle.
    mine = asked is not None and asked.from_user is not None and asked.from_user.id == query.from_user.id
    action, value = pressed(clean(query.data))
    event = ButtonPressed(
        sender=_address(query.from_user),
        key=key,
        private=message.chat.type == message.chat.PRIVATE,
        message=str(message.message_id),
        action=action,
        value=value,
        quoted=clean(asked.text or asked.caption or "") if asked is not None and mine else "",
    )
    own = str(asked.message_id) if asked is not None and mine else ""
    return Turn(str(message.chat.id), event, own=own, callback=query.id)


def _membership(change: ChatMemberUpdated, key: str) -> Turn | None:
    if change.chat.type != change.chat.PRIVATE:
        return None
    sender = _address(change.from_user)
    if change.new_chat_member.status in _AWAY:
        return Turn(str(change.chat.id), Gone(sender=sender, key=key))
    if change.old_chat_member.status in _AWAY:
        return Turn(str(change.chat.id), Joined(sender=sender, key=key))
    return None
