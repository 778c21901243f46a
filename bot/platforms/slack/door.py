"""What stands between the network and slack_bolt: only signed, fresh, well-formed requests of Slack's go through."""

import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

MOST_BYTES = 1_000_000
FRESH = 300
_TIMESTAMP = re.compile(rb"\d{1,12}")
_SIGNATURE = re.compile(rb"v0=[0-9a-f]{64}")

Headers = Sequence[tuple[bytes, bytes]]


class Refused(Exception):
    """The request does not come in; *status* says why, and nothing else does."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


def verify(headers: Headers, body: bytes, secret: str, now: float) -> None:
    """Check that Slack signed *body* within the last five minutes. Raises Refused."""
    if not secret:
        raise Refused(401)
    stamp = _only(headers, b"x-slack-request-timestamp", _TIMESTAMP)
    signature = _only(headers, b"x-slack-signature", _SIGNATURE)
    if abs(now - int(stamp)) > FRESH:
        raise Refused(401)
    made = hmac.new(secret.encode(), b"v0:" + stamp + b":" + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(b"v0=" + made.encode(), signature):
        raise Refused(401)


def opened(headers: Headers, body: bytes) -> dict[str, Any]:
    """Return what a verified *body* holds. Raises Refused."""
    kinds = [value for name, value in headers if name.lower() == b"content-type"]
    try:
        if len(kinds) == 1 and kinds[0].split(b";")[0].strip() == b"application/json":
            held = json.loads(body)
        else:
            form = dict(parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=100))
            held = json.loads(form["payload"]) if "payload" in form else form
    except (ValueError, RecursionError) as fault:
        raise Refused(400) from fault
    if not isinstance(held, dict):
        raise Refused(400)
    return held


def retries(headers: Headers) -> dict[str, str]:
    """Return the headers that tell of a redelivery; no other passes on, since Slack does not sign them."""
    return {
        name.decode("ascii").lower(): value.decode("ascii", "replace")
        for name, value in headers
        if name.lower() in (b"x-slack-retry-num", b"x-slack-retry-reason")
    }


def _only(headers: Headers, name: bytes, shape: re.Pattern[bytes]) -> bytes:
    found = [value for key, value in headers if key.lower() == name]
    if len(found) != 1 or not shape.fullmatch(found[0]):
        raise Refused(401)
    return found[0]
