"""Wrong settings: a line each, naming the variable and the mend, exit 2, and nothing started."""

import base64
from pathlib import Path

import pytest

from bot.config import BadSettings, Settings, settings
from tests.processes import Runs, runner

TOKEN = "700000001:AAfake-token-for-tests-only_0123456789"
KEY = base64.urlsafe_b64encode(b"w" * 32).decode()
POSTGRES = "postgresql://user:pa55word-of-ours@127.0.0.1:1/db"

#: What is set, and what the line about it names and holds. One fault each.
WRONG: list[tuple[dict[str, str], str, str]] = [
    ({"PORT": "many"}, "PORT", "integer"),
    ({"PORT": "70000"}, "PORT", "65535"),
    ({"PORT": "-1"}, "PORT", "0"),
    ({"HOST": "no-such-host.invalid"}, "HOST", "no-such-host.invalid"),
    ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL", "sqlite:///"),
    ({"DATABASE_URL": "sqlite:///"}, "DATABASE_URL", "sqlite:///data/wardwise.db"),
    ({"DATABASE_URL": "sqlite:///:memory:"}, "DATABASE_URL", "file"),
    ({"DATABASE_URL": "sqlite:////proc/none/x.db"}, "DATABASE_URL", "/proc/none"),
    ({"DATABASE_URL": "postgresql://u:p@h:port/db", "WARDWISE_SECRET_KEY": KEY}, "DATABASE_URL", "port"),
    ({"DATABASE_URL": POSTGRES, "WARDWISE_SECRET_KEY": KEY}, "DATABASE_URL", "running"),
    ({"DATABASE_URL": POSTGRES}, "WARDWISE_SECRET_KEY", "python -m bot key"),
    ({"WARDWISE_SECRET_KEY": "secret-but-no-key"}, "WARDWISE_SECRET_KEY", "python -m bot key"),
    ({"WARDWISE_SECRET_KEY": f"{KEY},secret-but-no-key"}, "WARDWISE_SECRET_KEY", "python -m bot key"),
    ({"WARDWISE_CONTENT": "/no/such/folder"}, "WARDWISE_CONTENT", "/no/such/folder"),
    ({"PUBLIC_URL": "bot.example.org"}, "PUBLIC_URL", "https://"),
    ({"PUBLIC_URL": "ftp://bot.example.org"}, "PUBLIC_URL", "https://"),
    ({"TELEGRAM_RATE": "0"}, "TELEGRAM_RATE", "0"),
    ({"TELEGRAM_RATE": "1001"}, "TELEGRAM_RATE", "1000"),
    ({"TELEGRAM_RATE": "fast"}, "TELEGRAM_RATE", "number"),
    ({"TELEGRAM_API_URL": "api.example.org"}, "TELEGRAM_API_URL", "https://"),
    ({"SLACK_API_URL": "slack"}, "SLACK_API_URL", "https://"),
    ({"TELEGRAM_WEBHOOK_SECRET": "not allowed: ü"}, "TELEGRAM_WEBHOOK_SECRET", "A-Z"),
    ({"TELEGRAM_BOT_TOKEN": TOKEN}, "OPERATOR_CONTACT", "/privacy"),
    ({"SLACK_BOT_TOKEN": "xoxb-1234567890", "OPERATOR_CONTACT": "a@b.example"}, "SLACK_APP_TOKEN", "connections:write"),
    (
        {"SLACK_BOT_TOKEN": "xoxb-1234567890", "OPERATOR_CONTACT": "a@b.example", "PUBLIC_URL": "https://b.example"},
        "SLACK_SIGNING_SECRET",
        "Basic Information",
    ),
    ({"SLACK_CLIENT_SECRET": "client-secret-of-ours"}, "SLACK_CLIENT_ID", "both or neither"),
    ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL", "DEBUG"),
]
#: What a process has to find out by trying, with settings that read well.
TRIED = ("HOST", "running", "/proc/none", "no-such-host.invalid")
SECRETS = (
    TOKEN,
    KEY,
    "pa55word-of-ours",
    "secret-but-no-key",
    "xoxb-1234567890",
    "client-secret-of-ours",
    "not allowed",
)


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return runner(tmp_path_factory.mktemp("process"))


@pytest.mark.parametrize(("given", "name", "mend"), [each for each in WRONG if each[2] not in TRIED], ids=str)
def test_a_wrong_setting_is_one_line(given, name, mend):
    """The line begins with the variable and holds what to do, and no secret value."""
    with pytest.raises(BadSettings) as raised:
        settings(_env_file=None, **{key.lower(): value for key, value in given.items()})
    (line,) = raised.value.faults
    assert line.startswith((f"{name}: ", f"{name} and "))
    assert mend in line
    assert "\n" not in line
    assert not any(each in line for each in SECRETS)


@pytest.mark.parametrize("command", ["run", "worker", "migrate", "lookup"])
def test_every_command_that_reads_settings_refuses_wrong_ones(command, process, tmp_path):
    """Exit 2, the lines on standard error, nothing on standard output, no file made."""
    url = f"sqlite:///{tmp_path / 'never.db'}"
    ended = process(command, DATABASE_URL=url, PORT="many", LOG_LEVEL="LOUD", TELEGRAM_RATE="0")
    assert ended.returncode == 2
    assert [line.partition(":")[0] for line in ended.stderr.splitlines()] == ["PORT", "TELEGRAM_RATE", "LOG_LEVEL"]
    assert ended.stdout == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("given", "name", "mend"), [each for each in WRONG if each[2] in TRIED], ids=str)
def test_what_only_trying_shows_is_one_line_too(given, name, mend, process, tmp_path):
    """An address that nobody can use ends the start the same way."""
    ended = process("run", **{"DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}", **given})
    assert ended.returncode == 2
    (line,) = ended.stderr.strip().splitlines()
    assert line.startswith(name)
    assert mend in line
    assert not any(each in line for each in SECRETS)
    assert ended.stdout == ""


def test_several_faults_that_hang_together_are_several_lines(process):
    """All of them at once, and no secret among them."""
    ended = process("run", DATABASE_URL=POSTGRES, TELEGRAM_BOT_TOKEN=TOKEN, SLACK_CLIENT_ID="1.2")
    assert ended.returncode == 2
    named = [line.partition(":")[0] for line in ended.stderr.splitlines()]
    assert named == [
        "WARDWISE_SECRET_KEY",
        "SLACK_APP_TOKEN",
        "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET",
        "OPERATOR_CONTACT",
    ]
    assert not any(each in ended.stderr for each in SECRETS)


def test_a_port_that_is_taken_is_told_before_anything_starts(process, tmp_path):
    """The database is not even made."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = process("run", DATABASE_URL=f"sqlite:///{tmp_path / 'a.db'}", PORT=port)
    assert ended.returncode == 2
    (line,) = ended.stderr.strip().splitlines()
    assert line.startswith("HOST and PORT: ")
    assert port in line
    assert list(tmp_path.iterdir()) == []


def test_halves_need_postgres(process, tmp_path):
    """`web` and `worker` are separate processes, and a file serves one."""
    for command in ("web", "worker"):
        ended = process(command, DATABASE_URL=f"sqlite:///{tmp_path / 'a.db'}")
        assert ended.returncode == 2
        assert ended.stderr.startswith("DATABASE_URL: ")
        assert "PostgreSQL" in ended.stderr


def test_a_rubbish_key_file_is_named(process, tmp_path):
    """The file beside the database was overwritten by something that is no key."""
    (tmp_path / "a.db.key").write_text("rubbish")
    ended = process("run", DATABASE_URL=f"sqlite:///{tmp_path / 'a.db'}")
    assert ended.returncode == 2
    (line,) = ended.stderr.strip().splitlines()
    assert "a.db.key" in line


def test_defaults_need_nothing():
    """Without a single setting there is a database in a file and the page on loopback."""
    made = Settings(_env_file=None)
    assert made.embedded
    assert (made.telegram, made.slack) == (False, False)
    assert (made.host, made.port, made.telegram_rate) == ("127.0.0.1", 8000, 30)


def test_several_keys_are_several_keys():
    """Blanks around them and empty ones do not matter."""
    other = base64.urlsafe_b64encode(b"w" * 32).decode()
    assert Settings(wardwise_secret_key=f"{KEY}, {other},", _env_file=None).keys == (KEY, other)


def test_the_example_names_every_setting_with_its_default():
    """`.env.example` and the code can't drift apart."""
    example = (Path(__file__).parent.parent / ".env.example").read_text()
    given = dict(line.split("=", 1) for line in example.splitlines() if line and not line.startswith("#"))
    assert {name.upper() for name in Settings.model_fields} == set(given)
    shown = settings(_env_file=None, **{name.lower(): value for name, value in given.items()})
    assert shown == Settings(_env_file=None)
