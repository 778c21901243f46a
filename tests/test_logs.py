"""The log: whatever is written, no secret and no student's words stand in it."""

import logging
from urllib.parse import quote

import pytest
import structlog

from bot.config import Settings
from tests.core.logged import logged

SECRET = "s3cret-signing-value"
TOKEN = "700000001:AAfake-token-for-tests-only_0123456789"
SHAPES = [TOKEN, quote(TOKEN), "xoxb-1234567890-abcdef", "xapp-1-A1-abcdef1234", "xoxe-1-abcdefgh"]


class Held:
    """Something whose repr shows what it holds."""

    def __init__(self, value: str) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"Held({self.value})"


@pytest.mark.parametrize("secret", [SECRET, *SHAPES])
def test_no_secret_is_written_wherever_it_stands(secret):
    """In events, values, headers, bytes, objects, and what other libraries log."""
    with logged("DEBUG", (SECRET,)) as written:
        log = structlog.get_logger("tests.logs")
        words = f"event {secret}"
        log.info(words, plain=secret, headers={"Authorization": f"Bearer {secret}"}, listed=[secret])
        log.info("bytes", raw=secret.encode(), held=Held(secret), error=ValueError(secret))
        log.bind(kept=secret).warning("bound")
        other = logging.getLogger("somebody.else")
        other.warning("formatted %s", secret)
        other.warning({"url": f"https://api.example.org/bot{secret}/getMe"})
        other.warning("object %r", Held(secret))
    lines = written.getvalue()
    assert lines.count("\n") >= 6
    assert secret not in lines
    assert "[secret]" in lines


@pytest.mark.parametrize("secret", [SECRET, TOKEN])
def test_no_secret_is_written_by_a_traceback(secret):
    """Messages, causes and contexts of exceptions, by structlog and by the standard library."""

    def fail() -> None:
        try:
            raise OSError(f"https://api.example.org/bot{secret}/getMe")
        except OSError as cause:
            raise RuntimeError(f"call with {secret}") from cause

    with logged("DEBUG", (SECRET,)) as written:
        for log in (structlog.get_logger("tests.logs"), logging.getLogger("somebody.else")):
            try:
                fail()
            except RuntimeError:
                log.exception("failed")
    lines = written.getvalue()
    assert lines.count("failed") == 2
    assert secret not in lines
    assert "RuntimeError" in lines
    assert "OSError" in lines


def test_a_traceback_tells_where_and_what_but_quotes_nobody():
    """The places and kinds stay; a message of ours may quote a student, one of the system's is kept."""
    with logged() as written:
        for fault in (ValueError("Mrs. Alvarez"), ConnectionRefusedError(111, "Connection refused")):
            try:
                raise fault
            except Exception:
                logging.getLogger("tests.logs").exception("failed")
    assert "Alvarez" not in written.getvalue()
    assert "ValueError" in written.getvalue()
    assert "test_logs.py" in written.getvalue()
    assert "Connection refused" in written.getvalue()


def test_libraries_that_write_bodies_and_urls_are_quiet():
    """Even at DEBUG."""
    with logged("DEBUG") as written:
        for name in (
            "httpx",
            "telegram",
            "telegram.Bot",
            "slack_bolt",
            "slack_bolt.App",
            "slack_sdk",
            "aiohttp.access",
        ):
            logging.getLogger(name).warning("body with words")
        for name in ("sqlalchemy.engine", "aiosqlite", "apscheduler"):
            logging.getLogger(name).info("statement with words")
    assert written.getvalue() == ""


def test_every_secret_setting_is_told_to_the_log():
    """Each key of several by itself, and the password in the database's address, quoted and not."""
    from cryptography.fernet import Fernet

    keys = [Fernet.generate_key().decode() for _ in range(2)]
    secrets = {
        "telegram_bot_token": TOKEN,
        "telegram_webhook_secret": "hook-secret",
        "slack_bot_token": "xoxb-1234567890",
        "slack_app_token": "xapp-1234567890",
        "slack_signing_secret": SECRET,
        "slack_client_id": "1.2",
        "slack_client_secret": "client-secret",
        "wardwise_secret_key": ",".join(keys),
    }
    made = Settings(
        **secrets, database_url="postgresql://u:p%40ssword@h/db", operator_contact="a@b.example", _env_file=None
    )
    told = set(made.secrets)
    assert {*keys, TOKEN, SECRET, "hook-secret", "client-secret", "p%40ssword", "p@ssword"} <= told
    assert "" not in told
    assert not any(each in repr(made) for each in (*keys, TOKEN, SECRET, "hook-secret", "client-secret"))
