"""Draw how late the tips of one bot are, against how many students it serves: `python -m benchmarks.curve`.

Each point is a morning of 10,000 students at so much of the pace as makes their lateness that of the point's: so many times
the students at so many times the pace are as late.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import log10

from benchmarks.delivery import Fleet, deliver
from benchmarks.morning import line
from benchmarks.paths import CONTENT, ROOT
from benchmarks.students import US_MIX, population
from bot.content.bank import Bank, load

FIGURE = ROOT / "docs" / "figures" / "morning.svg"
SIMULATED = 10_000
COUNTS = (*(round(first * 10**power) for power in (3, 4, 5, 6) for first in (1, 1.5, 2, 3, 5, 7)), 10_000_000)
RATES = (30.0, 1_000.0)
#: Enough workers that only the platform's pace counts.
WORKERS = Fleet(engine=1e6, processes=100)

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 760, 420, 64, 24, 24, 52
#: Seconds at the bottom and the top of the picture, and where lines stand.
FLOOR, CEILING = 0.1, 4 * 3600.0
MARKS = ((0.1, "0.1 s"), (1, "1 s"), (10, "10 s"), (60, "1 min"), (600, "10 min"), (3600, "1 h"), (10_800, "3 h"))
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#444}.axis{stroke:#ccc}.r30{stroke:#b3261e}.r1000{stroke:#1a56b0}"
    "polyline.r30,polyline.r1000{fill:none;stroke-width:2.5}circle{stroke-width:2}.r30.whole{fill:#b3261e}.r1000.whole{fill:#1a56b0}.lost{fill:#fff}"
    "rect{fill:#fff}"
)


@dataclass(frozen=True, slots=True)
class Point:
    """*late*: the 99th percentile in seconds; *expired*: the share that was dropped."""

    students: int
    late: float
    expired: float


def points(bank: Bank, rate: float) -> Iterator[Point]:
    """Yield a point for each count of students on one bot that takes *rate* messages a second."""
    made = population(SIMULATED, bank, replace(US_MIX, slack=0.0))
    for count in COUNTS:
        fleet = replace(WORKERS, rate=rate * SIMULATED / count)
        found = line(made, deliver(made, fleet), fleet, slack=False)
        yield Point(count, found.late[2], found.expired / found.tips)


def drawn(curves: Sequence[tuple[float, Sequence[Point]]]) -> str:
    """Return the picture: hollow where tips expire."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        "<title>How late tips are, by students on one bot</title>",
        f'<style>{STYLE}</style><rect width="{WIDTH}" height="{HEIGHT}"/>',
    ]
    for seconds, label in MARKS:
        y = _y(seconds)
        parts.append(f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y}" y2="{y}"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    for count, label in ((1e3, "1 k"), (1e4, "10 k"), (1e5, "100 k"), (1e6, "1 M"), (1e7, "10 M")):
        parts.append(f'<text x="{_x(count)}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{label}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(
        f'<text x="{middle}" y="{HEIGHT - 10}" text-anchor="middle">students on one bot; 99 of 100 tips land within;'
        " hollow: some expire</text>"
    )
    for rate, found in curves:
        parts += _curve(rate, found)
    return "\n".join((*parts, "</svg>")) + "\n"


def _curve(rate: float, found: Sequence[Point]) -> Iterator[str]:
    name = f"r{rate:.0f}"
    where = " ".join(f"{_x(each.students)},{_y(each.late)}" for each in found)
    yield f'<polyline class="{name}" points="{where}"/>'
    for each in found:
        kind = "lost" if each.expired else "whole"
        yield f'<circle class="{name} {kind}" cx="{_x(each.students)}" cy="{_y(each.late)}" r="3.5"/>'
    label = found[len(found) // 2 - 3 if rate < 100 else len(found) // 2 + 2]
    yield f'<text x="{_x(label.students) - 10:.1f}" y="{_y(label.late) - 10:.1f}" text-anchor="end">{rate:,.0f}/s</text>'


def _x(count: float) -> float:
    share = log10(count / COUNTS[0]) / log10(COUNTS[-1] / COUNTS[0])
    return round(LEFT + 8 + share * (WIDTH - LEFT - RIGHT - 24), 1)


def _y(seconds: float) -> float:
    share = log10(max(seconds, FLOOR) / FLOOR) / log10(CEILING / FLOOR)
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def simulated(bank: Bank) -> tuple[tuple[float, tuple[Point, ...]], ...]:
    """Return the points of each rate."""
    return tuple((rate, tuple(points(bank, rate))) for rate in RATES)


def main() -> None:
    """Print the points and write the picture."""
    curves = simulated(load((CONTENT,), cache=None))
    for rate, found in curves:
        for each in found:
            print(f"{rate:>7,.0f}/s {each.students:>12,} p99 {each.late:>9,.1f} s   expired {each.expired:>6.1%}")
    FIGURE.write_text(drawn(curves))


if __name__ == "__main__":
    main()
