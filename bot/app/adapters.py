"""The platforms that the settings ask for: a platform's library is imported only where it is configured."""

from ipaddress import ip_address

from bot.app.compose import Parts
from bot.app.travel import Traveler
from bot.clock import MovedClock
from bot.core.platform import Platform
from bot.storage.students import Students

#: Messages a second that Telegram takes from any bot; more are paid for.
FREE_RATE = 30.0


def adapters(parts: Parts, *, web: bool) -> list[Platform]:
    """Return what is configured; with nothing configured, and on this machine alone, the chat page."""
    made: list[Platform] = []
    if parts.settings.telegram:
        made.append(_telegram(parts))
    if parts.settings.slack:
        made.append(_slack(parts))
    if not made and web and _loopback(parts.settings.host):
        made.append(_chat_page(parts))
    return made


def connect(parts: Parts, *, web: bool = False) -> None:
    """Make the adapters of what is configured parts of the process; nothing is called yet."""
    for platform in adapters(parts, web=web):
        parts.platforms[platform.name] = platform


def _telegram(parts: Parts) -> Platform:
    from bot.platforms.telegram.adapter import Telegram

    settings = parts.settings
    return Telegram(
        settings.telegram_bot_token.get_secret_value(),
        api_url=settings.telegram_api_url,
        pacing=parts.pace,
        commands=_commands(parts),
        public_url=settings.public_url,
        secret=settings.telegram_webhook_secret.get_secret_value(),
        paid=settings.telegram_rate > FREE_RATE,
    )


def _slack(parts: Parts) -> Platform:
    from bot.platforms.slack.adapter import Slack

    async def removed(team: str) -> None:
        async with parts.database.write() as work:
            await work.use(Students).leave_workspace("slack", team)

    settings = parts.settings
    made = Slack(
        bot_token=settings.slack_bot_token.get_secret_value(),
        app_token=settings.slack_app_token.get_secret_value(),
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        api_url=settings.slack_api_url,
        public_url=settings.public_url,
        pacing=parts.pace,
        commands=_commands(parts),
        database=parts.database,
    )
    made.removed = removed
    return made


def _chat_page(parts: Parts) -> Platform:
    from bot.platforms.web.adapter import Web

    assert isinstance(parts.clock, MovedClock)
    return Web(travel=Traveler(parts, parts.clock), pacing=parts.pace, commands=parts.registry.commands.values())


def _commands(parts: Parts) -> list[tuple[str, str]]:
    return [(each.name, each.summary) for each in parts.registry.commands.values()]


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
