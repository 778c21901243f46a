"""What operators see: every send by its outcome, how late, how long; and nothing about people."""

import json
import re
from datetime import timedelta
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from bot.app.compose import compose
from bot.app.http import Health
from bot.config import Settings
from bot.core.errors import DeliveryError
from bot.core.inbound import CommandSent
from bot.domain.student import Address
from bot.metrics import Metrics
from bot.storage.migrate import upgrade
from bot.storage.outbox import Outbox
from tests.schedule.world import World, toys

DOCS = Path(__file__).parents[2] / "docs"


def read(text: bytes) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Return every sample of a scrape by its name and labels."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


async def test_each_send_is_counted_by_what_came_of_it(database, clock):
    """Sent, blocked, told to wait: by platform; lateness and turns are measured for those sent."""
    world, metrics = World(database, clock, toys()), Metrics()
    await world.enroll(5)
    faults = {"u0": DeliveryError("gone", ""), "u1": DeliveryError("rejected", "")}
    world.memory.refuse = lambda to: faults.get(to.user)
    courier = world.courier(metrics=metrics)
    clock.move(hours=9, minutes=10)  # seven in the morning in Chicago was ten minutes ago
    await courier.settle()
    seen = read(metrics.text())
    outcomes = {
        outcome: seen["wardwise_sends_total", (("outcome", outcome), ("platform", "test"))]
        for outcome in ("sent", "gone", "rejected")
    }
    assert outcomes == {"sent": 3, "gone": 1, "rejected": 1}
    assert seen["wardwise_delivery_lateness_seconds_count", ()] == 3
    assert seen["wardwise_delivery_lateness_seconds_sum", ()] == 3 * timedelta(minutes=10).total_seconds()
    assert seen["wardwise_rate_wait_seconds_count", ()] == 5


async def test_what_is_too_late_is_counted(database, clock):
    """A tip whose morning has passed is closed and counted, not sent."""
    world, metrics = World(database, clock, toys()), Metrics()
    await world.enroll(2)
    courier = world.courier(metrics=metrics)
    clock.move(hours=10)
    await courier.plan()
    clock.move(hours=5)
    await courier.round()
    assert read(metrics.text())["wardwise_expired_total", ()] == 2


async def test_the_queue_s_age_is_told_by_lane(database, clock):
    """The oldest row of each lane; a lane with nothing due has none."""
    world = World(database, clock, toys())
    await world.enroll(2)
    clock.move(hours=10)
    await world.courier().plan()
    async with database.read() as work:
        ages = await work.use(Outbox).ages(clock())
    assert list(ages.values()) == [timedelta(hours=1).total_seconds()]


async def test_the_page_tells_all_and_names_nobody(sqlite_url):
    """One event, and the same again: handled once, suppressed once; no id of anybody is on the page."""
    upgrade(sqlite_url)
    parts = compose(Settings(database_url=sqlite_url, _env_file=None))
    event = CommandSent(sender=Address("telegram", "", "u-secret", "c-secret"), key="k-secret", name="help")
    try:
        await parts.dispatcher(event)
        await parts.dispatcher(event)
        page = (await Health(parts, dict).metrics(None)).body
    finally:
        await parts.close()
    seen = read(page)
    assert seen["wardwise_handler_seconds_count", (("kind", "CommandSent"),)] == 2
    assert seen["wardwise_duplicates_suppressed_total", ()] == 1
    assert {labels for name, labels in seen if name == "wardwise_outbox_depth"} == {(("lane", lane),) for lane in "123"}
    assert b"secret" not in page


def test_the_dashboard_and_the_alarms_ask_for_what_there_is():
    """Each number named in docs/ is one the page has."""
    metrics = Metrics()
    metrics.sends.labels("telegram", "sent")
    metrics.handled.labels("CommandSent")
    metrics.depth.labels("1")
    metrics.age.labels("1")
    known = {name for name, _ in read(metrics.text())}
    dashboard = json.loads((DOCS / "grafana.json").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    named = set(re.findall(r"wardwise_\w+", " ".join(asked) + (DOCS / "operating.md").read_text()))
    assert len(named) > 9
    assert named <= known, named - known
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))
