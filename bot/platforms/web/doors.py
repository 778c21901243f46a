"""Who may ask for anything at all: this computer's own browser, from our own page."""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: Nothing inline, nothing from elsewhere, nobody may frame the page.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Shut(Exception):
    """Nobody handles events yet, or any more."""


class Doors:
    """An ASGI layer: it refuses foreign hosts and pages, and puts the security headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        fault = refusal(scope["method"], Headers(scope=scope))
        if fault:
            await JSONResponse({"error": fault}, status_code=403)(scope, receive, guarded)
            return
        try:
            await self._app(scope, receive, guarded)
        except HTTPException as known:  # answered further out, it would go without the headers
            await JSONResponse({"error": known.detail}, status_code=known.status_code)(scope, receive, guarded)


def refusal(method: str, headers: Headers) -> str:
    """Return why a request with *headers* is turned away, or empty.

    A name that resolves to this computer without being its own (DNS rebinding) shows in Host, another page in Origin
    or Sec-Fetch-Site. What changes anything must carry one of the two, as every browser's POST does.
    """
    host = headers.get("host", "")
    if not loopback(host):
        return "This page answers only to this computer: open it as http://127.0.0.1 or http://localhost."
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    reading = method in ("GET", "HEAD")
    if site is not None and site != "same-origin" and not (reading and _navigation(site, headers)):
        return "Only the chat page itself may ask for this."
    if origin is not None and not _same(origin, host):
        return "Only the chat page itself may ask for this."
    if not reading and site is None and origin is None:
        return "Only the chat page itself may ask for this."
    return ""


def loopback(host: str) -> bool:
    """Whether the Host header *host* names this computer by a name of its own."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _navigation(site: str, headers: Headers) -> bool:
    """Whether somebody opens the page itself: typed, bookmarked, or by a link elsewhere."""
    return site == "none" or headers.get("sec-fetch-mode") == "navigate"


def _same(origin: str, host: str) -> bool:
    parts = urlsplit(origin)
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()
