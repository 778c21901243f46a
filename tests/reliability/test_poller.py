"""The one process that asks Telegram for updates, killed: another one takes its place, and nobody's word is lost."""

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.platforms.telegram.polling import LEASE_SECONDS
from bot.storage.database import Database
from bot.storage.types import Seal
from tests.conftest import Figure
from tests.fakes.telegram import FakeTelegram, student
from tests.reliability.fanout import Edge, Fanout, ended

ANA = student()


@pytest.fixture
def bot(postgres_url: str, seal_key: str, caches: Path, far_side: Edge) -> Fanout:
    return Fanout(postgres_url, seal_key, caches, far_side, 0)


@pytest.fixture
def pair(bot: Fanout) -> "Iterator[list[subprocess.Popen[bytes]]]":
    """Two processes of one bot, of which the first polls."""
    first = bot.start()
    try:
        _answered(bot.edge.telegram, "/phrase dispo", 1)
        second = bot.start()
    except BaseException:
        first.kill()
        raise
    yield [first, second]
    for each in (first, second):
        each.terminate()
        ended(each)


async def test_the_pollers_loss_is_noticed_when_its_lease_ends(
    bot: Fanout, pair: "list[subprocess.Popen[bytes]]"
) -> None:
    """R3, small: what was written in between is answered once, by the process that is left."""
    _killed(pair[0])
    database = Database(bot.url, Seal((bot.key,)))
    async with database.write() as work:
        await work.connection.execute(text("UPDATE leases SET until = 0"))
    await database.close()
    _answered(bot.edge.telegram, "/phrase npo", 2)


@pytest.mark.soak
@pytest.mark.timeout(120)
async def test_the_pollers_loss_is_noticed_within_two_leases(
    bot: Fanout, pair: "list[subprocess.Popen[bytes]]", figure: Figure
) -> None:
    """R3: by the clock, as long as the lease of a killed process really lasts."""
    _killed(pair[0])
    began = time.monotonic()
    _answered(bot.edge.telegram, "/phrase npo", 2, 2 * LEASE_SECONDS)
    figure(
        f"a poller killed: another one answers after {time.monotonic() - began:.0f} s (two leases: {2 * LEASE_SECONDS})"
    )


def _killed(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGKILL)
    assert ended(process) == -signal.SIGKILL


def _answered(telegram: FakeTelegram, words: str, answers: int, seconds: float = 20) -> None:
    """Have Ana write *words*, and wait until she has had so many *answers* in all, and not one more."""
    telegram.run(telegram.say(ANA, words))
    telegram.run(telegram.until(lambda: len(telegram.sent(ANA["id"])) >= answers, seconds))
    telegram.run(telegram.settled())
    assert len(telegram.sent(ANA["id"])) == answers
