"""How much the bank holds, and how much of it somebody has reviewed, as a table."""

from collections import Counter
from collections.abc import Iterable, Iterator

from bot.content.bank import Bank
from bot.content.fields import Item
from bot.content.kinds import KINDS, is_item


def stats(bank: Bank) -> str:
    """Return the table for *bank*."""
    return "\n".join(_lines(bank))


def _lines(bank: Bank) -> Iterator[str]:
    kinds = {kind.name: bank.all(kind.record) for kind in KINDS.values() if is_item(kind)}
    items = [item for records in kinds.values() for item in records if isinstance(item, Item)]
    yield f"{len(items)} items"
    yield from _table("kind", {name: len(records) for name, records in kinds.items() if records}, len(items))
    yield from _table("phase", _counted(phase for item in items for phase in item.phases), len(items))
    yield from _table("specialty", _counted(name for item in items for name in item.specialties), len(items))
    yield from _table("participation", _counted(item.participation for item in items), len(items))
    yield from _table("reviewed as", _counted(item.review_state for item in items), len(items))
    yield from _table("status", _counted(item.status for item in items), len(items))


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(Counter(names).most_common())


def _table(heading: str, counts: dict[str, int], total: int) -> Iterator[str]:
    yield f"\n{heading}"
    for name, count in counts.items():
        yield f"  {name:<14}{count:>6}{100 * count / total:>6.0f} %"
