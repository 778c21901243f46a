"""How a feature declares what it answers: declaring only records; the registry collects and refuses clashes."""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.core.context import Context
from bot.core.messages import Form, Reply
from bot.core.view import Occurrence, View

CommandHandler = Callable[[Context, str], Awaitable[Reply]]
ActionHandler = Callable[[Context, str], Awaitable[Reply]]
FormHandler = Callable[[Context, dict[str, Any], str], Awaitable[Reply]]
NudgeHandler = Callable[[Context, str], Awaitable[Reply | None]]
Describe = Callable[[View, str], str]
Next = Callable[[View, datetime], Occurrence | None]


class DuplicateName(Exception):
    """Two features declare the same command, action, form or nudge."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name, the line that describes it, and an example of what to type behind it.

    *history* tells whether its handler looks at what was sent before; reading that costs more than most answers.
    """

    name: str
    summary: str
    handler: CommandHandler
    example: str = ""
    feature: str = ""
    history: bool = True


@dataclass(frozen=True, slots=True)
class FormSpec:
    """A form by name: *build* makes it for a context, *handler* takes the answers, parsed and guarded."""

    name: str
    build: Callable[[Context, str], Form]
    handler: FormHandler


@dataclass(frozen=True, slots=True)
class NudgeRule:
    """A nudge: when it comes next (None: it is armed by hand), what it then says, and what a plan calls it."""

    name: str
    handler: NudgeHandler
    next: Next | None
    describe: Describe


@dataclass(slots=True)
class Feature:
    """One thing the bot does; what it declares is recorded here and nowhere else."""

    name: str
    commands: list[Command] = field(default_factory=list)
    actions: dict[str, ActionHandler] = field(default_factory=dict)
    forms: dict[str, FormSpec] = field(default_factory=dict)
    nudges: list[NudgeRule] = field(default_factory=list)
    text: CommandHandler | None = None

    def command(
        self, name: str, summary: str, *, example: str = "", history: bool = True
    ) -> Callable[[CommandHandler], CommandHandler]:
        """Declare `async (ctx, text) -> Reply` as the command *name*.

        Without *history* nothing is read of what was sent before, and the view refuses to be asked for it.
        """

        def declare(handler: CommandHandler) -> CommandHandler:
            self.commands.append(Command(name, summary, handler, example, self.name, history))
            return handler

        return declare

    def action(self, verb: str) -> Callable[[ActionHandler], ActionHandler]:
        """Declare `async (ctx, value) -> Reply` as what the buttons "feature.*verb*" do."""

        def declare(handler: ActionHandler) -> ActionHandler:
            _add(self.actions, f"{self.name}.{verb}", handler, "action")
            return handler

        return declare

    def form(self, name: str, build: Form | Callable[[Context, str], Form]) -> Callable[[FormHandler], FormHandler]:
        """Declare `async (ctx, values, context) -> Reply` as what takes the answers of the form *name*.

        *build* is the form, or makes it from the context it was opened with.
        """

        def declare(handler: FormHandler) -> FormHandler:
            made = build if callable(build) else (lambda _ctx, context: replace(build, context=context))
            _add(self.forms, name, FormSpec(name, made, handler), "form")
            return handler

        return declare

    def nudge(
        self, name: str, *, next: Next | None = None, describe: Describe = lambda _view, _slot: "a message"
    ) -> Callable[[NudgeHandler], NudgeHandler]:
        """Declare `async (ctx, slot) -> Reply | None` as what composes the nudge *name*.

        *next* is pure: given a view and an instant, the first occurrence strictly after it. Without *next* the nudge
        is a one-off that a handler arms. *describe* names an occasion for `/next`, such as "your feedback ask".
        """

        def declare(handler: NudgeHandler) -> NudgeHandler:
            self.nudges.append(NudgeRule(name, handler, next, describe))
            return handler

        return declare

    def any_text(self, handler: CommandHandler) -> CommandHandler:
        """Declare *handler* as what answers words typed without a command."""
        self.text = handler
        return handler


class Registry:
    """All features together: what a name means."""

    def __init__(self, features: Iterable[Feature]) -> None:
        self.features = tuple(features)
        self.commands: dict[str, Command] = {}
        self.actions: dict[str, ActionHandler] = {}
        self.forms: dict[str, FormSpec] = {}
        self.nudges: dict[str, NudgeRule] = {}
        self.text: CommandHandler | None = None
        for feature in self.features:
            self._adopt(feature)

    @property
    def names(self) -> frozenset[str]:
        """The names of the features there are: what a journey step may need."""
        return frozenset(feature.name for feature in self.features)

    @property
    def recurring(self) -> Iterator[NudgeRule]:
        """The nudges whose next occasion a rule works out."""
        return (rule for rule in self.nudges.values() if rule.next is not None)

    def _adopt(self, feature: Feature) -> None:
        for command in feature.commands:
            _add(self.commands, command.name, command, "command")
        for name, action in feature.actions.items():
            _add(self.actions, name, action, "action")
        for name, form in feature.forms.items():
            _add(self.forms, name, form, "form")
        for rule in feature.nudges:
            _add(self.nudges, rule.name, rule, "nudge")
        if feature.text is not None:
            if self.text is not None:
                raise DuplicateName(f"{feature.name} answers bare text, and so does another feature")
            self.text = feature.text


def discover(package: str = "bot.features") -> tuple[Feature, ...]:
    """Import every module or package of *package* and return the `feature` each one has, by name."""
    found = importlib.import_module(package)
    names = sorted(module.name for module in pkgutil.iter_modules(found.__path__))
    return tuple(importlib.import_module(f"{package}.{name}").feature for name in names)


def _add(table: dict[str, Any], name: str, value: Any, kind: str) -> None:
    if name in table:
        raise DuplicateName(f"two features declare the {kind} {name!r}")
    table[name] = value
