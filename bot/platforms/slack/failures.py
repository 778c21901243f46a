"""What Slack answers when it does not take a call, as our own kinds of failure."""

from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from bot.core.errors import DeliveryError, Kind

#: All that a call can raise.
FAULTS = (SlackClientError, SlackApiError, aiohttp.ClientError, TimeoutError, OSError)
#: How long a workspace is left alone whose token is no longer good.
LONG = timedelta(hours=6)
#: Slack tells how long to wait; where it doesn't, this.
UNTOLD = 30.0

#: The token is of no use any more: the workspace took it back.
DEAD = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"})
_DENIED = frozenset(
    {
        "access_denied",
        "app_access_restricted",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "org_login_required",
        "team_access_not_granted",
        "team_not_found",
        "two_factor_setup_required",
    }
)
_GONE = frozenset(
    {
        "cannot_dm_bot",
        "channel_not_found",
        "is_archived",
        "is_inactive",
        "messages_tab_disabled",
        "not_in_channel",
        "user_disabled",
        "user_not_found",
        "user_not_in_channel",
        "user_not_visible",
        "users_not_found",
    }
)
_PAUSED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_DOWN = frozenset({"accesslimited", "request_timeout", "service_unavailable", "team_added_to_org"})
_UNKNOWN = frozenset({"fatal_error", "internal_error"})


def told(fault: Exception) -> DeliveryError:
    """Return what *fault*, raised by a call to Slack, means for the message; its text never carries the message."""
    match fault:
        case DeliveryError():
            return fault
        case SlackApiError():
            return _refused(fault.response)
        case aiohttp.ClientConnectorError():
            return DeliveryError("down", "no connection")
        case SlackClientError():
            return DeliveryError("down", type(fault).__name__)
        case _:
            # Cut off in the middle: Slack may have taken it.
            return DeliveryError("unknown", type(fault).__name__)


def webhook(status: int, body: str, headers: Any) -> DeliveryError:
    """Return what the answer of a response_url means."""
    if status == 429:
        return DeliveryError("paused", "ratelimited", retry_after=_wait(headers))
    return DeliveryError("down" if status >= 500 else "rejected", f"response_url {status}")


def _refused(response: Any) -> DeliveryError:
    # A body that is no JSON arrives as text, or as the raw response of the HTTP library.
    data = getattr(response, "data", None)
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
    code = str(data.get("error", "")) if isinstance(data, dict) else ""
    if status == 429 or code in _PAUSED:
        return DeliveryError("paused", code or "429", retry_after=_wait(getattr(response, "headers", {})))
    if code in DEAD or code in _DENIED:
        return DeliveryError("down", code, retry_after=LONG)
    if status >= 500 or not code:
        return DeliveryError("down", f"status {status}")
    return DeliveryError(_kind(code), code)


def _kind(code: str) -> Kind:
    if code in _GONE:
        return "gone"
    if code in _DOWN:
        return "down"
    return "unknown" if code in _UNKNOWN else "rejected"


def _wait(headers: Any) -> timedelta:
    try:
        seconds = float(headers.get("Retry-After", UNTOLD))
    except ValueError:
        seconds = UNTOLD
    return timedelta(seconds=min(max(seconds, 0.0), 3_600.0))
