"""The wire to the Bot API: python-telegram-bot's client over one aiohttp session per kind of call."""

import json
import logging
import os
from io import BytesIO
from typing import Any

import aiohttp
from pydantic_core import PydanticSerializationError, from_json, to_json
from telegram import Bot, InputFile
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

# The library hands out durations as timedelta only when told to, and warns at every one otherwise.
os.environ.setdefault("PTB_TIMEDELTA", "true")
# Below this level it writes URLs, which hold the token, and bodies, which hold students' words.
logging.getLogger("telegram").setLevel(logging.ERROR)

JSON = {"Content-Type": "application/json"}
CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
UPLOAD_SECONDS = 30.0
#: How long to wait after a 429 that doesn't say.
UNTOLD_PAUSE = 5
#: A connection left alone this long is closed by us, so that a call seldom meets one that the server just closed.
IDLE_SECONDS = 30.0


class AiohttpRequest(BaseRequest):
    """python-telegram-bot's transport on aiohttp: eleven times cheaper than its own at 32 calls in flight."""

    __slots__ = ("_connections", "_read_timeout", "_session")

    def __init__(self, *, connections: int, read_timeout: float) -> None:
        self._connections = connections
        self._read_timeout = read_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """How long an answer may take, in seconds."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the session, in the loop that will use it."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=IDLE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": "Wardwise"},
            )

    async def shutdown(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Return the answer as a dict. Raises TelegramError, and unlike the library's own never logs the body."""
        try:
            parsed = from_json(payload)
        except ValueError:
            parsed = _leniently(payload)
        if not isinstance(parsed, dict):
            raise TelegramError("Invalid server response")
        return parsed

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        *_: Any,
        **__: Any,
    ) -> tuple[int, bytes]:
        """Make one call and return its status and body.

        Raises TimedOut where the call may have been taken, NetworkError where it was not. aiohttp's own errors are
        dropped on the way: some spell the URL, and with it the token.
        """
        if self._session is None:
            raise NetworkError("The transport is closed")
        files = bool(request_data and request_data.contains_files)
        seconds = self._read_timeout if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        if files:
            seconds = max(seconds or 0, UPLOAD_SECONDS)
        timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS, sock_read=seconds)
        try:
            async with self._session.request(
                method, url, timeout=timeout, allow_redirects=False, **_body(request_data, files=files)
            ) as response:
                payload = await response.read()
                status, pause = response.status, response.headers.get("Retry-After", "")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as fault:
            raise NetworkError(f"Not sent: {type(fault).__name__}") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as fault:
            raise TimedOut(f"No answer: {type(fault).__name__}") from None
        _refuse(status, payload, pause)
        return status, payload


def _leniently(payload: bytes) -> Any:
    """Return what the standard library reads in *payload*: half a character, too, which would come again and again."""
    try:
        return json.loads(payload)
    except (ValueError, RecursionError):
        raise TelegramError("Invalid server response") from None


def _body(data: RequestData | None, *, files: bool) -> dict[str, Any]:
    if data is None:
        return {}
    if not files:
        try:
            return {"data": to_json(data.parameters), "headers": JSON}
        except PydanticSerializationError:
            # Half a character: Telegram would say the same.
            raise BadRequest("Strings must be encoded in UTF-8") from None
    form = aiohttp.FormData(quote_fields=False)
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, media_type) in data.multipart_data.items():
        # As a stream: bytes of any size would be written in one go, and hold up everyone else.
        stream = BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, stream, filename=filename, content_type=media_type)
    return {"data": form}


def _refuse(status: int, payload: bytes, pause: str) -> None:
    """Raise for what the library takes for a passing network fault and is not."""
    if status == 429 and b"retry_after" not in payload:
        raise RetryAfter(int(pause) if pause.isascii() and pause.isdigit() else UNTOLD_PAUSE)
    if status == 413:
        raise BadRequest("Request Entity Too Large")
    if 300 <= status < 400:
        raise NetworkError(f"Unexpected redirect ({status})")


class Client(Bot):
    """The library's bot, called by method name: what comes back stays JSON, which halves the cost of a send."""

    def __init__(self, token: str, *, api_url: str, poll_seconds: int) -> None:
        self._plain = AiohttpRequest(connections=100, read_timeout=READ_SECONDS)
        # An answer to a long poll comes late by design: it needs more patience, and must not hold up a send.
        self._polling = AiohttpRequest(connections=2, read_timeout=poll_seconds + 5)
        super().__init__(
            token, base_url=f"{api_url.rstrip('/')}/bot", request=self._plain, get_updates_request=self._polling
        )

    async def open(self) -> None:
        """Open the sessions; open already is fine."""
        await self._plain.initialize()
        await self._polling.initialize()

    async def close_sessions(self) -> None:
        """Close the sessions; closed already is fine."""
        await self._plain.shutdown()
        await self._polling.shutdown()

    async def call(self, method: str, **params: Any) -> Any:
        """Call *method* and return its result as JSON. Raises TelegramError.

        What `upload` made goes out as a file, and nothing is said of what is None.
        """
        request = self._polling if method == "getUpdates" else self._plain
        data = RequestData([_parameter(name, value) for name, value in params.items() if value is not None])
        try:
            return await request.post(f"{self.base_url}/{method}", data)
        except (KeyError, AttributeError) as fault:
            # A 200 whose body is not what the Bot API promises.
            raise TelegramError("Invalid server response") from fault


def _parameter(name: str, value: Any) -> RequestParameter:
    """Return what the library makes of a parameter.

    It would look through each for values of its own, which costs a twentieth of a push; ours are JSON already, but for
    files. The class is no public name of the library's: its pinned version is what the tests of the wire hold us to.
    """
    return (
        RequestParameter.from_input(name, value)
        if isinstance(value, InputFile)
        else RequestParameter(name, value, None)
    )


def upload(name: str, data: bytes) -> InputFile:
    """Return *data* as a parameter's file."""
    return InputFile(data, filename=name)
