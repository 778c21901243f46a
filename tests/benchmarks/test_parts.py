"""What `make bench` does with its parts: each runs, whatever becomes of the others, and the end tells all of it."""

import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest

import benchmarks
from benchmarks.__main__ import main
from benchmarks.figures import Figure
from benchmarks.parts import PARTS, apart

MODULES = sorted(path.stem for path in Path(benchmarks.__file__).parent.glob("*.py") if path.stem[0] != "_")
FINE, TOLD, MISSED = Figure("fine", 1.5, most=2), Figure("  beside it", 7), Figure("slow", 3, most=2)


def measured(part: str) -> tuple[Figure, ...]:
    """Return what the part is made to measure here."""
    match part:
        case "turn":
            raise SystemExit("no peers")
        case "rest":
            raise AssertionError("out of order")
        case "pace":
            return (MISSED, TOLD)
    return (FINE, TOLD)


def test_every_module_with_figures_is_a_part():
    """A new one that nobody lists would never run."""
    found = [name for name in MODULES if hasattr(import_module(f"benchmarks.{name}"), "figures")]
    assert sorted(PARTS) == found
    for name in PARTS:
        figures = import_module(f"benchmarks.{name}").figures
        inspect.signature(figures).bind()
        assert inspect.isgeneratorfunction(figures)


def test_every_part_is_in_the_table():
    """docs/benchmarks.md names the command of each, and of no other."""
    page = (Path(benchmarks.__file__).parents[1] / "docs" / "benchmarks.md").read_text()
    assert re.findall(r"\*\*`python -m benchmarks (\w+)`\*\*", page) == list(PARTS)


def test_without_a_name_every_part_runs_and_one_that_breaks_stops_no_other(capsys):
    """Each is told as it begins, of how many; the end has every figure, and the exit code is 1."""
    assert main([], measured) == 1
    told = capsys.readouterr().out
    for number, part in enumerate(PARTS, 1):
        assert f"== {part} ({number} of {len(PARTS)})" in told
    table = told.partition("== all figures")[2]
    assert "turn: BROKE" in table
    assert "rest: BROKE" in table
    assert table.count(f"  {FINE}\n") == len(PARTS) - 3
    assert f"  {MISSED}\n" in table
    assert table.endswith(
        f"{len(PARTS) - 3} of {len(PARTS) - 2} figures reached, 1 missed, 2 of {len(PARTS)} parts broke\n"
    )


@pytest.mark.parametrize(("parts", "code"), [(["idle", "lookup"], 0), (["idle", "pace"], 1), (["turn", "idle"], 1)])
def test_the_parts_that_are_named_run_and_the_exit_code_tells(parts, code, capsys):
    """A figure that is told and judges nothing changes no exit code."""
    assert main(parts, measured) == code
    told = capsys.readouterr().out
    assert [each for each in PARTS if f"== {each} (" in told] == sorted(parts, key=PARTS.index)


def test_a_part_that_is_none_is_refused(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["turn", "tuns"], measured)
    assert ended.value.code == 2
    assert "no part tuns; there are rest, " in capsys.readouterr().err


def test_a_part_is_a_process_of_its_own():
    """What ends it comes back as what it was."""
    with pytest.raises(ModuleNotFoundError, match="nothing_of_the_kind"):
        apart("nothing_of_the_kind")


@pytest.mark.parametrize(
    ("figure", "reached", "end"),
    [
        (Figure("x", 2, most=2), True, "2.00   ≤ 2      reached"),
        (Figure("x", 2.01, most=2), False, "2.01   ≤ 2      MISSED"),
        (Figure("x", 0.6, least=0.6), True, "0.60   ≥ 0.6    reached"),
        (Figure("x", 0.59, least=0.6), False, "0.59   ≥ 0.6    MISSED"),
        (Figure("x", 12345.678), True, "12345.68"),
    ],
)
def test_a_figure_is_a_line_of_its_name_its_value_what_is_wanted_and_whether_it_is(figure, reached, end):
    assert figure.reached is reached
    assert str(figure).startswith("x ")
    assert str(figure).endswith(end)
