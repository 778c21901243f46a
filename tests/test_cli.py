"""The command line, each command in a process of its own."""

import asyncio
import hashlib
import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet

from bot.storage.migrate import head
from tests.content.samples import SCRIPT, write
from tests.fakes.telegram import TOKEN
from tests.processes import Runs, environment, runner
from tests.reliability.seeding import seed

#: Messages of four weeks: fewer means that something no longer comes, more that nothing holds it back.
FEWEST, MOST = 20, 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("process")


@pytest.fixture(scope="module")
def process(folder) -> Runs:
    return runner(folder, 100)


def lines(process: Runs, command: str, *given: object) -> list[dict]:
    """Return what a JSONL command answers to *given*, a line each."""
    text = "".join((each if isinstance(each, str) else json.dumps(each)) + "\n" for each in given)
    ended = process(command, "--jsonl", stdin=text)
    assert ended.returncode == 0, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_help_names_every_command(process):
    ended = process("--help")
    assert ended.returncode == 0
    for name in ("run", "web", "worker", "migrate", "chat", "simulate", "content", "doctor", "key", "lookup", "guard"):
        assert name in ended.stdout


def test_an_unknown_command_is_refused(process):
    ended = process("nonsense")
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr


def test_key_makes_a_key_each_time(process):
    first, second = (process("key").stdout.strip() for _ in range(2))
    assert first != second
    assert Fernet(first)


def test_migrate_makes_the_database_and_doctor_finds_it_well(process, tmp_path):
    """The folder is made too; a second run changes nothing."""
    url = f"sqlite:///{tmp_path / 'new' / 'wardwise.db'}"
    before = process("doctor", DATABASE_URL=url)
    assert before.returncode == 1
    assert "BAD  database" in before.stdout
    for _ in range(2):
        ended = process("migrate", DATABASE_URL=url)
        assert (ended.returncode, ended.stdout) == (0, f"at revision {head()}\n"), ended.stderr
    after = process("doctor", DATABASE_URL=url)
    assert after.returncode == 0, after.stdout + after.stderr
    assert "BAD" not in after.stdout
    for part in ("content", "database", "key", "outbox", "pace", "telegram", "slack"):
        assert f"ok   {part}" in after.stdout


def test_doctor_tells_how_long_the_fullest_minute_takes(process, sqlite_url, seal_key):
    """Above three hours, which a tip is kept for, something is wrong and the exit code says so."""
    asyncio.run(seed(sqlite_url, seal_key, 120))
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as file:
        file.execute("UPDATE nudges SET due_at = due_at + 12 * 3600 * 1000")
        ((due,),) = file.execute("SELECT DISTINCT due_at FROM nudges")
    crowd = f"120 at {datetime.fromtimestamp(due / 1000, UTC):%H:%M} UTC on telegram:700000001"
    settings = {
        "DATABASE_URL": sqlite_url,
        "WARDWISE_SECRET_KEY": seal_key,
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "OPERATOR_CONTACT": "ops@example.org",
    }
    below, above = (process("doctor", TELEGRAM_RATE=rate, **settings) for rate in ("0.0125", "0.01"))
    assert f"ok   pace       the fullest minute of the coming day: {crowd} take 2 h 48 min, spread" in below.stdout
    assert below.returncode == 0, below.stdout + below.stderr
    assert f"BAD  pace       {crowd} take 3 h 30 min, spread over 1 h 0 min: tips will be dropped" in above.stdout
    assert above.returncode == 1


def test_migrate_says_where_the_database_is_missing(process):
    """One line and exit 2, like every wrong setting."""
    url = "postgresql://user:pa55word-of-ours@127.0.0.1:1/db"
    ended = process("migrate", DATABASE_URL=url, WARDWISE_SECRET_KEY=Fernet.generate_key().decode())
    assert ended.returncode == 2
    (line,) = ended.stderr.strip().splitlines()
    assert line.startswith("DATABASE_URL: ")
    assert "pa55word" not in ended.stderr


def test_doctor_says_that_a_key_is_wrong(process, tmp_path):
    url = f"sqlite:///{tmp_path / 'wardwise.db'}"
    assert process("migrate", DATABASE_URL=url).returncode == 0
    right, wrong = (Fernet.generate_key().decode() for _ in range(2))
    assert process("doctor", DATABASE_URL=url, WARDWISE_SECRET_KEY=right).returncode == 0
    ended = process("doctor", DATABASE_URL=url, WARDWISE_SECRET_KEY=wrong)
    assert ended.returncode == 1
    assert "BAD  key" in ended.stdout
    assert wrong not in ended.stdout + ended.stderr


def test_lookup_answers_a_line_for_a_line(process):
    """Strings and objects, in order; nonsense and broken lines get an answer too, and nothing stops it."""
    asked = ["dispo", {"q": "dispo", "kind": "phrase"}, {"q": "qwxyzzy plugh"}, "not json {", {"q": 3}, [], "\ud800"]
    text = "\n".join(each if each == "not json {" else json.dumps(each) for each in asked) + "\n\n"
    ended = process("lookup", "--jsonl", stdin=text)
    assert ended.returncode == 0, ended.stderr
    found = [json.loads(line) for line in ended.stdout.splitlines()]
    assert len(found) == len(asked) + 1
    assert ["error" in each for each in found] == [False, False, False, True, True, True, False, True]
    assert all(set(each) == {"q", "answers"} for each in found if "error" not in each)
    assert found[0]["q"] == "dispo"
    assert any(each["confident"] for each in found[0]["answers"])
    assert all(set(each) == {"term", "text", "confident"} for each in found[0]["answers"])
    assert not any(each["confident"] for each in found[2]["answers"])


def test_a_byte_that_is_no_text_spoils_its_own_line_only(folder):
    """Both commands that read lines go on with the next one."""
    for command, good in (("lookup", b'"dispo"\n'), ("guard", b'{"text": "fine"}\n')):
        ended = subprocess.run(
            [sys.executable, "-m", "bot", command, "--jsonl"],
            cwd=folder,
            env=environment(folder),
            input=b"\xff\xfe\n" + good,
            capture_output=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        assert len(ended.stdout.splitlines()) == 2


def test_a_broken_overlay_is_told_as_file_and_line(process, tmp_path):
    """By every command that reads the bank."""
    (tmp_path / "phrases").mkdir()
    (tmp_path / "phrases" / "broken.yaml").write_text("- id: x\n  nonsense: [\n")
    for command in (("lookup",), ("content", "stats"), ("run",)):
        ended = process(*command, WARDWISE_CONTENT=str(tmp_path), DATABASE_URL=f"sqlite:///{tmp_path / 'a.db'}")
        assert ended.returncode == 2, command
        assert "broken.yaml" in ended.stderr
        assert "Traceback" not in ended.stderr


def test_guard_answers_without_repeating_what_it_read(process):
    """The verdict comes with a digest, never with the text."""
    texts = ["Saw my first paracentesis today.", "MRN 84736251, call 212-555-0187", "Mr. Hernandez had gout"]
    found = lines(process, "guard", *({"text": each} for each in texts))
    assert [each["verdict"] for each in found] == ["pass", "block", "confirm"]
    assert [each["text_sha256"] for each in found] == [hashlib.sha256(each.encode()).hexdigest() for each in texts]
    assert all(isinstance(each["kinds"], list) for each in found)
    assert "Hernandez" not in json.dumps(found)


def test_content_check_passes_and_fails_by_its_exit_code(process, tmp_path):
    """The bank is clean; a broken file is named with its line."""
    whole = process("content", "check")
    assert whole.returncode == 0, whole.stdout + whole.stderr
    broken = tmp_path / "broken.yaml"
    broken.write_text("- id: x\n  nonsense: [\n")
    ended = process("content", "check", str(broken))
    assert ended.returncode == 1
    assert "broken.yaml:" in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


def test_content_stats_counts(process):
    ended = process("content", "stats")
    assert ended.returncode == 0, ended.stderr
    assert any(character.isdigit() for character in ended.stdout)


def test_content_show_shows_an_item_as_each_platform_does(process):
    """What a writer looks at before anybody else does: words, buttons, limits; and what would be sent, as JSON."""
    ended = process("content", "show", "phr-dispo")
    assert ended.returncode == 0, ended.stderr
    for part in ("== Terminal", "== Telegram", "of 4096 characters", "== Slack", "On the lock screen: ", "dispo"):
        assert part in ended.stdout
    step = process("content", "show", "jny-mid-minus2-heads-up")
    assert "[Attending]" in step.stdout, step.stderr
    raw = process("content", "show", "phr-dispo", "--raw")
    assert '"inline_keyboard"' in raw.stdout
    wrong = process("content", "show", "phr-disp")
    assert wrong.returncode == 2
    assert "did you mean `phr-dispo`" in wrong.stderr


def test_content_new_begins_an_item_in_its_file(process, tmp_path):
    """The file is made where there is none; the next one counts on."""
    file = tmp_path / "mine.yaml"
    assert process("content", "new", "tip", "tip-own-01", "--into", str(file)).returncode == 0
    ended = process("content", "new", "tip", "--into", str(file))
    assert "tip-own-02 begun" in ended.stdout, ended.stderr
    assert file.read_text().index("tip-own-01") < file.read_text().index("tip-own-02")
    assert "hook:" in process("content", "new", "tip", "tip-own-03").stdout
    again = process("content", "new", "tip", "tip-own-02", "--into", str(file))
    assert again.returncode == 2
    assert "already" in again.stderr
    assert process("content", "new", "poem", "x").returncode == 2


def test_content_review_names_who_read_it(process, tmp_path):
    """In an overlay, so that the bank itself stays as it is; a handle that is none is refused."""
    item = {**SCRIPT, "id": "scr-our-own", "title": "Our own words"}
    write(tmp_path / "over" / "ours.yaml", "script", [item])
    ended = process(
        "content", "review", "scr-our-own", "--by", "ada", "--as", "clinician", WARDWISE_CONTENT=str(tmp_path / "over")
    )
    assert ended.returncode == 0, ended.stderr
    text = (tmp_path / "over" / "ours.yaml").read_text()
    assert "reviewed_by: ada" in text
    assert "review_state: clinician" in text
    for wrong in (
        ("scr-our-own", "--by", "not a handle"),
        ("scr-no-such", "--by", "ada"),
        ("scr-our-own", "--by", "a", "--as", "x"),
    ):
        assert process("content", "review", *wrong, WARDWISE_CONTENT=str(tmp_path / "over")).returncode == 2


def test_the_committed_schemas_are_those_of_the_classes(process):
    """Editors read the files; `content schemas` writes them."""
    ended = process("content", "schemas", "--check")
    assert (ended.returncode, ended.stdout) == (0, "")


def test_simulate_prints_a_whole_rotation(process):
    """Every message is dated, and there are neither too few nor too many."""
    ended = process("simulate", "--specialty", "im", "--weeks", "4", "--start", "2026-11-30")
    assert ended.returncode == 0, ended.stderr
    count = int(ended.stdout.strip().splitlines()[-1].removesuffix(" messages."))
    assert FEWEST <= count <= MOST
    assert "Nov 30" in ended.stdout


@pytest.mark.parametrize("wrong", [("--start", "soon"), ("--specialty", "astrology"), ("--weeks", "0")])
def test_simulate_refuses_what_it_can_t_live_through(process, wrong):
    """With a sentence and exit 2."""
    ended = process("simulate", *wrong)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr


def test_chat_answers_in_the_terminal_and_ends_with_its_input(process, tmp_path):
    ended = process("chat", stdin="/help\n", DATABASE_URL=f"sqlite:///{tmp_path / 'a.db'}")
    assert ended.returncode == 0, ended.stderr
    assert "/phrase" in ended.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_run_ends_politely(folder, tmp_path, number):
    """Both ways of asking; the address of the page is told first."""
    running = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=folder,
        env=environment(folder, DATABASE_URL=f"sqlite:///{tmp_path / 'a.db'}"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    assert "http://127.0.0.1" in running.stdout.readline()
    running.send_signal(number)
    _, errors = running.communicate(timeout=20)
    assert running.returncode == 0, errors
    assert "Traceback" not in errors
