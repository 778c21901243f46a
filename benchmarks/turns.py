"""CPU time of one `/phrase` over the wire, its answer sent, beside echoes that send as much and know nothing."""

import asyncio
import json
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.asking import IDS, SECRET, command, update
from benchmarks.contenders import AFTERWARDS, Contender, all_ready, answering, asked, idle, running
from benchmarks.figures import Figure, judged
from benchmarks.known import fill
from benchmarks.paths import peers
from benchmarks.peers.chats import TOKEN
from bot.clock import system
from bot.domain.student import Address
from tests.processes import free_port

ROUNDS, UPDATES, AT_ONCE = 9, 400, 16
#: What a turn of ours may cost at most, as a multiple of what each echo costs.
TORNADO, STARLETTE = "python-telegram-bot and tornado", "the same on our transport and Starlette"
BOLT, ACK = "slack-bolt, as its manual's echo", "slack-bolt, answering in the acknowledgment"
ALLOWED = {TORNADO: 0.6, STARLETTE: 1.5, BOLT: 0.8}

#: CPU milliseconds an update, by contender and round.
Costs = dict[str, list[float]]


def figures() -> Iterator[Figure]:
    """Yield what a turn costs beside each echo, on Telegram and on Slack."""
    yield from _compared("Telegram, by webhook", asyncio.run(_telegram()))
    yield from _compared("Slack, by signed request", asyncio.run(_slack()))


async def _telegram() -> Costs:
    async with _stage() as (stack, folder, session, edge):
        students = [Address("telegram", "", str(each), str(each)) for each in IDS]
        port, api = free_port(), edge
        settings = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": api, "TELEGRAM_WEBHOOK_SECRET": "s"}
        ours = await _ours(stack, folder, session, students, port, settings)
        mine = Contender("Wardwise", ours, update(f"http://127.0.0.1:{port}/telegram/webhook"))
        await asked(mine, session, range(1), at_once=1)
        answer = (await _sent(session, edge, 1))["last"]
        (folder / "answer.json").write_text(json.dumps({name: answer[name] for name in answer if name != "chat_id"}))
        contenders = [mine]
        for name, module in ((TORNADO, "echo_telegram"), (STARLETTE, "echo_starlette")):
            port = free_port()
            arguments = ["-m", f"benchmarks.peers.{module}", str(port), api, str(folder / "answer.json")]
            pid = await _peer(stack, folder, session, arguments, f"http://127.0.0.1:{port}/hook")
            contenders.append(Contender(name, pid, update(f"http://127.0.0.1:{port}/hook")))
        return await _rounds(contenders, session, edge)


async def _slack() -> Costs:
    async with _stage() as (stack, folder, session, edge):
        students = [Address("slack", "T0001", f"U{each}", f"D{each}") for each in IDS]
        port = free_port()
        settings = {"SLACK_BOT_TOKEN": "xoxb-111111111111-measuring", "SLACK_SIGNING_SECRET": SECRET}
        ours = await _ours(stack, folder, session, students, port, {**settings, "SLACK_API_URL": f"{edge}/slack/"})
        acks: list[Any] = []
        asking = command(f"http://127.0.0.1:{port}/slack/events", edge, acks)
        contenders = [mine := Contender("Wardwise", ours, asking, sends=False)]
        await asked(mine, session, range(1), at_once=1)
        (folder / "answer.json").write_text(json.dumps(acks[0]))
        for name, way in ((BOLT, "respond"), (ACK, "ack")):
            port = free_port()
            url = f"http://127.0.0.1:{port}/slack/events"
            arguments = ["-m", "benchmarks.peers.echo_bolt", str(port), edge, str(folder / "answer.json"), SECRET, way]
            pid = await _peer(stack, folder, session, arguments, url)
            contenders.append(Contender(name, pid, command(url, edge, acks), sends=way == "respond"))
        costs = await _rounds(contenders, session, edge)
        assert all(len(json.dumps(each)) == len(json.dumps(acks[0])) for each in acks), "an answer of another length"
        return costs


@asynccontextmanager
async def _stage() -> AsyncIterator[tuple[AsyncExitStack, Path, aiohttp.ClientSession, str]]:
    """Run the API's stand-in, and clean up whatever runs beside it."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        port = free_port()
        process = await stack.enter_async_context(running(["-m", "benchmarks.apis", str(port)], folder))
        edge = f"http://127.0.0.1:{port}"
        await answering(process, folder, session, f"{edge}/sent?least=0")
        yield stack, folder, session, edge


async def _ours(
    stack: AsyncExitStack,
    folder: Path,
    session: aiohttp.ClientSession,
    students: Sequence[Address],
    port: int,
    settings: dict[str, str],
) -> int:
    """Start the product on a database that knows *students*; return its process id."""
    database = f"sqlite:///{folder}/turns.db"
    await fill(database, folder, list(students), system())
    url = f"http://127.0.0.1:{port}"
    shared = {"DATABASE_URL": database, "PORT": str(port), "PUBLIC_URL": url, "OPERATOR_CONTACT": "bench@example.org"}
    process = await stack.enter_async_context(running(["-m", "bot", "run"], folder, **shared, **settings))
    await all_ready(process, folder, session, url)
    return process.pid


async def _peer(
    stack: AsyncExitStack,
    folder: Path,
    session: aiohttp.ClientSession,
    arguments: list[str],
    url: str,
) -> int:
    """Start a peer; return its process id once it listens at *url*, where a plain look is not allowed."""
    process = await stack.enter_async_context(running(arguments, folder, python=peers()))
    await answering(process, folder, session, url, status=405)
    return process.pid


async def _rounds(contenders: list[Contender], session: aiohttp.ClientSession, edge: str) -> Costs:
    """Ask everybody in turn, several times; return the CPU milliseconds an update cost, by contender and round."""
    costs: Costs = {each.name: [] for each in contenders}
    number = 1
    for turn in range(-1, ROUNDS):
        for each in contenders:
            sent = (await _sent(session, edge, 0))["sent"]
            before = each.seconds
            await asked(each, session, range(number, number + UPDATES), at_once=AT_ONCE)
            if each.sends:
                # Some acknowledge first and answer afterwards: what counts is that the answer has left.
                await _sent(session, edge, sent + UPDATES)
            await asyncio.sleep(AFTERWARDS)
            if turn >= 0:
                costs[each.name].append(1000 * (each.seconds - before) / UPDATES)
            else:
                await idle(each)
            number += UPDATES
    return costs


async def _sent(session: aiohttp.ClientSession, edge: str, least: int) -> dict[str, Any]:
    async with asyncio.timeout(120), session.get(f"{edge}/sent", params={"least": least}) as answer:
        found: dict[str, Any] = await answer.json()
    return found


def _compared(title: str, costs: Costs) -> Iterator[Figure]:
    """Yield the medians of what each cost, and of the rounds' ratios."""
    (_, own), *others = costs.items()
    yield Figure(f"{title}: CPU ms of a `/phrase`", statistics.median(own))
    for name, theirs in others:
        ratio = statistics.median(one / other for one, other in zip(own, theirs, strict=True))
        yield Figure(f"  against {name}", ratio, most=ALLOWED.get(name))
        yield Figure("    whose own is, CPU ms", statistics.median(theirs))


if __name__ == "__main__":
    sys.exit(not judged(figures()))
