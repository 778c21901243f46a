"""Which steps and buttons are awake: what needs a feature that is not there is left out, so that nobody meets a dead button."""

from dataclasses import replace

from bot.content.bank import Bank
from bot.content.fields import Record
from bot.content.steps import Step, StepButton


def awake(bank: Bank, features: frozenset[str]) -> Bank:
    """Return *bank* with the steps and buttons that *features* can serve."""
    return Bank(tuple(kept for record in bank.records if (kept := _kept(record, features)) is not None))


def _kept(record: Record, features: frozenset[str]) -> Record | None:
    if not isinstance(record, Step):
        return record
    buttons = tuple(button for button in record.buttons if _served(button, features))
    if not buttons or not set(record.needs) <= features:
        return None
    return replace(record, buttons=buttons)


def _served(button: StepButton, features: frozenset[str]) -> bool:
    handed = {button.do.split(".")[0]} if button.do else set()
    return set(button.needs) | handed <= features
