"""An echo on slack-bolt as its manual begins: default settings, and the library's own web server."""

import json
import sys
from pathlib import Path
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

TOKEN = "xoxb-111111111111-measuring"


def main() -> None:
    """Serve until the process is ended."""
    port, api, path, secret = sys.argv[1:]
    message = json.loads(Path(path).read_text())
    app = AsyncApp(client=AsyncWebClient(token=TOKEN, base_url=f"{api}/slack/"), signing_secret=secret)

    async def echo(ack: Any) -> None:
        await ack(message)

    app.command("/phrase")(echo)
    app.start(port=int(port), host="127.0.0.1")


if __name__ == "__main__":
    main()
