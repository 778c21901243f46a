"""What students do, in four shapes, and what platforms tell of them."""

from dataclasses import dataclass

from bot.domain.student import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """What every event carries.

    Attributes:
        key: the platform's own id of the event, for once-only.
        zone: the IANA zone the platform knows of the student, or empty.
        private: False in a channel or group, where others read along.
        message: the id of the message a reply may rewrite or answer, as the platform names it.
    """

    sender: Address
    key: str
    zone: str = ""
    private: bool = True
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSent(_Event):
    """A command by name, with the text behind it."""

    name: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPressed(_Event):
    """A button of ours; *quoted* is the student's own text where the pressed message answers one."""

    action: str
    value: str = ""
    quoted: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSent(_Event):
    """A form's answers, as typed."""

    form: str
    values: dict[str, str]
    context: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSent(_Event):
    """Words typed without a command."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(_Event):
    """The student opened the chat, or came back to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone(_Event):
    """The student blocked the bot, or the workspace removed it."""


Inbound = CommandSent | ButtonPressed | FormSent | TextSent | Joined | Gone


def pressed(data: str) -> tuple[str, str]:
    """Return (action, value) of a button's carried string."""
    action, _, value = data.partition(" ")
    return action, value
