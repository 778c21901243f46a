"""An echo on slack-bolt: default settings, and the library's own web server.

It answers as the manual's echo command does, by `ack` and then `respond`, or in the acknowledgment, as few do.
"""

import json
import sys
from pathlib import Path
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

TOKEN = "xoxb-111111111111-measuring"


def main() -> None:
    """Serve until the process is ended."""
    port, api, path, secret, way = sys.argv[1:]
    message = json.loads(Path(path).read_text())
    app = AsyncApp(client=AsyncWebClient(token=TOKEN, base_url=f"{api}/slack/"), signing_secret=secret)

    async def echo(ack: Any, respond: Any) -> None:
        await ack()
        await respond(message)

    async def acknowledge(ack: Any) -> None:
        await ack(message)

    app.command("/phrase")({"respond": echo, "ack": acknowledge}[way])
    app.start(port=int(port), host="127.0.0.1")


if __name__ == "__main__":
    main()
