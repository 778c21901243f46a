"""Check files, folders or a whole bank against schema, references and every rule."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.content.faults import Fault
from bot.content.gathering import gather
from bot.content.known import Known
from bot.content.lint.corpus import Corpus
from bot.content.lint.rules import lint
from bot.content.references import dangling

HASHES = Path("meta", "guide_hashes.txt")


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found."""

    items: int
    faults: tuple[Fault, ...]

    @property
    def errors(self) -> int:
        return sum(fault.level == "error" for fault in self.faults)

    def __str__(self) -> str:
        return f"{self.items} items read, {self.errors} errors, {len(self.faults) - self.errors} warnings"


def check(
    paths: Sequence[Path],
    *,
    today: date,
    overlays: Sequence[Path] = (),
    base: Path | None = None,
    cache: Path | None = None,
) -> Report:
    """Check what lies under *paths* within the bank they belong to; that bank decides which names exist.

    *today* tells what has not been looked at for too long; *base* is the bank that paths outside any bank lie over.
    Files that are not asked about and have not changed come from *cache*.
    """
    wanted = [path.absolute() for path in paths]
    if missing := [path for path in wanted if not path.exists()]:
        return Report(0, tuple(Fault(path, 1, "L01", "no such file", "look at its name") for path in missing))
    home = _home(wanted[0])
    if base is not None and not (home / "meta").is_dir():
        home, overlays = base.absolute(), (home, *overlays)
    over = [overlay.absolute() for overlay in overlays]
    known = Known(cache, [*wanted, *over])
    gathered = gather([home, *over], known.parse)
    known.keep()
    checked = tuple(entry for entry in gathered.entries if _within(entry.path, wanted))
    checked += tuple(entry for entry in gathered.entries if not entry.path.is_relative_to(home))
    # What the bank has to hold as a whole it holds by itself: an overlay may retire any of it.
    whole = home in wanted and not over
    corpus = Corpus(gathered.entries, checked, home, today, whole=whole, hashes=_hashes(home / HASHES))
    faults = [*gathered.faults, *dangling(gathered.entries, checked)]
    faults = [fault for fault in faults if _within(fault.path, wanted) or not fault.path.is_relative_to(home)]
    faults += lint(corpus)
    faults.sort(key=lambda fault: (fault.path, fault.line, fault.rule))
    return Report(len(checked), tuple(replace(fault, path=_shown(fault.path)) for fault in faults))


def _home(path: Path) -> Path:
    """Return the bank a file belongs to: the nearest folder above it that holds `meta`."""
    above = next((above for above in (path, *path.parents) if (above / "meta").is_dir()), path)
    return above if above.is_dir() else above.parent


def _within(path: Path, wanted: Sequence[Path]) -> bool:
    return any(path == one or path.is_relative_to(one) for one in wanted)


def _hashes(path: Path) -> frozenset[str]:
    return frozenset(path.read_text(encoding="ascii").split()) if path.is_file() else frozenset()


def _shown(path: Path) -> Path:
    """Return *path* as a reader here would type it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
