"""The real web server on loopback, begun and ended without a pause."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

#: Seconds that what is being answered at the end may take.
LAST = 1.0


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """Serve *app* until the block ends; yield the address.

    Its own loop would look ten times a second whether it is to end, and then wait a tenth of a second for nothing.
    """
    config = uvicorn.Config(app, log_config=None, lifespan="off", access_log=False)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    listening = socket.create_server(("127.0.0.1", 0))
    await server.startup(sockets=[listening])
    await server.on_tick(0)
    state = server.server_state
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        for each in server.servers:
            each.close()
        for connection in list(state.connections):
            connection.shutdown()
        if state.tasks:
            _, late = await asyncio.wait(state.tasks, timeout=LAST)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        async with asyncio.timeout(LAST):
            while state.connections:  # noqa: ASYNC110 - the server tells nobody when a connection is gone
                await asyncio.sleep(0)
        listening.close()
