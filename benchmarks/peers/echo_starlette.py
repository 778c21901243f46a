"""The same echo on what we run: our transport under the library, Starlette, uvicorn and uvloop around it."""

import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update
from telegram.ext import ApplicationBuilder

from benchmarks.peers.chats import TOKEN
from benchmarks.peers.telegram_answer import answering, arguments
from bot.platforms.telegram.transport import AiohttpRequest


def main() -> None:
    """Serve until the process is ended."""
    port, api, message = arguments()
    builder = ApplicationBuilder().token(TOKEN).base_url(f"{api}/bot").updater(None)
    builder = builder.request(AiohttpRequest(connections=100, read_timeout=10))
    application = builder.get_updates_request(AiohttpRequest(connections=2, read_timeout=10)).build()
    answering(application, message)

    async def posted(request: Request) -> Response:
        if not hmac.compare_digest(request.headers.get("X-Telegram-Bot-Api-Secret-Token", ""), "s"):
            return Response(status_code=403)
        await application.process_update(Update.de_json(await request.json(), application.bot))
        return Response()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with application:
            await application.start()
            yield
            await application.stop()

    app = Starlette(routes=[Route("/hook", posted, methods=["POST"])], lifespan=lifespan)
    uvicorn.run(app, host="127.0.0.1", port=port, log_config=None, access_log=False)


if __name__ == "__main__":
    main()
