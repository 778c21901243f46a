"""The shape of the project: who imports whom, one clock, no statement made of strings, and no address of ours."""

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "bot").rglob("*.py"))
MEASURING = sorted((ROOT / "benchmarks").rglob("*.py"))
#: One import per contract that must not be there: contract, file, and the line planted at its end.
PLANTED = [
    ("Layers: each knows only what lies below it", "bot/domain/words.py", "import bot.core.messages"),
    ("Layers: each knows only what lies below it", "bot/core/wire.py", "import bot.features.help"),
    ("Layers: each knows only what lies below it", "bot/guard/verdict.py", "import bot.storage.types"),
    ("Features don't know each other", "bot/features/help.py", "import bot.features.pause"),
    ("Platforms don't know each other", "bot/platforms/console.py", "import bot.platforms.web.render"),
    ("Only platforms know the platforms' libraries", "bot/core/wire.py", "import telegram"),
    ("SQL stands in storage and in stores", "bot/features/help.py", "import sqlalchemy"),
    ("HTTP stands in platforms and at the root", "bot/schedule/pace.py", "import aiohttp"),
    ("The ticking clock is set at the root", "bot/schedule/planner.py", "import apscheduler"),
    ("Rules are pure: the domain and the guard need the standard library only", "bot/guard/verdict.py", "import yaml"),
]


def trees(modules: Sequence[Path] = MODULES) -> list[tuple[Path, ast.Module]]:
    return [(path, ast.parse(path.read_text())) for path in modules]


def lint(folder: Path) -> tuple[int, set[str]]:
    """Run the contracts in *folder*; return the exit code and the names of those broken."""
    code = (
        "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command; lint_imports_command()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )
    broken = {line.rpartition(" BROKEN")[0].strip() for line in ended.stdout.splitlines() if " BROKEN" in line}
    return ended.returncode, broken


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package and its contracts, to be spoiled."""
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "bot", folder / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_contracts_hold(copy):
    """Nobody imports upwards or sideways."""
    assert lint(copy) == (0, set())


def test_every_contract_is_planted_against():
    """A contract that no test has seen fail proves nothing."""
    declared = re.findall(
        r'^name = "(.+)"$', (ROOT / "pyproject.toml").read_text().partition("[tool.importlinter]")[2], re.M
    )
    assert {each[0] for each in PLANTED} == set(declared)


@pytest.mark.parametrize(("contract", "file", "line"), PLANTED, ids=[f"{each[1]}: {each[2]}" for each in PLANTED])
def test_each_contract_breaks_on_a_planted_import(copy, contract, file, line):
    """Exactly the contract that is meant is named broken."""
    path = copy / file
    whole = path.read_text()
    path.write_text(f"{whole}\n{line}\n")
    try:
        code, broken = lint(copy)
    finally:
        path.write_text(whole)
    assert code == 1
    assert contract in broken


def test_only_one_module_reads_the_clock():
    """Everywhere else the time is passed in."""
    forbidden = {"now", "utcnow", "today", "fromtimestamp", "utcfromtimestamp"}
    found = []
    for path, tree in trees([*MODULES, *MEASURING]):
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            owner = node.func.value
            name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
            reads = name in ("datetime", "date") and node.func.attr in forbidden
            reads &= not (node.func.attr == "fromtimestamp" and len(node.args) == 2)
            if reads or (name == "time" and node.func.attr in ("time", "localtime", "gmtime")):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert [each for each in found if not each.startswith("bot/clock.py")] == []
    assert found, "the search itself must find the one place there is"


def test_no_statement_is_made_of_strings():
    """What reaches text() or execute() is written out: no f-string, no %, no +, no format of a value."""
    found = []
    for path, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            made = node.args[0]
            if name == "text" and isinstance(made, ast.JoinedStr | ast.BinOp):
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
            if name in ("execute", "executemany", "executescript") and isinstance(made, ast.JoinedStr | ast.BinOp):
                constant = isinstance(made, ast.JoinedStr) and ast.unparse(made) == "f'PRAGMA {pragma}'"
                found += [] if constant else [f"{path.relative_to(ROOT)}:{node.lineno}"]
    assert found == []


def test_every_module_says_what_it_is():
    """One sentence at its top, ending with a period."""
    for path, tree in trees():
        said = ast.get_docstring(tree)
        assert said, path
        assert said.split("\n\n")[0].rstrip().endswith((".", "!")), path


def test_no_module_is_named_for_nothing():
    """Names say what a thing is."""
    vague = re.compile(r"(Manager|Helper|Util|Utils|Base|Impl)$")
    for path, tree in trees():
        assert not vague.search(path.stem.title().replace("_", "")), path
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                assert not vague.search(node.name), f"{path}: {node.name}"


def ours() -> list[Path]:
    """Return every text file that git keeps, or would."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone: git says which files are ours")
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


#: In two pieces each, so that this file does not name them itself.
HOSTS = [
    "pypi." + "org",
    "pythonhosted." + "org",
    "npmjs." + "org",
    "npmjs." + "com",
    "art" + "ifactory",
    "index-" + "url",
    "pkg." + "dev",
]


def test_no_file_of_ours_names_a_registry():
    """Where packages come from is the machine's business."""
    pattern = re.compile("|".join(re.escape(each) for each in HOSTS), re.IGNORECASE)
    allowed = {"Makefile": "--no-emit-index-" + "url"}
    found = []
    for path in ours():
        text = path.read_bytes().decode("utf-8", "ignore")
        text = text.replace(allowed.get(path.name, "\0"), "")
        found += [f"{path.relative_to(ROOT)}: {hit[0]}" for hit in pattern.finditer(text)]
    assert found == []


def test_the_environment_is_read_in_one_place():
    """Settings come from `bot/config.py`; the cache's folder and a library's own switch are no settings."""
    found = set()
    for path, tree in trees():
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Attribute)
                and node.attr in ("environ", "getenv")
                and isinstance(node.value, ast.Name)
            ):
                found.add(str(path.relative_to(ROOT)))
    assert found <= {
        "bot/content/kept.py",  # XDG_CACHE_HOME
        "bot/platforms/telegram/transport.py",  # PTB_TIMEDELTA
        "bot/storage/migrate.py",  # handed on to the child
    }
