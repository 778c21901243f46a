"""Rules on what the bank has to hold as a whole: promised items, the guide's practices, each specialty and phase."""

from collections import Counter
from collections.abc import Iterable, Iterator

from bot.content.fields import Item
from bot.content.items import Tip
from bot.content.kinds import KIND_OF
from bot.content.lint.corpus import Corpus, Finding
from bot.content.lint.prose import Place
from bot.content.meta import Cells, GuideBullet, Planned


def promised(corpus: Corpus) -> Iterator[Finding]:
    """Every item the bank has promised is there, retired or not."""
    if not corpus.whole:
        return
    known = {entry.record.id for entry in corpus.entries}
    for entry, row in corpus.all(Planned):
        for index, item_id in enumerate(row.ids):
            if item_id not in known:
                what = f"the {row.id} `{item_id}` is promised and not there"
                yield Finding(entry, ("ids", index), what, "write it, or retire it: ids are never dropped")


def guide(corpus: Corpus) -> Iterator[Finding]:
    """Each practice of the guide is taught by as many items of each kind as it needs; items name what it has."""
    bullets = {bullet.id: bullet for _, bullet in corpus.all(GuideBullet)}
    for entry, item in corpus.items if bullets else ():
        for index, name in enumerate(item.guide):
            if name not in bullets:
                yield Finding(entry, ("guide", index), f"the guide has no `{name}`", "mend the number")
    if not corpus.whole:
        return
    found = taught(bullets.values(), (item for _, item in corpus.all(Item)))
    for entry, bullet in corpus.all(GuideBullet):
        for kind, least in bullet.least.items():
            if (count := found[bullet.id, kind]) < least:
                what = f"`{bullet.id}` ({bullet.gist}) has {count} of {least} {kind}s"
                yield Finding(entry, ("least", kind), what, "write one, or tag one that teaches it")


def taught(bullets: Iterable[GuideBullet], items: Iterable[Item]) -> Counter[tuple[str, str]]:
    """Return how many active items of each kind teach each bullet, those of its children counted in."""
    parents = {bullet.id: bullet.parent for bullet in bullets}
    found: Counter[tuple[str, str]] = Counter()
    for item in items:
        if item.status == "active":
            lines = set[str]().union(*(_line(name, parents) for name in item.guide))
            found.update((name, KIND_OF[type(item)].name) for name in lines)
    return found


def _line(name: str | None, parents: dict[str, str | None]) -> set[str]:
    """Return a bullet and everything it is part of; bullets that are part of each other end it."""
    line = set[str]()
    while name is not None and name not in line:
        line.add(name)
        name = parents.get(name)
    return line


def cells(corpus: Corpus) -> Iterator[Finding]:
    """Each specialty has tips enough for each phase and shift."""
    if not corpus.whole:
        return
    for entry, row in corpus.all(Cells):
        found = counted(row.id, (tip for _, tip in corpus.all(Tip)))
        wanted: list[tuple[Place, str, int]] = [((), "total", row.total)]
        wanted += [(("phases", name), name, least) for name, least in row.phases.items()]
        wanted += [(("shifts", name), name, least) for name, least in row.shifts.items()]
        for place, name, least in wanted:
            if found[name] < least:
                yield Finding(entry, place, f"{row.id}, {name}: {found[name]} of {least} tips", "write what is missing")


def counted(specialty: str, tips: Iterable[Tip]) -> Counter[str]:
    """Return how many of one specialty's own active tips fit each phase and are for each shift alone; and the total."""
    counts: Counter[str] = Counter()
    for tip in tips:
        if tip.status == "active" and specialty in tip.specialties:
            counts.update(("total", *tip.phases, *(shift for shift in tip.shifts if shift != "any")))
    return counts
