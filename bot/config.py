"""Settings: the only reader of the environment."""

import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

BANK = Path(__file__).parent.parent / "content"
DATA = "sqlite:///data/wardwise.db"


class BadSettings(Exception):
    """What is wrong with the environment: one line per fault, naming the variable and the mend."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Settings(BaseSettings):
    """Everything the environment decides; see `.env.example` for one line each."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True, hide_input_in_errors=True)

    database_url: str = DATA
    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    public_url: str = ""
    telegram_bot_token: SecretStr = SecretStr("")
    telegram_api_url: str = "https://api.telegram.org"
    telegram_webhook_secret: SecretStr = SecretStr("")
    telegram_rate: float = Field(30, gt=0, le=1000)
    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_signing_secret: SecretStr = SecretStr("")
    slack_client_id: str = ""
    slack_client_secret: SecretStr = SecretStr("")
    slack_api_url: str = "https://slack.com/api/"
    wardwise_secret_key: SecretStr = SecretStr("")
    operator_contact: str = ""
    wardwise_content: Annotated[tuple[Path, ...], NoDecode] = ()
    log_level: str = "INFO"
    no_color: str = ""

    @field_validator("wardwise_content", mode="before")
    @classmethod
    def _folders(cls, value: Any) -> Any:
        return tuple(Path(each) for each in value.split(":") if each) if isinstance(value, str) else value

    @field_validator("wardwise_content")
    @classmethod
    def _there(cls, value: tuple[Path, ...]) -> tuple[Path, ...]:
        for folder in value:
            if not folder.is_dir():
                raise ValueError(f"{folder} is not a folder; name folders of YAML files, separated by ':'")
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgres://", "postgresql://")):
            raise ValueError("use sqlite:///path, postgres://… or postgresql://…")
        if value.removeprefix("sqlite:///") in ("", ":memory:"):
            raise ValueError("name a file, such as sqlite:///data/wardwise.db")
        try:
            _ = urlsplit(value).port
        except ValueError:
            raise ValueError("the port is not a number; use postgresql://user:password@host:5432/name") from None
        return value

    @field_validator("telegram_api_url", "slack_api_url")
    @classmethod
    def _api(cls, value: str) -> str:
        if urlsplit(value).scheme not in ("https", "http") or not urlsplit(value).netloc:
            raise ValueError("use a whole address, beginning with https://")
        return value

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _webhook_secret(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", value.get_secret_value()):
            raise ValueError("use up to 256 of the characters A-Z a-z 0-9 _ -, or leave it empty")
        return value

    @field_validator("public_url")
    @classmethod
    def _public(cls, value: str) -> str:
        if value and (urlsplit(value).scheme not in ("https", "http") or not urlsplit(value).netloc):
            raise ValueError("use the address platforms reach this host at, such as https://bot.example.org")
        return value.rstrip("/")

    @field_validator("wardwise_secret_key")
    @classmethod
    def _keys(cls, value: SecretStr) -> SecretStr:
        for key in value.get_secret_value().split(","):
            try:
                if key:
                    Fernet(key.strip())
            except ValueError:
                raise ValueError(
                    "use keys made by `python -m bot key`, separated by commas, the newest first"
                ) from None
        return value

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("use DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @model_validator(mode="after")
    def _together(self) -> "Settings":
        faults = []
        if not self.embedded and not self.keys:
            faults.append(
                "WARDWISE_SECRET_KEY: PostgreSQL needs a key for the text at rest; make one with `python -m bot key`"
            )
        if self.slack and self.public_url and not self.slack_signing_secret.get_secret_value():
            faults.append("SLACK_SIGNING_SECRET: needed with PUBLIC_URL; copy it from the app's Basic Information page")
        if self.slack and not self.public_url and not self.slack_app_token.get_secret_value():
            faults.append("SLACK_APP_TOKEN: needed without PUBLIC_URL; make an app-level token with connections:write")
        if bool(self.slack_client_id) != bool(self.slack_client_secret.get_secret_value()):
            faults.append("SLACK_CLIENT_ID and SLACK_CLIENT_SECRET: set both or neither")
        if (self.telegram or self.slack) and not self.operator_contact:
            faults.append("OPERATOR_CONTACT: needed with a token; an e-mail or page that /privacy shows to students")
        if faults:
            raise ValueError("\n".join(faults))
        return self

    @property
    def embedded(self) -> bool:
        """Whether the database is one SQLite file."""
        return self.database_url.startswith("sqlite:")

    @property
    def telegram(self) -> bool:
        """Whether Telegram is configured."""
        return bool(self.telegram_bot_token.get_secret_value())

    @property
    def slack(self) -> bool:
        """Whether Slack is configured, by a token or by an app to install."""
        return bool(self.slack_bot_token.get_secret_value() or self.slack_client_id)

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of the text at rest, the one that seals first."""
        return tuple(key.strip() for key in self.wardwise_secret_key.get_secret_value().split(",") if key.strip())

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret value, for the log to leave out."""
        held = [getattr(self, name) for name in type(self).model_fields]
        told = [each.get_secret_value() for each in held if isinstance(each, SecretStr)]
        password = urlsplit(self.database_url).password or ""
        return tuple(each for each in (*told, *self.keys, password, unquote(password)) if each)


def settings(**overrides: Any) -> Settings:
    """Read the environment. Raises BadSettings with one line per fault."""
    try:
        return Settings(**overrides)
    except ValidationError as fault:
        raise BadSettings([line for each in fault.errors() for line in _lines(each)]) from None


def _lines(error: Any) -> list[str]:
    message = str(error["msg"]).removeprefix("Value error, ")
    if not error["loc"]:
        return message.split("\n")
    return [f"{str(error['loc'][0]).upper()}: {message[:1].lower() + message[1:]}"]
