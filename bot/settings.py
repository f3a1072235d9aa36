"""What an operator can set: environment variables `NEWSDESK_…`, or a `newsdesk.toml` beside them.

The environment wins over the file. docs/configuration.md describes every setting.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings.exceptions import SettingsError

from bot.errors import ConfigurationError
from retrieval.embedding import BUNDLED_MODEL

CONFIG_FILE = "newsdesk.toml"


class Settings(BaseSettings):
    """All settings with their defaults. Raises pydantic's ValidationError; see `load_settings`."""

    model_config = SettingsConfigDict(
        env_prefix="NEWSDESK_", toml_file=CONFIG_FILE, extra="forbid", frozen=True
    )

    data: Path = Field(Path("newsdesk-data"), description="Folder that holds the index.")
    database: SecretStr | None = Field(
        None,
        description="URL of the database (SQLite or PostgreSQL); else a file in the data folder.",
    )
    telegram_token: SecretStr | None = Field(
        None, description="The bot's token, from @BotFather. `newsdesk playground` needs none."
    )
    telegram_api: str = Field(
        "https://api.telegram.org", description="Root of the Bot API server.", pattern="^https?://"
    )
    webhook_url: str | None = Field(
        None,
        description="Public https address to which Telegram brings updates; else they are fetched.",
        pattern="^https?://",
    )
    webhook_listen: str = Field(
        "127.0.0.1:8080", description="HOST:PORT that the proxy passes the webhook's requests to."
    )
    webhook_secret: SecretStr | None = Field(
        None,
        description="Secret that Telegram sends along; else a new one at each start.",
    )
    admins: Annotated[frozenset[int], NoDecode] = Field(
        frozenset(), description="Telegram ids of the owners, comma-separated."
    )
    access: Literal["open", "allow-list"] = Field(
        "open", description="Who may use the bot: everyone, or those whom an admin lets in."
    )
    questions_per_hour: int = Field(
        60, description="Questions a person may ask within an hour; 0 for no limit.", ge=0
    )
    questions_per_day: int = Field(
        300, description="Questions a person may ask within a day; 0 for no limit.", ge=0
    )
    subscriptions_per_chat: int = Field(
        50, description="Subscriptions that a chat may have, all its topics together.", ge=1
    )
    model: str = Field(
        BUNDLED_MODEL,
        description="Embedding model: the bundled one, a sentence-transformers name or a folder.",
        min_length=1,
    )
    query_prefix: str = Field("", description="Put before a question, for models that want it.")
    passage_prefix: str = Field("", description="Put before a passage, for models that want it.")
    precision: Literal["auto", "float32", "bfloat16", "int8"] = Field(
        "auto", description="Number format of the model; auto measures once and remembers."
    )
    passage_tokens: int = Field(
        128, description="Tokens up to which neighbouring paragraphs join.", ge=16, le=2048
    )
    answer_length: int = Field(
        300, description="Characters of quotation in an answer.", ge=80, le=2000
    )
    threshold: float | None = Field(
        None,
        description="Confidence below which the bot says it has no answer; else the fitted one.",
        ge=0,
        le=1,
    )
    fetch_allowed_hosts: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(),
        description="Hosts that may be fetched from though their address is private.",
    )
    fetch_max_bytes: int = Field(
        10_485_760, description="Bytes of one page, feed or sitemap, unpacked.", ge=1024
    )
    fetch_seconds: float = Field(
        30, description="Seconds that one fetch may take, redirects included.", gt=0, le=600
    )
    watch: bool = Field(True, description="Whether the running bot visits its sources by itself.")
    source_every: int = Field(
        900, description="Seconds between two visits to a source.", ge=60, le=2_592_000
    )
    metrics_listen: str | None = Field(
        None, description="HOST:PORT that serves /metrics and /healthz; else neither is served."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least severe messages that the log shows."
    )

    @field_validator("admins", mode="before")
    @classmethod
    def _split_admins(cls, value: Any) -> Any:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return [value] if isinstance(value, int) else value

    @field_validator("fetch_allowed_hosts", mode="before")
    @classmethod
    def _split_hosts(cls, value: Any) -> Any:
        if isinstance(value, str):
            return [part.strip().lower() for part in value.split(",") if part.strip()]
        return value

    @field_validator(
        "telegram_token",
        "database",
        "webhook_url",
        "webhook_secret",
        "metrics_listen",
        mode="before",
    )
    @classmethod
    def _blank_is_none(cls, value: Any) -> Any:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("telegram_api")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic-settings passes it
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return where settings come from, first wins: arguments, environment, newsdesk.toml."""
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls))


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; `overrides` (those not None) win over everything.

    Raises ConfigurationError in one line that names the setting, never its value.
    """
    try:
        return Settings(**{k: v for k, v in overrides.items() if v is not None})
    except ValidationError as error:
        raise ConfigurationError(_explain(error), "docs/configuration.md lists them all") from None
    except (ValueError, SettingsError) as error:  # a newsdesk.toml that isn't TOML
        raise ConfigurationError(f"{CONFIG_FILE} can't be read: {error}") from None


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        name = str(problem["loc"][0]) if problem["loc"] else "settings"
        if problem["type"] == "extra_forbidden":
            lines.append(f"unknown setting {name!r} in {CONFIG_FILE}")
        else:
            lines.append(f"NEWSDESK_{name.upper()}: {problem['msg']}")
    return "; ".join(dict.fromkeys(lines))
