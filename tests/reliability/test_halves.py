"""The two halves as processes of their own, on one PostgreSQL: webhooks here, sending there."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.drivers.telegram import TelegramDriver
from tests.processes import free_port
from tests.reliability.fanout import Edge, Fanout


@contextmanager
def running(fan: Fanout, half: str, **settings: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run one half until the block ends; it must end politely."""
    with (fan.folder / f"{half}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", half],
            cwd=fan.folder,
            env={**fan.environment(), **settings},
            stdout=log,
            stderr=log,
        )
    try:
        yield process
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0, (fan.folder / f"{half}.log").read_text()
    finally:
        process.kill()
        process.wait()


async def test_webhooks_in_one_process_and_sending_in_two(
    postgres_url: str, seal_key: str, tmp_path: Path, far_side: Edge
) -> None:
    """A look-up is answered by the web half while two workers send each due message once."""
    port, far = str(free_port()), far_side
    fan = Fanout(postgres_url, seal_key, tmp_path, far, 120)
    await fan.seed()
    public = {"PUBLIC_URL": f"http://127.0.0.1:{port}"}
    with (
        running(fan, "web", PORT=port, **public) as web,
        running(fan, "worker", **public) as worker,
        running(fan, "worker", **public),
    ):
        far.until(lambda: bool(far.telegram.webhook), web)
        student = TelegramDriver(far.telegram, user=9001)
        far.telegram.run(student.command("phrase", "dispo"))
        assert "where the patient goes from here" in student.last
        far.until(lambda: len(set(far.taken) - {9001}) >= fan.count, worker)
    due = {chat: times for chat, times in far.counts.items() if chat != 9001}
    assert len(due) == fan.count
    assert set(due.values()) == {1}
