"""The report on the bank: what is there against the plan, what the guide's practices get, how mornings turn out."""

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.app.mornings import Row, simulate
from bot.content.bank import Bank
from bot.content.fields import Item
from bot.content.items import Tip
from bot.content.kinds import KIND_OF, KINDS, is_item
from bot.content.lint.coverage import counted, taught
from bot.content.meta import Cells, GuideBullet, Planned, Specialty
from bot.domain.rotation import Participation

WEEKS = (4, 6, 8, 12)
KINDS_OF_PRACTICE = ("tip", "script", "journey", "checklist", "faq", "template", "reflection")
PHASES = ("before", "day1", "week1", "early", "midpoint", "late", "final", "after")
SHIFTS = ("night", "call", "clinic")
#: Extra blocks have too few tips of their own to carry a rotation by themselves, and any other service has none.
EXTRA = frozenset(("icu", "neuro", "other"))


def report(bank: Bank, mornings: Sequence[Row]) -> str:
    """Return the report as Markdown; *mornings* is what `lived` gave for *bank*."""
    return "\n".join((*_head(), *_kinds(bank), *_cells(bank), *_mornings(mornings), *_practices(bank))) + "\n"


def lived(bank: Bank) -> Iterator[Row]:
    """Yield what mornings are like for every length of rotation, role and shift."""
    specialties = [each.id for each in bank.all(Specialty) if each.id not in EXTRA]
    roles: tuple[Participation, ...] = ("hands_on", "observer")
    for role in roles:
        for nights in (False, True):
            for weeks in WEEKS:
                yield simulate(bank, specialties, weeks, role, nights=nights)


def _head() -> Iterator[str]:
    yield "# What is in the bank"
    yield ""
    yield "Written by `python -m bot content report`; a test fails when it no longer says what the bank holds."


def _kinds(bank: Bank) -> Iterator[str]:
    promised = {row.id: len(row.ids) for row in bank.all(Planned)}
    yield "\n## Items\n"
    yield "| kind | active | promised by id | reviewed by somebody with a name |"
    yield "|---|---|---|---|"
    for kind in filter(is_item, KINDS.values()):
        items = [item for item in bank.all(kind.record) if isinstance(item, Item) and item.status == "active"]
        reviewed = sum(item.review_state != "draft" for item in items)
        yield f"| {kind.name} | {len(items)} | {promised.get(kind.name, '')} | {reviewed} |"


def _cells(bank: Bank) -> Iterator[str]:
    columns = ("total", *PHASES, *SHIFTS)
    tips = bank.active(Tip)
    yield "\n## Tips by specialty, phase and shift\n"
    yield "There, and in brackets how many are wanted at least. A tip may fit several phases.\n"
    yield f"| specialty | {' | '.join(columns)} | fit for observers |"
    yield "|---" * (len(columns) + 2) + "|"
    for row in bank.all(Cells):
        found = counted(row.id, tips)
        least: dict[str, int] = {"total": row.total}
        least |= {name: number for each in (row.phases, row.shifts) for name, number in each.items()}
        own = [tip for tip in tips if row.id in tip.specialties]
        watching = sum(tip.participation != "hands_on" for tip in own) / max(1, len(own))
        cells = " | ".join(f"{found[name]} ({least.get(name, 0)})" for name in columns)
        yield f"| {row.id} | {cells} | {watching:.0%} |"


def _mornings(mornings: Sequence[Row]) -> Iterator[str]:
    yield "\n## Mornings, simulated on this bank\n"
    yield (
        "One learner of each of the seven specialties for each line, a tip on every working day and twelve around, two "
        "rotations in a row: the second in another specialty. *Dry* counts mornings of all of them without an unseen "
        "tip. *Shared* is the most any second rotation had of the first; *history lost* is the same after the loss of "
        "everything sent, in another specialty (the most) and in the same one (the mean)."
    )
    yield ""
    names = (
        "learner", "weeks", "tips each", "repeats", "dry", "same group twice running", "same tags within 3 days",
        "own specialty", "wrong role", "shared", "history lost: other", "history lost: same",
    )  # fmt: skip
    yield f"| {' | '.join(names)} |"
    yield "|---" * len(names) + "|"
    for row in mornings:
        shares = f"{row.own:.0%} | {row.wrong} | {row.shared:.0%} | {row.lost_other:.0%} | {row.lost_same:.0%}"
        counts = f"{row.tips:.0f} | {row.repeats} | {row.dry} | {row.same_group} | {row.same_tags}"
        yield f"| {row.kind} | {row.weeks} | {counts} | {shares} |"


def _practices(bank: Bank) -> Iterator[str]:
    found = taught(bank.all(GuideBullet), _items(bank))
    yield "\n## The guide's practices\n"
    yield "How many items teach each one, and in brackets how many have to at least; what belongs to it is counted in.\n"
    yield f"| id | practice | {' | '.join(KINDS_OF_PRACTICE)} | words |"
    yield "|---" * (len(KINDS_OF_PRACTICE) + 3) + "|"
    for bullet in bank.all(GuideBullet):
        cells = " | ".join(_of(found, bullet, kind) for kind in KINDS_OF_PRACTICE)
        yield f"| {bullet.id} | {bullet.gist} | {cells} | {found[bullet.id, 'phrase'] + found[bullet.id, 'plain'] or ''} |"


def _of(found: Counter[tuple[str, str]], bullet: GuideBullet, kind: str) -> str:
    least = next((number for name, number in bullet.least.items() if name == kind), 0)
    count = found[bullet.id, kind]
    return f"{count} ({least})" if least else str(count or "")


def _items(bank: Bank) -> Iterator[Item]:
    for kind in KIND_OF.values():
        yield from (item for item in bank.all(kind.record) if isinstance(item, Item))
